"""A small file beside the store that remembers what a restored copy of the store has forgotten.

A backup that is put back, or a server booted from an old image, has forgotten what was sent
since; it would send it again (listmonk #1801). So the number of attempts there ever were is
noted outside of the store, too. A witness that knows more than the store, or belongs to another
installation, or is missing beside a store that has sent, says: look before you send.

Writing it costs one `pwrite` an attempt. It is not forced to the disk: a power cut loses both or
neither often enough, and a witness that lags behind only says less. Touches the disk.
"""

import os
import re
import secrets
from typing import NamedTuple

from digest.errors import StoreError

_FORM = re.compile(rb"digest-witness 1 ([0-9a-f]{32}) ([0-9]{20})\n")


class Testimony(NamedTuple):
    """What the witness says."""

    #: Random name given to the store when it was made.
    installation: str
    #: Attempts there were.
    attempts: int


class Witness:
    """The witness file of a store."""

    def __init__(self, store_path: str) -> None:
        # Of the file itself: the same store may be called by a link.
        self.path = f"{os.path.realpath(store_path)}.witness"
        self._installation = ""
        self._forgotten = 0
        self._file = -1

    def read(self) -> Testimony | None:
        """Return what it says; None when it is not there or cannot be understood."""
        try:
            with open(self.path, "rb") as file:
                found = _FORM.fullmatch(file.read(100))
        except OSError:
            return None
        return Testimony(found[1].decode(), int(found[2])) if found else None

    def begin(self, installation: str, attempts: int, forgotten: int = 0) -> None:
        """Write it anew, and keep it open for `note`.

        Args:
            installation: name of the store.
            attempts: how many it has.
            forgotten: how many it does not know because an older copy was put back; they count.

        Raises:
            StoreError: it cannot be written.
        """
        self._installation, self._forgotten = installation, forgotten
        self.close()
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        self.note(attempts)

    def note(self, attempts: int) -> None:
        """Write down how many attempts there were, by the store's count.

        Raises:
            StoreError: it cannot be written.
        """
        there_were = attempts + self._forgotten
        text = f"digest-witness 1 {self._installation} {there_were:020d}\n"
        try:
            os.pwrite(self._file, text.encode(), 0)
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"cannot be written ({error.strerror})",
            where=self.path,
            remedy="Give yourself the right to write beside the store, and room.",
        )


def new_installation() -> str:
    """Return a random name for a new store."""
    return secrets.token_hex(16)
