"""Ctrl-C and SIGTERM while something is being sent: once means "after what is on its way"."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping_cleanly() -> Iterator[Callable[[], bool]]:
    """Give what says whether somebody asked this command to end.

    The first Ctrl-C or SIGTERM is such a wish; the second Ctrl-C ends the command at once, and
    what is on its way then is unknown.
    """
    wishes: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if wishes and number == signal.SIGINT:
            raise KeyboardInterrupt
        wishes.append(number)
        sys.stderr.write(
            "\nstopping after what is on its way; Ctrl-C again ends at once and leaves that in "
            "doubt\n"
        )

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(wishes)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
