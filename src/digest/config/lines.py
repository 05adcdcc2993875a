"""Where in a TOML text a key stands: for messages, after tomllib has read the text. Pure."""

import re
import tomllib
from typing import Final

from digest.config.mistake import Place

# Everything in which a bracket, a `#` or a line break means nothing; longest form first.
_OPAQUE: Final = (
    r'"""(?:\\.|[^\\])*?"{3,5}',
    r"'''.*?'{3,5}",
    r'"(?:\\.|[^"\\])*"',
    r"'[^']*'",
    r"#[^\n]*",
)
_TOKEN: Final = rf"(?P<opaque>{'|'.join(_OPAQUE)})|[\[{{]|[\]}}]|\n"
_KEY_PART: Final = r"(?:[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\])*\"|'[^'\n]*')"
_DOTTED: Final = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
# No table of ours is that deep; a hostile file may be.
_DEEPEST: Final = 8
_STATEMENT: Final = rf"[ \t\r\n]*(?:(?P<open>\[\[?)[ \t]*)?(?P<key>{_DOTTED})"


def find_line(text: str, place: Place) -> int | None:
    """Return the line, from 1, of the key at `place`, or of the nearest table around it.

    Args:
        text: a text that `tomllib` has accepted.
        place: way to the key; keys inside of inline tables and lists are not told apart.
    """
    lines = _read_lines(text.replace("\r\n", "\n"))
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _read_lines(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    position = 0
    while statement := _next_statement(text, position):
        place = _parse_key(statement["key"])
        line = text.count("\n", 0, statement.start("key")) + 1
        if statement["open"]:
            table = _resolve(place, counts)
            if statement["open"] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            place = table
        else:
            place = (*table, *place)
        for length in range(1, min(len(place), _DEEPEST)):
            lines.setdefault(place[:length], line)
        # Not setdefault: `[a]` may stand below `[a.b]`, which named it first.
        lines[place] = line
        position = _end_of_statement(text, statement.end())
    return lines


def _next_statement(text: str, position: int) -> re.Match[str] | None:
    blank = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*").match(text, position)
    return re.compile(_STATEMENT).match(text, blank.end() if blank else position)


def _parse_key(dotted: str) -> Place:
    keys: list[str] = []
    value: object = tomllib.loads(f"{dotted} = 0")
    while isinstance(value, dict):
        key, value = next(iter(value.items()))
        keys.append(key)
    return tuple(keys)


def _resolve(place: Place, counts: dict[Place, int]) -> Place:
    # `[a.b]` below `[[a]]` belongs to the last `a`.
    resolved: Place = ()
    for key in place[:-1]:
        resolved = (*resolved, key)
        if resolved in counts:
            resolved = (*resolved, counts[resolved])
    return (*resolved, place[-1])


def _end_of_statement(text: str, position: int) -> int:
    """Return where the line that ends the statement ends: the first outside of all brackets."""
    depth = 0
    for token in re.compile(_TOKEN, re.DOTALL).finditer(text, position):
        if token["opaque"] is not None:
            continue
        if token[0] == "\n" and depth <= 0:
            return token.end()
        depth += {"[": 1, "{": 1, "]": -1, "}": -1, "\n": 0}[token[0]]
    return len(text)
