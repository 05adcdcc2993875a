"""The publisher's folder: settings of four newsletters in four zones, articles, readers."""

import random
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from serving import SECRET, make_store
from year.oracle import Times

_WORDS = tuple(
    f"{one}{two}{three}"
    for one in ("bra", "cli", "dro", "fen", "gul", "har", "jol", "kem", "lor", "mis", "nav", "pel")
    for two in ("da", "be", "ti", "ro", "su", "wy", "ga", "ne")
    for three in ("n", "rt", "ll", "sk", "m", "nd")
)
EVERY_DAY = frozenset(range(7))
OPERATOR = "operator@harbour-courier.example"
EDITOR = "editor@harbour-courier.example"
MAX_LATENESS = 6 * 3600 * 1000


class Paper(NamedTuple):
    """A newsletter of the year."""

    name: str
    zone: ZoneInfo
    #: As config.toml says it, and as the oracle does.
    schedule: str
    times: Times
    #: Keys of config.toml besides.
    keys: Mapping[str, object]
    #: Milliseconds.
    cut_off: int
    #: Articles of a usual week.
    articles: tuple[int, int]
    #: Milliseconds before its slot at which it is given to SendGrid.
    hand_over: int = 0
    #: Whether editors must say yes.
    approval: str = "none"


_HOUR = 3600 * 1000
PAPERS = (
    Paper(
        "weekly",
        ZoneInfo("Europe/Berlin"),
        "mon 09:00",
        Times(frozenset({0}), time(9)),
        {"window": "week", "cut_off": "4 hours", "editors": [EDITOR], "approval": "required"},
        4 * _HOUR,
        (5, 12),
        approval="required",
    ),
    Paper(
        "nightly",  # 02:30 does not come when the clocks go forward
        ZoneInfo("America/New_York"),
        "daily 02:30",
        Times(EVERY_DAY, time(2, 30)),
        {"window": "1 day", "cut_off": "1 hour", "hand_over": "30 minutes", "min_articles": 2},
        _HOUR,
        (14, 28),
        _HOUR // 2,
    ),
    Paper(
        "fridays",  # on one Friday a year there is no midnight
        ZoneInfo("Africa/Cairo"),
        "fri 00:00",
        Times(frozenset({4}), time()),
        {
            "window": "7 days",
            "cut_off": "3 hours",
            "editors": [EDITOR],
            "approval": "silence-sends",
        },
        3 * _HOUR,
        (4, 9),
        approval="silence-sends",
    ),
    Paper(
        "island",  # clocks change by half an hour, over this very time
        ZoneInfo("Australia/Lord_Howe"),
        "cron: 15 2 * * sun",
        Times(frozenset({6}), time(2, 15)),
        {"window": "since last issue", "cut_off": "30 minutes"},
        _HOUR // 2,
        (3, 8),
    ),
)
#: Now and then the weekly comes twice a week.
TWICE = ("mon,thu 09:00", Times(frozenset({0, 3}), time(9)))


class Site:
    """The folder on disk."""

    def __init__(self, folder: Path, readers: int) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.store = folder / "digest.db"
        self.environment = {"DIGEST_SECRET": SECRET, "SENDGRID_API_KEY": "SG.fake"}
        (folder / "articles").mkdir(parents=True)
        make_store(self.store, readers)

    def configure(self, schedules: Mapping[str, str], skip_dates: frozenset[str]) -> None:
        """Write config.toml: schedules of newsletters, and days on which none comes."""
        newsletters = {
            paper.name: {
                "title": f"The {paper.name}",
                "schedule": schedules[paper.name],
                "timezone": paper.zone.key,
                "skip_dates": sorted(skip_dates),
                **paper.keys,
            }
            for paper in PAPERS
        }
        write_config(self.config, newsletters)

    def write(
        self, token: str, paper: str, published: datetime, *, name: str, draft: bool = False
    ) -> None:
        """Write an article; the same token has the same words always."""
        rng = random.Random(token)
        title = " ".join([token, *rng.choices(_WORDS, k=5)])
        body = " ".join(rng.choices(_WORDS, k=70))
        lines = [f'title: "{title}"', f'date: "{published:%Y-%m-%dT%H:%M:%SZ}"']
        lines += [f'category: "{paper}"', *(["draft: true"] if draft else [])]
        text = "\n".join(["---", *lines, "---", "", body, ""])
        (self.folder / "articles" / f"{name}.md").write_text(text)

    def remove(self, name: str) -> None:
        """Delete an article's file."""
        (self.folder / "articles" / f"{name}.md").unlink(missing_ok=True)


def write_config(
    path: Path, newsletters: Mapping[str, Mapping[str, object]], more: str = ""
) -> None:
    """Write settings that send newsletters, each with a section of its own category."""
    parts = [HEAD, more]
    for name, keys in newsletters.items():
        parts.append(f"\n[newsletters.{name}]\n")
        parts += [f"{key} = {_toml(value)}\n" for key, value in keys.items()]
        parts.append(f'[[newsletters.{name}.sections]]\ntitle = "All"\ncategories = ["{name}"]\n')
    draft = path.with_suffix(".draft")
    draft.write_text("".join(parts))
    draft.replace(path)


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


HEAD = f"""\
[site]
name = "The Harbour Courier"
base_url = "https://harbour-courier.example"
timezone = "Europe/Berlin"
language = "en"
postal_address = "1 Customs Quay, Tidewick TW1 1AA"

[content]
path = "articles"
generator = "auto"
url_pattern = ""

[sender]
name = "The Harbour Courier"
email = "courier@harbour-courier.example"
reply_to = "editor@harbour-courier.example"

[delivery]
courier = "sendgrid"
batch = 3
in_flight = 1

[subscribers]
unsubscribe = "mailto"
mailto = "leave@harbour-courier.example"

[store]
path = "digest.db"

[notices]
email = ["{OPERATOR}"]
per_hour = 100
"""
