"""Where things stand in a TOML text: tables, keys, values, items of lists. Pure.

Only for texts that `tomllib` has accepted: this finds places, and judges nothing.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_BLANK: Final = re.compile(r"[ \t]*")
#: Blanks, line breaks and comments between the parts of a list.
_BETWEEN: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE: Final = re.compile(r"[^,\]}#\n]+")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS: Final = (
    re.compile(r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'),
    re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}"),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A key with its value."""

    #: Of the table it stands in; () at the top.
    table: Key
    #: As it is written in that table: `a.b` has two parts.
    key: Key
    #: Where its line begins.
    start: int
    value_start: int
    value_end: int

    @property
    def path(self) -> Key:
        """The whole way to it."""
        return self.table + self.key


@dataclass(frozen=True, slots=True)
class Header:
    """The line `[table]`."""

    table: Key
    start: int
    end: int


def scan(text: str) -> Iterator[Pair | Header]:
    """Yield the tables and keys of a text in their order."""
    position, table = 0, Key()
    while position < len(text):
        start = position
        position = _behind(_BLANK, text, position)
        if text[position : position + 1] == "[":
            opening = 2 if text.startswith("[[", position) else 1
            table, position = _key(text, position + opening)
            position = line_end(text, position)
            yield Header(table, start, position)
        elif text[position : position + 1] not in {"#", "\n", ""}:
            key, position = _key(text, position)
            position = _behind(_BLANK, text, position + 1)
            end = value_end(text, position)
            yield Pair(table, key, start, position, end)
            position = end
        position = line_end(text, position) + 1


def line_end(text: str, position: int) -> int:
    """Return where the line of `position` ends: its line break, or the end of the text."""
    found = text.find("\n", position)
    return len(text) if found < 0 else found


def line_start(text: str, position: int) -> int:
    """Return where the line of `position` begins."""
    return text.rfind("\n", 0, position) + 1


def between(text: str, position: int) -> int:
    """Return the place behind blanks, line breaks and comments."""
    return _behind(_BETWEEN, text, position)


def value_end(text: str, position: int) -> int:
    """Return the place behind the value at `position`."""
    if text[position] in "[{":
        closing = "]" if text[position] == "[" else "}"
        position = between(text, position + 1)
        while text[position] != closing:
            if text[position] in ",=":
                position += 1
            elif closing == "}" and text[position] not in "[{\"'":
                position = _word_end(text, position)
            else:
                position = value_end(text, position)
            position = between(text, position)
        return position + 1
    for pattern in _STRINGS:
        if found := pattern.match(text, position):
            return found.end()
    found = _BARE.match(text, position)
    end = found.end() if found else position + 1
    return len(text[:end].rstrip(" \t"))


def items(text: str, position: int) -> list[tuple[int, int]]:
    """Return start and end of each item of the list at `position`."""
    found = []
    position = between(text, position + 1)
    while text[position] != "]":
        end = value_end(text, position)
        found.append((position, end))
        position = between(text, end)
        if text[position] == ",":
            position = between(text, position + 1)
    return found


def comments(text: str) -> list[str]:
    """Return every comment of a text, in order."""
    found: list[str] = []
    position = 0
    pattern = re.compile("|".join([*(each.pattern for each in _STRINGS), r"(#[^\n]*)"]))
    while match := pattern.search(text, position):
        if match[1]:
            found.append(match[1].rstrip())
        position = match.end()
    return found


def _behind(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return the place behind what a pattern matches, which may be nothing."""
    found = pattern.match(text, position)
    return found.end() if found else position


def _word_end(text: str, position: int) -> int:
    """Return the place behind a bare key or value inside `{…}`."""
    found = re.compile(r"[^,=}\s]+").match(text, position)
    return found.end() if found else position + 1


def _key(text: str, position: int) -> tuple[Key, int]:
    """Return a key, dots and quotes resolved, and the place of what follows it."""
    parts: list[str] = []
    while True:
        position = _behind(_BLANK, text, position)
        if text[position] in "\"'":
            end = value_end(text, position)
            parts.append(str(_value(text[position:end])))
        else:
            found = _BARE_KEY.match(text, position)
            assert found  # noqa: S101  tomllib has accepted it
            end = found.end()
            parts.append(found[0])
        position = _behind(_BLANK, text, end)
        if text[position] != ".":
            return tuple(parts), position
        position += 1


def _value(written: str) -> Any:  # noqa: ANN401  whatever TOML knows
    return tomllib.loads(f"x = {written}")["x"]
