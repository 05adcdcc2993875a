"""Moments of the account: in order even while the clock stands or is set back."""

import threading
from collections.abc import Callable

#: About the finest step that Unix seconds of today still tell as a float.
_STEP = 1e-6


class Instants:
    """Gives each entry a moment of its own.

    A test's clock may stand: then two entries of one second would have no order, and whether a
    cancellation came before the mail or after it could not be told.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0.0
        self._ahead = 0.0

    def forward(self, seconds: float) -> None:
        """Let time pass for the account alone."""
        with self._lock:
            self._ahead += seconds

    def next(self) -> float:
        """Return a moment later than all before."""
        with self._lock:
            self._last = max(self._clock() + self._ahead, self._last + _STEP)
            return self._last

    def now(self) -> float:
        """Return the time, no earlier than the last moment given away."""
        with self._lock:
            return max(self._clock() + self._ahead, self._last)
