"""The guards that preflight puts before sending."""

from collections.abc import Sequence

from mutants.guards import Edit, Mutant

_SENDING = "tests/preflight/test_sending.py"

PREFLIGHT: Sequence[Mutant] = (
    Mutant(
        name="errors of preflight stop nothing",
        edits=(
            Edit(
                file="runs/letters.py",
                old="        *content_problems(built, force=force),\n",
                new="",
            ),
        ),
        tests=(f"{_SENDING}::TestSend::test_refuses_on_errors_and_says_which",),
        is_quick=True,
    ),
    Mutant(
        name="force passes over what preflight says of the law",
        edits=(
            Edit(
                file="runs/preflight.py",
                old="(force and not finding.is_final)",
                new="force",
            ),
        ),
        tests=(
            f"{_SENDING}::TestSend::test_what_the_law_wants_cannot_be_forced",
            f"{_SENDING}::TestWords::test_force_leaves_what_is_final",
        ),
    ),
    Mutant(
        name="the schedule sends despite errors of preflight",
        edits=(
            Edit(
                file="runs/freeze.py",
                old="reason_to_hold(findings_of(built.checks))",
                new='""',
            ),
        ),
        tests=(
            f"{_SENDING}::TestSchedule::test_holds_an_issue_with_errors_until_a_person_approves",
        ),
    ),
)
