"""Files of subscribers: opened, written, and the report of their bad rows. Touches the disk."""

import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, TextIO

from digest.errors import DigestError, NotFoundError
from digest.subscribers.csv_rows import guard
from digest.subscribers.lines import FALLBACK, encoding_of, other_kind
from digest.subscribers.record import BadRow

_INPUT: Final = "-"
#: Subscribers are nobody else's business on this machine.
_OURS: Final = 0o600


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read."""

    text: TextIO
    #: As messages and the record of consent name it.
    shown: str
    #: Bytes; 0 if nobody can know.
    size: int
    _bytes: BinaryIO

    def read_bytes(self) -> int:
        """Return how many bytes were read until now; 0 if nobody can know."""
        return self._bytes.tell() if self.size else 0


@contextmanager
def opened(file: str) -> Iterator[Opened]:
    """Open a file of any encoding for one reading; `-` is standard input.

    Raises:
        NotFoundError: there is no such file.
        DigestError: it cannot be read, or is no text.
    """
    shown = "standard input" if file == _INPUT else file
    try:
        with _binary(file) as stream:
            head = stream.peek(4)
            if kind := other_kind(head):
                raise DigestError(
                    f"is {kind}, not a text", where=shown, remedy="Save it as CSV (UTF-8)."
                )
            # Raw: its position is how far the disk was read, not how far the text was.
            size = 0 if file == _INPUT else os.fstat(stream.fileno()).st_size
            text = io.TextIOWrapper(stream, encoding_of(head), FALLBACK, newline=None)
            yield Opened(text, shown, size, stream.raw)  # type: ignore[arg-type]  # has `tell`
    except FileNotFoundError as error:
        raise NotFoundError(
            "there is no such file", where=shown, remedy="Name a file as seen from here."
        ) from error
    except OSError as error:
        raise DigestError(
            f"cannot be read ({error.strerror})", where=shown, remedy="Name a file you may read."
        ) from error


def _binary(file: str) -> io.BufferedReader:
    if file != _INPUT:
        return open(file, "rb")
    # Its own object over the same descriptor: closing it leaves sys.stdin whole.
    return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))


class Rejected:
    """The report of bad rows: a CSV file that is there only if there are any."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._writer: Any = None
        #: The file, once there is one.
        self.written = ""

    def add(self, row: BadRow) -> None:
        """Write one bad row down.

        Raises:
            DigestError: the report cannot be written.
        """
        try:
            if self._file is None:
                self._file = _private(self._path, os.O_TRUNC)
                self._writer = csv.writer(self._file, lineterminator="\n")
                self._writer.writerow(("line", "reason", "remedy", "row"))
                self.written = self._path
            text = "".join(each if each.isprintable() else " " for each in row.text)
            self._writer.writerow((row.line, row.what, row.remedy, guard(text)))
        except OSError as error:
            raise _not_written(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()


def write_rows(file: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV file, whole or not at all; return how many rows.

    Args:
        file: a new one; "-": standard output.
        titles: first row.
        rows: read as they are written.

    Raises:
        DigestError: the file is there already, or cannot be written.
    """
    if file == _INPUT:
        return _write(sys.stdout, titles, rows)
    if os.path.lexists(file):
        raise DigestError(
            "is there already, and is not overwritten", where=file, remedy="Name another file."
        )
    part = f"{file}.part"
    try:
        try:
            with _private(part, os.O_TRUNC) as stream:
                written = _write(stream, titles, rows)
            os.rename(part, file)
        finally:
            if os.path.exists(part):
                os.unlink(part)
    except OSError as error:
        raise _not_written(file, error) from error
    return written


def _write(stream: TextIO, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(titles)
    written = 0
    for row in rows:
        writer.writerow(row)
        written += 1
    return written


def _private(path: str, flags: int) -> TextIO:
    number = os.open(path, os.O_CREAT | os.O_WRONLY | flags, _OURS)
    return open(number, "w", encoding="utf-8", newline="")


def _not_written(path: str, error: OSError) -> DigestError:
    return DigestError(
        f"cannot be written ({error.strerror})",
        where=path,
        remedy="Make room, or name a file in a folder you may write to.",
    )
