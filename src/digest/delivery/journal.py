"""What the hand-over needs of the ledger. `store/journal.py` is the real one."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from digest.delivery.letter import Handover, Reader
from digest.delivery.outcome import Outcome
from digest.delivery.standing import Standing
from digest.delivery.states import IssueState
from digest.errors import StoreError


class Planned(NamedTuple):
    """A batch that may be handed over, and its readers as they are at one moment."""

    batch: int
    readers: tuple[Reader, ...]
    #: Frozen readers who get it no longer, with the reason.
    gone: tuple[tuple[int, str], ...]
    #: Version of the store's data when they were read.
    version: int


class Journal(Protocol):
    """The batches of one issue. What is written in a transaction is on the disk when it ends."""

    def transaction(self) -> AbstractContextManager[object]:
        """Hold everything written inside together."""
        ...

    def recover(self, now: datetime) -> int:
        """Make `unknown` what an ended sender left in `sending`; return how many batches."""
        ...

    def next_planned(self, now: datetime) -> Planned | None:
        """Return the next batch that may be handed over now, or None."""
        ...

    def earliest_planned(self) -> datetime | None:
        """Return from when on the next planned batch may be tried, or None when there is none."""
        ...

    def is_current(self, planned: Planned) -> bool:
        """Return whether nobody else has written to the store since `planned` was read."""
        ...

    def begin(self, planned: Planned, token: str, now: datetime) -> bool:
        """Write an attempt down, inside a transaction.

        Returns:
            Whether there is anybody left to hand it to.
        """
        ...

    def note_left(self) -> None:
        """Remember outside of the store how many attempts there were; after the transaction.

        Raises:
            StoreError: it cannot be written; the batch must not leave.
        """
        ...

    def conclude(self, handover: Handover, outcome: Outcome, now: datetime) -> None:
        """Write down what came of an attempt, inside a transaction."""
        ...

    def issue_state(self) -> IssueState:
        """Return where the issue stands: another command may have cancelled it."""
        ...

    def standing(self) -> Standing:
        """Return where the batches stand."""
        ...


#: Numbers and reasons, as `Planned.gone`.
Gone = Sequence[tuple[int, str]]


def unwritten(error: StoreError, readers: int) -> StoreError:
    """Return what to say when outcomes came that the store could not take.

    Args:
        error: why it could not.
        readers: of the batches whose outcomes they are.
    """
    where, what, remedy = error.problems[0]
    who = f"{readers:,} {'reader' if readers == 1 else 'readers'}"
    return StoreError(
        f"{what}; sending stopped, and whether {who} got the mail is in doubt: what was answered "
        "could not be written down",
        where=where,
        remedy=f"{remedy} The same command goes on; who is in doubt gets nothing again without "
        "evidence: see digest resolve.",
    )
