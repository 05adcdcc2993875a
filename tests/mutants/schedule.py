"""The guards of the schedule: `guards.py` says how."""

from collections.abc import Sequence

from mutants.guards import Edit, Mutant

_AGENDA = "tests/unit/runs/test_agenda.py"
_SCHEDULE = "tests/acceptance/test_schedule.py"
_FAULTS = "tests/acceptance/test_schedule_faults.py"
_PLANNING = "tests/unit/store/test_planning.py"
_RACE = "tests/year/test_race.py"


def _edit(file: str, old: str, new: str) -> Sequence[Edit]:
    return (Edit(file=file, old=old, new=new),)


SCHEDULE: Sequence[Mutant] = (
    Mutant(
        name="a slot may be an issue and missed",
        edits=(
            Edit(
                file="store/sql/0001_first.sql",
                old="    finished_at INTEGER,\n    UNIQUE (realm, newsletter, slot, copy)\n",
                new="    finished_at INTEGER\n",
            ),
            Edit(
                file="store/sql/ledger.sql",
                old="ON CONFLICT (realm, newsletter, slot, copy) DO NOTHING;",
                new=";",
            ),
            Edit(
                file="store/sql/planning.sql",
                old="ON CONFLICT (realm, newsletter, slot, copy) DO NOTHING;",
                new=";",
            ),
        ),
        tests=(
            f"{_PLANNING}::test_a_slot_is_written_down_once",
            f"{_PLANNING}::test_a_missed_slot_is_claimed_by_nobody",
            f"{_RACE}::test_a_slot_is_an_issue_or_missed_and_never_both",
        ),
    ),
    Mutant(
        name="a slot is frozen however late",
        edits=_edit(
            "runs/agenda.py",
            "        elif now > slot.moment + stages.max_lateness:",
            "        elif False:",
        ),
        tests=(
            f"{_AGENDA}::TestNewSlot::test_is_frozen_at_the_cut_off_and_missed_when_too_late",
            f"{_SCHEDULE}::TestOnTime::test_too_late_is_missed_told_and_sent_by_a_person",
        ),
        is_quick=True,
    ),
    Mutant(
        name="a frozen issue leaves however late",
        edits=_edit("runs/agenda.py", "    if now > latest(row, stages):", "    if False:"),
        tests=(
            f"{_AGENDA}::TestApproved::test_goes_out_from_its_moment_on",
            f"{_FAULTS}::TestClock::test_frozen_before_and_slept_too_long_it_is_missed",
        ),
    ),
    Mutant(
        name="a frozen issue leaves before its moment",
        edits=_edit(
            "runs/agenda.py",
            "    if now < moment:\n        is_ahead",
            "    if now < moment - timedelta(minutes=2):\n        is_ahead",
        ),
        tests=(
            f"{_AGENDA}::TestApproved::test_goes_out_from_its_moment_on",
            f"{_SCHEDULE}::TestOnTime::test_frozen_at_the_cut_off_sent_at_the_slot_once",
        ),
    ),
    Mutant(
        name="a pause holds nothing",
        edits=_edit(
            "store/planning.py",
            "return self.since <= moment and (self.until is None or moment < self.until)",
            "return False",
        ),
        tests=(
            f"{_AGENDA}::TestPause::test_slots_in_it_are_skipped",
            f"{_PLANNING}::test_a_pause_holds_from_its_beginning_to_before_its_end",
            f"{_SCHEDULE}::TestPause::test_slots_are_skipped_and_articles_kept_or_dropped",
        ),
        is_quick=True,
    ),
    Mutant(
        name="a required yes is not waited for",
        edits=_edit(
            "runs/agenda.py", "    if stages.approval is Approval.REQUIRED:", "    if False:"
        ),
        tests=(f"{_AGENDA}::TestDraft::test_without_a_required_yes_is_held",),
        is_quick=True,
    ),
    Mutant(
        name="editors who were never asked have been silent",
        edits=_edit(
            "runs/agenda.py",
            "        return None  # silence of somebody who was never asked says nothing",
            "        row = row._replace(asked_at=0)",
        ),
        tests=(
            f"{_AGENDA}::TestDraft::test_silence_of_those_who_were_never_asked_says_nothing",
            f"{_SCHEDULE}::TestApproval::test_editors_who_could_not_be_asked_have_not_been_silent",
        ),
    ),
    Mutant(
        name="two issues may leave at once",
        edits=_edit("runs/gap.py", "    if now - left >= least:", "    if least:"),
        tests=(f"{_SCHEDULE}::TestGap::test_too_near_to_the_one_before_is_held",),
    ),
    Mutant(
        name="slots count as settled before they are",
        edits=_edit(
            "runs/tick.py",
            "if slot.name not in names and moment not in moments:\n            break",
            "if slot.name not in names and moment not in moments:\n            pass",
        ),
        tests=(f"{_FAULTS}::TestContent::test_a_folder_that_was_away_for_a_while_costs_no_issue",),
    ),
    Mutant(
        name="the clock is not compared with the ledger",
        edits=_edit("runs/tick.py", "    if now < newest - _BACK:", "    if False:"),
        tests=(
            f"{_SCHEDULE}::TestOnTime::test_a_clock_that_jumped_back_begins_nothing",
            f"{_FAULTS}::TestClock::test_a_step_back_over_the_cut_off_waits_and_sends_once",
        ),
    ),
    Mutant(
        name="a slot with another name is another one",
        edits=_edit(
            "runs/agenda.py",
            "if slot.name not in names and in_ms(slot.moment) not in moments",
            "if slot.name not in names",
        ),
        # Over a whole day the place the schedule has got to, and the ledger, would stop it too.
        tests=(f"{_AGENDA}::TestNewSlot::test_that_has_another_name_now_is_settled_too",),
    ),
    Mutant(
        name="a slot at another moment is another one",
        edits=_edit(
            "runs/agenda.py",
            "if slot.name not in names and in_ms(slot.moment) not in moments",
            "if in_ms(slot.moment) not in moments",
        ),
        tests=(f"{_AGENDA}::TestNewSlot::test_that_comes_at_another_moment_now_is_settled_too",),
    ),
    Mutant(
        name="every slot that was slept over is sent",
        edits=_edit(
            "runs/agenda.py",
            "    last = 0 if stages.each_alone else _last_due(slots, rows, pause, now)",
            "    last = 0",
        ),
        tests=(
            f"{_AGENDA}::TestNewSlot::test_only_the_last_one_goes_out_when_several_are_due",
            f"{_SCHEDULE}::TestOnTime::test_when_several_are_due_only_the_last_goes_out",
        ),
    ),
    Mutant(
        name="a withdrawn story goes out",
        edits=_edit(
            "runs/send_due.py",
            "    grave = [change for change in changes if change.is_withdrawn or is_strict]",
            "    grave = [change for change in changes if is_strict]",
        ),
        tests=(f"{_SCHEDULE}::TestApproval::test_a_withdrawn_story_holds_it",),
    ),
)
