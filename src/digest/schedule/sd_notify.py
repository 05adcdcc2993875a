"""Tells systemd how the service is, by sd_notify(3). Sends datagrams to a local socket.

No library: the whole protocol is one datagram of `NAME=value` lines, and the packages for it
want libsystemd or do no more than what stands here.
"""

import os
import socket
from contextlib import suppress
from typing import Final

from digest.config.environment import Environment

#: systemd reads all the time; whoever does not must not stop the service.
_PATIENCE_SECONDS: Final = 1.0
#: `systemctl status` shows one line.
_LONGEST_STATUS: Final = 500


class Notifier:
    """Says that the service is ready, alive, busy, or about to end.

    Where nobody listens, as outside systemd, it does nothing. It never raises: a service must not
    fail because nobody wants to know how it is.
    """

    def __init__(self, environment: Environment) -> None:
        self._address = _address(environment.notify_socket)
        self._watchdog_seconds = _interval(environment)

    @property
    def watchdog_seconds(self) -> float | None:
        """How often to call `watchdog`: half the time systemd waits; None: it does not wait."""
        return self._watchdog_seconds if self._address else None

    def ready(self) -> None:
        """Say that the service is up: `systemctl start` returns."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """Say in words what the service does; `systemctl status` shows it."""
        # A line break would begin another assignment.
        self._send(f"STATUS={' '.join(text.split())[:_LONGEST_STATUS]}")

    def watchdog(self) -> None:
        """Say that the service is alive."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the service is about to end."""
        self._send("STOPPING=1")

    def _send(self, line: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(_PATIENCE_SECONDS)
            sender.sendto(line.encode(errors="replace"), self._address)


def _address(named: str) -> bytes:
    """Return what a socket is given: a path, or the name of an abstract one behind a NUL byte."""
    match named[:1]:
        case "/":
            return os.fsencode(named)
        case "@":
            return b"\0" + os.fsencode(named[1:])
        case _:  # nothing, or a kind that this machine's systemd does not use (vsock:…)
            return b""


def _interval(environment: Environment) -> float | None:
    """Return half of the time that this very process may be silent, in seconds."""
    pid = environment.watchdog_pid
    if pid and pid != str(os.getpid()):  # inherited: it is the parent that is watched
        return None
    if not environment.watchdog_usec.isdecimal():
        return None
    # sd_watchdog_enabled(3) recommends half of it.
    return int(environment.watchdog_usec) / 2_000_000 or None
