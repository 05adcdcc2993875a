"""Slots of newsletters with a schedule."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BERLIN
from digest.articles.wall_clock import readings_at, resolve
from digest.config.mistake import Wrong
from digest.config.schedule_words import parse_schedule
from digest.errors import NotFoundError
from digest.selection.rules import WindowKind, WindowRule
from digest.selection.slot import (
    Slot,
    frequency_of,
    last_slot,
    next_slot,
    period_of,
    slot_after_week,
    slot_named,
    slots_between,
    window_before,
)
from digest.selection.timetable import FreeDays, Timetable

CAIRO = ZoneInfo("Africa/Cairo")
APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = [BERLIN, CAIRO, LORD_HOWE, ZoneInfo("America/Santiago"), ZoneInfo("Asia/Kathmandu")]
WEEK = WindowRule()
NONE_FREE = FreeDays()
DAY = WindowRule(kind=WindowKind.DAYS, days=1)
SEVEN_DAYS = WindowRule(kind=WindowKind.DAYS, days=7)
FORTNIGHTLY = "every 2 weeks from 2026-01-05 09:00"
NO_SLOT = "there is no slot {}"
SEVERAL = "there are several slots in {}"
WORDS = [
    "mon 09:00", "mon 00:00", "mon,thu 02:30", "mon 09:00,17:00", "weekdays 07:30", "daily 00:30",
    "daily 02:00,02:30,03:00", "first sun 02:30", "last fri 16:00", "1st,15th 00:00",
    "last day 23:45", "every 2 weeks from 2026-01-05 02:15", "every 5 days from 2024-01-01 00:00",
    "cron: 30 2 * * *", "cron: 0 9 * * 1", "cron: */30 0-3 * * *", "cron: 0 0 L * *",
]  # fmt: skip


def timetable(
    words: str,
    *,
    zone: ZoneInfo = BERLIN,
    window: WindowRule = WEEK,
    free: FreeDays = NONE_FREE,
) -> Timetable:
    schedule = parse_schedule(words)
    assert not isinstance(schedule, Wrong), schedule
    return Timetable(schedule=schedule, zone=zone, window=window, free=free)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def shown(slot: Slot) -> str:
    return f"{slot.name} {slot.moment.isoformat(timespec='minutes')}"


class TestNextAndLast:
    def test_on_its_moment_a_slot_is_the_next_and_the_last(self) -> None:
        weekly, moment = timetable("mon 09:00"), at("2026-08-17T09:00")

        assert next_slot(weekly, moment) == last_slot(weekly, moment)
        assert shown(next_slot(weekly, moment)) == "2026-W34 2026-08-17T09:00+02:00"

    def test_a_second_before_and_after_they_are_two(self) -> None:
        weekly, moment = timetable("mon 09:00"), at("2026-08-17T09:00")

        assert next_slot(weekly, moment + timedelta(seconds=1)).name == "2026-W35"
        assert last_slot(weekly, moment - timedelta(seconds=1)).name == "2026-W33"

    def test_the_zone_of_the_one_who_asks_makes_no_difference(self) -> None:
        weekly = timetable("mon 09:00")

        slot = next_slot(weekly, datetime(2026, 8, 17, 7, tzinfo=UTC))

        assert shown(slot) == "2026-W34 2026-08-17T09:00+02:00"

    def test_a_skipped_time_is_the_first_instant_after_the_gap(self) -> None:
        daily = timetable("daily 02:30")

        slot = next_slot(daily, at("2026-03-29T00:00"))

        assert shown(slot) == "2026-03-29 2026-03-29T03:00+02:00"

    def test_a_repeated_time_is_the_first_of_the_two(self) -> None:
        daily = timetable("daily 02:30")

        first = next_slot(daily, at("2026-10-25T00:00"))

        assert shown(first) == "2026-10-25 2026-10-25T02:30+02:00"
        # Between the two, and at the second.
        for minutes in (1, 30, 60, 61):
            now = first.moment.astimezone(UTC) + timedelta(minutes=minutes)
            assert next_slot(daily, now).name == "2026-10-26"
            assert last_slot(daily, now) == first

    def test_times_in_one_gap_are_one_slot_named_by_the_first(self) -> None:
        often = timetable("daily 02:00,02:30,03:00,03:30")
        day = at("2026-03-29T00:00")

        slots = list(slots_between(often, day, day + timedelta(hours=6)))

        assert list(map(shown, slots)) == [
            "2026-03-29T02:00 2026-03-29T03:00+02:00",
            "2026-03-29T03:30 2026-03-29T03:30+02:00",
        ]
        assert slot_named(often, "2026-03-29T03:00") == slots[0]
        assert last_slot(often, slots[0].moment) == slots[0]

    def test_where_a_gap_makes_one_of_a_days_slots_the_day_names_it(self) -> None:
        often = timetable("sun 02:00,02:30")

        assert slot_named(often, "2026-03-29").name == "2026-03-29T02:00"
        with pytest.raises(NotFoundError, match="several slots"):
            slot_named(often, "2026-03-22")

    def test_a_gap_at_midnight_moves_the_slot_and_not_its_day(self) -> None:
        daily = timetable("fri 00:00", zone=CAIRO)

        slot = next_slot(daily, at("2026-04-22T12:00", CAIRO))

        assert shown(slot) == "2026-W17 2026-04-24T01:00+03:00"

    def test_a_day_that_never_was_shares_the_slot_of_the_next(self) -> None:
        daily = timetable("daily 00:00", zone=APIA)
        asked = at("2011-12-28T12:00", APIA)

        slots = list(slots_between(daily, asked, asked + timedelta(days=5)))

        assert [slot.name for slot in slots][:3] == ["2011-12-29", "2011-12-30", "2012-01-01"]
        assert shown(slots[1]) == "2011-12-30 2011-12-31T00:00+14:00"

    def test_the_end_of_a_gap_is_a_time_of_its_own_where_it_is_one(self) -> None:
        """Lord Howe's gap is half an hour long: 02:30 is the first instant after it."""
        daily = timetable("daily 02:30", zone=LORD_HOWE)
        moment = at("2034-10-01T02:30", LORD_HOWE)

        assert last_slot(daily, moment).moment == moment
        assert next_slot(daily, moment).moment == moment
        assert slot_named(daily, "2034-10-01").moment == moment

    def test_before_the_first_slot_there_is_no_last_one(self) -> None:
        later = timetable("every 2 weeks from 2027-01-04 09:00")

        with pytest.raises(NotFoundError) as caught:
            last_slot(later, at("2026-08-17T09:00"))

        assert str(caught.value) == (
            "schedule: the first slot is still to come: 2027-W01, Mon 04 Jan 2027 09:00\n"
            "  Wait for it, or change the schedule in config.toml."
        )
        assert next_slot(later, at("2026-08-17T09:00")).name == "2027-W01"


class TestFreeDays:
    FREE = FreeDays(dates=("2026-08-17", "12-24"), holidays="DE-BE")

    def test_skipped_slots_are_passed_over(self) -> None:
        weekly = timetable("mon 09:00", free=self.FREE)

        assert next_slot(weekly, at("2026-08-12T00:00")).name == "2026-W35"
        assert last_slot(weekly, at("2026-08-19T00:00")).name == "2026-W33"

    def test_between_two_moments_they_stand_with_the_reason(self) -> None:
        daily = timetable("daily 09:00", free=self.FREE)

        slots = slots_between(daily, at("2026-12-23T09:00"), at("2026-12-28T09:00"))

        assert [(slot.name, slot.skipped) for slot in slots] == [
            ("2026-12-24", "in skip_dates"),
            ("2026-12-25", "holiday: Christmas Day"),
            ("2026-12-26", "holiday: Second Day of Christmas"),
            ("2026-12-27", ""),
            ("2026-12-28", ""),
        ]

    def test_a_part_of_a_country_has_holidays_of_its_own(self) -> None:
        womens_day = date(2026, 3, 8)

        assert FreeDays(holidays="DE-BE").reason(womens_day) == "holiday: Women's Day"
        assert FreeDays(holidays="DE").reason(womens_day) == ""

    def test_a_skipped_slot_is_found_by_its_name(self) -> None:
        weekly = timetable("mon 09:00", free=self.FREE)

        assert slot_named(weekly, "2026-W34").skipped == "in skip_dates"

    def test_where_all_are_skipped_it_says_so(self) -> None:
        never = timetable("cron: 0 9 24 12 *", free=self.FREE)

        for look in (next_slot, last_slot):
            with pytest.raises(NotFoundError, match="every slot falls on a day that is skipped"):
                look(never, at("2026-08-17T09:00"))


class TestSlotNamed:
    @pytest.mark.parametrize(
        ("words", "asked", "name"),
        [
            ("mon 09:00", "2026-W34", "2026-W34"),
            ("mon 09:00", "2026w34", "2026-W34"),
            ("mon 09:00", "2026-08-19", "2026-W34"),
            ("mon 09:00", "2026-08-17T09:00", "2026-W34"),
            ("first mon 09:00", "2026-08", "2026-08"),
            ("first mon 09:00", "2026-08-19", "2026-08"),
            ("first mon 09:00", "2026-W34", "2026-08"),
            ("mon,thu 09:00", "2026-08-20", "2026-08-20"),
            ("mon,thu 09:00", "2026-08-20T11:00", "2026-08-20"),
            ("mon 09:00,17:00", "2026-08-17T17:00", "2026-08-17T17:00"),
            (FORTNIGHTLY, "2026-W34", "2026-W34"),
            ("every 5 weeks from 2026-01-05 09:00", "2026-08", "2026-W32"),
            ("fri 09:00", "2026-W53", "2026-W53"),
            ("fri 09:00", "2027-01-01", "2026-W53"),
        ],
    )
    def test_a_slot_has_one_name_however_it_is_asked_for(
        self, words: str, asked: str, name: str
    ) -> None:
        slot = slot_named(timetable(words), asked)

        assert slot.name == name
        assert slot_named(timetable(words), name) == slot

    @pytest.mark.parametrize(
        ("words", "asked", "what", "remedy"),
        [
            (FORTNIGHTLY, "2026-W35", NO_SLOT, "The nearest are: 2026-W34, 2026-W36."),
            (FORTNIGHTLY, "2025-W30", NO_SLOT, "The nearest are: 2026-W02."),
            (
                "mon,thu 09:00",
                "2026-08-18",
                NO_SLOT,
                "The nearest are: 2026-08-17, 2026-08-20.",
            ),
            (
                "mon 09:00,17:00",
                "2026-08-17T10:00",
                NO_SLOT,
                "The nearest are: 2026-08-17T09:00, 2026-08-17T17:00.",
            ),
            ("mon,thu 09:00", "2026-W34", SEVERAL, "Name one of them: 2026-08-17, 2026-08-20."),
            (
                "mon 09:00",
                "2026-08",
                SEVERAL,
                "Name one of them: 2026-W32, 2026-W33, 2026-W34, 2026-W35, 2026-W36.",
            ),
            (
                "daily 09:00",
                "2026-W34",
                SEVERAL,
                "Name one of them: " + ", ".join(f"2026-08-{day}" for day in range(17, 24)) + ".",
            ),
            (
                "mon 09:00",
                "2026-W60",
                "{} is not the name of a slot",
                "Write it like 2026-W34, 2026-08, 2026-08-17 or 2026-08-17T09:00.",
            ),
        ],
    )
    def test_what_is_no_slot_or_several_is_told_with_those_there_are(
        self, words: str, asked: str, what: str, remedy: str
    ) -> None:
        with pytest.raises(NotFoundError) as caught:
            slot_named(timetable(words), asked)

        assert str(caught.value) == f"--slot: {what.format(repr(asked))}\n  {remedy}"

    @pytest.mark.parametrize("asked", ["9999-12-31", "0001-01-01", "9999-W52", "9999-12"])
    def test_the_end_of_time_is_an_error(self, asked: str) -> None:
        with pytest.raises(NotFoundError):
            slot_named(timetable(FORTNIGHTLY), asked)


class TestAnySlot:
    @given(
        words=st.sampled_from(WORDS),
        zone=st.sampled_from(ZONES),
        start=st.datetimes(datetime(2026, 2, 1), datetime(2033, 12, 1), timezones=st.just(UTC)),
    )
    def test_property_slots_follow_each_other_each_with_a_name_that_finds_it(
        self, words: str, zone: ZoneInfo, start: datetime
    ) -> None:
        when = timetable(words, zone=zone, window=DAY)
        until = start + timedelta(days=3 if "*/" in words else 40)

        slots = list(slots_between(when, start, until))

        moments = [slot.moment.timestamp() for slot in slots]
        assert all(earlier < later for earlier, later in pairwise(moments))
        assert len({slot.name for slot in slots}) == len(slots)
        assert all(start.timestamp() < moment <= until.timestamp() for moment in moments)
        for slot in slots[:3] + slots[-3:]:
            assert slot_named(when, slot.name) == slot
            assert next_slot(when, slot.moment) == last_slot(when, slot.moment) == slot
            assert window_before(slot, when).end == slot.moment
        if slots:
            assert next_slot(when, start + timedelta(microseconds=1)) == slots[0]
            assert last_slot(when, until) == slots[-1]

    @given(
        words=st.sampled_from(["daily 00:00", "daily 02:30", "daily 00:30"]),
        zone=st.sampled_from(ZONES),
        start=st.datetimes(datetime(2026, 2, 1), datetime(2033, 12, 1), timezones=st.just(UTC)),
    )
    def test_property_windows_meet_even_where_a_gap_moved_the_slot(
        self, words: str, zone: ZoneInfo, start: datetime
    ) -> None:
        when = timetable(words, zone=zone, window=DAY)

        slots = list(slots_between(when, start, start + timedelta(days=200)))

        for earlier, later in pairwise(slots):
            assert window_before(later, when).start.timestamp() == earlier.moment.timestamp()


class TestWindows:
    def test_a_week_is_the_last_full_one_whenever_the_slot_is(self) -> None:
        when = timetable("fri 16:00")

        window = window_before(slot_named(when, "2026-W34"), when)

        assert (f"{window.start:%m-%d %H:%M}", f"{window.end:%m-%d %H:%M}") == (
            "08-10 00:00",
            "08-17 00:00",
        )

    @pytest.mark.parametrize("words", ["mon 09:00", "fri 16:00", "cron: 0 9 * * 2"])
    def test_the_slot_of_a_week_is_the_one_that_draws_from_it(self, words: str) -> None:
        when = timetable(words)

        slot, window = slot_after_week(when, "2026-W33")

        assert slot.name == "2026-W34"
        assert window == window_before(slot, when)
        assert f"{window.start:%m-%d}" == "08-10"

    def test_where_windows_end_at_the_slots_a_week_is_where_its_thursday_is(self) -> None:
        monday = timetable("mon 09:00", window=SEVEN_DAYS)
        wednesday = timetable("wed 09:00", window=SEVEN_DAYS)

        assert slot_after_week(monday, "2026-W33")[0].name == "2026-W34"
        slot, window = slot_after_week(wednesday, "2026-W33")
        assert slot.name == "2026-W34"
        assert f"{window.start:%m-%d %H:%M}" == "08-12 09:00"

    @pytest.mark.parametrize("window", [WindowRule(), SEVEN_DAYS])
    def test_a_week_nobody_draws_from_has_no_slot(self, window: WindowRule) -> None:
        when = timetable(FORTNIGHTLY, window=window)

        with pytest.raises(NotFoundError) as caught:
            slot_after_week(when, "2026-W34")

        assert str(caught.value) == (
            "--week: no issue of this newsletter draws from the week 2026-W34\n"
            "  Name a slot; the next after that week: --slot 2026-W36"
        )
        assert slot_after_week(when, "2026-W33")[0].name == "2026-W34"


class TestHowOften:
    @pytest.mark.parametrize(
        ("words", "often", "period"),
        [
            ("mon 09:00", "weekly", timedelta(days=7)),
            ("mon 09:00,17:00", "weekly", timedelta(hours=8)),
            ("mon,thu 09:00", "daily", timedelta(days=3)),
            ("daily 09:00", "daily", timedelta(days=1)),
            ("first mon 09:00", "monthly", timedelta(days=28)),
            ("1st,15th 09:00", "weekly", timedelta(days=14)),
            (FORTNIGHTLY, "weekly", timedelta(days=14)),
            ("every 4 weeks from 2026-01-05 09:00", "monthly", timedelta(days=28)),
            ("cron: */30 * * * *", "daily", timedelta(minutes=30)),
        ],
    )
    def test_a_schedule_says_how_often(self, words: str, often: str, period: timedelta) -> None:
        assert frequency_of(timetable(words)) == often
        assert period_of(timetable(words)) == period

    @pytest.mark.parametrize(
        ("days", "often", "period"), [(1, "daily", 1), (7, "weekly", 7), (30, "monthly", 28)]
    )
    def test_without_one_the_windows_do(self, days: int, often: str, period: int) -> None:
        when = Timetable(zone=BERLIN, window=WindowRule(kind=WindowKind.DAYS, days=days))

        assert frequency_of(when) == often
        assert period_of(when) == timedelta(days=period)


@given(
    zone=st.sampled_from([*ZONES, APIA]),
    moment=st.datetimes(datetime(2011, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC)),
    minutes=st.integers(-1500, 1500),
)
def test_property_readings_bound_what_means_a_moment_or_later(
    zone: ZoneInfo, moment: datetime, minutes: int
) -> None:
    first, last = readings_at(moment, zone)

    assert resolve(first - timedelta(seconds=1), zone).timestamp() < moment.timestamp()
    assert resolve(last + timedelta(seconds=1), zone).timestamp() > moment.timestamp()
    meant = resolve(first + timedelta(minutes=minutes), zone)
    if minutes < 0:
        assert meant.timestamp() < moment.timestamp()
