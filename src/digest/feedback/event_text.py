"""A file of events → JSON values with their positions. Pure: it is given the lines.

People keep events in three forms, and mixtures of them: one event a line, one array a line (the
bodies of the webhook's posts), and one array over many lines (an export). The first two are
read line by line and need no memory; an array over many lines must be held whole, and may
therefore not be larger than `MOST_BYTES`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import orjson

from digest.feedback.events import Bad

#: Bytes of a line, or of an array over many lines. SendGrid's posts have up to 768 kB.
MOST_BYTES: Final = 64 * 2**20
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Found:
    """One value that should be an event."""

    #: From 1: the line it stands in, or where its array begins.
    line: int
    #: From 1, in its array; 0: it stands alone.
    item: int
    value: Any

    @property
    def place(self) -> str:
        """As messages name it."""
        return f"line {self.line}, event {self.item}" if self.item else f"line {self.line}"


class TooLargeError(ValueError):
    """A line, or an array over many lines, is larger than what can be held."""


def split_events(lines: Iterable[bytes]) -> Iterator[Found]:
    """Yield every value of a file of events; a `Bad` as value: there is no JSON.

    Args:
        lines: of the file, each with its line break, cut at `MOST_BYTES` + 1.

    Raises:
        TooLargeError: `args` is the number of the line.
    """
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        text = _checked(number, line.removeprefix(_BOM) if number == 1 else line).strip()
        if not text:
            continue
        if text.startswith(b"[") and not _is_json(text):
            yield from _array_over_lines(number, text, numbered)
            return
        yield from _values(number, text)
        break
    for number, line in numbered:
        if text := _checked(number, line).strip():
            yield from _values(number, text)


def _checked(number: int, line: bytes) -> bytes:
    if len(line) > MOST_BYTES:
        raise TooLargeError(number)
    return line


def _array_over_lines(
    first: int, head: bytes, numbered: Iterator[tuple[int, bytes]]
) -> Iterator[Found]:
    """Yield the values of a file that begins like an array over many lines."""
    held, size = [(first, head)], len(head)
    for number, line in numbered:
        held.append((number, line))
        size += len(line)
        if size > MOST_BYTES:
            raise TooLargeError(first)
    whole = b"\n".join(line for _, line in held)
    if _is_json(whole):
        yield from _values(first, whole)
        return
    # No array: a file of lines whose first one is torn. Or an array that is cut off, of which
    # no line is an event by itself: then it is one fault, not thousands.
    broken = [(number, line.strip()) for number, line in held if line.strip()]
    if any(line.startswith((b"{", b"[")) and _is_json(line) for _, line in broken[1:]):
        yield from chain.from_iterable(_values(number, line) for number, line in broken)
    else:
        yield from _values(first, whole)


def _values(number: int, text: bytes) -> Iterator[Found]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # Its own words without what it quotes and where: that may name a reader.
        yield Found(number, 0, Bad(f"it is no JSON ({error.msg.partition(':')[0]})"))
        return
    if isinstance(value, list):
        for position, each in enumerate(value, 1):
            yield Found(number, position, each)
    else:
        yield Found(number, 0, value)


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
