"""Child processes, one for each newsletter that has something due. Starts and ends processes.

A child is `digest schedule --once --newsletter NAME`: what it imports and needs is given back when
it ends, and one that is killed leaves the ledger as any other command does.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from digest.schedule.logs import Log

#: After a failure a newsletter rests for so long, doubled each time; an issue that cannot be made
#: is tried again all the same until it is too late.
_REST_SECONDS: Final = 30.0
_LONGEST_REST_SECONDS: Final = 600.0
#: A batch on its way is answered within this time, or is in doubt (`read_timeout_seconds`).
_PATIENCE_SECONDS: Final = 930.0


class _Rest(NamedTuple):
    failures: int
    until: float


class Workers:
    """The children of one service; only its ticking thread talks to them.

    Args:
        command: arguments of `digest`, without the newsletter.
        log: where it is said how they end.
        monotonic: seconds that never jump.
    """

    def __init__(
        self, command: Sequence[str], log: Log, *, monotonic: Callable[[], float]
    ) -> None:
        self._command = [sys.executable, "-m", "digest", *command]
        self._log = log
        self._monotonic = monotonic
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._resting: dict[str, _Rest] = {}

    @property
    def busy(self) -> tuple[str, ...]:
        """Newsletters a child works for."""
        return tuple(self._running)

    def begin(self, newsletter: str) -> None:
        """Start a child for a newsletter, unless there is one or it rests after a failure."""
        rest = self._resting.get(newsletter)
        if newsletter in self._running or (rest and self._monotonic() < rest.until):
            return
        try:
            # A session of its own: Ctrl-C in a terminal is for the service, which passes it on.
            self._running[newsletter] = subprocess.Popen(  # noqa: S603  our own command
                [*self._command, "--newsletter", newsletter],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            self._log.error("failed", newsletter=newsletter, reason=f"no process: {error}")
            self._fail(newsletter)

    def reap(self) -> None:
        """Note which children have ended, and how."""
        for newsletter, child in list(self._running.items()):
            code = child.poll()
            if code is None:
                continue
            del self._running[newsletter]
            if code == 0:
                self._resting.pop(newsletter, None)
                continue
            self._fail(newsletter)
            if code < 0:
                self._log.error("killed", newsletter=newsletter, signal=-code)

    def stop(self) -> None:
        """Ask every child to end after what is on its way, and wait for them."""
        for child in self._running.values():
            with suppress(ProcessLookupError):
                child.terminate()
        for newsletter, child in self._running.items():
            try:
                child.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._log.error("left behind", newsletter=newsletter, pid=child.pid)
        self._running.clear()

    def _fail(self, newsletter: str) -> None:
        before = self._resting.get(newsletter)
        failures = before.failures + 1 if before else 1
        seconds = min(_REST_SECONDS * 2 ** (failures - 1), _LONGEST_REST_SECONDS)
        self._resting[newsletter] = _Rest(failures, self._monotonic() + seconds)
