"""Lines of a file whose encoding nobody has said. Pure: it is given bytes.

UTF-8 and UTF-16 show by their first bytes. Everything else is read as UTF-8, and each byte that
cannot be UTF-8 as Windows-1252, of which Latin-1 is a part: so a file of that kind, or one that
was patched together from several, is read without looking at it twice.
"""

import codecs
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

#: Longest line in characters; a longer one is no row of anything.
LONGEST_LINE: Final = 1_000_000

#: Name of the error handler for bytes that are not UTF-8.
FALLBACK: Final = "digest-windows-1252"


_OTHER_KINDS: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "a spreadsheet or another packed file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
    b"%PDF": "a PDF",
}


class Text(Protocol):
    """A decoded file, as far as it is used here."""

    def read(self, size: int, /) -> str:
        """Return the next `size` characters at most; "" at the end."""
        ...

    def readline(self, size: int, /) -> str:
        """Return the rest of the line, or its next `size` characters; "" at the end."""
        ...


def encoding_of(head: bytes) -> str:
    """Return the encoding of a file that begins with `head`: four bytes, if it has so many."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a mark, every second byte of Western text is a zero.
    if head[1:2] == b"\0" and head[3:4] == b"\0":
        return "utf-16-le"
    if head[:1] == b"\0" and head[2:3] == b"\0":
        return "utf-16-be"
    return "utf-8-sig"


def other_kind(head: bytes) -> str:
    """Return what a file is that is no text at all, from its first bytes; or an empty string."""
    return next((kind for mark, kind in _OTHER_KINDS.items() if head.startswith(mark)), "")


def iterate_lines(text: Text, begun: str = "", number: int = 1) -> Iterator[tuple[int, str]]:
    """Yield number and text of every line, without its end; too long ones are cut off.

    Args:
        text: read on from where it is.
        begun: first character of the line it is in, already taken.
        number: of that line.
    """
    line = begun + text.readline(LONGEST_LINE)
    while line:
        if line[-1] == "\n":
            yield number, line[:-1]
        else:
            yield number, line
            _skip_rest(line, text)
        number += 1
        line = text.readline(LONGEST_LINE)


def _skip_rest(line: str, text: Text) -> None:
    while len(line) >= LONGEST_LINE and not line.endswith("\n"):
        line = text.readline(LONGEST_LINE)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


codecs.register_error(FALLBACK, _as_windows_1252)
