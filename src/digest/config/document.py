# ruff: noqa: PTH109, PTH116, PTH118, PTH123  pathlib costs 7 ms, and every command loads this module
"""One TOML file on disk → its checked table. Reads the disk."""

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from digest.config.check import check_document
from digest.config.mistake import Mistake, escaped, place_name
from digest.errors import ConfigError, Problem

_T = TypeVar("_T")

_LIMIT_BYTES: Final = 1_000_000
_SYNTAX: Final = (
    'Text stands in quotes ("…"), numbers and true or false do not; '
    "each key and each [table] stands once."
)


def read_document(
    path: str,
    schema: type[_T],
    *,
    given: Mapping[str, object],
    remedy: str = "Name a TOML file that you may read: --config FILE.",
) -> _T:
    """Return the file at `path` as a `schema`.

    Args:
        path: as the user named it; every message begins with it.
        schema: a table, see `check.py`.
        given: fields of `schema` that do not come from the file.
        remedy: what to do when it cannot be read.

    Raises:
        FileNotFoundError: there is no such file.
        ConfigError: it cannot be read, is no TOML, or holds mistakes; all of them.
    """
    text = _decode(_read_bytes(path, remedy), path)
    # tomllib knows neither BOM nor mercy for deep nesting; its own error is a ValueError, and
    # so is what Python says about integers of thousands of digits.
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _syntax_error(error, path) from error
    checked = check_document(document, schema, given=given)
    if isinstance(checked, list):
        raise ConfigError.of(_problems(checked, text, path))
    return checked


def shown_path(path: str) -> str:
    """Return a path for messages: from the current folder, odd bytes as escapes."""
    try:
        below = os.path.join(os.getcwd(), "")
    except FileNotFoundError:  # the current folder was removed
        return escaped(path)
    return escaped(path.removeprefix(below))


def _read_bytes(path: str, remedy: str) -> bytes:
    try:
        # Opening a FIFO would wait for a writer for ever.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise _unreadable(path, "is not a file", remedy)
        with open(path, "rb") as file:
            content = file.read(_LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else None
        what = f"cannot be read: {reason or 'not a file name'}"
        raise _unreadable(path, what, remedy) from error
    if len(content) > _LIMIT_BYTES:
        raise _unreadable(path, f"is larger than {_LIMIT_BYTES:,} bytes", remedy)
    return content


def _unreadable(path: str, what: str, remedy: str) -> ConfigError:
    return ConfigError(what, where=shown_path(path), remedy=remedy)


def _decode(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"byte 0x{content[error.start]:02x} is not UTF-8"
        where = f"{shown_path(path)}:{line}"
        raise ConfigError(what, where=where, remedy="Save the file as UTF-8.") from error


def _syntax_error(error: ValueError | RecursionError, path: str) -> ConfigError:
    where = shown_path(path)
    if isinstance(error, RecursionError):
        return ConfigError("lists are nested too deeply", where=where, remedy=_SYNTAX)
    message = escaped(str(error))
    # "… (at line 3, column 5)" or "… (at end of document)", in every Python so far.
    what, _, place = message.partition(" (at ")
    line = re.match(r"line (\d+)", place)
    where += f":{line[1]}" if line else ""
    ending = ", at the end of the file" if place.startswith("end") else ""
    return ConfigError(f"not valid TOML: {what}{ending}", where=where, remedy=_SYNTAX)


def _problems(mistakes: Iterable[Mistake], text: str, path: str) -> Iterable[Problem]:
    # Needed only when something is wrong.
    from digest.config.lines import find_line  # noqa: PLC0415  not loaded by a sound start

    found = [(find_line(text, mistake.place), mistake) for mistake in mistakes]
    for line, mistake in sorted(found, key=lambda each: each[0] or 0):
        place = place_name(mistake.place, is_table=mistake.is_table)
        where = shown_path(path) + (f":{line}" if line else "") + (f", {place}" if place else "")
        yield Problem(where, mistake.what, mistake.remedy)
