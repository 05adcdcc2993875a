"""What the hand-over needs of a courier. Couriers stand in `couriers/`; one contract suite."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from digest.delivery.letter import Handover
from digest.delivery.outcome import Outcome

#: Carries one prepared batch: does socket work only, in any thread, and never raises for what
#: the world does to it.
Carry: TypeAlias = Callable[[], Outcome]


class Courier(Protocol):
    """Carries the batches of one letter.

    What the world does becomes an `Outcome`; what is raised is a bug of ours.
    """

    @property
    def most_readers(self) -> int:
        """Readers in one batch, at most."""
        ...

    def prepare(self, handover: Handover) -> Carry:
        """Return what carries a batch; builds every byte of it, so that carrying is quick."""
        ...

    def close(self) -> None:
        """Close connections; the courier is not used after this."""
        ...
