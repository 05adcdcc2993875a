"""Mistakes in a TOML file: what is wrong, and how its place and value are spelled. Pure."""

import re
from datetime import date, datetime, time
from typing import Final, NamedTuple, TypeAlias

#: Way from the top of the file to a value: keys, and positions in lists from 0.
Place: TypeAlias = tuple[str | int, ...]

_LONGEST_SHOWN: Final = 60
# A value is repeated to the person who wrote it, never a secret in it: user and password in a
# URL, a key in SendGrid's shape (`SG.` and two parts).
# Patterns stay text here and in this folder: `re` compiles them when first used, and most are
# used only when something is wrong. Every command loads this module.
_SECRETS: Final = (
    (r"(?<=://)\S*@", "…@"),
    (r"\bSG\.[\w-]+\.[\w-]+", "SG.…"),
)
_BARE_KEY: Final = r"[A-Za-z0-9_-]+"


class Wrong(NamedTuple):
    """Why one value cannot be used."""

    #: Goes behind the value: `is not between 1 and 100`.
    what: str
    #: What to write instead, a sentence.
    remedy: str
    #: Way from the checked value to the wrong part of it.
    at: Place = ()


class Mistake(NamedTuple):
    """One mistake with its place in the file, before file name and line are known."""

    place: Place
    what: str
    remedy: str
    #: The place is a table itself, not a key in a table.
    is_table: bool = False


def place_name(place: Place, *, is_table: bool = False) -> str:
    """Return the place as the file spells it: `[site] timezone`, `[site] logo, no. 2`.

    Positions count from 1, because people do.
    """
    item = ""
    if not is_table and place and isinstance(place[-1], int):
        item = f", no. {place[-1] + 1}"
        place = place[:-1]
    table, key = (place, "") if is_table or not place else (place[:-1], str(place[-1]))
    if not table:
        return key_name(key) + item
    name = _table_name(table)
    if not key:
        return name
    comma = "," if name.startswith("[[") else ""
    return f"{name}{comma} {key_name(key)}{item}"


def _table_name(table: Place) -> str:
    dotted = ".".join(key_name(part) for part in table if isinstance(part, str))
    last = table[-1]
    return f"[[{dotted}]] no. {last + 1}" if isinstance(last, int) else f"[{dotted}]"


def key_name(key: str) -> str:
    """Return `key` as TOML spells it, quoted where it must be."""
    return key if re.fullmatch(_BARE_KEY, key) else _quoted(key)


def shown(value: object) -> str:
    """Return a value as the file spells it: one line, not long, without secrets."""
    if isinstance(value, list):
        return _cut("[" + ", ".join(_inner(item) for item in value[:10]) + "]")
    if isinstance(value, dict):
        return "a table"
    return _shown_scalar(value)


def _shown_scalar(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _quoted(value)
        case int() | float():
            return _number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return f"a {type(value).__name__}"


def escaped(text: str) -> str:
    """Return `text` with what would garble a terminal or turn a message around escaped."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def _inner(item: object) -> str:
    # One level deep: a list in a list in a list … must not exhaust the stack.
    match item:
        case list():
            return "[…]"
        case dict():
            return "{…}"
        case _:
            return shown(item)


def _number(value: float) -> str:
    try:
        return _cut(repr(value))
    except ValueError:  # Python refuses to write out integers of more than 4300 digits
        return "a number of thousands of digits"


def _quoted(text: str) -> str:
    for secret, instead in _SECRETS:
        text = re.sub(secret, instead, text)
    text = _cut(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped(text)}"'


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
