from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import BERLIN
from digest.errors import NotFoundError
from digest.selection.rules import WindowKind, WindowRule
from digest.selection.slot import next_slot, slot_after_week, slot_named, week_of, window_before
from digest.selection.timetable import Timetable

WEEKLY = WindowRule()
FRIDAYS = WindowRule(starts_on=4, starts_at=time(8))
SUNDAYS = WindowRule(starts_on=6)
DAILY = WindowRule(kind=WindowKind.DAYS, days=1)
MONTHLY = WindowRule(kind=WindowKind.DAYS, days=30)


def in_berlin(rule: WindowRule) -> Timetable:
    return Timetable(window=rule, zone=BERLIN)


class TestSlotAfterWeek:
    def test_week_means_content_and_the_slot_is_the_first_moment_after_it(self) -> None:
        slot, window = slot_after_week(in_berlin(WEEKLY), "2026-W33")

        assert slot.name == "2026-W34"
        assert slot.moment == window.end
        assert window.start.isoformat() == "2026-08-10T00:00:00+02:00"
        assert window.end.isoformat() == "2026-08-17T00:00:00+02:00"

    def test_a_week_with_a_clock_change_has_its_local_length(self) -> None:
        _, window = slot_after_week(in_berlin(WEEKLY), "2026-W13")

        assert window.end.timestamp() - window.start.timestamp() == 7 * 86400 - 3600

    def test_the_last_week_of_a_year_leads_to_the_first_slot_of_the_next(self) -> None:
        slot, _ = slot_after_week(in_berlin(WEEKLY), "2026-W53")

        assert slot.name == "2027-W01"

    @pytest.mark.parametrize(("rule", "start"), [(FRIDAYS, "07 08:00"), (SUNDAYS, "09 00:00")])
    def test_other_first_days_take_the_week_that_holds_the_thursday(
        self, rule: WindowRule, start: str
    ) -> None:
        _, window = slot_after_week(in_berlin(rule), "2026-W33")

        assert f"{window.start:%d %H:%M}" == start
        assert window.end - window.start == timedelta(days=7)

    @pytest.mark.parametrize("week", ["2026-W54", "2025-W53", "W33", "2026-33", "", "0000-W01"])
    def test_what_is_no_week_is_an_error_that_says_how_to_write_it(self, week: str) -> None:
        with pytest.raises(NotFoundError, match="is not a week\n  Write it like 2026-W33"):
            slot_after_week(in_berlin(WEEKLY), week)

    @pytest.mark.parametrize("rule", [DAILY, MONTHLY])
    def test_where_windows_are_not_weeks_a_week_is_no_issue(self, rule: WindowRule) -> None:
        with pytest.raises(NotFoundError, match=r"not weeks\n  Name the slot: --slot 2026-0[89]"):
            slot_after_week(in_berlin(rule), "2026-W33")

    @given(
        moment=st.datetimes(
            datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(ZoneInfo("UTC"))
        ),
        rule=st.sampled_from(
            [WEEKLY, FRIDAYS, SUNDAYS, WindowRule(starts_on=6, starts_at=time(18))]
        ),
    )
    def test_property_the_week_of_a_moment_holds_it(
        self, moment: datetime, rule: WindowRule
    ) -> None:
        _, window = slot_after_week(in_berlin(rule), week_of(in_berlin(rule), moment))

        assert moment in window


class TestSlotNamed:
    @pytest.mark.parametrize(
        ("name", "canonical", "moment"),
        [
            ("2026-W34", "2026-W34", "2026-08-17T00:00:00+02:00"),
            ("2026w4", "2026-W04", "2026-01-19T00:00:00+01:00"),
            ("2026-08-17", "2026-W34", "2026-08-17T00:00:00+02:00"),
            ("2026-08-19", "2026-W34", "2026-08-17T00:00:00+02:00"),
            ("2026-08-17T09:00", "2026-W34", "2026-08-17T00:00:00+02:00"),
        ],
    )
    def test_a_slot_has_one_name_however_it_is_asked_for(
        self, name: str, canonical: str, moment: str
    ) -> None:
        slot = slot_named(in_berlin(WEEKLY), name)

        assert (slot.name, slot.moment.isoformat()) == (canonical, moment)

    @pytest.mark.parametrize(
        ("rule", "name", "canonical"),
        [
            (DAILY, "2026-08-17", "2026-08-17"),
            (DAILY, "2026-W34", "2026-08-17"),
            (MONTHLY, "2026-08", "2026-08"),
            (MONTHLY, "2026-08-17", "2026-08"),
            (FRIDAYS, "2026-W34", "2026-W34"),
        ],
    )
    def test_the_newsletters_period_names_it(
        self, rule: WindowRule, name: str, canonical: str
    ) -> None:
        slot = slot_named(in_berlin(rule), name)

        assert slot.name == canonical
        assert slot == slot_named(in_berlin(rule), canonical)

    @pytest.mark.parametrize("name", ["2026-02-30", "2026-13", "tomorrow", "../x", "2026-W60"])
    def test_what_is_no_slot_is_an_error(self, name: str) -> None:
        with pytest.raises(NotFoundError):
            slot_named(in_berlin(WEEKLY), name)


class TestNextSlot:
    def test_on_its_moment_a_slot_is_still_the_next(self) -> None:
        slot = next_slot(in_berlin(WEEKLY), datetime(2026, 8, 17, tzinfo=BERLIN))

        assert slot.name == "2026-W34"

    def test_a_second_later_it_is_the_following(self) -> None:
        slot = next_slot(in_berlin(WEEKLY), datetime(2026, 8, 17, 0, 0, 1, tzinfo=BERLIN))

        assert slot.name == "2026-W35"

    @pytest.mark.parametrize(
        ("rule", "name"), [(DAILY, "2026-08-13"), (MONTHLY, "2026-09"), (FRIDAYS, "2026-W33")]
    )
    def test_names_follow_the_period(self, rule: WindowRule, name: str) -> None:
        assert next_slot(in_berlin(rule), datetime(2026, 8, 12, 12, tzinfo=BERLIN)).name == name

    @given(
        now=st.datetimes(
            datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(ZoneInfo("UTC"))
        ),
        rule=st.sampled_from([WEEKLY, FRIDAYS, SUNDAYS, DAILY, MONTHLY]),
    )
    def test_property_a_slot_is_never_in_the_past_and_is_found_by_its_name(
        self, now: datetime, rule: WindowRule
    ) -> None:
        slot = next_slot(in_berlin(rule), now)

        assert slot.moment >= now
        if rule is not MONTHLY:  # a month's slot is named by its month, and begins on the first
            assert slot_named(in_berlin(rule), slot.name) == slot


class TestWindowBefore:
    @given(week=st.integers(1, 52), year=st.integers(2020, 2036))
    def test_property_the_window_of_a_week_is_the_window_of_its_slot(
        self, week: int, year: int
    ) -> None:
        slot, window = slot_after_week(in_berlin(WEEKLY), f"{year}-W{week:02}")

        assert window_before(slot, in_berlin(WEEKLY)) == window

    @given(days=st.integers(0, 6000), rule=st.sampled_from([WEEKLY, FRIDAYS, DAILY]))
    def test_property_windows_follow_one_another_without_gap(
        self, days: int, rule: WindowRule
    ) -> None:
        now = datetime(2020, 1, 1, 7, tzinfo=BERLIN) + timedelta(days=days)
        first = next_slot(in_berlin(rule), now)
        second = next_slot(in_berlin(rule), first.moment + timedelta(seconds=1))

        assert (
            window_before(second, in_berlin(rule)).start
            == window_before(first, in_berlin(rule)).end
        )

    def test_a_slot_later_on_monday_still_takes_the_last_full_week(self) -> None:
        slot = slot_named(in_berlin(WEEKLY), "2026-08-17T09:00")

        window = window_before(slot, in_berlin(WEEKLY))

        assert window.end.isoformat() == "2026-08-17T00:00:00+02:00"
