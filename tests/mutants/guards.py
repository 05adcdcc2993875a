"""The guards of sending, each with the edit that removes it and the tests that must notice.

The list follows reliability.md §6.4; what concerns parts that are not built yet is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_HANDOVER = "tests/unit/delivery/test_handover.py"
_LEDGER = "tests/unit/store/test_ledger.py"
_JOURNAL = "tests/unit/store/test_journal.py"
_RECIPIENTS = "tests/unit/store/test_recipients.py"
_WITNESS = "tests/unit/store/test_witness.py"
_ANSWERS = "tests/contract/couriers/test_answers.py"
_CLICK = "tests/contract/test_one_click.py"
_DATABASE = "tests/unit/store/test_database.py"
_CRASH = "tests/crash/test_crash.py"
_AHEAD = "tests/acceptance/test_ahead.py"
_SCHEDULED = "tests/contract/couriers/test_scheduled.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A piece of text that is replaced; it stands once in its file."""

    #: Below `src/digest`.
    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A guard that is gone."""

    name: str
    edits: Sequence[Edit]
    #: Each of them alone must fail.
    tests: Sequence[str]
    #: Cheap enough for every push.
    is_quick: bool = False


def _edit(file: str, old: str, new: str) -> Sequence[Edit]:
    return (Edit(file=file, old=old, new=new),)


MUTANTS: Sequence[Mutant] = (
    Mutant(
        name="issues are not unique",
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
        ),
        tests=(
            f"{_LEDGER}::test_a_slot_is_claimed_once",
            f"{_LEDGER}::test_sixteen_processes_claim_each_slot_once",
        ),
    ),
    Mutant(
        name="the attempt is written after the POST",
        edits=(
            Edit(
                file="delivery/handover.py",
                old="                leaving = self._begin()\n",
                new="                leaving = self._begin()\n"
                "            if leaving is not None:\n"
                "                self._jobs.put(leaving)\n"
                '                __import__("time").sleep(0.2)\n',
            ),
            Edit(
                file="delivery/handover.py",
                old="            self._jobs.put(leaving)\n            # While",
                new="            # While",
            ),
        ),
        tests=(f"{_HANDOVER}::test_an_attempt_is_on_the_disk_before_the_courier_carries",),
        is_quick=True,
    ),
    Mutant(
        name="500 is a refusal",
        edits=_edit(
            "delivery/classify.py",
            "        case 429:\n",
            '        case 500:\n            return TryLater("again")\n        case 429:\n',
        ),
        tests=(
            f"{_ANSWERS}::test_an_error_at_the_provider_proves_nothing",
            f"{_CRASH}::test_killed_among_answers_that_prove_nothing",
        ),
    ),
    Mutant(
        name="no answer is a refusal",
        edits=_edit(
            "delivery/classify.py",
            "            return Unknown(reason)\n",
            "            return TryLater(reason)\n",
        ),
        tests=(
            f"{_ANSWERS}::test_an_answer_that_never_comes_is_unknown",
            f"{_CRASH}::test_killed_among_answers_that_prove_nothing",
        ),
    ),
    Mutant(
        name="a request without an answer is made again",
        edits=_edit(
            "delivery/couriers/transport.py",
            "        line.used_at = self._clock()\n        return reply\n",
            "        line.used_at = self._clock()\n"
            "        if isinstance(reply, Lost):\n"
            "            line.open(self._connect())\n"
            "            reply, whole = self._talk(line, head, request.body, reused=False)\n"
            "            line.close()\n"
            "        return reply\n",
        ),
        tests=(f"{_CRASH}::test_killed_among_answers_that_prove_nothing",),
    ),
    Mutant(
        name="other 2xx than 202 are acceptance",
        edits=_edit(
            "delivery/classify.py", "        case 202:\n", "        case 200 | 201 | 202 | 204:\n"
        ),
        tests=(f"{_ANSWERS}::test_other_answers_prove_nothing",),
    ),
    Mutant(
        name="idle connections are used",
        edits=_edit(
            "delivery/couriers/transport.py",
            "if now - self.used_at > IDLE.total_seconds() or poll.poll(0):",
            "if poll.poll(0):",
        ),
        tests=(f"{_ANSWERS}::TestKeptConnections",),
    ),
    Mutant(
        name="GET unsubscribes",
        edits=_edit(
            "web/app.py",
            "        return _response(self._pages.of(_newsletter(token)).ask)",
            "        await self._is_saved(\n"
            '            Departure(token, everything=False, origin="endpoint:page")\n'
            "        )\n"
            "        return _response(self._pages.of(_newsletter(token)).ask)",
        ),
        tests=(f"{_CLICK}::test_scanners_change_nothing",),
    ),
    Mutant(
        name="signatures are not looked at",
        edits=_edit("delivery/links.py", "    return genuine\n", "    return True\n"),
        tests=(
            f"{_CLICK}::test_a_worthless_link_is_answered_like_a_good_one",
            "tests/unit/web/test_departures.py",
        ),
    ),
    Mutant(
        name="what an ended sender left is not recovered",
        edits=_edit("runs/drive.py", "lost = journal.recover(read_now())", "lost = 0"),
        tests=(f"{_HANDOVER}::test_a_bug_in_carrying_ends_the_run_and_leaves_its_batch_in_doubt",),
    ),
    Mutant(
        name="what an ended sender left is sent again",
        edits=_edit(
            "store/sql/journal.sql",
            "UPDATE batch SET state = 'unknown' WHERE issue_id = :issue AND state = 'sending';",
            "UPDATE batch SET state = 'planned' WHERE issue_id = :issue AND state = 'sending';",
        ),
        tests=(
            f"{_JOURNAL}::test_who_ended_without_a_word_leaves_unknown_batches",
            f"{_CRASH}::test_killed_at_every_ninth_point_nobody_gets_it_twice_or_not_at_all",
            "tests/unit/store/test_machine.py",
        ),
    ),
    Mutant(
        name="an unknown batch is planned again",
        edits=_edit(
            "store/journal.py",
            "self._move(handover.batch, BatchState.SENDING, BatchState.UNKNOWN)",
            "self._move(handover.batch, BatchState.SENDING, BatchState.PLANNED)",
        ),
        tests=(
            f"{_HANDOVER}::test_an_unknown_batch_is_never_handed_over_again",
            "tests/unit/store/test_machine.py",
        ),
    ),
    Mutant(
        name="what others wrote meanwhile is not read",
        edits=_edit(
            "delivery/handover.py",
            "if not self._journal.is_current(ready.planned):",
            "if False:",
        ),
        tests=(
            f"{_HANDOVER}::test_who_leaves_after_a_batch_was_read_does_not_get_it",
            "tests/unit/store/test_machine.py",
        ),
        is_quick=True,
    ),
    Mutant(
        name="a cancelled issue goes on",
        edits=(
            Edit(
                file="delivery/handover.py",
                old="            if self._journal.issue_state() is not IssueState.SENDING:\n"
                "                self._ended = Run(Ending.CANCELLED)\n"
                "                return None\n",
                new="",
            ),
            Edit(
                file="delivery/handover.py",
                old="        elif now - self._looked_at > _GLANCE_SECONDS:",
                new="        elif False:",
            ),
        ),
        tests=(f"{_HANDOVER}::test_a_cancelled_issue_stops_before_the_next_batch",),
    ),
    Mutant(
        name="the breaker never opens",
        edits=_edit("delivery/pace.py", ">= BREAKER", ">= 10**9"),
        tests=(
            f"{_HANDOVER}::test_three_unknown_answers_in_a_row_hold_the_issue",
            "tests/unit/delivery/test_pace.py",
        ),
        is_quick=True,
    ),
    Mutant(
        name="a held issue goes on by itself",
        edits=_edit(
            "runs/drive.py",
            "if issue.is_final or issue.state is IssueState.HELD:",
            "if issue.is_final:",
        ),
        tests=(f"{_HANDOVER}::test_a_held_issue_goes_on_only_when_a_person_released_it",),
    ),
    Mutant(
        name="freezing takes everybody",
        edits=_edit(
            "store/recipients.py",
            "            if reason:\n"
            "                excluded[reason] += 1\n"
            "                continue\n",
            "",
        ),
        tests=(
            f"{_RECIPIENTS}::test_property_freezing_takes_exactly_those_it_is_for",
            f"{_RECIPIENTS}::test_who_does_not_get_it_is_counted_with_the_reason",
        ),
    ),
    Mutant(
        name="the excluded are not counted",
        edits=_edit(
            "store/recipients.py",
            "        candidates = recipients + excluded.total()\n",
            "        candidates = recipients\n",
        ),
        tests=(f"{_RECIPIENTS}::test_excluding_reasons_stand_in_the_ledger",),
        is_quick=True,
    ),
    Mutant(
        name="who left since the freezing gets it",
        edits=_edit(
            "store/recipients.py",
            "for row in rows if not row[3]]\n    if len",
            "for row in rows]\n    if len",
        ),
        tests=(
            f"{_JOURNAL}::test_a_batch_nobody_is_left_in_never_leaves",
            "tests/unit/store/test_machine.py",
        ),
    ),
    Mutant(
        name="setting aside loses a reader",
        edits=_edit(
            "store/journal.py",
            "if at not in outcome.readers\n",
            "if at > max(outcome.readers)\n",
        ),
        tests=(f"{_HANDOVER}::test_readers_set_aside_do_not_keep_the_others_from_their_mail",),
        is_quick=True,
    ),
    Mutant(
        name="dividing loses a half",
        edits=_edit(
            "store/journal.py",
            "(ids[: len(ids) // 2], ids[len(ids) // 2 :])",
            "(ids[: len(ids) // 2],)",
        ),
        tests=(f"{_HANDOVER}::test_too_large_a_batch_is_halved_until_it_passes",),
    ),
    Mutant(
        name="breaking stories are not unique",
        edits=(
            Edit(
                file="store/new_issue.py",
                old="            raise AlreadyBreakingError(identity, before[0])\n",
                new="            continue\n",
            ),
        ),
        tests=(f"{_LEDGER}::test_a_breaking_story_is_told_once",),
        is_quick=True,
    ),
    Mutant(
        name="the schema lets a breaking story in twice",
        edits=_edit(
            "store/sql/0001_first.sql",
            "    issue_id INTEGER NOT NULL REFERENCES issue (id),\n"
            "    PRIMARY KEY (realm, identity)\n",
            "    issue_id INTEGER NOT NULL REFERENCES issue (id),\n"
            "    PRIMARY KEY (realm, identity, issue_id)\n",
        ),
        tests=(f"{_LEDGER}::test_the_schema_itself_lets_a_breaking_story_in_once",),
    ),
    Mutant(
        name="frozen content can be changed",
        edits=_edit(
            "store/sql/0001_first.sql",
            "CREATE TRIGGER content_is_frozen BEFORE UPDATE ON content\n"
            "BEGIN\n    SELECT raise(ABORT, 'a frozen issue is never changed');\nEND;\n",
            "",
        ),
        tests=(f"{_LEDGER}::test_frozen_content_cannot_be_changed",),
    ),
    Mutant(
        name="the witness is not heard",
        edits=_edit("store/restored.py", "    if is_older:\n", "    if False:\n"),
        tests=(
            f"{_WITNESS}::test_what_an_older_copy_has_forgotten_is_held",
            f"{_CRASH}::test_an_older_copy_put_back_sends_nothing_again",
        ),
    ),
    Mutant(
        name="the witness is read after the attempts",
        edits=_edit(
            "store/restored.py",
            "    testimony = witness.read()\n"
            "    known = ledger.last_attempt() + _forgotten(ledger)\n    if ",
            "    known = ledger.last_attempt() + _forgotten(ledger)\n"
            "    testimony = witness.read()\n    if ",
        ),
        tests=(f"{_WITNESS}::test_a_sending_under_way_is_not_taken_for_a_restore",),
        is_quick=True,
    ),
    Mutant(
        name="the witness goes back to what the store knows",
        edits=_edit(
            "store/restored.py",
            "witness.begin(installation, ledger.last_attempt(), _forgotten(ledger))",
            "witness.begin(installation, ledger.last_attempt())",
        ),
        tests=(f"{_WITNESS}::test_the_same_copy_put_back_again_is_noticed_again",),
    ),
    Mutant(
        name="two processes drive one issue",
        edits=_edit(
            "store/driver.py",
            "            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, issue_id)\n",
            "            pass\n",
        ),
        tests=("tests/unit/store/test_driver.py",),
    ),
    Mutant(
        name="a move from a state of the past is silent",
        edits=_edit(
            "store/moves.py",
            'if connection.execute(read_queries("ledger")["set_state"], values).rowcount != 1:',
            'if connection.execute(read_queries("ledger")["set_state"], values).rowcount > 1:',
        ),
        tests=(f"{_LEDGER}::test_cancelling_too_late_does_not_free_the_story",),
    ),
    Mutant(
        name="a transaction is never rolled back",
        edits=_edit("store/database.py", '"ROLLBACK"', '"COMMIT"'),
        tests=(f"{_DATABASE}::test_a_transaction_is_written_whole_or_not_at_all",),
    ),
    Mutant(
        name="what waits at SendGrid is sent",
        edits=_edit(
            "runs/drive.py",
            "elif not open_ones and not leaves_later(issue, now):",
            "elif not open_ones:",
        ),
        tests=(
            f"{_AHEAD}::TestHandedOver::test_nothing_leaves_before_its_moment",
            f"{_AHEAD}::TestHandedOver::test_it_is_neither_interrupted_nor_sent",
        ),
        is_quick=True,
    ),
    Mutant(
        name="a name at SendGrid is made anew for what is left",
        edits=(
            Edit(
                file="runs/ahead.py",
                old="    if issue.provider_batch or has_begun(database, issue):\n",
                new="    if False:\n",
            ),
            Edit(
                file="store/sql/ahead.sql",
                old="AND leaves_at IS NULL AND provider_batch = ''\n"
                "AND state IN ('draft', 'approved', 'sending', 'held') AND NOT EXISTS (\n"
                "    SELECT 1 FROM attempt JOIN batch ON batch.id = attempt.batch_id\n"
                "    WHERE batch.issue_id = issue.id\n"
                ");",
                new=";",
            ),
        ),
        tests=(
            f"{_AHEAD}::TestHandedOver::test_another_moment_later_changes_nothing",
            f"{_AHEAD}::TestHandedOver::test_what_was_begun_at_once_goes_on_at_once",
        ),
    ),
    Mutant(
        name="a sender with another moment goes on",
        edits=_edit("runs/drive.py", "        _check_ahead(issue, how.ahead)\n", ""),
        tests=(f"{_AHEAD}::TestHandedOver::test_who_decided_otherwise_is_turned_away",),
    ),
    Mutant(
        name="a cancellation is not read back",
        edits=_edit(
            "delivery/couriers/scheduled.py",
            'if self._status(name) == "cancel":',
            "if is_ours:",
        ),
        tests=(
            f"{_SCHEDULED}::TestCancel::test_what_cannot_be_read_back_is_not_cancelled",
            f"{_SCHEDULED}::TestCancel::test_an_answer_that_lists_it_not_proves_nothing",
        ),
        is_quick=True,
    ),
    Mutant(
        name="a cancellation that is not proven counts as one",
        edits=_edit(
            "delivery/couriers/scheduled.py",
            "        raise UnfinishedError(\n",
            "        return True\n        raise UnfinishedError(\n",
        ),
        tests=(
            f"{_SCHEDULED}::TestCancel::test_what_cannot_be_read_back_is_not_cancelled",
            f"{_AHEAD}::TestCalledBack::test_unreachable_it_counts_as_left_until_it_is_proven",
        ),
    ),
    Mutant(
        name="a cancellation less than ten minutes before is certain",
        edits=_edit("runs/cancel.py", "if proven_at > self.deadline:", "if False:"),
        tests=(
            f"{_AHEAD}::TestCalledBack::test_too_late_it_counts_as_left",
            f"{_AHEAD}::TestCalledBack::test_proven_too_late_it_counts_as_left",
        ),
    ),
    Mutant(
        name="a cancellation beside a living sender is certain",
        edits=_edit(
            "runs/cancel.py",
            "caught_all = is_quiet and (is_ours or not was_under_way(self.database, self.issue))",
            "caught_all = True",
        ),
        tests=(
            f"{_AHEAD}::TestCalledBack::test_while_a_sender_hangs_it_is_cancelled_all_the_same",
        ),
    ),
    Mutant(
        name="what was cancelled too late frees its slot",
        edits=_edit(
            "store/sql/ledger.sql",
            "issue.called_back_at IS NULL\n"
            "        AND batch.state IN ('accepted', 'unknown', 'sending')\n"
            "    )\n"
            "    OR state IN",
            "issue.leaves_at IS NULL\n"
            "        AND batch.state IN ('accepted', 'unknown', 'sending')\n"
            "    )\n"
            "    OR state IN",
        ),
        tests=(f"{_AHEAD}::TestCalledBack::test_too_late_it_counts_as_left",),
    ),
    Mutant(
        name="migrations are not one transaction",
        edits=_edit(
            "store/database.py",
            "            for statement in _statements(read_sql(name)):\n"
            "                connection.execute(statement)\n",
            "            connection.executescript(read_sql(name))\n"
            '            connection.execute("BEGIN")\n',
        ),
        tests=(f"{_DATABASE}::test_a_migration_killed_at_any_statement_has_happened_or_not",),
    ),
)
