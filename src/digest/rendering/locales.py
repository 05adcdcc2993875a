"""Dates, lists of names and the fixed words of a mail in its reader's language.

Reads the files of `words/` that travel with the package, nothing else. The only importer of
babel, and that lazily: its data costs 20 ms, which a command that renders nothing need not pay.
"""

import functools
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from digest.selection.window import Window

if TYPE_CHECKING:
    from babel import Locale

#: Language whose words are used where there is no file for the mail's own.
FALLBACK: Final = "en"

_WORDS: Final = os.path.join(os.path.dirname(__file__), "words")  # noqa: PTH118, PTH120  pathlib costs start-up time
# CLDR's bare "en" writes "August 17, 2026"; "en-US" still does.
_INTERNATIONAL: Final = {"en": "en_001"}
_DASH: Final = re.compile(r"\s*\u2013\s*")


@functools.cache
def words(language: str) -> Mapping[str, str]:
    """Return the fixed words in `language`; where there is no file for it, in English."""
    for name in (*_file_names(language), FALLBACK):
        path = os.path.join(_WORDS, f"{name}.toml")  # noqa: PTH118  see _WORDS
        if os.path.isfile(path):  # noqa: PTH113  see _WORDS
            with open(path, "rb") as file:  # noqa: PTH123  see _WORDS
                return MappingProxyType(tomllib.load(file))
    raise FileNotFoundError(_WORDS)  # pragma: no cover  the package always brings English


def languages() -> tuple[str, ...]:
    """Return the languages that have a file of words, sorted."""
    names = os.listdir(_WORDS)  # noqa: PTH208  see _WORDS
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@functools.cache
def know_all_languages() -> None:
    """Load what writing dates needs, in a process that renders more than once."""
    for language in languages():
        format_day(date(2000, 1, 1), language)
        words(language)


@functools.cache
def direction(language: str) -> str:
    """Return `"rtl"` for languages written from right to left, else `"ltr"`."""
    return _locale(language).text_direction if language else "ltr"


def issue_dates(dated: date, window: Window | None, language: str) -> dict[str, str]:
    """Return the dates of an issue as words: `date`, and `range` from first to last day.

    `range` is that of the window, whose last day is the day *before* `end` when it ends at
    midnight; without a window it is the date.
    """
    if window is None:
        days = format_day(dated, language)
        return {"date": days, "range": days}
    last = window.end.date()
    if window.end.time() == time(0):
        last -= timedelta(days=1)
    return {
        "date": format_day(dated, language),
        "range": format_days(window.start.date(), last, language),
    }


def format_day(day: date, language: str, *, near: date | None = None) -> str:
    """Return `17 August 2026` in `language`, without the year if it is that of `near`."""
    from babel.dates import format_date, format_skeleton  # noqa: PLC0415  see the module docstring

    locale = _locale(language)
    if near is not None and near.year == day.year:
        return _plain(format_skeleton("MMMMd", day, locale=locale))
    return _plain(format_date(day, "long", locale=locale))


def format_days(first: date, last: date, language: str) -> str:
    """Return `10 – 16 August 2026` in `language`, naming month and year only once if shared."""  # noqa: RUF002  as it is printed
    from babel.dates import format_date  # noqa: PLC0415  see the module docstring

    if first >= last:
        return format_day(last, language)
    locale = _locale(language)
    differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    # CLDR has intervals with month names written out for some languages only, abbreviated ones
    # for all (UTS #35, part 4, *intervalFormats*).
    formats = locale.interval_formats
    pattern = formats.get("yMMMMd", {}).get(differs) or formats.get("yMMMd", {}).get(differs)
    if not pattern or len(pattern) != 2:
        return f"{format_day(first, language)} \u2013 {format_day(last, language)}"
    start, end = (_MONTH.sub("MMMM", part) for part in pattern)
    text = format_date(first, start, locale=locale) + format_date(last, end, locale=locale)
    return _DASH.sub(" \u2013 ", _plain(text))


def join_names(names: Sequence[str], language: str) -> str:
    """Return `Ann, Ben and Cleo` in `language`."""
    from babel.lists import format_list  # noqa: PLC0415  see the module docstring

    return _plain(format_list(list(names), locale=_locale(language))) if names else ""


_MONTH: Final = re.compile(r"M{3,}")


def _plain(text: str) -> str:
    # CLDR sets thin and narrow spaces; text mails and old fonts show boxes for them.
    return text.replace("\u2009", " ").replace("\u202f", "\u00a0")


def _file_names(language: str) -> list[str]:
    """Return the names a file of words for `language` may have, the most exact first."""
    locale = _locale(language)
    script = (locale.script or "").lower()
    if locale.language == "zh":
        # Chinese without a script is simplified; a reader of zh-Hant is better served in English.
        return [f"zh-{script or 'hans'}"]
    return [f"{locale.language}-{script}", locale.language]


@functools.cache
def _locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  see the module docstring

    tag = _INTERNATIONAL.get(language.lower(), language.replace("-", "_"))
    while tag:
        try:
            return Locale.parse(tag)
        except (UnknownLocaleError, ValueError, TypeError):
            # Private and unknown subtags: the language itself may still be known.
            tag = tag.rpartition("_")[0]
    return Locale.parse(_INTERNATIONAL[FALLBACK])
