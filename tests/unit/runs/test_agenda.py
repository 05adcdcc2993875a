"""What is due: the rules of the schedule, on values alone."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.operating import Approval
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.runs.agenda import (
    LATER_SLOT,
    NOBODY_APPROVED,
    TOO_LATE,
    Duty,
    Kind,
    Stages,
    due,
)
from digest.selection.slot import Slot
from digest.store.ledger import IssueRow
from digest.store.planning import Pause
from digest.store.times import in_ms

NOON = datetime(2026, 8, 17, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def slot(moment: datetime = NOON, name: str = "", skipped: str = "") -> Slot:
    return Slot(name or f"{moment:%Y-%m-%dT%H:%M}", moment, skipped)


def row(state: IssueState, moment: datetime = NOON, **fields: Any) -> IssueRow:
    values: dict[str, Any] = {
        "id": 1,
        "realm": Realm.REAL,
        "newsletter": "weekly",
        "slot": f"{moment:%Y-%m-%dT%H:%M}",
        "copy": 0,
        "state": state,
        "reason": "",
        "number": 1,
        "courier": "sendgrid",
        "slot_at": in_ms(moment),
        "window_end": None,
        "audience": Audience(newsletter="weekly"),
        "candidates": None,
        "created_at": in_ms(moment - HOUR),
        "recipients_frozen_at": None,
        "finished_at": None,
        "window_start": None,
        "drops_articles": 0,
        "asked_at": None,
        "approved_at": None,
        "leaves_at": None,
        "provider_batch": "",
        "called_back_at": None,
    }
    return IssueRow(**(values | fields))


def look(now: datetime, **given: Any) -> list[Duty]:
    values: dict[str, Any] = {
        "slots": (),
        "rows": (),
        "stages": Stages(),
        "pause": None,
        "to_hand_over": (),
    }
    return due("weekly", **(values | given), now=now)


def kinds(now: datetime, **given: Any) -> list[tuple[Kind, str]]:
    return [(duty.kind, duty.reason) for duty in look(now, **given)]


class TestNewSlot:
    @pytest.mark.parametrize(
        ("after", "kind"),
        [
            (-31 * MINUTE, None),
            (-30 * MINUTE, Kind.FREEZE),
            (timedelta(), Kind.FREEZE),
            (6 * HOUR, Kind.FREEZE),
            (6 * HOUR + MINUTE, Kind.MISS),
        ],
    )
    def test_is_frozen_at_the_cut_off_and_missed_when_too_late(
        self, after: timedelta, kind: Kind | None
    ) -> None:
        found = [kind for kind, _ in kinds(NOON + after, slots=[slot()])]

        assert found == ([kind] if kind else [])

    def test_that_the_ledger_knows_is_settled(self) -> None:
        for state in IssueState:
            assert not [
                duty
                for duty in look(NOON, slots=[slot()], rows=[row(state, finished_at=1)])
                if duty.issue is None
            ]

    def test_that_has_another_name_now_is_settled_too(self) -> None:
        """The schedule came more often: the same moment is called anew."""
        sent = row(IssueState.SENT, slot="2026-W34")

        assert look(NOON, slots=[slot(name="2026-08-17")], rows=[sent]) == []

    def test_that_comes_at_another_moment_now_is_settled_too(self) -> None:
        """The zone's rules changed: the same day's slot is two hours later."""
        sent, moved = row(IssueState.SENT, slot="2026-W34"), slot(NOON + 2 * HOUR, "2026-W34")

        assert look(NOON + 2 * HOUR, slots=[moved], rows=[sent]) == []

    def test_only_the_last_one_goes_out_when_several_are_due(self) -> None:
        slots = [slot(NOON - 2 * HOUR), slot(NOON - HOUR), slot(NOON)]

        assert kinds(NOON, slots=slots) == [
            (Kind.MISS, LATER_SLOT),
            (Kind.MISS, LATER_SLOT),
            (Kind.FREEZE, ""),
        ]

    def test_on_a_free_day_is_skipped_when_its_moment_comes(self) -> None:
        free = slot(skipped="holiday: Christmas Day")

        assert look(NOON - MINUTE, slots=[free]) == []
        assert kinds(NOON, slots=[free]) == [(Kind.SKIP, "holiday: Christmas Day")]

    def test_on_a_free_day_makes_none_before_it_too_late(self) -> None:
        slots = [slot(NOON - HOUR), slot(NOON, skipped="in skip_dates")]

        assert [kind for kind, _ in kinds(NOON, slots=slots)] == [Kind.FREEZE, Kind.SKIP]


class TestPause:
    PAUSE = Pause("weekly", in_ms(NOON - DAY), in_ms(NOON + DAY), keeps_articles=False, who="ada")

    def test_slots_in_it_are_skipped(self) -> None:
        (duty,) = look(NOON, slots=[slot()], pause=self.PAUSE)

        assert (duty.kind, duty.reason, duty.drops_articles) == (Kind.SKIP, "paused by ada", True)

    def test_slots_before_and_after_are_not(self) -> None:
        before, after = NOON - DAY - MINUTE, NOON + DAY
        for moment in (before, after):
            (duty,) = look(moment, slots=[slot(moment)], pause=self.PAUSE)
            assert duty.kind is Kind.FREEZE

    @pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.APPROVED])
    def test_frozen_issues_wait_and_are_skipped(self, state: IssueState) -> None:
        assert look(NOON - MINUTE, rows=[row(state)], pause=self.PAUSE) == []
        assert [kind for kind, _ in kinds(NOON, rows=[row(state)], pause=self.PAUSE)] == [
            Kind.SKIP
        ]

    def test_what_was_begun_goes_on(self) -> None:
        begun = row(IssueState.SENDING, recipients_frozen_at=in_ms(NOON))

        assert [kind for kind, _ in kinds(NOON, rows=[begun], pause=self.PAUSE)] == [Kind.SEND]


class TestApproved:
    @pytest.mark.parametrize(
        ("after", "kind"),
        [
            (-MINUTE, None),
            (timedelta(), Kind.SEND),
            (6 * HOUR, Kind.SEND),
            (6 * HOUR + MINUTE, Kind.MISS),
        ],
    )
    def test_goes_out_from_its_moment_on(self, after: timedelta, kind: Kind | None) -> None:
        found = [kind for kind, _ in kinds(NOON + after, rows=[row(IssueState.APPROVED)])]

        assert found == ([kind] if kind else [])

    def test_by_a_person_late_goes_out_all_the_same(self) -> None:
        late = row(IssueState.APPROVED, approved_at=in_ms(NOON + 8 * HOUR))

        assert kinds(NOON + 8 * HOUR, rows=[late]) == [(Kind.SEND, "")]
        assert kinds(NOON + 15 * HOUR, rows=[late]) == [(Kind.MISS, TOO_LATE)]

    def test_is_missed_when_a_later_slot_is_due(self) -> None:
        rows = [row(IssueState.APPROVED), row(IssueState.APPROVED, NOON + HOUR, id=2)]

        assert kinds(NOON + HOUR, rows=rows) == [(Kind.MISS, LATER_SLOT), (Kind.SEND, "")]

    def test_made_just_now_is_left_to_the_command_that_made_it(self) -> None:
        young = row(IssueState.APPROVED, created_at=in_ms(NOON + HOUR))

        assert look(NOON + HOUR + 30 * timedelta(seconds=1), rows=[young]) == []
        assert kinds(NOON + HOUR + MINUTE, rows=[young]) == [(Kind.SEND, "")]

    def test_is_handed_over_ahead(self) -> None:
        stages = Stages(hand_over=30 * MINUTE)
        approved = [row(IssueState.APPROVED)]

        assert look(NOON - 31 * MINUTE, rows=approved, stages=stages) == []
        (duty,) = look(NOON - 30 * MINUTE, rows=approved, stages=stages)
        assert (duty.kind, duty.is_ahead) == (Kind.SEND, True)

    def test_with_the_provider_is_left_alone_until_its_moment(self) -> None:
        over = row(
            IssueState.SENDING, leaves_at=in_ms(NOON), recipients_frozen_at=in_ms(NOON - HOUR)
        )

        assert look(NOON - MINUTE, rows=[over]) == []
        assert kinds(NOON - MINUTE, rows=[over], to_hand_over={1}) == [(Kind.SEND, "")]
        assert kinds(NOON, rows=[over]) == [(Kind.SEND, "")]


class TestDraft:
    def test_without_a_required_yes_is_held(self) -> None:
        stages = Stages(approval=Approval.REQUIRED)
        draft = [row(IssueState.DRAFT)]

        assert look(NOON - MINUTE, rows=draft, stages=stages) == []
        assert kinds(NOON, rows=draft, stages=stages) == [(Kind.HOLD, NOBODY_APPROVED)]

    def test_silence_of_those_who_were_asked_sends(self) -> None:
        stages = Stages(approval=Approval.SILENCE_SENDS, cut_off=4 * HOUR)
        asked = [row(IssueState.DRAFT, asked_at=in_ms(NOON - 4 * HOUR))]

        assert look(NOON - MINUTE, rows=asked, stages=stages) == []
        assert [kind for kind, _ in kinds(NOON, rows=asked, stages=stages)] == [Kind.APPROVE]

    def test_silence_takes_an_hour(self) -> None:
        """The machine slept over the cut-off: editors still have time to answer."""
        stages = Stages(approval=Approval.SILENCE_SENDS, cut_off=4 * HOUR)
        asked = [row(IssueState.DRAFT, asked_at=in_ms(NOON - 10 * MINUTE))]

        assert look(NOON + 49 * MINUTE, rows=asked, stages=stages) == []
        assert [kind for kind, _ in kinds(NOON + 50 * MINUTE, rows=asked, stages=stages)] == [
            Kind.APPROVE
        ]

    def test_silence_of_those_who_were_never_asked_says_nothing(self) -> None:
        stages = Stages(approval=Approval.SILENCE_SENDS)
        never = [row(IssueState.DRAFT)]

        assert look(NOON + 6 * HOUR, rows=never, stages=stages) == []
        assert kinds(NOON + 7 * HOUR, rows=never, stages=stages) == [
            (Kind.MISS, "no editor could be asked in time")
        ]

    def test_silence_does_not_make_up_for_lateness(self) -> None:
        """The machine slept for a night: readers do not get it eight hours late."""
        stages = Stages(approval=Approval.SILENCE_SENDS, cut_off=4 * HOUR)
        asked = [row(IssueState.DRAFT, asked_at=in_ms(NOON - HOUR))]

        assert kinds(NOON + 8 * HOUR, rows=asked, stages=stages) == [(Kind.MISS, TOO_LATE)]

    def test_that_no_editor_was_shown_is_shown(self) -> None:
        stages = Stages(approval=Approval.REQUIRED)

        assert kinds(NOON - HOUR, rows=[row(IssueState.DRAFT)], stages=stages, not_shown={1}) == [
            (Kind.ASK, "")
        ]


class TestBegun:
    def test_goes_on_until_it_is_too_late(self) -> None:
        begun = [row(IssueState.SENDING, recipients_frozen_at=in_ms(NOON))]

        assert kinds(NOON + 6 * HOUR, rows=begun) == [(Kind.SEND, "")]
        (duty,) = look(NOON + 6 * HOUR + MINUTE, rows=begun)
        assert duty.kind is Kind.HOLD


class TestBreaking:
    STAGES = Stages(quiet=(time(22), time(7)), each_alone=True)

    def test_waits_for_the_end_of_quiet_hours(self) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        planned = [row(IssueState.APPROVED, datetime(2026, 8, 17, 21, 55, tzinfo=berlin))]
        in_the_night = datetime(2026, 8, 17, 22, 0, tzinfo=berlin)

        assert look(in_the_night, rows=planned, stages=self.STAGES) == []
        long = self.STAGES._replace(max_lateness=12 * HOUR)
        morning = datetime(2026, 8, 18, 7, 0, tzinfo=berlin)
        assert kinds(morning, rows=planned, stages=long) == [(Kind.SEND, "")]

    def test_stories_do_not_make_each_other_too_late(self) -> None:
        rows = [row(IssueState.APPROVED), row(IssueState.APPROVED, NOON + MINUTE, id=2)]

        assert [kind for kind, _ in kinds(NOON + HOUR, rows=rows, stages=self.STAGES)] == [
            Kind.SEND,
            Kind.SEND,
        ]


_STATES = st.sampled_from(IssueState)
_TIMES = st.integers(-72, 72).map(lambda hours: NOON + hours * HOUR)


class TestProperty:
    @given(
        moments=st.lists(_TIMES, unique=True, max_size=6),
        states=st.lists(st.tuples(_TIMES, _STATES), max_size=6),
        now=_TIMES,
        approval=st.sampled_from(Approval),
    )
    def test_property_nothing_leaves_before_its_moment_or_too_late(
        self,
        moments: list[datetime],
        states: list[tuple[datetime, IssueState]],
        now: datetime,
        approval: Approval,
    ) -> None:
        rows = [row(state, moment, id=number) for number, (moment, state) in enumerate(states, 1)]
        stages = Stages(approval=approval)
        duties = look(
            now, slots=[slot(moment) for moment in sorted(moments)], rows=rows, stages=stages
        )

        names = [(duty.slot, duty.issue and duty.issue.id) for duty in duties]
        assert len(names) == len(set(names)), "one duty for each slot"
        for duty in duties:
            if duty.kind is Kind.SEND:
                assert duty.issue is not None
                assert duty.issue.state in {IssueState.APPROVED, IssueState.SENDING}
                assert duty.moment <= in_ms(now) or duty.issue.state is IssueState.SENDING
                assert in_ms(now) <= duty.moment + in_ms(NOON + 6 * HOUR) - in_ms(NOON)
            if duty.kind is Kind.FREEZE:
                assert duty.issue is None
