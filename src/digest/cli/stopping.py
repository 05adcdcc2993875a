"""Ctrl-C, SIGTERM or a lost terminal while something is being sent.

Once means "after what is on its way"; Ctrl-C twice means "now", and says what that costs.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

from digest.errors import UnfinishedError

_WISHES: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOTE: Final = (
    b"\nstopping after what is on its way; Ctrl-C again ends at once and leaves that in doubt\n"
)
_STDERR: Final = 2


@contextmanager
def stopping_cleanly(name: str = "") -> Iterator[Callable[[], bool]]:
    """Give what says whether somebody asked this command to end.

    The first Ctrl-C, SIGTERM or SIGHUP (the terminal was closed, ssh dropped) is such a wish; the
    second Ctrl-C ends the command at once, and what is on its way then is unknown.

    Args:
        name: of the issue, for the message.

    Raises:
        UnfinishedError: it was ended at once.
    """
    wishes: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if wishes and number == signal.SIGINT:
            raise KeyboardInterrupt
        wishes.append(number)
        # Past `sys.stderr`, which may be in the middle of a write; and the terminal may be gone.
        with suppress(OSError):
            os.write(_STDERR, _NOTE)

    # Under `nohup` the hang-up is ignored already, and stays so.
    heard = [one for one in _WISHES if one != signal.SIGHUP or _is_heard(one)]
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield lambda: bool(wishes)
    except KeyboardInterrupt as error:
        raise _ended_at_once(name) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def on_signal(act: Callable[[], object]) -> Iterator[None]:
    """Call `act` when somebody asks this command to end: Ctrl-C, SIGTERM, SIGHUP."""
    heard = [one for one in _WISHES if one != signal.SIGHUP or _is_heard(one)]
    before = {number: signal.signal(number, lambda *_: act()) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_heard(number: signal.Signals) -> bool:
    return signal.getsignal(number) is not signal.SIG_IGN


def _ended_at_once(name: str) -> UnfinishedError:
    issue = name or "ISSUE"
    return UnfinishedError(
        "ended at once; what was on its way is in doubt, and is not sent again without evidence",
        where=name or "sending",
        remedy=f"See what that is: digest show {issue}. Go on with the rest: digest resume "
        f"{issue}",
    )
