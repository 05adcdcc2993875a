"""A sending that a person, a lost terminal or a full disk ends in the middle."""

import os
import pty
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command import digest, environment
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, shown

NAME = "weekly/2026-W34"
_SEND = ["-m", "digest", "send", "weekly", "--yes", "--week", "2026-W33"]
#: Makes its standard input the terminal of its session, as a login does, and runs the rest.
_LOGIN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


def start(sending: Path, fake: FakeSendGrid) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *_SEND],
        cwd=sending,
        env=environment() | keys(fake),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(fake: FakeSendGrid, sends: int) -> None:
    until = time.monotonic() + 30
    while fake.mail_sends < sends:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_closed_terminal_stops_between_batches(site: Path, fake: FakeSendGrid) -> None:
    sending = make_sending(site, 200, batch="5", in_flight="2")
    fake.settings.latency = 0.2
    ours, theirs = pty.openpty()
    sender = subprocess.Popen(
        [sys.executable, "-c", _LOGIN, *_SEND],
        cwd=sending,
        env=environment() | keys(fake),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    while b"sending" not in seen or fake.mail_sends < 4:
        if select.select([ours], [], [], 0.01)[0]:
            seen += os.read(ours, 4096)

    os.close(ours)  # the kernel hangs up, and every write fails from here on

    assert sender.wait(30) == 129
    account = shown(sending, NAME)
    assert (account["state"], account["readers"]["unknown"]) == ("sending", 0)
    assert account["readers"]["sending"] == 0
    assert 0 < account["readers"]["accepted"] < 200
    fake.settings.latency = 0.0
    assert digest(sending, "resume", NAME, env=keys(fake)).code == 0
    assert set(fake.copies().values()) == {1}


def test_a_second_ctrl_c_says_what_it_costs(site: Path, fake: FakeSendGrid) -> None:
    sending = make_sending(site, 200, batch="10", in_flight="2")
    fake.settings.latency = 1.0
    sender = start(sending, fake)
    wait_for(fake, 2)

    sender.send_signal(signal.SIGINT)
    time.sleep(0.2)
    sender.send_signal(signal.SIGINT)
    _, said = sender.communicate(timeout=30)

    assert sender.returncode == 9, said
    assert "what was on its way is in doubt" in said
    assert "digest resume" in said
    assert "nothing is half-written" not in said


def test_answers_that_come_while_files_may_not_grow_are_kept(
    site: Path, fake: FakeSendGrid
) -> None:
    """A quota is reached in the middle, and raised by a person three seconds later."""
    sending = make_sending(site, 400, batch="10", in_flight="8")
    fake.settings.latency = 0.2
    sender = start(sending, fake)
    wait_for(fake, 8)
    unlimited = resource.prlimit(sender.pid, resource.RLIMIT_FSIZE)

    size = (sending / "digest.db-wal").stat().st_size
    resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, (size, unlimited[1]))
    time.sleep(2)
    left = fake.mail_sends
    time.sleep(1)
    assert fake.mail_sends == left
    resource.prlimit(sender.pid, resource.RLIMIT_FSIZE, unlimited)
    _, said = sender.communicate(timeout=30)

    assert sender.returncode == 0, said
    assert shown(sending, NAME)["readers"]["accepted"] == 400
    assert set(fake.copies().values()) == {1}
