"""From config.toml to the timetable of a newsletter, and from there to its issue."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.config.load import load_config
from digest.config.settings import Config
from digest.config.timetables import timetable_of, zone_of
from digest.config.wording import parse_free_date
from digest.errors import NotFoundError
from digest.runs.choose import Ask, find_occasion, issue_holding
from digest.selection.rules import WindowKind, WindowRule
from digest.selection.schedule import Schedule
from digest.selection.timetable import FreeDays, Timetable

TOKYO = ZoneInfo("Asia/Tokyo")


def make(folder: Path, *lines: str) -> Config:
    """Return the settings with these lines in the newsletter."""
    text = """\
[site]
name = "The Harbour Courier"
base_url = "https://harbour-courier.example"
timezone = "Europe/Berlin"

[content]
path = "."

[newsletters.weekly]
title = "The Week"
"""
    path = folder / "config.toml"
    path.write_text(text + "\n".join(lines), encoding="utf-8")
    return load_config(str(path))


def test_without_a_schedule_it_is_the_windows_in_the_zone_of_the_site(tmp_path: Path) -> None:
    config = make(tmp_path)

    assert timetable_of(config, "weekly") == Timetable(zone=ZoneInfo("Europe/Berlin"))


def test_everything_a_newsletter_says_is_in_it(tmp_path: Path) -> None:
    config = make(
        tmp_path,
        'schedule = "mon 09:00"',
        'timezone = "Asia/Tokyo"',
        'skip_dates = ["12-24", "2026-08-17"]',
        'holidays = "JP"',
        'window = "10 days"',
    )

    assert timetable_of(config, "weekly") == Timetable(
        schedule=Schedule(times=(time(9),), weekdays=(0,)),
        zone=TOKYO,
        free=FreeDays(dates=("12-24", "2026-08-17"), holidays="JP"),
        window=WindowRule(kind=WindowKind.DAYS, days=10),
    )


def test_what_is_no_newsletter_is_in_the_zone_of_the_site(tmp_path: Path) -> None:
    config = make(tmp_path, 'timezone = "Asia/Tokyo"')

    assert zone_of(config, "weekly") == TOKYO
    assert zone_of(config, "breaking") == ZoneInfo("Europe/Berlin")


def test_slots_and_windows_are_in_the_zone_of_the_newsletter(tmp_path: Path) -> None:
    config = make(tmp_path, 'schedule = "mon 09:00"', 'timezone = "Asia/Tokyo"')

    occasion = find_occasion(config, Ask(), datetime(2026, 8, 14, tzinfo=UTC))

    assert occasion.slot.name == "2026-W34"
    assert occasion.slot.moment.isoformat() == "2026-08-17T09:00:00+09:00"
    assert occasion.window.end.isoformat() == "2026-08-17T00:00:00+09:00"
    assert occasion.zone == TOKYO
    as_of = find_occasion(config, Ask(as_of="2026-08-17T09:00"), datetime(2026, 8, 1, tzinfo=UTC))
    assert (as_of.slot, as_of.as_of) == (occasion.slot, occasion.slot.moment)


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        (('schedule = "mon 09:00"',), "--week 2026-W33"),
        (('schedule = "mon 09:00"', 'window = "7 days"'), "--slot 2026-W33"),
        (('schedule = "fri 09:00"', 'window = "since last issue"'), "--slot 2026-W33"),
        (('schedule = "daily 09:00"', 'window = "1 day"'), "--slot 2026-08-10"),
        (('schedule = "every 2 weeks from 2026-08-03 09:00"',), "--week 2026-W33"),
        (('schedule = "every 2 weeks from 2026-08-10 09:00"',), "--slot 2026-W35"),
        (("week_start = 'mon 00:00'",), "--week 2026-W33"),
    ],
)
def test_an_article_is_sent_to_an_issue_that_there_is(
    tmp_path: Path, lines: tuple[str, ...], options: str
) -> None:
    config = make(tmp_path, *lines)
    occasion = find_occasion(config, Ask(), datetime(2026, 8, 20, tzinfo=UTC))

    assert issue_holding(occasion, datetime(2026, 8, 10, 3, tzinfo=UTC)) == options

    flag, name = options.split()
    ask = Ask(week=name) if flag == "--week" else Ask(slot=name)
    assert find_occasion(config, ask, occasion.as_of).slot.moment > datetime(
        2026, 8, 10, tzinfo=UTC
    )


def test_a_schedule_that_has_no_such_slot_says_which_there_are(tmp_path: Path) -> None:
    config = make(tmp_path, 'schedule = "every 2 weeks from 2026-08-03 09:00"')

    with pytest.raises(NotFoundError) as caught:
        find_occasion(config, Ask(slot="2026-W33"), datetime(2026, 8, 20, tzinfo=UTC))

    assert str(caught.value) == (
        "--slot: there is no slot '2026-W33'\n  The nearest are: 2026-W32, 2026-W34."
    )


@pytest.mark.parametrize("text", ["2026-12-24", "12-24", "02-29", "2028-02-29"])
def test_days_that_are_free(text: str) -> None:
    assert parse_free_date(text) == text


@pytest.mark.parametrize(
    "text", ["", "2026-02-29", "02-30", "W01", "W01-1", "1224", "20261224", "24.12.", "٠٢-٢٩"]
)
def test_what_is_no_day(text: str) -> None:
    assert parse_free_date(text) != text
