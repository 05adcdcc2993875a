"""A TOML text changed in place: what a person wrote, comments and order, stays. Pure.

Made for issue files: texts at the top, lists of texts, tables of texts. Each function returns
the new text; `checked` says whether it means what was wanted, and nothing else has changed.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from digest.workbench.toml_scan import (
    Header,
    Key,
    Pair,
    between,
    comments,
    items,
    line_end,
    line_start,
    scan,
)

_INDENT: Final = "    "
_REST: Final = re.compile(r"[ \t]*(#[^\n]*)?(?=\n|\Z)")


def checked(before: str, after: str, wanted: Mapping[str, Any]) -> bool:
    """Say whether a text means what is wanted and has lost no comment."""
    try:
        means = tomllib.loads(after)
    except ValueError:
        return False
    return means == wanted and not Counter(comments(before)) - Counter(comments(after))


def set_text(text: str, path: Key, value: str) -> str:
    """Return the text with a key set: `("subject",)`, `("move", "a.md")`."""
    written = quoted(value)
    for pair in _pairs(text):
        if pair.path == path:
            return text[: pair.value_start] + written + text[pair.value_end :]
    inline = next((pair for pair in _pairs(text) if pair.path == path[:-1]), None)
    if inline is not None:
        return _into_inline(text, inline, path[-1], written)
    return _added(text, path, written)


def remove_key(text: str, path: Key) -> str:
    """Return the text without a key; a comment behind it gets a line of its own."""
    for pair in _pairs(text):
        if pair.path == path:
            return _without(text, pair.start, pair.value_end)
        if len(path) > 1 and pair.path == path[:-1]:
            table = dict(tomllib.loads(f"x = {text[pair.value_start : pair.value_end]}")["x"])
            table.pop(path[-1], None)
            return text[: pair.value_start] + _inline(table) + text[pair.value_end :]
    return text


def insert_item(text: str, key: str, index: int, value: str) -> str:
    """Return the text with a value put into a list, which is made where there is none."""
    pair = _list(text, key)
    written = quoted(value)
    if pair is None:
        return _added(text, (key,), f"[\n{_INDENT}{written},\n]")
    there = items(text, pair.value_start)
    index = max(0, min(index, len(there)))
    if index == 0:
        at, comma = pair.value_start + 1, ""
    else:
        end = there[index - 1][1]
        comma_at = between(text, end)
        has_comma = text[comma_at] == ","
        at, comma = (comma_at + 1, "") if has_comma else (end, ",")
    rest = _REST.match(text, at)
    if rest:  # the line ends here: the value gets a line of its own
        indent = _indent(text, pair, there)
        new = f"{comma}{rest[0]}\n{indent}{written},"
        return text[:at] + new + text[rest.end() :]
    if index == 0:
        return text[:at] + written + (", " if there else "") + text[at:]
    return (
        f"{text[:at]}{comma} {written}{',' if not comma and index < len(there) else ''}{text[at:]}"
    )


def remove_item(text: str, key: str, index: int) -> str:
    """Return the text without an item of a list; a comment behind it stays, on its own line."""
    pair = _list(text, key)
    if pair is None:
        return text
    there = items(text, pair.value_start)
    start, end = there[index]
    comma = between(text, end)
    if text[comma] == ",":
        # A comment between the item and its comma stays.
        end, kept = comma + 1, text[end:comma].strip()
    else:
        kept = ""
        if index and "\n" not in text[there[index - 1][1] : start]:
            start = there[index - 1][1]
    if kept:
        kept += "\n"
    first = line_start(text, start)
    alone = not text[first:start].strip() and _REST.match(text, end)
    if alone and not kept:
        return _without(text, first, end)
    blank = len(text[end:]) - len(text[end:].lstrip(" ")) if not kept else 0
    return text[:start] + kept + text[end + blank :]


def swap_items(text: str, key: str, first: int) -> str:
    """Return the text with an item of a list and the next one in each other's place.

    Where both stand on lines of their own, the comments behind them go along.
    """
    pair = _list(text, key)
    if pair is None:
        return text
    one, two = items(text, pair.value_start)[first : first + 2]
    tails = [_tail(text, one), _tail(text, two)]
    if None not in tails:
        end_one, end_two = (end for end in tails if end is not None)
        line_one, line_two = _with_comma(text, one, end_one), _with_comma(text, two, end_two)
        return text[: one[0]] + line_two + text[end_one : two[0]] + line_one + text[end_two:]
    return (
        text[: one[0]]
        + text[slice(*two)]
        + text[one[1] : two[0]]
        + text[slice(*one)]
        + text[two[1] :]
    )


def quoted(value: str) -> str:
    """Return a text as TOML; one of several lines keeps its lines."""
    if "\n" not in value:
        return _basic(value)
    return '"""\n' + "\n".join(map(_line, value.split("\n"))) + '"""'


def _line(value: str) -> str:
    """Return one line of a text of several; its quotes stand for themselves where they can."""
    written = _basic(value)[1:-1]
    if '""' in value or value.endswith('"'):
        return written
    return written.replace('\\"', '"')


def _basic(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _pairs(text: str) -> list[Pair]:
    return [each for each in scan(text) if isinstance(each, Pair)]


def _list(text: str, key: str) -> Pair | None:
    return next((pair for pair in _pairs(text) if pair.path == (key,)), None)


def _added(text: str, path: Key, written: str) -> str:
    """Return the text with a new line behind the last one of its table."""
    table, key = path[:-1], path[-1]
    entries = list(scan(text))
    line = f"{_written_key(key)} = {written}\n"
    own = [each for each in entries if isinstance(each, Pair) and each.path[:-1] == table]
    if own:  # beside its sisters, and in their form: `move."a.md" = …` at the top
        last = own[-1]
        prefix = "".join(f"{_written_key(part)}." for part in last.key[:-1])
        return _insert_line(text, line_end(text, last.value_end), prefix + line)
    headers = [each for each in entries if isinstance(each, Header)]
    if table:
        for header in headers:
            if header.table == table:
                return _insert_line(text, header.end, line)
        name = ".".join(map(_written_key, table))
        gap = "\n" if text.strip() else ""
        return _insert_line(text, len(text), f"{gap}[{name}]\n{line}")
    if not headers:
        return _insert_line(text, len(text), line)
    return _before(text, headers[0].start, line)


def _before(text: str, header: int, line: str) -> str:
    """Return the text with the first line at the top that is no comment, before all tables."""
    start = header
    # The comment right above a table belongs to it, unless the file begins with it.
    while start and text[line_start(text, start - 1) : start].lstrip().startswith("#"):
        start = line_start(text, start - 1)
    if start == 0:
        start = header
    gap = "" if start == 0 or text[:start].endswith("\n\n") else "\n"
    return f"{text[:start]}{gap}{line}\n{text[start:]}"


def _insert_line(text: str, at: int, line: str) -> str:
    """Return the text with a line behind the line that ends at `at`."""
    if at >= len(text):
        gap = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{gap}{line}"
    return text[: at + 1] + line + text[at + 1 :]


def _without(text: str, start: int, end: int) -> str:
    """Return the text without a line from `start` on, but for a comment behind `end`."""
    stop = line_end(text, end)
    comment = text[end:stop].strip()
    if not comment:
        return text[:start] + text[stop + 1 :]
    blank = text[start : start + len(text[start:]) - len(text[start:].lstrip(" \t"))]
    return text[:start] + blank + comment + text[stop:]


def _indent(text: str, pair: Pair, there: list[tuple[int, int]]) -> str:
    for start, _ in there:
        before = text[line_start(text, start) : start]
        if not before.strip() and line_start(text, start) > pair.value_start:
            return before
    return _INDENT


def _tail(text: str, item: tuple[int, int]) -> int | None:
    """Return where the comment behind an item ends that has a line for itself, else None."""
    if text[line_start(text, item[0]) : item[0]].strip():
        return None
    end = item[1]
    if text[end] == ",":
        end += 1
    elif text[between(text, end)] == ",":  # on a line of its own
        return None
    rest = _REST.match(text, end)
    return rest.end() if rest else None


def _with_comma(text: str, item: tuple[int, int], end: int) -> str:
    tail = text[item[1] : end].removeprefix(",")
    return f"{text[slice(*item)]},{tail}"


def _into_inline(text: str, pair: Pair, key: str, written: str) -> str:
    table = text[pair.value_start : pair.value_end]
    inside = table[1:-1].strip()
    values = tomllib.loads(f"x = {table}")["x"]
    if key in values:
        return (
            text[: pair.value_start]
            + _inline(values | {key: _read(written)})
            + text[pair.value_end :]
        )
    # No line breaks inside `{…}` (TOML 1.0).
    new = f"{_written_key(key)} = {_basic(_read(written))}"
    joined = f"{inside}, {new}" if inside else new
    return f"{text[: pair.value_start]}{{ {joined} }}{text[pair.value_end :]}"


def _read(written: str) -> str:
    return str(tomllib.loads(f"x = {written}")["x"])


def _inline(table: Mapping[str, str]) -> str:
    if not table:
        return "{}"
    pairs = (f"{_written_key(key)} = {_basic(value)}" for key, value in table.items())
    return f"{{ {', '.join(pairs)} }}"


def _written_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _basic(key)
