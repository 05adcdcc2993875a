"""JSON and TOML front matter → plain values; limits for every format. Pure.

The standard library parses; here stand what it lets pass (fields twice, nesting without end,
lone surrogates) and the errors in a writer's words.
"""

import re
from collections.abc import Mapping

from digest.articles.reading_error import ReadingError

#: Deeper than any front matter met; a loader's stack would only end near 1000.
MAX_DEPTH = 20

# A dotted TOML key of n parts costs tomllib n² steps: `a.a.a…` of 64 KiB takes minutes.
# Possessive, so that looking for it takes one pass.
_LONG_KEY = r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){20}"""

#: TOML 1.0 promises 64 bits; longer numbers cannot even be printed by Python.
_MAX_NUMBER = 2**63


def load_json(text: str, first_line: int = 1) -> dict[str, object]:
    """Return the JSON object that is all of `text`; numbers stay the text that was written.

    Raises:
        ReadingError: not a JSON object, a field twice, nested too deeply, a lone surrogate.
    """
    return load_json_prefix(text, first_line, whole=True)[0]


def load_json_prefix(
    text: str, first_line: int = 1, *, whole: bool = False
) -> tuple[dict[str, object], int]:
    """Return the JSON object at the start of `text`, and where it ends.

    Args:
        text: begins with the object, or with space before it when `whole`.
        first_line: line of the file on which `text` begins.
        whole: nothing but space may follow the object.

    Raises:
        ReadingError: as in `load_json`.
    """
    import json  # noqa: PLC0415  most folders hold no JSON; the import costs 4 ms

    decoder = json.JSONDecoder(
        object_pairs_hook=_once_each,
        parse_int=str,
        parse_float=str,
        parse_constant=str,
    )
    try:
        if whole:
            value, end = decoder.decode(text), len(text)
        else:
            value, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        raise ReadingError(
            what=f"the front matter is not JSON: {error.msg}",
            remedy="Check quotes, commas and brackets there and on the line above.",
            line=first_line + error.lineno - 1,
        ) from error
    except RecursionError as error:
        raise _too_deep(first_line) from error
    except ReadingError as error:
        error.line = first_line
        raise
    if not isinstance(value, dict):
        raise ReadingError(
            what="the front matter is no JSON object",
            remedy='Write {"title": …, "date": …}.',
            line=first_line,
        )
    check_values(value, first_line)
    return value, end


def load_toml(text: str, first_line: int = 1) -> dict[str, object]:
    """Return the TOML document `text`; dates and booleans typed, as TOML defines them.

    Raises:
        ReadingError: not TOML, a field twice, nested too deeply.
    """
    import tomllib  # noqa: PLC0415  most folders hold no TOML; the import costs 8 ms

    if re.search(_LONG_KEY, text):
        raise _too_deep(first_line)
    try:
        value = tomllib.loads(text, parse_float=str)
    except RecursionError as error:
        raise _too_deep(first_line) from error
    except ValueError as error:  # TOMLDecodeError, and numbers of over 4300 digits
        what, _, place = str(error).partition(" (at ")
        found = re.match(r"line (\d+)", place)
        ahead = int(found[1]) - 1 if found else text.rstrip().count("\n") if place else 0
        raise ReadingError(
            what=f"the front matter is not TOML: {what}",
            remedy='Write `name = "value"`, each name once.',
            line=first_line + ahead,
        ) from error
    check_values(value, first_line)
    return value


def check_values(values: Mapping[str, object], first_line: int) -> None:
    """Check what every format promises: depth, printable numbers, no lone surrogates.

    Raises:
        ReadingError: a promise is broken.
    """
    level: list[object] = [values]
    for _ in range(MAX_DEPTH):
        inner: list[object] = []
        for value in level:
            if isinstance(value, Mapping):
                inner.extend(value)
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            else:
                _check_scalar(value, first_line)
        if not inner:
            return
        level = inner
    if any(isinstance(value, (Mapping, list)) for value in level):
        raise _too_deep(first_line)
    for value in level:
        _check_scalar(value, first_line)


def _check_scalar(value: object, first_line: int) -> None:
    if isinstance(value, str):
        if not value.isascii() and re.search("[\ud800-\udfff]", value):
            raise ReadingError(
                what="the front matter has half of a surrogate pair (\\ud800 to \\udfff)",
                remedy="Write the character itself; the file is UTF-8.",
                line=first_line,
            )
    elif isinstance(value, int) and abs(value) >= _MAX_NUMBER:
        raise ReadingError(
            what="the front matter has a number of more than 64 bits",
            remedy="Put it in quotes.",
            line=first_line,
        )


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in pairs:
        if name in values:
            raise ReadingError(
                what=f"the front matter has field {name!r} twice",
                remedy="Keep one of the two.",
                field=name,
            )
        values[name] = value
    return values


def _too_deep(first_line: int) -> ReadingError:
    what = f"the front matter has values nested more than {MAX_DEPTH} deep"
    return ReadingError(what=what, remedy="Write the value flat.", line=first_line)
