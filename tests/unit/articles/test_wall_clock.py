from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.wall_clock import resolve

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/St_Johns",
]


def test_an_ordinary_time_is_itself() -> None:
    moment = resolve(datetime(2026, 8, 10, 9), ZoneInfo("Europe/Berlin"))

    assert moment.isoformat() == "2026-08-10T09:00:00+02:00"


def test_a_skipped_time_is_the_first_instant_after_the_gap() -> None:
    moment = resolve(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Berlin"))

    assert moment.isoformat() == "2026-03-29T03:00:00+02:00"


def test_a_skipped_midnight_is_the_first_instant_of_that_day() -> None:
    """Cairo's clocks go from 23:59 to 01:00 on 24 April 2026."""
    moment = resolve(datetime(2026, 4, 24), ZoneInfo("Africa/Cairo"))

    assert moment.isoformat() == "2026-04-24T01:00:00+03:00"


def test_a_skipped_day_is_the_first_instant_after_it() -> None:
    """Samoa had no 30 December 2011."""
    moment = resolve(datetime(2011, 12, 30, 12), ZoneInfo("Pacific/Apia"))

    assert moment.isoformat() == "2011-12-31T00:00:00+14:00"


def test_a_time_that_happens_twice_is_the_first_of_the_two() -> None:
    moment = resolve(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Berlin"))

    assert moment.isoformat() == "2026-10-25T02:30:00+02:00"


def test_an_aware_time_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="naive"):
        resolve(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))


@given(
    local=st.datetimes(datetime(2000, 1, 1), datetime(2036, 12, 31)),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_property_no_instant_is_early(local: datetime, zone: ZoneInfo) -> None:
    """The clock shows the time asked for, or has just jumped over it."""
    local = local.replace(microsecond=0)

    moment = resolve(local, zone)

    before = (moment - timedelta(seconds=1)).astimezone(UTC).astimezone(zone)
    shown = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    assert shown >= local
    if shown > local:
        second_before = (moment.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone)
        assert second_before.replace(tzinfo=None) < local
    assert before.tzinfo is zone


@given(
    first=st.datetimes(datetime(2000, 1, 1), datetime(2036, 12, 31)),
    minutes=st.integers(0, 600),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_property_order_is_kept_outside_repeated_hours(
    first: datetime, minutes: int, zone: ZoneInfo
) -> None:
    later = first + timedelta(minutes=minutes)

    assert resolve(first, zone) <= resolve(later, zone) + timedelta(hours=1)
