from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.dates import (
    Moment,
    first_instant,
    is_dynamic,
    parse_moment,
    path_date,
    path_moment,
    without_date,
)
from digest.articles.fields import Found
from digest.articles.reading_error import ReadingError

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
#: As TOML's local date-times come.
NAIVE = datetime(2025, 7, 21, 4, 14)


def parse(value: object, zone: ZoneInfo = NEW_YORK) -> Moment | None:
    return parse_moment(Found("date", value), zone)


def ny(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[misc, arg-type]  # year, month, day …


@pytest.mark.parametrize(
    "written",
    [
        "2025-07-21",
        "2025-7-21",
        "2025/7/21",
        "2025.07.21",
        "20250721",
        "21 Jul 2025",
        "21 July 2025",
        "21st July 2025",
        "Jul 21 2025",
        "July 21, 2025",
        "Jul. 21, 2025",
        "Mon, 21 Jul 2025",
        "Monday, July 21, 2025",
        "7/21/2025",
        "07/21/2025",
        "  2025-07-21 ",
        date(2025, 7, 21),
        {"created": "2025-07-21", "updated": "2025-07-25"},
        {"published": date(2025, 7, 21)},
        {"any": "2025-07-21"},
    ],
)
def test_a_day_is_that_day_in_the_publishers_zone(written: object) -> None:
    assert parse(written) == Moment(ny(2025, 7, 21), has_time=False)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        # without a zone: the publisher's
        ("2025-07-21T04:14:54", ny(2025, 7, 21, 4, 14, 54)),
        ("2025-07-21 04:14", ny(2025, 7, 21, 4, 14)),
        ("2025/7/21 20:46:25", ny(2025, 7, 21, 20, 46, 25)),
        ("20250721T041454", ny(2025, 7, 21, 4, 14, 54)),
        ("7/21/2025 4:05 PM", ny(2025, 7, 21, 16, 5)),
        ("July 21, 2025 at 12:30 a.m.", ny(2025, 7, 21, 0, 30)),
        ("July 21, 2025, 12:30 pm", ny(2025, 7, 21, 12, 30)),
        (NAIVE, ny(2025, 7, 21, 4, 14)),
        # with one
        ("2025-07-21T04:14:54Z", ny(2025, 7, 21, 0, 14, 54)),
        ("2025-07-21t04:14:54z", ny(2025, 7, 21, 0, 14, 54)),
        ("2025-07-21T04:14:54-08:00", ny(2025, 7, 21, 8, 14, 54)),
        ("2025-07-21T04:14:54-0700", ny(2025, 7, 21, 7, 14, 54)),
        ("2025-07-21 04:14:54 +0200", ny(2025, 7, 20, 22, 14, 54)),
        ("2025-07-21 04:14:54 +02", ny(2025, 7, 20, 22, 14, 54)),
        ("2025-07-21 04:14:54 +0000 UTC", ny(2025, 7, 21, 0, 14, 54)),
        ("2025-07-21T05:35:07.322Z", ny(2025, 7, 21, 1, 35, 7, 322_000)),
        ("20250721T041454Z", ny(2025, 7, 21, 0, 14, 54)),
        ("2025-07-21 23:59:56 Europe/Berlin", ny(2025, 7, 21, 17, 59, 56)),
        ("2025-07-21 23:59 America/Argentina/Buenos_Aires", ny(2025, 7, 21, 22, 59)),
        ("Mon, 21 Jul 2025 10:00:00 +0200", ny(2025, 7, 21, 4)),
        ("Mon, 21 Jul 2025 10:00:00 GMT", ny(2025, 7, 21, 6)),
        ("Mon, 21 Jul 2025 10:00:00 PST", ny(2025, 7, 21, 14)),
        ("Mon, 21 Jul 2025 10:00:00 PDT", ny(2025, 7, 21, 13)),
        ("Mon Jul 21 2025 10:00:00 GMT+0200 (CEST)", ny(2025, 7, 21, 4)),
        (datetime(2025, 7, 21, 4, tzinfo=UTC), ny(2025, 7, 21, 0)),
        (datetime(2025, 7, 21, 4, tzinfo=timezone(timedelta(hours=9))), ny(2025, 7, 20, 15)),
    ],
)
def test_a_time_is_that_moment_in_the_publishers_zone(written: object, moment: datetime) -> None:
    found = parse(written)

    assert found is not None
    assert found.has_time
    assert found.at == moment
    assert found.at.tzinfo is NEW_YORK


@pytest.mark.parametrize(
    "written",
    [
        "today",
        "now",
        "last-modified",
        "Last Modified",
        "git Last Modified",
        "git Created",
        "Created",
        "0001-01-01T00:00:00Z",
    ],
)
def test_dates_that_change_with_every_build_are_none(written: str) -> None:
    assert parse(written) is None
    assert is_dynamic(written)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("2026-02-30", "date is no date we can use: '2026-02-30' (day is out of range for month)"),
        ("2026-13-01", "date is no date we can use: '2026-13-01' (month must be in 1..12)"),
        (
            "9999-12-31",
            "date is no date we can use: '9999-12-31' (the year 9999 is outside 1000 to 2199)",
        ),
        (
            date(9999, 12, 31),
            "date is no date we can use: '9999-12-31' (the year 9999 is outside 1000 to 2199)",
        ),
        ("22/5/2021", "date is no date we can use: '22/5/2021' (month must be in 1..12)"),
        ("soon", "date is no date we can use: 'soon'"),
        ("21 Foo 2025", "date is no date we can use: '21 Foo 2025'"),
        ("2025", "date is no date we can use: '2025'"),
        ("2025-07", "date is no date we can use: '2025-07'"),
        ("2025-07/21", "date is no date we can use: '2025-07/21'"),
        ("20250230", "date is no date we can use: '20250230' (day is out of range for month)"),
        (
            "2025-07-21 25:00",
            "date is no date we can use: '2025-07-21 25:00' (hour must be in 0..23)",
        ),
        (
            "2025-07-21 13:00 PM",
            (
                "date is no date we can use: '2025-07-21 13:00 PM' "
                "(hour must be in 1..12 before am or pm)"
            ),
        ),
        (
            "2025-07-21 10:00 CEST",
            "date is no date we can use: '2025-07-21 10:00 CEST' (CEST is no zone)",
        ),
        (
            "2025-07-21 10:00 +02:99",
            (
                "date is no date we can use: '2025-07-21 10:00 +02:99' "
                "(minutes of an offset must be below 60)"
            ),
        ),
        (["2025-07-21"], "date is no date we can use: 'a list'"),
        ({"updated": "2025-07-21"}, "date is no date we can use: no text"),
        (time(10, 30), "date is no date we can use: '10:30:00'"),
        ("x" * 500, f"date is no date we can use: '{'x' * 60}'"),
    ],
)
def test_what_is_no_date_is_an_error(written: object, what: str) -> None:
    with pytest.raises(ReadingError) as error:
        parse(written)

    assert error.value.what == what
    assert error.value.field == "date"
    assert error.value.remedy == "Write year-month-day, as in 2025-07-21 or 2025-07-21 09:30."


@pytest.mark.parametrize(
    "zone", ["No/Where", "America/Indiana", "Etc/../passwd", "a/b/c/d", "+24:00", "+99:00"]
)
def test_zones_that_do_not_exist_are_errors(zone: str) -> None:
    with pytest.raises(ReadingError):
        parse(f"2025-07-21 10:00 {zone}")


def test_a_day_begins_after_the_gap_where_clocks_skip_midnight() -> None:
    # Brazil, 2018-11-04: 00:00 became 01:00.
    start = first_instant(date(2018, 11, 4), SAO_PAULO)

    assert (start.hour, start.minute) == (1, 0)
    assert start.timestamp() == datetime(2018, 11, 4, 3, tzinfo=UTC).timestamp()


def test_a_day_begins_where_a_gap_across_midnight_ends() -> None:
    # Toronto, 1919-03-30: 23:30 became 00:30 of the 31st.
    start = first_instant(date(1919, 3, 31), ZoneInfo("America/Toronto"))

    assert (start.day, start.hour, start.minute) == (31, 0, 30)


def test_a_day_that_begins_twice_begins_the_first_time() -> None:
    # Havana, 2025-11-02: 01:00 became 00:00 again.
    start = first_instant(date(2025, 11, 2), ZoneInfo("America/Havana"))

    assert start.timestamp() == datetime(2025, 11, 2, 4, tzinfo=UTC).timestamp()


def test_a_day_that_never_was_begins_with_the_next() -> None:
    # Samoa crossed the date line and left out 2011-12-30.
    start = first_instant(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))

    assert (start.day, start.hour) == (31, 0)


def test_a_time_that_clocks_skip_is_the_one_they_show() -> None:
    found = parse("2025-03-30 02:30", BERLIN)

    assert found is not None
    assert (found.at.hour, found.at.minute) == (3, 30)


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "America/Nuuk"]
).map(ZoneInfo)


@given(st.dates(date(1950, 1, 1), date(2060, 1, 1)), ZONES)
def test_the_first_instant_of_a_day_is_in_it_and_nothing_earlier_is(
    day: date, zone: ZoneInfo
) -> None:
    start = first_instant(day, zone)
    before = datetime.fromtimestamp(start.timestamp() - 1, zone)

    assert start.date() == day
    assert before.date() < day


@given(st.dates(date(1000, 1, 1), date(2199, 12, 31)), ZONES)
def test_every_spelling_of_a_day_is_the_same_day(day: date, zone: ZoneInfo) -> None:
    spellings = (
        f"{day.isoformat()}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.month}/{day.day}/{day.year}",
    )

    assert len({parse(text, zone) for text in spellings}) == 1


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    ZONES,
)
def test_a_moment_with_an_offset_is_that_instant(
    moment: datetime, minutes: int, zone: ZoneInfo
) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))

    found = parse(aware.isoformat(), zone)

    assert found is not None
    assert found.at.timestamp() == aware.timestamp()


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("_posts/2025-07-21-boats.md", date(2025, 7, 21)),
        ("2025-7-1-boats.md", date(2025, 7, 1)),
        ("2025-07-21.md", date(2025, 7, 21)),
        ("2025-07-21_boats.md", date(2025, 7, 21)),
        ("blog/2025-07-21-boats/index.mdx", date(2025, 7, 21)),
        ("2025/07/21/boats.md", date(2025, 7, 21)),
        ("2025/07/21-boats.md", date(2025, 7, 21)),
        ("2024-01-01/2025-07-21-boats.md", date(2025, 7, 21)),
        ("boats-2025-07-21.md", None),
        ("2025-07-211.md", None),
        ("2025-13-45-boats.md", None),
        ("0000-01-01-boats.md", None),
        ("boats.md", None),
    ],
)
def test_dates_of_paths_are_read_where_a_part_begins(path: str, day: date | None) -> None:
    assert path_date(path) == day


def test_eleventy_takes_the_first_date_anywhere() -> None:
    assert path_date("a/boats-2025-07-21-x/2026-01-01.md", anywhere=True) == date(2025, 7, 21)
    assert path_date("boats.md", anywhere=True) is None


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("2025-07-21-boats", "boats"),
        ("2025-7-1_boats", "boats"),
        ("2025-07-21T10:30:00Z-boats", "boats"),
        ("2025-07-21", "2025-07-21"),
        ("boats-2025-07-21", "boats-2025-07-21"),
    ],
)
def test_the_date_before_a_name_goes(name: str, rest: str) -> None:
    assert without_date(name) == rest


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("_posts/25-07-21-boats.md", date(2025, 7, 21)),
        ("25-7-1-boats.md", date(2025, 7, 1)),
        ("2025-07-21-boats.md", date(2025, 7, 21)),
        ("250-07-21-boats.md", None),
        ("12-30-45-boats.md", None),
        ("0000-01-01-boats.md", None),
    ],
)
def test_years_of_two_digits_are_of_this_century(path: str, day: date | None) -> None:
    assert path_date(path, short_years=True) == day
    assert path_date("25-07-21-boats.md") is None


@pytest.mark.parametrize(
    ("path", "moment"),
    [
        ("2025-07-21-14-30-05-boats.md", ny(2025, 7, 21, 14, 30, 5)),
        ("posts/2025-07-21-14-30-05/index.md", ny(2025, 7, 21, 14, 30, 5)),
        ("2025-03-09-02-30-00-gap.md", ny(2025, 3, 9, 3, 30)),
        ("2025-07-21-24-30-05-boats.md", None),
        ("2025-02-30-14-30-05-boats.md", None),
        ("9999-07-21-14-30-05-boats.md", None),
        ("2025-07-21-14-30-055-boats.md", None),
        ("2025-07-21-boats.md", None),
    ],
)
def test_names_of_hugo_may_hold_a_time(path: str, moment: datetime | None) -> None:
    found = path_moment(path, NEW_YORK)

    assert found == (Moment(moment, has_time=True) if moment else None)


def test_short_years_and_times_go_where_they_are_read() -> None:
    assert without_date("25-07-21-boats", short_years=True) == "boats"
    assert without_date("25-07-21-boats") == "25-07-21-boats"
    assert without_date("2025-07-21-14-30-05-boats", clock=True) == "boats"
    assert without_date("2025-07-21-14-30-05-boats") == "14-30-05-boats"
