"""One process watches the clock for a store, and when somebody last did. Touches the disk.

The lock is one of the operating system, as in `driver.py`, on a file beside the store: it ends
with its process. The file's time of change is the moment the schedule was last looked at, so that
who runs `digest schedule --once` from cron sees that cron still does.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from digest.errors import StoreError
from digest.store.driver import is_locked

#: The one byte that is locked.
_BYTE: Final = 0
#: Lock files this process holds → their descriptors: closing another one would let go of them.
_HELD: dict[str, int] = {}


@contextmanager
def watching(store_path: str) -> Iterator[None]:
    """Be the only process that watches the clock for a store.

    Args:
        store_path: of the store.

    Raises:
        StoreError: another process does, or the folder of the store cannot be written.
    """
    path = _lock_path(store_path)
    if path in _HELD:
        raise _watched_already(store_path)
    file = _opened(path)
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _BYTE)
        except OSError as error:
            raise _watched_already(store_path) from error
        _HELD[path] = file
        try:
            yield
        finally:
            del _HELD[path]
    finally:
        os.close(file)


def is_watched(store_path: str) -> bool:
    """Return whether a process watches the clock for a store; asking keeps nobody from it."""
    path = _lock_path(store_path)
    if path in _HELD:
        return True
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # nobody ever has, or it is not for us to know
    try:
        return is_locked(file, _BYTE)
    finally:
        os.close(file)


def touch(store_path: str, now: datetime) -> None:
    """Write down that the schedule was looked at.

    Raises:
        StoreError: the folder of the store cannot be written.
    """
    path, at = _lock_path(store_path), now.timestamp()
    try:
        os.utime(path, (at, at))
    except FileNotFoundError:
        os.close(_opened(path))
        os.utime(path, (at, at))
    except OSError as error:
        raise _not_written(path, error) from error


def last_touched(store_path: str) -> datetime | None:
    """Return when the schedule was last looked at, or None: never, as far as can be seen."""
    try:
        at = os.stat(_lock_path(store_path)).st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(at, UTC) if at else None


def _lock_path(store_path: str) -> str:
    # Of the file itself: the same store may be called by a link.
    return f"{os.path.realpath(store_path)}.schedule"


def _opened(path: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    try:
        try:
            file = os.open(path, flags | os.O_EXCL, 0o600)
        except FileExistsError:
            return os.open(path, flags, 0o600)
        os.utime(file, (0, 0))  # nobody has looked yet
    except OSError as error:
        raise _not_written(path, error) from error
    return file


def _not_written(path: str, error: OSError) -> StoreError:
    return StoreError(
        f"cannot be written ({error.strerror})",
        where=path,
        remedy="Give yourself the right to write beside the store.",
    )


def _watched_already(store_path: str) -> StoreError:
    return StoreError(
        "another digest schedule is running",
        where=store_path,
        remedy="One is enough. See what it does: digest status",
    )
