"""A file of events → JSON values with their positions. Pure: it is given the lines.

People keep events in many forms, and mixtures of them: one event a line; one array a line; the
bodies of the webhook's posts one behind the other, whose arrays have line breaks between the
events (facts: SendGrid §3); an export with an event on many lines. All are read line by line,
an event is complete where its braces are, and no more than one is in memory at a time.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from digest.feedback.events import Bad

#: Bytes of a line. SendGrid's posts have up to 768 kB.
MOST_BYTES: Final = 64 * 2**20
#: Bytes of one event that stands on many lines.
_MOST_EVENT_BYTES: Final = 2**20
_BOM: Final = b"\xef\xbb\xbf"
# A string that does not end takes the rest of its line: looking on inside of it would make long
# lines of quotes cost the square of their length.
_BRACES: Final = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?|[{}]', re.DOTALL)
_NO_JSON: Final = Bad("it is no JSON")
_NOTHING: Final = object()


@dataclass(frozen=True, slots=True)
class Found:
    """One value that should be an event."""

    #: From 1: the line it begins in.
    line: int
    #: From 1, in an array on one line; 0: it stands alone.
    item: int
    #: As JSON holds it; a `Bad`: there is no JSON.
    value: Any

    @property
    def place(self) -> str:
        """As messages name it."""
        return f"line {self.line}, event {self.item}" if self.item else f"line {self.line}"


class TooLargeError(ValueError):
    """A line is larger than what can be held: `args` is its number."""


def split_events(lines: Iterable[bytes]) -> Iterator[Found]:
    """Yield every value of a file of events.

    Args:
        lines: of the file, cut at `MOST_BYTES` + 1.

    Raises:
        TooLargeError: a line is too long.
    """
    pending = _Pending()
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_BYTES:
            raise TooLargeError(number)
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        # Inside of an event on many lines only what is one by itself ends it: it was torn.
        may_be_one = not pending.text or text.startswith((b"{", b"["))
        value = _value(text) if may_be_one else _NOTHING
        if value is not _NOTHING and (not pending.text or _is_event(value)):
            yield from pending.given_up()
            yield from _each(number, value)
        elif text:
            yield from pending.take(number, text)
    yield from pending.given_up()


class _Pending:
    """An event on many lines of which some have come."""

    def __init__(self) -> None:
        self.text = bytearray()
        self._line = 0
        self._depth = 0

    def take(self, number: int, text: bytes) -> Iterator[Found]:
        """Take another line; yield the event, or what is no event, when it is complete."""
        if not self.text:
            text = text.removeprefix(b"[").lstrip(b" \t,")
            self._line = number
            if not text.strip(b",] \t"):
                return  # only the beginning or the end of an array
        self.text += text
        self.text += b"\n"
        if len(self.text) <= _MOST_EVENT_BYTES:
            for found in _BRACES.finditer(text):
                self._depth += {b"{": 1, b"}": -1}.get(found[0], 0)
            if self._depth > 0:
                return
        value = _value(bytes(self.text.strip()))
        line = self._line
        self._forget()
        yield Found(line, 0, _NO_JSON if value is _NOTHING else value)

    def given_up(self) -> Iterator[Found]:
        """Yield what has begun and never ends, if anything has."""
        if self.text:
            yield Found(self._line, 0, _NO_JSON)
            self._forget()

    def _forget(self) -> None:
        self.text, self._depth = bytearray(), 0


def _value(text: bytes) -> Any:  # noqa: ANN401  what JSON may hold
    """Return the value of a line, with or without what an array puts around it; or `_NOTHING`."""
    bare = text.removesuffix(b",")
    forms = (text, bare, bare.removeprefix(b"["), bare.removesuffix(b"]").rstrip())
    for form in dict.fromkeys(forms):
        try:
            return orjson.loads(form)
        except orjson.JSONDecodeError:
            continue
    return _NOTHING


def _each(number: int, value: Any) -> Iterator[Found]:  # noqa: ANN401  what JSON may hold
    if isinstance(value, list):
        for position, each in enumerate(value, 1):
            yield Found(number, position, each)
    else:
        yield Found(number, 0, value)


def _is_event(value: Any) -> bool:  # noqa: ANN401  what JSON may hold
    if isinstance(value, list):
        return any(_is_event(each) for each in value if isinstance(each, dict))
    return isinstance(value, dict) and "event" in value
