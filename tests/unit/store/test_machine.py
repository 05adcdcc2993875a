"""Everything that can happen to two issues, in any order: the invariants hold after each step.

The store is real and on the disk; the courier answers by script, and what it took is the truth.
A crash is an exception from the inside at a random point, after which the connection is dropped.
"""

import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crash.history import Mailed, read_history
from crash.invariants import broken
from crash.scripted import NOW, OK, Reply, ScriptedCourier, hurried, no
from crash.stores import AT, address, claim, make_store
from digest.delivery.letter import Handover
from digest.delivery.outcome import Divide, Refused, SetAside, Stop, TryLater, Unknown
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import HeldError
from digest.runs.claim import check_open
from digest.runs.drive import Drive, drive
from digest.store.balance import balance_of
from digest.store.database import Database, open_store
from digest.store.evidence import (
    Proof,
    doubts_of,
    find_attempt,
    prove_accepted,
    take_word,
    tokens_of,
)
from digest.store.journal import StoreJournal
from digest.store.leaving import suppress, unsubscribe
from digest.store.ledger import IssueRow, Ledger
from digest.store.restored import REASON, check_witness, is_doubtful, is_held_by_restore
from digest.store.witness import Witness

_READERS = 7
_SLOTS = ("one", "two")
_REPLIES = {
    "taken": OK,
    "taken, no answer": Reply(Unknown("lost"), takes=True),
    "not taken, no answer": no(Unknown("lost")),
    "later": no(TryLater("429")),
    "later, asked": no(TryLater("429", timedelta(seconds=2))),
    "refused": no(Refused("400")),
    "too large": no(Divide("413")),
    "first reader": no(SetAside({0: "bad address"})),
    "stop": no(Stop("the key", "Set it.")),
}


class Crash(BaseException):
    """The end of a process, as far as one process can play it."""


_REPLIES |= {
    "dies before": no(Crash()),
    "dies after": Reply(Crash(), takes=True),
}
slots = st.sampled_from(_SLOTS)
readers = st.integers(1, _READERS)
scripts = st.lists(st.sampled_from(sorted(_REPLIES)), max_size=5)


class Sending(RuleBasedStateMachine):
    """Two issues of one newsletter, seven readers, one provider."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        self._store = make_store(self._folder / "digest.db", _READERS)
        self._database = self._open()
        #: What readers got, in the order of the slots.
        self._truth: list[Mailed] = []
        #: Readers who may not get anything any more.
        self._gone: set[int] = set()
        #: Attempts the store has forgotten because an older copy was put back.
        self._forgotten: set[str] = set()
        self._copy: Path | None = None

    def teardown(self) -> None:
        self._database.close()
        shutil.rmtree(self._folder)

    @initialize()
    def _begin(self) -> None:
        self._look()

    def _open(self) -> Database:
        database = open_store(str(self._store))
        # No power fails here, and a thousand examples are worth more than a sync each.
        database.connection.execute("PRAGMA synchronous = OFF")
        return database

    def _look(self) -> None:
        with closing(Witness(str(self._store))) as witness:
            check_witness(self._database, witness, NOW + timedelta(hours=1))

    def _issue(self, slot: str) -> IssueRow | None:
        return Ledger(self._database).of_slot(Realm.REAL, "weekly", slot)

    # -- what commands do ----------------------------------------------------------------------

    @rule(slot=slots, script=scripts, leaver=st.one_of(st.none(), readers))
    def send(self, slot: str, script: list[str], leaver: int | None) -> None:
        """`digest send --yes`; somebody may leave while it runs."""
        self._start(slot, script, None, leaver)

    @rule(slot=slots, script=scripts, dies_at=st.integers(1, 45))
    def die(self, slot: str, script: list[str], dies_at: int) -> None:
        """`digest send --yes` that ends at any point."""
        self._start(slot, script, dies_at, None)

    def _start(
        self, slot: str, script: list[str], dies_at: int | None, leaver: int | None
    ) -> None:
        courier = ScriptedCourier(
            [_REPLIES[name] for name in script],
            watch=lambda handover: self._carried(handover, leaver),
            issue=f"weekly/{slot}",
        )
        before = len(self._truth)
        is_forgetful = self._forgets()
        try:
            with _dying(self._database, dies_at):
                self._send(slot, courier)
        except Crash:
            self._reopen()
        for thread in threading.enumerate():
            if thread.name.startswith("carry-"):
                thread.join(5)
        self._truth += courier.mailed
        if is_forgetful:
            assert len(self._truth) == before, "C1: mail left after a restore"

    def _send(self, slot: str, courier: ScriptedCourier) -> None:
        """Do what `runs.send` does."""
        witness = Witness(str(self._store))
        try:
            check_witness(self._database, witness, NOW + timedelta(hours=1))
            ledger = Ledger(self._database)
            is_held = is_doubtful(ledger, AT)
            fields: dict[str, Any] = (
                {"state": IssueState.HELD, "reason": REASON} if is_held else {}
            )
            issue = claim(self._database, slot=slot, **fields)
            check_open(issue)
            how = Drive(courier=courier, in_flight=1, per_second=0, most=3, witness=witness)
            with hurried():
                drive(self._database, issue, how)
        except HeldError:
            return
        finally:
            witness.close()

    def _carried(self, handover: Handover, leaver: int | None) -> None:
        late = [reader.id for reader in handover.readers if reader.id in self._gone]
        assert not late, f"I6: {late} had left"
        if leaver is not None and leaver not in self._gone:
            with closing(open_store(str(self._store))) as other:
                unsubscribe(other, leaver, "weekly", origin="endpoint", at=AT)
            self._gone.add(leaver)

    def _reopen(self) -> None:
        self._database.close()
        self._database = self._open()

    @rule(slot=slots)
    def cancel(self, slot: str) -> None:
        issue = self._issue(slot)
        if issue and not issue.is_final:
            Ledger(self._database).move(issue, IssueState.CANCELLED, at=AT)

    @rule(slot=slots)
    def resume(self, slot: str) -> None:
        """`digest resume`: a person accepts a restore only where nobody has the mail."""
        issue = self._issue(slot)
        if issue is None or issue.state is not IssueState.HELD:
            return
        if is_held_by_restore(issue) and self._forgotten_of(slot):
            return
        StoreJournal(self._database, issue).requeue_refused()
        to = IssueState.SENDING if issue.recipients_frozen_at else IssueState.APPROVED
        Ledger(self._database).move(issue, to, at=AT)

    @rule(slot=slots)
    def prove(self, slot: str) -> None:
        """Evidence arrives for what was taken."""
        taken = {one.attempt for one in self._truth}
        for doubt in self._doubts(slot):
            for token in tokens_of(self._database, doubt.batch) & taken:
                attempt = find_attempt(self._database, token)
                assert attempt
                prove_accepted(self._database, attempt, Proof("log", "", AT))

    @rule(slot=slots)
    def take_a_persons_word(self, slot: str) -> None:
        """Somebody who knows says what was not taken."""
        taken = {one.attempt for one in self._truth}
        for doubt in self._doubts(slot):
            if not tokens_of(self._database, doubt.batch) & taken:
                take_word(self._database, doubt, Proof("person", "anna", AT))

    def _doubts(self, slot: str) -> list[Any]:
        issue = self._issue(slot)
        return doubts_of(self._database, issue.id) if issue else []

    # -- what readers and providers do ---------------------------------------------------------

    @rule(reader=readers)
    def leave(self, reader: int) -> None:
        with closing(open_store(str(self._store))) as other:
            unsubscribe(other, reader, "", origin="endpoint", at=AT)
        self._gone.add(reader)

    @rule(reader=readers)
    def bounce(self, reader: int) -> None:
        suppress(self._database, address(reader), "bounce", source="sendgrid", detail="", at=AT)
        self._gone.add(reader)

    @rule(reader=readers)
    def come_back(self, reader: int) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE subscriber SET state = 'active', reason = '', newsletters_left = ''"
                " WHERE id = ?",
                (reader,),
            )
        self._gone.discard(reader)

    # -- what happens to the machine -----------------------------------------------------------

    @rule()
    def back_up(self) -> None:
        self._copy = self._folder / "copy.db"
        self._copy.unlink(missing_ok=True)
        self._database.connection.execute("VACUUM INTO ?", (str(self._copy),))

    @precondition(lambda self: self._copy is not None)
    @rule()
    def put_back(self) -> None:
        """The store becomes its older copy; who left since is active in it again."""
        assert self._copy
        self._database.close()
        for path in self._folder.glob("digest.db-*"):
            path.unlink()
        shutil.copy(self._copy, self._store)
        self._database = self._open()
        known = {
            token for (token,) in self._database.connection.execute("SELECT token FROM attempt")
        }
        self._forgotten |= {one.attempt for one in self._truth} - known
        rows = self._database.connection.execute(
            "SELECT id FROM subscriber WHERE state <> 'active' OR newsletters_left <> ''"
        )
        self._gone = {reader for (reader,) in rows}

    def _forgotten_of(self, slot: str) -> list[Mailed]:
        return [
            one
            for one in self._truth
            if one.attempt in self._forgotten and one.issue == f"weekly/{slot}"
        ]

    def _forgets(self) -> bool:
        """Return whether the store knows less than its witness, which nobody has looked at."""
        said, ledger = Witness(str(self._store)).read(), Ledger(self._database)
        known = ledger.last_attempt() + int(ledger.fact("forgotten_attempts") or 0)
        return said is not None and said.attempts > known

    # -- what always holds ---------------------------------------------------------------------

    @invariant()
    def nobody_has_two_copies(self) -> None:
        """I1, over everything that ever left, whatever the store remembers."""
        got = Counter((one.issue, reader) for one in self._truth for reader in one.readers)
        assert not [who for who, copies in got.items() if copies > 1]

    @invariant()
    def every_invariant_holds(self) -> None:
        known = tuple(one for one in self._truth if one.attempt not in self._forgotten)
        for slot in _SLOTS:
            history = read_history(self._store, known, slot=slot)
            if history is not None:
                assert broken(history) == []
            elif not self._forgotten:
                assert not [one for one in known if one.issue == f"weekly/{slot}"]
            if issue := self._issue(slot):
                assert balance_of(self._database, issue).is_even


@contextmanager
def _dying(database: Database, at: int | None) -> Iterator[None]:
    """Let the n-th step around a transaction be the last one."""
    passed = 0
    inner = database.transaction

    def step() -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            raise Crash

    @contextmanager
    def transaction() -> Iterator[Any]:
        step()
        with inner() as connection:
            yield connection
            step()
        step()

    setattr(database, "transaction", transaction)  # noqa: B010  of this one connection
    try:
        yield
    finally:
        setattr(database, "transaction", inner)  # noqa: B010  as it was


_IS_MUTANT = "DIGEST_TEST_MUTANT" in os.environ
TestSending = Sending.TestCase
TestSending.settings = settings(
    max_examples=max(120 if _IS_MUTANT else 20, settings().max_examples // 5),
    stateful_step_count=25,
    deadline=None,
    # Finding the smallest history takes minutes, and a mutant only has to be found.
    phases=[one for one in Phase if not (_IS_MUTANT and one is Phase.shrink)],
)


def test_a_reply_of_the_script_says_what_it_means() -> None:
    """The truth must not depend on what is said."""
    assert {name for name, reply in _REPLIES.items() if reply.takes} == {
        "taken",
        "taken, no answer",
        "dies after",
    }
