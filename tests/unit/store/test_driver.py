"""One process drives an issue: the lock of the operating system, and how it ends."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crash.stores import child_environment
from digest.errors import StoreError
from digest.store.driver import drive, is_driven

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


def test_a_store_called_by_a_link_has_one_driver(store: str, tmp_path: Path) -> None:
    Path(store).touch()
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "linked.db"
    link.symlink_to(store)

    with held_elsewhere(store, 3):
        assert is_driven(str(link), 3)
        with pytest.raises(StoreError), drive(str(link), 3, "weekly/2026-W34"):
            pass
    assert [path.name for path in link.parent.iterdir()] == ["linked.db"]


def test_who_asks_hears_whether_an_issue_is_driven(store: str) -> None:
    assert not is_driven(store, 3)
    assert not Path(f"{store}.lock").exists()

    with held_elsewhere(store, 3) as process:
        assert is_driven(store, 3)
        assert not is_driven(store, 2)
        assert not is_driven(store, 4)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

        assert not is_driven(store, 3)


def test_asking_takes_nothing_from_those_who_drive(store: str) -> None:
    """Whoever closes the file gives up every lock of its own process."""
    with drive(store, 3, "weekly/2026-W34"), drive(store, 4, "weekly/2026-W35"):
        assert is_driven(store, 3)
        assert not is_driven(store, 5)

        for issue in (3, 4):
            with pytest.raises(StoreError, match="another command"):
                _drive_elsewhere(store, issue)
    assert not is_driven(store, 3)


def test_an_issue_driven_beside_another_one_by_one_process_stays_driven(store: str) -> None:
    with drive(store, 3, "weekly/2026-W34"):
        with drive(store, 4, "weekly/2026-W35"):
            pass

        with pytest.raises(StoreError, match="another command"):
            _drive_elsewhere(store, 3)


def test_asking_again_and_again_keeps_nobody_from_driving(store: str) -> None:
    with drive(store, 9, "weekly/2026-W40"):
        pass  # the file is there
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            is_driven(store, 3)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(5):
            with held_elsewhere(store, 3):
                pass
    finally:
        stop.set()
        asking.join()


def test_a_lock_file_nobody_may_read_says_nothing(store: str) -> None:
    Path(f"{store}.lock").symlink_to(f"{store}.lock")  # a loop: cannot be opened by anybody

    assert not is_driven(store, 3)


def _drive_elsewhere(store: str, issue: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HOLDER, store, str(issue)],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    if done.returncode:
        raise StoreError(done.stderr, where="", remedy="")
