"""One process watches the clock for a store, and when somebody last did."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from command import environment
from digest.errors import StoreError
from digest.store.watch import is_watched, last_touched, touch, watching

NOON = datetime(2026, 8, 17, 12, tzinfo=UTC)
_WATCHER = """
import sys
from digest.store.watch import watching
with watching(sys.argv[1]):
    print("watching", flush=True)
    sys.stdin.read()
"""


@contextmanager
def watched_elsewhere(store: str) -> Iterator[subprocess.Popen[str]]:
    """Let another process watch."""
    with subprocess.Popen(
        [sys.executable, "-c", _WATCHER, store],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "watching\n"
        yield process
        if process.poll() is None:
            process.kill()


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "digest.db")


def test_only_one_watches(store: str) -> None:
    with watched_elsewhere(store):
        assert is_watched(store)
        with pytest.raises(StoreError) as caught, watching(store):
            pass

    assert str(caught.value) == (
        f"{store}: another digest schedule is running\n"
        "  One is enough. See what it does: digest status"
    )


def test_it_ends_with_the_process_however_that_ends(store: str) -> None:
    with watched_elsewhere(store) as process:
        process.kill()
        process.wait()

        assert not is_watched(store)
        with watching(store):
            assert is_watched(store)

    assert not is_watched(store)


def test_who_watches_may_ask_and_still_watches(store: str) -> None:
    asking = "import sys; from digest.store.watch import is_watched as i; print(i(sys.argv[1]))"
    with watching(store):
        assert is_watched(store)
        with pytest.raises(StoreError), watching(store):
            pass
        done = subprocess.run(
            [sys.executable, "-c", asking, store],
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        )

    assert done.stdout == "True\n"


def test_nobody_has_looked_before_somebody_says_so(store: str) -> None:
    before = last_touched(store), is_watched(store)
    with watching(store):
        begun = last_touched(store)
        touch(store, NOON)

    assert before == (None, False)
    assert begun is None
    assert last_touched(store) == NOON


def test_looking_once_makes_the_file(store: str) -> None:
    touch(store, NOON)

    assert last_touched(store) == NOON
    assert not is_watched(store)


def test_a_store_has_one_watcher_by_whatever_link(store: str, tmp_path: Path) -> None:
    Path(store).touch()
    (tmp_path / "link.db").symlink_to(store)

    with watched_elsewhere(store):
        assert is_watched(str(tmp_path / "link.db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(store: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(StoreError, match=r"digest\.db\.schedule: cannot be written"):
        touch(store, NOON)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    store = str(tmp_path / "away" / "digest.db")

    with pytest.raises(StoreError, match=r"digest\.db\.schedule: cannot be written"):
        touch(store, NOON)
    with (
        pytest.raises(StoreError, match=r"digest\.db\.schedule: cannot be written"),
        watching(store),
    ):
        pass
