"""A progress bar on the terminal for work that takes over a second."""

import sys
import time
from types import TracebackType
from typing import Self

#: Nothing is shown for work that is done sooner.
_PATIENCE_SECONDS = 1.0
_WIDTH = 30


class Progress:
    """Shows how far some work is; calling it says so. Silent where nobody watches."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._watched = sys.stderr.isatty()
        self._shows_from = time.monotonic() + _PATIENCE_SECONDS
        self._shown = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shown >= 0:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` steps are done."""
        if not self._watched or time.monotonic() < self._shows_from:
            return
        percent = 100 * done // max(total, 1)
        if percent != self._shown:
            self._shown = percent
            bar = "█" * (_WIDTH * percent // 100)
            sys.stderr.write(f"\r{self._what} {bar:<{_WIDTH}} {done:,} of {total:,}")
            sys.stderr.flush()
