"""One process drives the sending of an issue. Touches the disk.

A lock of the operating system, one byte for each issue in a file beside the store: it ends with
its process, however that ends, and a process that is only stopped keeps it. What makes a second
sender harmless anyway is the ledger; the lock makes it say so.

Such locks belong to the process: closing any descriptor of the file gives all of them up (POSIX,
fcntl). So one process opens it once, and `_OPEN` knows.
"""

import fcntl
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from digest.errors import StoreError

#: `struct flock` of fcntl(2): where its fields stand differs between systems.
_IS_LINUX: Final = sys.platform == "linux"
_FLOCK: Final = "hhqqi" if _IS_LINUX else "qqihh"

#: Lock file → its descriptor, and the issues this process drives.
_OPEN: dict[str, tuple[int, set[int]]] = {}


@contextmanager
def drive(store_path: str, issue_id: int, name: str) -> Iterator[None]:
    """Be the only process that sends an issue.

    Args:
        store_path: of the store the issue is in.
        issue_id: its number.
        name: as commands call it, for the message.

    Raises:
        StoreError: another process sends it now.
    """
    path = _lock_path(store_path)
    file, issues = _opened(path)
    try:
        if issue_id in issues:
            raise _driven_already(name)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, issue_id)
        except OSError as error:
            raise _driven_already(name) from error
        issues.add(issue_id)
        try:
            yield
        finally:
            issues.remove(issue_id)
            fcntl.lockf(file, fcntl.LOCK_UN, 1, issue_id)
    finally:
        if not issues:
            del _OPEN[path]
            os.close(file)


def is_driven(store_path: str, issue_id: int) -> bool:
    """Return whether a process sends an issue now; asking keeps nobody from sending it."""
    path = _lock_path(store_path)
    if path in _OPEN:
        file, issues = _OPEN[path]
        return issue_id in issues or is_locked(file, issue_id)
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # nobody has ever sent, or it is not for us to know
    try:
        return is_locked(file, issue_id)
    finally:
        os.close(file)


def _lock_path(store_path: str) -> str:
    # Of the file itself: the same store may be called by a link.
    return f"{os.path.realpath(store_path)}.lock"


def _opened(path: str) -> tuple[int, set[int]]:
    if path not in _OPEN:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"cannot be written ({error.strerror})",
                where=path,
                remedy="Give yourself the right to write beside the store.",
            ) from error
        _OPEN[path] = (file, set())
    return _OPEN[path]


def is_locked(file: int, issue_id: int) -> bool:
    """Return whether another process holds the lock; a question, which takes no lock itself."""
    kind = (fcntl.F_WRLCK, os.SEEK_SET)
    place = (issue_id, 1, 0)
    wish = struct.pack(_FLOCK, *(kind + place if _IS_LINUX else place + kind))
    answer = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, wish))
    held: int = answer[0 if _IS_LINUX else 3]
    return held != fcntl.F_UNLCK


def _driven_already(name: str) -> StoreError:
    return StoreError(
        "another command is sending it now",
        where=name,
        remedy=f"Watch it: digest show {name}",
    )
