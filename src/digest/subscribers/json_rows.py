"""Subscribers written as JSON: one object a line, or a list of objects. Pure.

A list is read object by object out of a piece of text that stays small, so that a million of
them need no more memory than one.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from digest.subscribers.lines import Text
from digest.subscribers.preferences import field_of
from digest.subscribers.record import BadRow

#: Characters read at a time, and the most one object may have.
_PIECE: Final = 65_536
_LONGEST_OBJECT: Final = 1_000_000
_REMEDY: Final = 'Write each reader as {"email": "…"}.'
_next_object: Final = re.compile(r"\}\s*,?\s*(?=\{)").search
_gap: Final = re.compile(r"[\s,]*").match

Row = tuple[int, Mapping[str, str]] | BadRow


def iterate_json_lines(lines: Iterable[tuple[int, str]]) -> Iterator[Row]:
    """Yield the fields of every object; empty lines are none."""
    for number, line in lines:
        if not line or line.isspace():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield BadRow(number, "the line is not JSON", _REMEDY, line[:200])
            continue
        yield _fields(number, value, line)


def iterate_json_list(text: Text, line: int = 1) -> Iterator[Row]:
    """Yield the fields of every object of a list that may be one single line.

    Args:
        text: what follows the opening bracket.
        line: number of the line the bracket stands in.
    """
    decode = json.JSONDecoder().raw_decode
    piece, at, is_end = text.read(_PIECE), 0, False
    while True:
        gap = _gap(piece, at)
        begin = gap.end() if gap else at
        line += piece.count("\n", at, begin)
        at = begin
        if not is_end and len(piece) - at < _PIECE // 4:
            more = text.read(_PIECE)
            piece, at, is_end = piece[at:] + more, 0, not more
            continue
        if at >= len(piece) or piece[at] == "]":
            yield from _end(line, piece[at:])
            return
        try:
            value, end = decode(piece, at)
        except (ValueError, RecursionError):
            if not is_end and len(piece) - at < _LONGEST_OBJECT:
                more = text.read(len(piece) + _PIECE)
                piece, at, is_end = piece[at:] + more, 0, not more
                continue
            yield BadRow(line, "this is not JSON", _REMEDY, piece[at : at + 200])
            found = _next_object(piece, at)
            if found is None:
                yield from _given_up(text, line, is_end=is_end)
                return
            end = found.end()
        else:
            yield _fields(line, value, piece[at:end])
        line += piece.count("\n", at, end)
        at = end


def _end(line: int, rest: str) -> Iterator[BadRow]:
    if not rest:
        yield BadRow(line, "the list ends without ]", "See whether the file is whole.")
    elif rest[1:].strip():
        yield BadRow(line, "there is more after the end of the list", "Write one list.", rest[:80])


def _given_up(text: Text, line: int, *, is_end: bool) -> Iterator[BadRow]:
    if not is_end and text.read(1):
        yield BadRow(line, "nothing after this could be read", "Put this place right.")


def _fields(line: int, value: object, source: str) -> Row:
    if not isinstance(value, dict):
        return BadRow(line, "is not an object", _REMEDY, source[:200])
    texts: dict[str, str] = {}
    # The publisher's own format keeps some fields one level down: {"preferences": {…}}.
    inner = value.get("preferences")
    for source_of in (inner if isinstance(inner, dict) else {}, value):
        for key, each in source_of.items():
            field = field_of(str(key))
            text = _text(each)
            if not field:
                continue
            if text is None:
                what = f"{str(key)[:40]!r} is not a text, a number or a list of texts"
                return BadRow(line, what, "Write a text.", source[:200])
            texts[field] = text
    return line, texts


def _text(value: object) -> str | None:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value) if abs(value) < 10**15 else ""
        case list() if all(isinstance(each, str) for each in value):
            # The last line break marks a list: its entries may have commas in them.
            return "\n".join([*value, ""])
    return None
