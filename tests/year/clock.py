"""The clock of the simulated machine: it stands unless it is asked, and leaps when it is told.

The code under test asks the time in one place; whoever has taken that function by name gets this
one instead, before anything of the year begins.
"""

import sys
from datetime import UTC, datetime, timedelta

from digest.runs import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Milliseconds since 1970; each look at it takes some, so that nothing happens at once."""

    def __init__(self, step: int = 7) -> None:
        self._step = step
        self.now = 0

    def read(self) -> datetime:
        """Return the present moment of the machine."""
        self.now += self._step
        return moment(self.now)

    def install(self) -> None:
        """Let all of the package ask this clock."""
        replace_everywhere(clock.read_now, self.read)


def moment(at: int) -> datetime:
    """Return milliseconds since 1970 as an aware moment."""
    return _EPOCH + timedelta(milliseconds=at)


def in_ms(when: datetime) -> int:
    """Return an aware moment in milliseconds since 1970."""
    return (when - _EPOCH) // timedelta(milliseconds=1)


def replace_everywhere(before: object, after: object) -> None:
    """Put something in the place of a function in every module of the package that has it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "digest":
            for key, value in list(vars(module).items()):
                if value is before:
                    setattr(module, key, after)
