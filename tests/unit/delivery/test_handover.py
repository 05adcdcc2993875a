"""Batches handed over to a scripted courier, with the real journal in a store on the disk."""

import os
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crash.history import History, read_history
from crash.invariants import broken
from crash.scripted import (
    OK,
    Reply,
    ScriptedCourier,
    hurried,
    leaping,
    make_surroundings,
    no,
)
from crash.stores import AT, SLOT, claim, make_store
from digest.delivery.handover import Ending, Run, hand_over
from digest.delivery.letter import Handover
from digest.delivery.outcome import (
    Accepted,
    Divide,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)
from digest.delivery.pace import PATIENCE, Pace
from digest.delivery.states import BatchState, IssueState
from digest.errors import StoreError
from digest.runs.drive import Drive, Driven, drive
from digest.store.balance import Balance, balance_of
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.leaving import unsubscribe
from digest.store.ledger import IssueRow, Ledger
from digest.store.recipients import freeze_recipients
from digest.store.witness import Witness

LOST = Reply(Unknown("no answer"), takes=True)
GONE = no(Unknown("no answer"))
LATER = no(TryLater("too many requests"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with twelve readers."""
    return make_store(tmp_path / "digest.db", 12)


@pytest.fixture
def database(store: Path) -> Iterator[Database]:
    with closing(open_store(str(store))) as opened:
        yield opened


def sending(database: Database, most: int = 4) -> tuple[IssueRow, StoreJournal]:
    """Return a claimed and frozen issue that is being sent, and its journal."""
    issue = claim(database)
    freeze_recipients(database, issue.id, issue.audience, most, AT)
    issue = Ledger(database).move(issue, IssueState.SENDING, at=AT)
    return issue, StoreJournal(database, issue)


def driven(database: Database, courier: ScriptedCourier, **how: object) -> Driven:
    """Drive the issue of the slot, claimed if it is new, through a courier."""
    values = {"courier": courier, "in_flight": 1, "per_second": 0, "most": 4, **how}
    with hurried():
        return drive(database, claim(database), Drive(**values))  # type: ignore[arg-type]  # a test names what it is about


def balance(database: Database, done: Driven) -> Balance:
    return balance_of(database, Ledger(database).issue(done.issue.id))


def history(store: Path, courier: ScriptedCourier) -> History:
    found = read_history(store, tuple(courier.mailed), slot=SLOT)
    assert found
    return found


def one_pace(most: int = 1) -> Pace:
    return Pace(most, 0, lambda: 0.5)


def test_every_batch_is_handed_over_and_the_issue_is_sent(store: Path, database: Database) -> None:
    courier = ScriptedCourier()

    done = driven(database, courier)

    assert done.run == Run(Ending.DONE)
    assert done.issue.state is IssueState.SENT
    assert done.standing.batches == {BatchState.ACCEPTED: 3}
    assert sorted(reader.id for one in courier.carried for reader in one.readers) == [
        *range(1, 13)
    ]
    assert balance(database, done).is_even
    assert broken(history(store, courier)) == []


def test_an_attempt_is_on_the_disk_before_the_courier_carries(
    store: Path, database: Database
) -> None:
    """Another connection sees it: a crash from here on finds it."""
    seen = []

    def look(handover: Handover) -> None:
        with closing(sqlite3.connect(store)) as other:
            seen.append(
                other.execute(
                    "SELECT state, outcome FROM batch JOIN attempt ON batch_id = batch.id"
                    " WHERE token = ?",
                    (handover.token,),
                ).fetchone()
            )

    driven(database, ScriptedCourier(watch=look))

    assert seen == [("sending", None)] * 3


def test_the_next_batch_is_built_while_one_is_on_its_way(database: Database) -> None:
    _, journal = sending(database)
    courier = ScriptedCourier()
    built: list[int] = []

    def look(_: Handover) -> None:
        time.sleep(0.05)
        built.append(len(courier.prepared))

    courier._watch = look

    hand_over(journal, courier, one_pace(), make_surroundings())

    assert built == [2, 3, 3]


def test_an_outcome_is_committed_together_with_the_next_attempt(database: Database) -> None:
    """One sync to the disk for both."""
    _, journal = sending(database)
    commits: list[str] = []
    database.connection.set_trace_callback(
        lambda statement: commits.append(statement) if statement == "COMMIT" else None
    )

    hand_over(journal, ScriptedCourier(), one_pace(), make_surroundings())

    # begin 1; end 1 and begin 2; end 2 and begin 3; end 3
    assert len(commits) <= 6
    assert len(commits) >= 4


def test_outcomes_that_are_there_are_committed_together(database: Database) -> None:
    _, journal = sending(database, most=1)
    commits: list[str] = []
    gate = threading.Barrier(12, timeout=10)
    courier = ScriptedCourier(watch=lambda _: gate.wait())
    database.connection.set_trace_callback(
        lambda statement: commits.append(statement) if statement == "COMMIT" else None
    )

    hand_over(journal, courier, one_pace(12), make_surroundings())

    # Twelve attempts, each before its batch leaves; their outcomes need not be twelve more.
    assert 13 <= len(commits) < 24


def test_no_more_than_allowed_are_on_their_way(database: Database) -> None:
    _, journal = sending(database, most=1)
    now = [0]
    most = [0]
    lock = threading.Lock()
    three = threading.Barrier(3, timeout=10)  # twelve batches: each waits for two others

    def carry(_: Handover) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        three.wait()
        time.sleep(0.005)  # time for a fourth to come too early
        with lock:
            now[0] -= 1

    hand_over(journal, ScriptedCourier(watch=carry), one_pace(3), make_surroundings())

    assert most[0] == 3


def test_who_leaves_after_a_batch_was_read_does_not_get_it(
    store: Path, database: Database
) -> None:
    """The batch is built already; another connection commits before its attempt does."""
    _, journal = sending(database)
    courier = ScriptedCourier()

    def leave(_: Handover) -> None:
        if not courier.carried:  # batch 2 with reader 6 is prepared by now
            time.sleep(0.05)
            with closing(open_store(str(store))) as other:
                unsubscribe(other, 6, "", origin="endpoint", at=AT)

    courier._watch = leave

    hand_over(journal, courier, one_pace(), make_surroundings())

    assert [reader.id for reader in courier.prepared[1].readers] == [5, 6, 7, 8]
    assert [reader.id for reader in courier.carried[1].readers] == [5, 7, 8]
    assert broken(history(store, courier)) == []


def test_a_batch_of_readers_who_all_left_is_not_carried(store: Path, database: Database) -> None:
    claim(database)
    issue, _ = sending(database)
    for reader in (5, 6, 7, 8):
        unsubscribe(database, reader, "", origin="endpoint", at=AT)
    courier = ScriptedCourier()

    done = driven(database, courier)

    assert len(courier.carried) == 2
    assert done.issue.state is IssueState.SENT
    found = balance(database, done)
    assert found.set_aside == {"unsubscribed": 4}
    assert found.is_even
    assert issue.id == done.issue.id


def test_who_comes_back_before_a_second_try_gets_it(store: Path, database: Database) -> None:
    """Set aside at the first try, refused for now, subscribed again, taken at the second."""
    _, journal = sending(database)
    unsubscribe(database, 2, "", origin="endpoint", at=AT)
    courier = ScriptedCourier([LATER])

    def come_back(_: Handover) -> None:
        if not courier.carried:
            with closing(sqlite3.connect(store)) as other, other:
                other.execute("UPDATE subscriber SET state = 'active' WHERE id = 2")

    courier._watch = come_back
    hand_over(journal, courier, one_pace(), make_surroundings())

    assert [len(one.readers) for one in courier.carried].count(4) == 3
    assert broken(history(store, courier)) == []


def test_a_cancelled_issue_stops_before_the_next_batch(store: Path, database: Database) -> None:
    issue, journal = sending(database)
    courier = ScriptedCourier()

    def cancel(_: Handover) -> None:
        if not courier.carried:
            with closing(open_store(str(store))) as other:
                Ledger(other).move(issue, IssueState.CANCELLED, at=AT)

    courier._watch = cancel
    run = hand_over(journal, courier, one_pace(), make_surroundings())

    assert run == Run(Ending.CANCELLED)
    assert len(courier.carried) == 1
    assert journal.standing().batches == {BatchState.ACCEPTED: 1, BatchState.PLANNED: 2}


def test_a_cancelled_issue_stops_although_nobody_has_looked_yet(
    store: Path, database: Database
) -> None:
    """In a moment too short for a glance: whoever wrote to the store may have cancelled it."""
    issue, journal = sending(database)
    courier = ScriptedCourier()

    def cancel(_: Handover) -> None:
        if not courier.carried:
            time.sleep(0.05)
            with closing(open_store(str(store))) as other:
                Ledger(other).move(issue, IssueState.CANCELLED, at=AT)

    courier._watch = cancel
    run = hand_over(journal, courier, one_pace(), make_surroundings(monotonic=lambda: 0.0))

    assert run == Run(Ending.CANCELLED)
    assert len(courier.prepared) == 2
    assert len(courier.carried) == 1


def test_a_batch_that_is_proven_meanwhile_is_not_carried(store: Path, database: Database) -> None:
    """Built already; then evidence of an earlier try comes in from another command."""
    _, journal = sending(database)
    courier = ScriptedCourier()

    def prove(_: Handover) -> None:
        if not courier.carried:
            time.sleep(0.05)
            with closing(sqlite3.connect(store)) as other, other:
                other.execute("UPDATE batch SET state = 'accepted' WHERE id > 1")

    courier._watch = prove
    run = hand_over(journal, courier, one_pace(), make_surroundings())

    assert run == Run(Ending.DONE)
    assert len(courier.prepared) == 2
    assert len(courier.carried) == 1


def test_cancelling_while_the_last_batch_is_on_its_way_stands(
    store: Path, database: Database
) -> None:
    courier = ScriptedCourier()

    def cancel(_: Handover) -> None:
        if len(courier.carried) == 2:
            with closing(open_store(str(store))) as other:
                found = Ledger(other)
                found.move(found.open_issues()[0], IssueState.CANCELLED, at=AT)

    courier._watch = cancel

    done = driven(database, courier)

    assert done.issue.state is IssueState.CANCELLED
    assert done.standing.batches == {BatchState.ACCEPTED: 3}


def test_a_bug_in_carrying_ends_the_run_and_leaves_its_batch_in_doubt(
    store: Path, database: Database
) -> None:
    _, journal = sending(database)
    courier = ScriptedCourier([OK, Reply(RuntimeError("a bug"), takes=True)])

    with pytest.raises(RuntimeError, match="a bug"):
        hand_over(journal, courier, one_pace(), make_surroundings())

    assert journal.standing().batches == {
        BatchState.ACCEPTED: 1,
        BatchState.SENDING: 1,
        BatchState.PLANNED: 1,
    }
    done = driven(database, courier)
    assert done.lost == 1
    assert done.issue.state is IssueState.HELD
    assert broken(history(store, courier)) == []


def test_a_wish_to_stop_lets_what_is_on_its_way_come_home(database: Database) -> None:
    courier = ScriptedCourier()

    done = driven(database, courier, is_stopped=lambda: bool(courier.carried))

    assert done.run == Run(Ending.INTERRUPTED)
    assert done.issue.state is IssueState.SENDING
    assert done.standing.batches == {BatchState.ACCEPTED: 1, BatchState.PLANNED: 2}


def test_three_unknown_answers_in_a_row_hold_the_issue(store: Path, database: Database) -> None:
    courier = ScriptedCourier([LOST, GONE, LOST])

    done = driven(database, courier, most=2)

    assert done.run == Run(Ending.BROKEN)
    assert done.issue.state is IssueState.HELD
    assert done.issue.reason == (
        "what became of 3 batches with 6 readers is not known; sending stopped after 3 unknown"
        " answers in a row, 6 readers were not tried"
    )
    assert done.standing.batches == {BatchState.UNKNOWN: 3, BatchState.PLANNED: 3}
    assert balance(database, done).is_even
    assert broken(history(store, courier)) == []


def test_an_unknown_batch_is_never_handed_over_again(store: Path, database: Database) -> None:
    courier = ScriptedCourier([LOST])
    first = driven(database, courier)

    again = driven(database, courier)

    assert first.issue.state is again.issue.state is IssueState.HELD
    assert len(courier.carried) == 3
    assert broken(history(store, courier)) == []


def test_a_held_issue_goes_on_only_when_a_person_released_it(database: Database) -> None:
    """A second sender that waited for the first must not go on behind the open breaker."""
    courier = ScriptedCourier([LOST, LOST, LOST])
    held = driven(database, courier, most=2)

    again = driven(database, courier, most=2)
    assert again.issue.state is IssueState.HELD
    assert len(courier.carried) == 3
    Ledger(database).move(held.issue, IssueState.SENDING, at=AT)
    released = driven(database, courier, most=2)

    assert released.standing.batches == {BatchState.UNKNOWN: 3, BatchState.ACCEPTED: 3}


def test_a_refused_batch_holds_the_issue_once_the_others_are_done(
    store: Path, database: Database
) -> None:
    courier = ScriptedCourier([no(Refused("400: the subject is empty"))])

    done = driven(database, courier)

    assert done.issue.state is IssueState.HELD
    assert done.issue.reason == "1 batch with 4 readers refused: 400: the subject is empty"
    assert done.standing.batches == {BatchState.REFUSED: 1, BatchState.ACCEPTED: 2}
    assert balance(database, done).is_even
    assert broken(history(store, courier)) == []


def test_a_stop_ends_the_run_and_keeps_every_batch(store: Path, database: Database) -> None:
    courier = ScriptedCourier([OK, no(Stop("the key is wrong", "Set it."))])

    done = driven(database, courier)

    assert done.run == Run(Ending.STOPPED, "the key is wrong", "Set it.")
    assert done.issue.state is IssueState.SENDING
    assert done.standing.batches == {BatchState.ACCEPTED: 1, BatchState.PLANNED: 2}
    assert driven(database, courier).issue.state is IssueState.SENT
    assert broken(history(store, courier)) == []


def test_a_batch_refused_for_now_comes_again(store: Path, database: Database) -> None:
    asked = no(TryLater("too many requests", timedelta(seconds=3)))
    courier = ScriptedCourier([LATER, asked, OK, LATER])

    done = driven(database, courier)

    assert done.issue.state is IssueState.SENT
    assert len(courier.carried) == 6
    assert broken(history(store, courier)) == []


def test_patience_ends_and_the_batches_stay_planned(database: Database) -> None:
    courier = ScriptedCourier([LATER] * PATIENCE)

    done = driven(database, courier)

    assert done.run == Run(Ending.IMPATIENT, "too many requests")
    assert done.issue.state is IssueState.SENDING
    assert done.standing.batches == {BatchState.PLANNED: 3}


def test_too_large_a_batch_is_halved_until_it_passes(store: Path, database: Database) -> None:
    courier = ScriptedCourier()
    prepare = courier.prepare

    def only_small(handover: Handover) -> object:
        if len(handover.readers) > 1:
            return lambda: Divide("too large")
        return prepare(handover)

    courier.prepare = only_small  # type: ignore[method-assign,assignment]  # one answer by size

    done = driven(database, courier)

    assert done.issue.state is IssueState.SENT
    assert len(courier.mailed) == 12
    assert done.standing.batches == {BatchState.ACCEPTED: 12, BatchState.DIVIDED: 9}
    assert balance(database, done).is_even
    assert broken(history(store, courier)) == []


def test_one_reader_too_large_by_himself_is_set_aside(store: Path, database: Database) -> None:
    courier = ScriptedCourier([no(Divide("too large"))])

    done = driven(database, courier, most=1)

    assert done.issue.state is IssueState.SENT
    assert balance(database, done).set_aside == {"too large": 1}
    assert balance(database, done).is_even
    assert broken(history(store, courier)) == []


def test_readers_set_aside_do_not_keep_the_others_from_their_mail(
    store: Path, database: Database
) -> None:
    courier = ScriptedCourier([no(SetAside({0: "no such address", 3: "no such address"}))])

    done = driven(database, courier)

    assert done.issue.state is IssueState.SENT
    assert sorted(reader for one in courier.mailed for reader in one.readers) == [
        2, 3, 5, 6, 7, 8, 9, 10, 11, 12,
    ]  # fmt: skip
    found = balance(database, done)
    assert found.set_aside == {"no such address": 2}
    assert found.is_even
    assert broken(history(store, courier)) == []


def test_everybody_set_aside_leaves_no_batch_behind(store: Path, database: Database) -> None:
    courier = ScriptedCourier([no(SetAside(dict.fromkeys(range(4), "bad")))])

    done = driven(database, courier)

    assert done.issue.state is IssueState.SENT
    assert balance(database, done).is_even
    assert broken(history(store, courier)) == []


def test_leaving_and_setting_aside_and_dividing_add_up(store: Path, database: Database) -> None:
    """The same readers pass through all three, and each is counted once."""
    claim(database)
    sending(database, most=12)
    unsubscribe(database, 3, "", origin="endpoint", at=AT)
    courier = ScriptedCourier(
        [LATER, no(Divide("too large")), no(SetAside({1: "bad"})), LATER, no(Divide("too large"))]
    )

    done = driven(database, courier)

    assert done.issue.state is IssueState.SENT
    found = balance(database, done)
    assert found.set_aside == {"unsubscribed": 1, "bad": 1}
    assert found.is_even
    assert broken(history(store, courier)) == []


def test_a_store_that_cannot_be_written_stops_before_the_batch_leaves(
    store: Path, database: Database
) -> None:
    """The log of the store may not grow by a byte, as on a full disk."""
    _, journal = sending(database)
    courier = ScriptedCourier()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = Path(f"{store}-wal").stat().st_size

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(StoreError) as caught:
            hand_over(journal, courier, one_pace(), make_surroundings())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "cannot be written (disk, quota or a limit on file sizes)" in str(caught.value)
    assert courier.carried == []
    assert journal.standing().batches == {BatchState.PLANNED: 3}


def test_a_store_locked_by_another_command_stops_before_the_batch_leaves(
    store: Path, database: Database
) -> None:
    _, journal = sending(database)
    courier = ScriptedCourier()
    database.connection.execute("PRAGMA busy_timeout = 50")

    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            hand_over(journal, courier, one_pace(), make_surroundings())

    assert "another command is writing to it" in str(caught.value)
    assert courier.carried == []
    assert journal.standing().batches == {BatchState.PLANNED: 3}


@contextmanager
def locked_for(store: Path, seconds: float = 600) -> Iterator[Callable[[], None]]:
    """Give what lets another command hold the store for a while, or as long as this lasts."""
    with closing(sqlite3.connect(store, isolation_level=None, check_same_thread=False)) as other:
        timer = threading.Timer(seconds, lambda: other.execute("ROLLBACK"))

        def hold() -> None:
            other.execute("BEGIN IMMEDIATE")
            timer.start()

        yield hold
        timer.cancel()
        timer.join()


def once(act: Callable[[], object]) -> Callable[[Handover], object]:
    """Return what acts when the first batch is carried."""
    acts = iter([act])
    return lambda _: next(acts, lambda: None)()


def test_answers_that_came_while_the_store_was_locked_are_written_down_later(
    store: Path, database: Database
) -> None:
    _, journal = sending(database)
    database.connection.execute("PRAGMA busy_timeout = 20")
    with locked_for(store, 0.6) as hold:
        courier = ScriptedCourier(watch=once(hold))
        run = hand_over(journal, courier, one_pace(), make_surroundings(monotonic=time.monotonic))

    assert run == Run(Ending.DONE)
    assert journal.standing().batches == {BatchState.ACCEPTED: 3}
    assert broken(history(store, courier)) == []


def test_who_wished_to_stop_before_the_store_was_locked_loses_no_answer(
    store: Path, database: Database
) -> None:
    _, journal = sending(database)
    database.connection.execute("PRAGMA busy_timeout = 20")
    with locked_for(store, 0.6) as hold:
        courier = ScriptedCourier(watch=once(hold))
        around = make_surroundings(
            monotonic=time.monotonic, is_stopped=lambda: bool(courier.carried)
        )

        run = hand_over(journal, courier, one_pace(), around)

    assert run == Run(Ending.INTERRUPTED)
    assert journal.standing().batches == {BatchState.ACCEPTED: 1, BatchState.PLANNED: 2}


def test_answers_that_came_while_the_disk_was_full_are_written_down_later(
    store: Path, database: Database
) -> None:
    """No file may grow for a while; eight batches were on their way when that began."""
    _, journal = sending(database, most=1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill() -> None:
        size = Path(f"{store}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        timer = threading.Timer(
            0.6, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        )
        timer.start()

    gate = threading.Barrier(8, action=fill, timeout=10)
    waits = iter([gate.wait] * 8)
    courier = ScriptedCourier(watch=lambda _: next(waits, lambda: 0)())

    run = hand_over(journal, courier, one_pace(8), make_surroundings(monotonic=time.monotonic))

    assert run == Run(Ending.DONE)
    assert journal.standing().batches == {BatchState.ACCEPTED: 12}
    assert broken(history(store, courier)) == []


def test_nothing_begins_while_answers_cannot_be_written_and_waiting_ends(
    store: Path, database: Database
) -> None:
    _, journal = sending(database, most=2)
    database.connection.execute("PRAGMA busy_timeout = 20")
    with locked_for(store) as hold:
        gate = threading.Barrier(3, action=hold, timeout=10)
        courier = ScriptedCourier(watch=lambda _: gate.wait())

        with pytest.raises(StoreError) as caught:
            hand_over(journal, courier, one_pace(3), make_surroundings())

    assert str(caught.value) == (
        f"{store}: another command is writing to it; sending stopped, and whether 6 readers got"
        " the mail is in doubt: what was answered could not be written down\n"
        "  Wait until that command is done, then run this one again. The same command goes on; who"
        " is in doubt gets nothing again without evidence: see digest resolve."
    )
    assert journal.standing().batches == {BatchState.SENDING: 3, BatchState.PLANNED: 3}
    assert broken(history(store, courier)) == []


def test_a_wish_to_stop_ends_the_waiting_for_the_store(store: Path, database: Database) -> None:
    _, journal = sending(database)
    database.connection.execute("PRAGMA busy_timeout = 20")
    with locked_for(store) as hold:
        courier = ScriptedCourier(watch=once(hold))
        began = time.monotonic()
        around = make_surroundings(
            monotonic=time.monotonic, is_stopped=lambda: time.monotonic() > began + 0.6
        )

        with pytest.raises(StoreError, match="whether 4 readers got the mail is in doubt"):
            hand_over(journal, courier, one_pace(), around)


def test_a_witness_that_cannot_be_written_stops_the_run_and_loses_no_answer(
    store: Path, database: Database
) -> None:
    """In the middle of the run; the batch it is about has not left and is not in doubt."""
    issue, _ = sending(database)
    with closing(Witness(str(store))) as witness, Path("/dev/full").open("wb") as full:
        witness.begin("a" * 32, 0)
        courier = ScriptedCourier(watch=once(lambda: os.dup2(full.fileno(), witness._file)))
        journal = StoreJournal(database, issue, witness=witness)

        run = hand_over(journal, courier, one_pace(), make_surroundings())

    assert run == Run(
        Ending.STOPPED,
        f"{store}.witness cannot be written (No space left on device)",
        "Give yourself the right to write beside the store, and room.",
    )
    assert journal.standing().batches == {BatchState.ACCEPTED: 1, BatchState.PLANNED: 2}
    assert len(courier.carried) == 1


@pytest.mark.parametrize(("in_flight", "in_doubt"), [(1, 3), (2, 3), (8, 8)])
def test_when_every_answer_is_lost_few_readers_come_into_doubt(
    tmp_path: Path, in_flight: int, in_doubt: int
) -> None:
    """Those on their way at the first loss, three at least; then three each time it goes on."""
    store = make_store(tmp_path / "lossy.db", 40)
    gate = threading.Barrier(in_flight, timeout=10)
    waits = iter([gate.wait] * in_flight)
    courier = ScriptedCourier([LOST] * 40, watch=lambda _: next(waits, lambda: 0)())
    found = []

    with closing(open_store(str(store))) as database:
        for _ in range(3):
            done = driven(database, courier, most=1, in_flight=in_flight)
            found.append(done.standing.count(BatchState.UNKNOWN))
            Ledger(database).move(done.issue, IssueState.SENDING, at=AT)

    assert found == [in_doubt, in_doubt + 3, in_doubt + 6]
    assert broken(history(store, courier)) == []


def test_what_an_ended_sender_left_is_said(database: Database) -> None:
    courier = ScriptedCourier([OK, Reply(RuntimeError("a bug"), takes=True)])
    _, journal = sending(database)
    with pytest.raises(RuntimeError):
        hand_over(journal, courier, one_pace(), make_surroundings())

    done = driven(database, courier)

    assert done.issue.reason == (
        "what became of 1 batch with 4 readers is not known, 1 of them because the sender before"
        " this one ended too soon"
    )


def test_those_who_watch_hear_of_every_outcome(database: Database) -> None:
    heard: list[tuple[Outcome, int]] = []
    courier = ScriptedCourier([LATER, OK, LOST])

    driven(database, courier, tick=lambda outcome, readers: heard.append((outcome, readers)))

    assert [(type(outcome), readers) for outcome, readers in heard] == [
        (TryLater, 4),
        (Accepted, 4),
        (Unknown, 4),
        (Accepted, 4),
    ]


def test_a_rate_is_kept(database: Database) -> None:
    _, journal = sending(database, most=1)
    began: list[float] = []
    clock = leaping(0.01)
    pace = Pace(4, 5, lambda: 0.5)
    begun = pace.begun

    class _Noting(Pace):
        def begun(self, now: float) -> None:
            began.append(now)
            begun(now)

    noting = _Noting(4, 5, lambda: 0.5)
    noting.wait = pace.wait  # type: ignore[method-assign]  # the pace itself is under test
    hand_over(journal, ScriptedCourier(), noting, make_surroundings(monotonic=clock))

    gaps = [after - before for before, after in pairwise(began)]
    assert len(began) == 12
    assert min(gaps) >= 0.2 - 1e-9


def test_an_empty_issue_is_sent_at_once(tmp_path: Path) -> None:
    store = make_store(tmp_path / "empty.db")
    courier = ScriptedCourier()

    with closing(open_store(str(store))) as database:
        done = driven(database, courier)

    assert done.issue.state is IssueState.SENT
    assert courier.prepared == []
