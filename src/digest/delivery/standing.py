"""Where the batches of an issue stand, as numbers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from digest.delivery.states import BatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the batches of an issue stand."""

    #: State → batches.
    batches: Mapping[BatchState, int]
    #: State → readers in them who were not set aside.
    readers: Mapping[BatchState, int]

    def count(self, *states: BatchState) -> int:
        """Return how many batches are in one of these states."""
        return sum(self.batches.get(state, 0) for state in states)
