from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.mistake import Wrong
from digest.config.schedule_words import parse_schedule
from digest.selection.schedule import (
    Schedule,
    day_unit_of,
    name_of,
    period_holding,
    shortest_distance,
    times_from,
    times_to,
    unit_of,
)

_T = TypeVar("_T", int, time)

#: Words → what the first times from Saturday 1 August 2026 on are, and what names them.
FORMS = {
    "mon 09:00": ("03T09:00 10T09:00 17T09:00", "week"),
    "mon,thu 09:00": ("03T09:00 06T09:00 10T09:00", "day"),
    "mon 09:00,17:00": ("03T09:00 03T17:00 10T09:00", "moment"),
    "weekdays 07:30": ("03T07:30 04T07:30 05T07:30", "day"),
    "weekend 10:00": ("01T10:00 02T10:00 08T10:00", "day"),
    "daily 07:30": ("01T07:30 02T07:30 03T07:30", "day"),
    "first mon 09:00": ("03T09:00 09-07T09:00 10-05T09:00", "month"),
    "fourth fri 16:00": ("28T16:00 09-25T16:00 10-23T16:00", "month"),
    "last mon 16:00": ("31T16:00 09-28T16:00 10-26T16:00", "month"),
    "first,third fri 16:00": ("07T16:00 21T16:00 09-04T16:00", "week"),
    "first mon,thu 09:00": ("03T09:00 06T09:00 09-03T09:00", "day"),
    "1st 09:00": ("01T09:00 09-01T09:00 10-01T09:00", "month"),
    "1st,15th 09:00": ("01T09:00 15T09:00 09-01T09:00", "week"),
    "15th,28th 09:00": ("15T09:00 28T09:00 09-15T09:00", "week"),
    "1st,2nd 09:00": ("01T09:00 02T09:00 09-01T09:00", "day"),
    "1st,24th 09:00": ("01T09:00 24T09:00 09-01T09:00", "day"),
    "1st,28th 09:00": ("01T09:00 28T09:00 09-01T09:00", "day"),
    "last day 09:00": ("31T09:00 09-30T09:00 10-31T09:00", "month"),
    "every 2 weeks from 2026-01-05 09:00": ("03T09:00 17T09:00 31T09:00", "week"),
    "every 3 days from 2026-08-03 09:00": ("03T09:00 06T09:00 09T09:00", "day"),
    "every 6 days from 2026-08-03 09:00": ("03T09:00 09T09:00 15T09:00", "day"),
    "every 7 days from 2026-08-31 09:00": ("31T09:00 09-07T09:00 09-14T09:00", "week"),
    "every 1 weeks from 2026-08-03 09:00,10:00": ("03T09:00 03T10:00 10T09:00", "moment"),
    "cron: 0 9 * * 1": ("03T09:00 10T09:00 17T09:00", "week"),
    "cron: 0 9 * * mon": ("03T09:00 10T09:00 17T09:00", "week"),
    "cron: 0 9 * * 0,7": ("02T09:00 09T09:00 16T09:00", "week"),
    "cron: 0 9 * * 1,4": ("03T09:00 06T09:00 10T09:00", "day"),
    "cron: 0 9 * * 1#1": ("03T09:00 09-07T09:00 10-05T09:00", "month"),
    "cron: 0 9 * * 1#1,1#3": ("03T09:00 17T09:00 09-07T09:00", "week"),
    "cron: 0 9 * * 1L": ("31T09:00 09-28T09:00 10-26T09:00", "month"),
    "cron: 0 9 1 * *": ("01T09:00 09-01T09:00 10-01T09:00", "month"),
    "cron: 0 9 L * *": ("31T09:00 09-30T09:00 10-31T09:00", "month"),
    "cron: 0 9 15,L * *": ("15T09:00 31T09:00 09-15T09:00", "day"),
    "cron: 0 9 1,15 * *": ("01T09:00 15T09:00 09-01T09:00", "week"),
    "cron: 0 9 1,31 * *": ("01T09:00 31T09:00 09-01T09:00", "day"),
    "cron: 0 9 13 * 5": ("07T09:00 13T09:00 14T09:00", "day"),
    "cron: 0 9 */2 * 5": ("07T09:00 21T09:00 09-11T09:00", "week"),
    "cron: 30 9,17 * * *": ("01T09:30 01T17:30 02T09:30", "moment"),
    "cron: */20 9 * * 1": ("03T09:00 03T09:20 03T09:40", "moment"),
}
AUGUST = datetime(2026, 8, 1)


def schedule(words: str) -> Schedule:
    parsed = parse_schedule(words)
    assert not isinstance(parsed, Wrong), parsed
    return parsed


def short(local: datetime) -> str:
    return f"{local:%dT%H:%M}" if local.month == 8 else f"{local:%m-%dT%H:%M}"


@pytest.mark.parametrize("words", FORMS)
class TestForms:
    def test_times_of_each_form(self, words: str) -> None:
        times = islice(times_from(schedule(words), AUGUST), 3)

        assert " ".join(map(short, times)) == FORMS[words][0]

    def test_unit_of_each_form(self, words: str) -> None:
        assert unit_of(schedule(words)) == FORMS[words][1]

    def test_backwards_they_are_the_same_times(self, words: str) -> None:
        forwards = list(islice(times_from(schedule(words), AUGUST), 30))

        backwards = list(islice(times_to(schedule(words), forwards[-1]), 30))

        assert backwards == forwards[::-1]

    def test_a_moment_between_two_times_has_one_before_and_one_after(self, words: str) -> None:
        first, second = islice(times_from(schedule(words), AUGUST), 2)

        between = first + timedelta(seconds=1, microseconds=500)

        assert next(times_from(schedule(words), between)) == second
        assert next(times_to(schedule(words), between)) == first
        assert next(times_to(schedule(words), second - timedelta(microseconds=1))) == first

    def test_no_two_times_lie_nearer_than_said(self, words: str) -> None:
        times = list(islice(times_from(schedule(words), datetime(2031, 3, 1)), 300))

        shortest = min(later - earlier for earlier, later in pairwise(times))
        assert shortest >= shortest_distance(schedule(words))


def ordered(elements: st.SearchStrategy[_T], most: int) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.sets(elements, min_size=1, max_size=most).map(lambda found: tuple(sorted(found)))


TIMES = ordered(st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30])), 3)
WEEKDAYS = st.one_of(ordered(st.integers(0, 6), 1), ordered(st.integers(0, 6), 7))
MAYBE_LAST = st.sampled_from([(), (-1,)])
DAYS = st.one_of(
    ordered(st.integers(1, 28), 1),
    st.builds(lambda days, last: days + last, ordered(st.integers(1, 28), 4), MAYBE_LAST),
)
PLACES = st.one_of(
    ordered(st.sampled_from([1, 2, 3, 4, -1]), 1),
    st.builds(lambda places, last: places + last, ordered(st.integers(1, 4), 4), MAYBE_LAST),
)
CRON = st.tuples(
    st.sampled_from(["0", "30", "0,30", "*/20", "15"]),
    st.sampled_from(["9", "0", "2", "9,17", "23", "*"]),
    st.sampled_from(["*", "*", "1", "13", "1,15", "31", "L", "*/2", "1-7", "29"]),
    st.sampled_from(["*", "*", "*/3", "jan,feb,oct"]),
    st.sampled_from(["*", "*", "1", "0,7", "1,4", "1-5", "1#1", "5L", "1#1,1#3"]),
).map(" ".join)
SCHEDULES = st.one_of(
    st.builds(Schedule, times=TIMES, weekdays=WEEKDAYS),
    st.builds(Schedule, times=TIMES, weekdays=WEEKDAYS, places=PLACES),
    st.builds(Schedule, times=TIMES, places=DAYS),
    st.builds(
        Schedule,
        times=TIMES,
        every=st.integers(1, 60),
        first=st.dates(date(2019, 1, 1), date(2021, 1, 1)),
    ),
    st.builds(Schedule, cron=CRON),
)
STARTS = st.datetimes(datetime(2021, 1, 1), datetime(2030, 1, 1))


class TestAnySchedule:
    @given(one=SCHEDULES, start=STARTS)
    def test_property_times_increase_and_no_name_stands_for_two(
        self, one: Schedule, start: datetime
    ) -> None:
        times = list(islice(times_from(one, start), 40))

        names = [name_of(unit_of(one), local) for local in times]
        assert all(earlier < later for earlier, later in pairwise(times))
        assert len(set(names)) == len(names)

    @given(one=SCHEDULES, start=STARTS)
    def test_property_a_time_lies_in_the_period_of_its_name(
        self, one: Schedule, start: datetime
    ) -> None:
        unit = unit_of(one)
        local = next(times_from(one, start))

        begins, ends = period_holding(unit, local)

        assert begins <= local < ends
        assert name_of(unit, begins) == name_of(unit, local) != name_of(unit, ends)

    @given(one=SCHEDULES, start=STARTS)
    def test_property_there_and_back_are_the_same_times(
        self, one: Schedule, start: datetime
    ) -> None:
        times = list(islice(times_from(one, start), 20))

        assert list(islice(times_to(one, times[-1]), 20)) == times[::-1]
        before = next(times_to(one, times[0] - timedelta(microseconds=1)), None)
        assert before is None or before < start

    def test_before_the_first_day_there_is_none(self) -> None:
        one = schedule("every 2 weeks from 2026-01-05 09:00")

        assert list(times_to(one, datetime(2026, 1, 5, 8))) == []
        assert next(times_from(one, datetime(1999, 1, 1))) == datetime(2026, 1, 5, 9)

    def test_iso_weeks_have_the_year_of_their_thursday(self) -> None:
        assert name_of("week", datetime(2027, 1, 1, 9)) == "2026-W53"
        assert name_of("week", datetime(2025, 12, 29)) == "2026-W01"

    def test_how_often_does_not_depend_on_the_times_of_a_day(self) -> None:
        assert day_unit_of(schedule("first mon 09:00,17:00")) == "month"
        assert day_unit_of(schedule("mon 09:00,17:00")) == "week"

    def test_the_shortest_distance_is_found_where_it_is_rare(self) -> None:
        assert shortest_distance(schedule("last,first mon 09:00")) == timedelta(days=7)
        assert shortest_distance(schedule("cron: 0 9 29 2 *")) == timedelta(days=1461)
        assert shortest_distance(schedule("mon 09:00,17:00")) == timedelta(hours=8)
        assert shortest_distance(Schedule(times=(time(9),), places=(1,))) == timedelta(days=28)
