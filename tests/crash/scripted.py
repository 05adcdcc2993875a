"""A courier that answers as it is told and remembers the truth, and a clock that leaps."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import NamedTuple
from unittest.mock import patch

from crash.history import Mailed
from digest.delivery.courier import Carry
from digest.delivery.handover import Surroundings
from digest.delivery.letter import Handover
from digest.delivery.outcome import Accepted, Outcome
from digest.runs import drive as drive_module

NOW = datetime(2026, 8, 17, 6, 0, tzinfo=UTC)


class Reply(NamedTuple):
    """What the courier says to a batch, and whether it took it."""

    says: Outcome | BaseException
    takes: bool


OK = Reply(Accepted("id"), takes=True)


def no(says: Outcome | BaseException) -> Reply:
    """Return a reply to a batch that was not taken."""
    return Reply(says, takes=False)


class ScriptedCourier:
    """Answers by a script; says yes when it has ended.

    Args:
        script: replies, in the order in which batches are carried.
        watch: called with each batch before anything else happens to it.
        issue: name of the issue, for the truth.
    """

    def __init__(
        self,
        script: Iterable[Reply] = (),
        *,
        watch: Callable[[Handover], object] = lambda _handover: None,
        issue: str = "weekly/2026-W34",
        most_readers: int = 1000,
    ) -> None:
        self._script = iter(script)
        self._watch = watch
        self._issue = issue
        self._most_readers = most_readers
        self._lock = threading.Lock()
        self.prepared: list[Handover] = []
        self.carried: list[Handover] = []
        #: The truth: what readers got.
        self.mailed: list[Mailed] = []

    @property
    def most_readers(self) -> int:
        """Readers in one batch, at most."""
        return self._most_readers

    def prepare(self, handover: Handover) -> Carry:
        """Return what answers."""
        self.prepared.append(handover)
        return lambda: self._carry(handover)

    def close(self) -> None:
        """Do nothing."""

    def _carry(self, handover: Handover) -> Outcome:
        self._watch(handover)
        with self._lock:
            self.carried.append(handover)
            reply = next(self._script, OK)
            if reply.takes:
                readers = tuple(reader.id for reader in handover.readers)
                at = float("inf")  # clocks leap here: only files of real runs tell the order
                self.mailed.append(Mailed(at, handover.token, self._issue, readers, "one"))
        if isinstance(reply.says, BaseException):
            raise reply.says
        return reply.says


def leaping(seconds: float = 30.0) -> Callable[[], float]:
    """Return a monotonic clock that leaps ahead at each look, so that no pause lasts."""
    ticks = count()
    return lambda: next(ticks) * seconds


def leaping_now(seconds: float = 1.0) -> Callable[[], datetime]:
    """Return a wall clock of that kind."""
    ticks = count()
    return lambda: NOW + timedelta(seconds=next(ticks) * seconds)


def tokens() -> Callable[[], str]:
    """Return what makes tokens, each another one."""
    numbers = count(1)
    return lambda: f"{next(numbers):032x}"


def make_surroundings(**fields: object) -> Surroundings:
    """Return surroundings in which pauses are over at once."""
    values = {"now": leaping_now(), "monotonic": leaping(), "token": tokens(), **fields}
    return Surroundings(**values)  # type: ignore[arg-type]  # a test names what it is about


@contextmanager
def hurried() -> Iterator[None]:
    """Let `runs.drive` live in a time in which pauses are over at once."""
    now = leaping_now()
    with (
        patch.object(drive_module, "read_now", now),
        patch.object(drive_module, "time", SimpleNamespace(monotonic=leaping())),
    ):
        yield
