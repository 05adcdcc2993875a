"""What systemd hears, over a real socket."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.config.environment import Environment
from digest.schedule.sd_notify import Notifier


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as bound:
        bound.settimeout(5)
        yield bound


def test_every_word_arrives_at_a_path(listener: socket.socket, tmp_path: Path) -> None:
    listener.bind(str(tmp_path / "notify"))
    notifier = Notifier(Environment(notify_socket=str(tmp_path / "notify")))

    notifier.ready()
    notifier.status("weekly/2026-W34: sending")
    notifier.watchdog()
    notifier.stopping()

    assert [listener.recv(4096) for _ in range(4)] == [
        b"READY=1",
        b"STATUS=weekly/2026-W34: sending",
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


def test_an_abstract_socket_is_found(listener: socket.socket) -> None:
    listener.bind(f"\0digest-test-{os.getpid()}")

    Notifier(Environment(notify_socket=f"@digest-test-{os.getpid()}")).ready()

    assert listener.recv(4096) == b"READY=1"


def test_a_status_cannot_be_anything_else(listener: socket.socket, tmp_path: Path) -> None:
    listener.bind(str(tmp_path / "notify"))

    Notifier(Environment(notify_socket=str(tmp_path / "notify"))).status("one\nREADY=1\n\udc80")

    assert listener.recv(4096) == b"STATUS=one READY=1 ?"


@pytest.mark.parametrize("where", ["", "vsock:2:1234", "relative", "/nowhere/at/all", "/" * 300])
def test_nobody_who_listens_is_no_fault(where: str) -> None:
    notifier = Notifier(Environment(notify_socket=where))

    notifier.ready()
    notifier.status("")
    notifier.watchdog()
    notifier.stopping()


def test_a_full_socket_does_not_stop_the_service(listener: socket.socket, tmp_path: Path) -> None:
    """Whoever listens and never reads costs a second a word, not for ever."""
    listener.bind(str(tmp_path / "notify"))
    notifier = Notifier(Environment(notify_socket=str(tmp_path / "notify")))
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as other:
        other.settimeout(0.01)
        with pytest.raises((BlockingIOError, TimeoutError)):
            fill(other, str(tmp_path / "notify"))

    notifier.ready()


def fill(sender: socket.socket, path: str) -> None:
    while True:
        sender.sendto(b"x", path)


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [
        ("120000000", "", 60.0),
        pytest.param("120000000", str(os.getpid()), 60.0, id="this process"),
        ("120000000", "1", None),
        ("", "", None),
        ("0", "", None),
        ("soon", "", None),
        ("-5", "", None),
    ],
)
def test_half_of_the_silence_is_the_interval(usec: str, pid: str, seconds: float | None) -> None:
    said = Environment(notify_socket="@any", watchdog_usec=usec, watchdog_pid=pid)

    assert Notifier(said).watchdog_seconds == seconds


def test_nobody_is_watched_where_nobody_listens() -> None:
    assert Notifier(Environment(watchdog_usec="120000000")).watchdog_seconds is None
