"""Keeps accepted bodies on disk: a million readers are 450 MB, and memory stays flat."""

import os
import tempfile
import threading


class Spool:
    """Bodies in one nameless temporary file, read back on demand."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="fake-sendgrid-")  # noqa: SIM115  # lives as long as we
        self._end = 0
        self._lock = threading.Lock()

    def keep(self, body: bytes) -> tuple[int, int]:
        """Store `body`; return what `read` needs to find it."""
        with self._lock:
            offset = self._end
            self._end += len(body)
        os.pwrite(self._file.fileno(), body, offset)
        return offset, len(body)

    def read(self, place: tuple[int, int]) -> bytes:
        """Return a body that was kept."""
        offset, length = place
        return os.pread(self._file.fileno(), length, offset)

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
