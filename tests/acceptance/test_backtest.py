"""`digest backtest`: what the last issues would have been under today's rules."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from command import ROOT, article, digest, make_site
from sending import PARAGRAPH, write_story

GOLDEN = ROOT / "tests" / "acceptance" / "golden"
SEPTEMBER = ("--as-of", "2026-08-31", "--weeks", "6")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site")


def backtest(site: Path, *words: str) -> Any:
    done = digest(site, "backtest", *SEPTEMBER, "--json", *words)
    assert done.code == 0, done.err
    return done.json


def test_golden(site: Path, *, golden: bool) -> None:
    done = digest(site, "backtest", *SEPTEMBER)

    assert (done.code, done.err) == (0, "")
    file = GOLDEN / "backtest.txt"
    if golden:
        file.write_text(done.out)
    assert done.out == file.read_text()


def test_picture_is_drawn(site: Path) -> None:
    found = backtest(site)

    assert found["picture"] == str(site / "preview" / "weekly" / "backtest.svg")
    ET.parse(found["picture"])


def test_picture_goes_where_it_is_wanted(site: Path) -> None:
    backtest(site, "--svg", "picture.svg")

    assert (site / "picture.svg").is_file()
    assert not (site / "preview").exists()


def test_nothing_is_told_twice_even_when_it_was_renamed(site: Path) -> None:
    for name, day in (("storm", "2026-08-12"), ("gale", "2026-08-19")):
        write_story(site, name, day, title="A storm like no other", body=f"Storm. {PARAGRAPH}")
    (site / "issues" / "weekly").mkdir(parents=True)
    (site / "issues" / "weekly" / "2026-W34.toml").write_text('pin = ["news/storm.md"]\n')

    found = backtest(site)

    told = [story["identity"] for slot in found["slots"] for story in slot["stories"]]
    assert len(told) == len(set(told))
    (prevented,) = [one for slot in found["slots"] for one in slot["repeats"]]
    assert prevented == {"path": "news/gale.md", "told_in": "weekly/2026-W34"}


def test_the_ledger_is_neither_read_nor_written(site: Path) -> None:
    before = backtest(site)
    (site / "digest.db").write_bytes(b"no store at all")

    assert backtest(site) == before
    assert (site / "digest.db").read_bytes() == b"no store at all"


def test_decisions_of_editors_count(site: Path) -> None:
    (site / "issues" / "weekly").mkdir(parents=True)
    chosen = backtest(site)["slots"][3]["stories"][0]["path"]
    (site / "issues" / "weekly" / "2026-W34.toml").write_text(f'exclude = ["{chosen}"]\n')

    found = backtest(site)

    assert found["slots"][3]["slot"] == "2026-W34"
    assert chosen not in [story["path"] for story in found["slots"][3]["stories"]]


def test_hostile_titles_neither_recolour_nor_break_the_picture(site: Path) -> None:
    title = '"\\e[31m</text><script>alert(1)</script>"'
    body = "Only this one says so. " * 20
    article(site, "news/evil.md", f"---\ntitle: {title}\ndate: 2026-08-12\n---\n\n{body}\n")
    (site / "issues" / "weekly").mkdir(parents=True)
    (site / "issues" / "weekly" / "2026-W34.toml").write_text('pin = ["news/evil.md"]\n')

    done = digest(site, "backtest", *SEPTEMBER)

    assert done.code == 0, done.err
    assert "\x1b" not in done.out
    root = ET.parse(site / "preview" / "weekly" / "backtest.svg").getroot()
    assert not [each for each in root.iter() if each.tag.endswith("script")]


def test_weeks_without_a_slot(site: Path) -> None:
    config = site / "config.toml"
    text = re.sub(r"(?m)^schedule = .*$", 'schedule = "every 40 weeks from 2026-01-05 09:00"',
                  config.read_text(), count=1)  # fmt: skip
    config.write_text(text)

    done = digest(site, "backtest", *SEPTEMBER)

    assert done.code == 5
    assert "weekly had no slot in the 6 weeks up to 2026-08-31" in done.err
    assert "--weeks 52" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--as-of", "yesterday"), "'yesterday' is not a date"),
        (("weakly",), "Did you mean 'weekly'?"),
        (("--as-of", "0001-01-02"), "end of time"),
    ],
)
def test_mistakes_are_named(site: Path, words: tuple[str, ...], said: str) -> None:
    done = digest(site, "backtest", *words)

    assert done.code == 5
    assert said in done.err


@pytest.fixture(scope="module")
def publisher(archive_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publisher whose content folder is the real archive."""
    folder = tmp_path_factory.mktemp("publisher")
    shipped = (ROOT / "config.toml").read_text()
    changed = re.sub(r"(?m)^path = .*$", f'path = "{archive_folder}"', shipped, count=1)
    (folder / "config.toml").write_text(changed)
    return folder


@pytest.fixture(scope="module")
def made(publisher: Path) -> Any:
    done = digest(publisher, "backtest", "--as-of", "2025-08-25", "--json")
    assert done.code == 0, done.err
    return done.json


@pytest.mark.archive
def test_archive_gives_twelve_full_issues_without_a_repeat(made: Any) -> None:
    told = [story["identity"] for slot in made["slots"] for story in slot["stories"]]

    assert [slot["number"] for slot in made["slots"]] == list(range(1, 13))
    assert all(len(slot["stories"]) == 10 for slot in made["slots"])
    assert len(told) == len(set(told)) == 120


@pytest.mark.archive
def test_archive_shares_add_up(made: Any) -> None:
    for kind in ("categories", "sources"):
        assert sum(one["stories"] for one in made[kind]) == 120
    candidates = sum(one["candidates"] for one in made["categories"])
    assert candidates == sum(slot["candidates"] for slot in made["slots"])


@pytest.mark.archive
def test_archive_is_chosen_from_as_preview_does(publisher: Path) -> None:
    """Though all weeks are read at once, and what is filler is told from what was read."""
    alone = digest(publisher, "preview", "--week", "2025-W30", "--json")
    first = digest(publisher, "backtest", "--weeks", "3", "--as-of", "2025-08-11", "--json")

    assert (alone.code, first.code) == (0, 0)
    slot = first.json["slots"][0]
    assert slot["slot"] == "2025-W31"
    assert [one["path"] for one in slot["stories"]] == [
        one["path"] for one in alone.json["stories"]
    ]


@pytest.mark.archive
def test_archive_picture_is_well_formed(made: Any) -> None:
    root = ET.parse(made["picture"]).getroot()

    assert root.attrib["role"] == "img"
