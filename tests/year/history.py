"""What became of the year, read from the store's file and the provider's memory: plain values."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from fake_sendgrid import FakeSendGrid, Fate
from year.oracle import Due, Rest
from year.plan import Plan, Story
from year.simulate import Happened

_TOKEN = re.compile(r"\b(?:weekly|nightly|fridays|island)[0-9]{4}x\b")
_GONE = frozenset({Fate.DISCARDED, Fate.EXPIRED})


class Row(NamedTuple):
    """An issue of the store; times in milliseconds since 1970."""

    id: int
    newsletter: str
    slot: str
    state: str
    reason: str
    slot_at: int
    created_at: int
    window: tuple[int, int]
    drops: bool
    has_content: bool
    #: Readers in batches by state of the batch.
    readers: dict[str, int]
    #: Kind and person of what was decided, and when.
    decisions: tuple[tuple[str, str, int], ...]
    #: Kind of each notice about it, and whether all of its ways have told it or given up.
    notices: tuple[tuple[str, bool], ...]
    #: Tokens of the articles it told or looked at.
    articles: frozenset[str]


class Departure(NamedTuple):
    """A request with mail to readers that the provider took and let leave."""

    issue: str
    #: When it was taken, and when it left; true time.
    taken_at: int
    left_at: int
    readers: tuple[str, ...]
    #: Tokens of the articles in it.
    articles: frozenset[str]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All of it."""

    due: Sequence[Due]
    rows: Sequence[Row]
    departures: Sequence[Departure]
    plan: Plan
    happened: Happened
    rests: Sequence[Rest] = ()
    stories: Sequence[Story] = ()
    damage: Sequence[str] = field(default=())


def read_history(
    store: Path, fake: FakeSendGrid, plan: Plan, happened: Happened, due: Sequence[Due]
) -> History:
    """Return what store and provider say of a year."""
    with closing(sqlite3.connect(store)) as connection:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
        rows = tuple(_rows(connection))
    return History(
        due=tuple(due),
        rows=rows,
        departures=tuple(_departures(fake)),
        plan=plan,
        happened=happened,
        rests=tuple(happened.rests),
        stories=tuple(plan.stories),
        damage=() if sound == "ok" else (str(sound),),
    )


def _rows(connection: sqlite3.Connection) -> Iterator[Row]:
    def ask(query: str, issue: int) -> list[Any]:
        return connection.execute(query, (issue,)).fetchall()

    for found in connection.execute(
        "SELECT issue.id, newsletter, slot, state, reason, slot_at, created_at, window_start,"
        " window_end, drops_articles, content.issue_id IS NOT NULL FROM issue"
        " LEFT JOIN content ON content.issue_id = issue.id"
        " WHERE realm = 'real' AND copy = 0 ORDER BY slot_at, issue.id"
    ).fetchall():
        issue, newsletter, slot, state, reason, slot_at, created_at, start, end, drops, has = found
        batches = ask("SELECT state, sum(readers) FROM batch WHERE issue_id = ? GROUP BY 1", issue)
        yield Row(
            id=issue,
            newsletter=newsletter,
            slot=slot,
            state=state,
            reason=reason,
            slot_at=slot_at,
            created_at=created_at,
            window=(start or 0, end or 0),
            drops=bool(drops),
            has_content=bool(has),
            readers=dict(batches),
            decisions=tuple(
                ask("SELECT kind, who, at FROM decision WHERE issue_id = ? ORDER BY id", issue)
            ),
            notices=tuple(
                (kind, not waiting)
                for kind, waiting in ask(
                    "SELECT kind, (SELECT count(*) FROM notice_way"
                    " WHERE notice_id = notice.id AND state = 'waiting')"
                    " FROM notice WHERE issue_id = ?",
                    issue,
                )
            ),
            articles=frozenset(
                token
                for (identity,) in ask(
                    "SELECT identity FROM issue_article WHERE issue_id = ?", issue
                )
                for token in _TOKEN.findall(identity)
            ),
        )


def _departures(fake: FakeSendGrid) -> Iterator[Departure]:
    for entry in fake.ledger:
        payload = json.loads(entry.body)
        issue = payload.get("custom_args", {}).get("digest_issue")
        if issue is None or fake.fate_of(entry) in _GONE:
            continue
        taken = int(entry.at * 1000)
        text = next(part["value"] for part in payload["content"] if part["type"] == "text/plain")
        yield Departure(
            issue=issue,
            taken_at=taken,
            left_at=max(taken, 1000 * (entry.send_at or 0)),
            readers=tuple(
                to["email"] for item in payload["personalizations"] for to in item["to"]
            ),
            articles=frozenset(_TOKEN.findall(text)),
            content=entry.content_sha256,
        )
