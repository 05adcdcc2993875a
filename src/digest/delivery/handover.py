"""Hands the batches of one issue to a courier: one thread decides and writes, others carry.

    prepare   the next batch is read and its bytes are built while others are on their way
    begin     the attempt is committed to the disk
    carry     a worker does the socket work
    conclude  the outcome is committed, together with the next attempt

What makes it safe stands in two places: an attempt is committed before its first byte leaves,
and whatever has no clear outcome is `unknown`, which nobody hands over again. While the store
cannot be written nothing begins, and outcomes that came are kept: see `_rescue`.
"""

import enum
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.delivery.courier import Carry, Courier
from digest.delivery.journal import Journal, Planned, unwritten
from digest.delivery.letter import Handover
from digest.delivery.outcome import Accepted, Outcome, Stop
from digest.delivery.pace import Pace
from digest.delivery.states import IssueState
from digest.errors import StoreError

#: How often a waiting run looks whether it was stopped or its issue cancelled.
_GLANCE_SECONDS: Final = 0.2
#: How long outcomes are kept while the store cannot be written: until somebody has made room.
_RESCUE_SECONDS: Final = 180.0


class Ending(enum.Enum):
    """Why a run ended."""

    DONE = "done"  #: nothing is planned any more
    BROKEN = "broken"  #: too many unknown answers in a row
    STOPPED = "stopped"  #: all would be refused (key, credits, account), or none may leave
    IMPATIENT = "impatient"  #: refused "for now" too often
    INTERRUPTED = "interrupted"  #: a person or the system asked it to end
    CANCELLED = "cancelled"  #: the issue may not be sent any more


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended."""

    ending: Ending
    #: What was answered, for STOPPED and IMPATIENT; or "".
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run asks of the machine."""

    #: The present moment, aware.
    now: Callable[[], datetime]
    #: Seconds of a monotonic clock.
    monotonic: Callable[[], float]
    #: 128 new random bits as 32 hexadecimal digits.
    token: Callable[[], str]
    #: Whether the run shall end.
    is_stopped: Callable[[], bool] = lambda: False
    #: Told what came of how many readers.
    tick: Callable[[Outcome, int], object] = lambda _outcome, _readers: None


def hand_over(journal: Journal, courier: Courier, pace: Pace, surroundings: Surroundings) -> Run:
    """Hand over every planned batch of an issue; return how that ended.

    Args:
        journal: of the issue; nobody else hands its batches over meanwhile.
        courier: takes them.
        pace: how fast.
        surroundings: clock, randomness, and who is told.

    Raises:
        StoreError: the store cannot be written, and could not for three minutes if outcomes had
            come. Their batches stay `sending`, and are `unknown` for the next run.
    """
    run = _Run(journal, courier, pace, surroundings)
    try:
        return run.through()
    finally:
        run.end()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A batch whose bytes are built."""

    planned: Planned
    handover: Handover
    carry: Carry


class _Run:
    """One run over the planned batches."""

    def __init__(
        self, journal: Journal, courier: Courier, pace: Pace, surroundings: Surroundings
    ) -> None:
        self._journal = journal
        self._courier = courier
        self._pace = pace
        self._around = surroundings
        self._ready: _Ready | None = None
        self._on_their_way = 0
        #: Outcomes that are not on the disk yet.
        self._unwritten: list[tuple[Handover, Outcome]] = []
        self._ended: Run | None = None
        self._looked_at = float("-inf")
        self._jobs: queue.SimpleQueue[_Ready | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[Handover, Outcome | BaseException]]
        self._results = queue.SimpleQueue()
        # Daemons: a second Ctrl-C must not wait for an answer that may take minutes.
        self._workers = [
            threading.Thread(target=self._work, name=f"carry-{number}", daemon=True)
            for number in range(pace.most)
        ]
        for worker in self._workers:
            worker.start()

    def through(self) -> Run:
        """Run until nothing is planned or nothing more may leave."""
        while True:
            try:
                if self._is_through():
                    return self._ended or Run(Ending.DONE)
            except StoreError as error:
                self._rescue(error)

    def end(self) -> None:
        """Let the workers go."""
        for _ in self._workers:
            self._jobs.put(None)

    def _is_through(self) -> bool:
        """Do a step, if there is one to do; return whether there was none."""
        if self._may_begin():
            self._prepare()
        begins = self._may_begin() and self._ready is not None
        if not begins and not self._on_their_way and self._is_over():
            return True
        self._step(begins=begins)
        return False

    def _rescue(self, error: StoreError) -> None:
        """Write down what came and what still comes; raise when that was impossible for long."""
        if not self._unwritten and not self._on_their_way:
            raise error
        until, wished = self._around.monotonic() + _RESCUE_SECONDS, self._around.is_stopped()
        while self._unwritten or self._on_their_way:
            self._collect(wait=True)
            try:
                self._write(begins=False)
            except StoreError as again:
                error = again
            # A wish from before was for what is on its way to come home; a new one is to give up.
            is_over = self._around.is_stopped() != wished or self._around.monotonic() > until
            if is_over and self._unwritten and not self._on_their_way:
                readers = sum(len(handover.readers) for handover, _ in self._unwritten)
                raise unwritten(error, readers) from error

    def _look_around(self) -> None:
        """Notice a wish to stop, and from time to time a cancelled issue."""
        if self._ended:
            return
        now = self._around.monotonic()
        if self._around.is_stopped():
            self._ended = Run(Ending.INTERRUPTED)
        elif now - self._looked_at > _GLANCE_SECONDS:
            self._looked_at = now
            if self._journal.issue_state() is not IssueState.SENDING:
                self._ended = Run(Ending.CANCELLED)

    def _may_begin(self) -> bool:
        return (
            self._ended is None
            and self._on_their_way < self._pace.allowed
            and self._pace.wait(self._around.monotonic()) <= 0
        )

    def _is_over(self) -> bool:
        return self._ended is not None or self._journal.earliest_planned() is None

    def _prepare(self) -> None:
        if self._ready is None:
            planned = self._journal.next_planned(self._around.now())
            self._ready = None if planned is None else self._built(planned)

    def _built(self, planned: Planned) -> _Ready:
        handover = Handover(
            batch=planned.batch, token=self._around.token(), readers=planned.readers
        )
        # Nobody left in it: there is nothing to build, and `begin` says so.
        carry = self._courier.prepare(handover) if planned.readers else _nothing
        return _Ready(planned, handover, carry)

    def _step(self, *, begins: bool) -> None:
        """Write what came in and what goes out in one transaction; then let it go out."""
        self._collect(wait=not begins)
        self._look_around()
        # What came in may forbid that more goes out, or make room for it: one commit for both.
        leaving = self._write(begins=self._ready is not None and self._may_begin())
        if leaving is not None and self._is_noted(leaving):
            self._on_their_way += 1
            self._jobs.put(leaving)
            # While it is on its way, and before its answer is waited for.
            if self._ended is None:
                self._prepare()

    def _write(self, *, begins: bool) -> _Ready | None:
        leaving = None
        if not self._unwritten and not begins:
            return None
        with self._journal.transaction():
            for handover, outcome in self._unwritten:
                self._journal.conclude(handover, outcome, self._around.now())
            if begins:
                leaving = self._begin()
        self._unwritten.clear()
        return leaving

    def _is_noted(self, leaving: _Ready) -> bool:
        try:
            self._journal.note_left()
        except StoreError as error:
            # Only its attempt is written: it has not left, for certain, and nothing more may.
            where, what, remedy = error.problems[0]
            self._on_their_way += 1
            self._results.put((leaving.handover, Stop(f"{where} {what}", remedy)))
            return False
        return True

    def _begin(self) -> _Ready | None:
        ready, self._ready = self._ready, None
        assert ready is not None  # noqa: S101  `begins` says so
        if not self._journal.is_current(ready.planned):
            # Somebody wrote to the store since: the issue may be cancelled, a reader gone.
            if self._journal.issue_state() is not IssueState.SENDING:
                self._ended = Run(Ending.CANCELLED)
                return None
            planned = self._journal.next_planned(self._around.now())
            if planned is None:
                return None
            ready = self._built(planned)
        now = self._around.now()
        if not self._journal.begin(ready.planned, ready.handover.token, now):
            return None
        self._pace.begun(self._around.monotonic())
        return ready

    def _collect(self, *, wait: bool) -> None:
        """Take the outcomes that are there; wait a little for the first one if asked to."""
        pause = self._pause() if wait else 0.0
        while True:
            try:
                handover, outcome = self._results.get(block=pause > 0, timeout=pause or None)
            except queue.Empty:
                return
            self._on_their_way -= 1
            if isinstance(outcome, BaseException):
                raise outcome
            self._unwritten.append((handover, outcome))
            self._note(handover, outcome)
            pause = 0.0

    def _pause(self) -> float:
        """Return how long there is nothing to do but wait."""
        wait = self._pace.wait(self._around.monotonic())
        return min(_GLANCE_SECONDS, wait) if wait > 0 else _GLANCE_SECONDS

    def _note(self, handover: Handover, outcome: Outcome) -> None:
        self._pace.concluded(outcome, self._around.monotonic())
        self._around.tick(outcome, len(handover.readers))
        if isinstance(outcome, Stop):
            self._ended = Run(Ending.STOPPED, outcome.reason, outcome.remedy)
        elif self._pace.is_broken:
            self._ended = self._ended or Run(Ending.BROKEN)
        elif self._pace.is_out_of_patience and not isinstance(outcome, Accepted):
            reason = getattr(outcome, "reason", "")
            self._ended = self._ended or Run(Ending.IMPATIENT, reason)

    def _work(self) -> None:
        while (ready := self._jobs.get()) is not None:
            try:
                outcome: Outcome | BaseException = ready.carry()
            except BaseException as error:  # noqa: BLE001  a bug of ours: it ends the run, not the thread
                outcome = error
            self._results.put((ready.handover, outcome))


def _nothing() -> Outcome:
    msg = "a batch without readers is never carried"
    raise AssertionError(msg)
