"""Runs a piece of work in a child process, and shares work out. Starts processes.

What comes back is what `marshal` carries: `pickle` takes longer to import than to use.
"""

import gc
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any


def may_fork() -> bool:
    """Return whether a child may be started: not beside threads, whose locks it would inherit."""
    threading = sys.modules.get("threading")
    return hasattr(os, "fork") and (threading is None or threading.active_count() == 1)


class Child:
    """A process that works beside this one and answers once."""

    def __init__(self, work: Callable[[], list[Any]]) -> None:
        """Start to work; `may_fork` must have said so."""
        # What is there so far, mostly modules, stays: looking through it for garbage would copy
        # pages that both share, and takes 6 ms when a process ends.
        gc.freeze()
        self._answers, writer = os.pipe()
        self._number = os.fork()
        if self._number == 0:
            with suppress(BaseException):  # a child that fails says nothing
                os.close(self._answers)
                answer = work()
                with os.fdopen(writer, "wb") as pipe:
                    marshal.dump(answer, pipe)
            os._exit(0)
        os.close(writer)

    def answer(self) -> list[Any] | None:
        """Wait for the work to be done; return what came of it, None when the child died."""
        with os.fdopen(self._answers, "rb") as pipe:
            answer = pipe.read()
        with suppress(ChildProcessError):  # SIGCHLD is ignored here: there are no zombies then
            os.waitpid(self._number, 0)
        try:
            result = marshal.loads(answer)  # noqa: S302  written by our own child
        except (EOFError, ValueError, TypeError):
            return None
        return result if isinstance(result, list) else None


class Tickets:
    """Numbers that several processes take from one pile, each number once.

    They are bytes in a pipe, written before the processes part: the kernel gives each byte to
    one reader. Whoever is quick takes more of them.
    """

    def __init__(self, count: int) -> None:
        """Put down the numbers below `count`, at most 256."""
        pile, writer = os.pipe()
        os.write(writer, bytes(range(count)))
        os.close(writer)
        self._pile = os.fdopen(pile, "rb", buffering=0)  # a buffer would take all at once

    def __iter__(self) -> Iterator[int]:
        while taken := self._pile.read(1):
            yield taken[0]

    def close(self) -> None:
        """Take no more."""
        self._pile.close()
