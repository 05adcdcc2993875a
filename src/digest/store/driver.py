"""One process drives the sending of an issue. Touches the disk.

A lock of the operating system, one byte for each issue in a file beside the store: it ends with
its process, however that ends, and a process that is only stopped keeps it. What makes a second
sender harmless anyway is the ledger; the lock makes it say so.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from digest.errors import StoreError


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
    path = f"{store_path}.lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"cannot be written ({error.strerror})",
            where=path,
            remedy="Give yourself the right to write beside the store.",
        ) from error
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, issue_id)
        except OSError as error:
            raise StoreError(
                "another command is sending it now",
                where=name,
                remedy=f"Watch it: digest show {name}",
            ) from error
        yield
    finally:
        os.close(file)
