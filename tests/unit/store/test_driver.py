"""One process drives an issue: the lock of the operating system, and how it ends."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crash.stores import child_environment
from digest.errors import StoreError
from digest.store.driver import drive

_HOLDER = """
import sys
from digest.store.driver import drive
with drive(sys.argv[1], int(sys.argv[2]), "weekly/2026-W34"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(store: str, issue: int) -> Iterator[subprocess.Popen[str]]:
    """Let another process drive an issue."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, store, str(issue)],
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.kill()


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "digest.db")


def test_another_process_that_drives_is_named(store: str) -> None:
    with (
        held_elsewhere(store, 3),
        pytest.raises(StoreError) as caught,
        drive(store, 3, "weekly/2026-W34"),
    ):
        pass

    assert str(caught.value) == (
        "weekly/2026-W34: another command is sending it now\n"
        "  Watch it: digest show weekly/2026-W34"
    )


def test_another_issue_may_be_driven(store: str) -> None:
    with held_elsewhere(store, 3), drive(store, 4, "weekly/2026-W35"):
        pass


def test_a_killed_driver_lets_go(store: str) -> None:
    with held_elsewhere(store, 3) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

        with drive(store, 3, "weekly/2026-W34"):
            pass


def test_a_stopped_driver_does_not_let_go(store: str) -> None:
    """It may go on at any time: nobody else may begin."""
    with held_elsewhere(store, 3) as process:
        process.send_signal(signal.SIGSTOP)

        with pytest.raises(StoreError), drive(store, 3, "weekly/2026-W34"):
            pass


def test_it_is_free_again_after_an_error(store: str) -> None:
    with pytest.raises(RuntimeError), drive(store, 3, "weekly/2026-W34"):
        raise RuntimeError

    with held_elsewhere(store, 3):
        pass


def test_a_lock_that_cannot_be_written_says_so(store: str) -> None:
    Path(f"{store}.lock").mkdir()

    with pytest.raises(StoreError, match="cannot be written"), drive(store, 3, "weekly/2026-W34"):
        pass
