"""The words of a text. Pure."""

# ruff: noqa: RUF001  marks of typography are what is looked for

import re
from typing import Final

Words = frozenset[str]

_WORD: Final = re.compile(r"[^\W_]{2,}")
#: What stands between words in ASCII → a space.
_SPACED: Final = {number: " " for number in range(128) if not chr(number).isalnum()}
#: Marks of typography that stand between words where else there is ASCII only.
_MARKS: Final = "’‘“”–—…•·\u00a0"
_SINGLE: Final = frozenset(filter(str.isalnum, map(chr, range(128))))


def words_in(text: str) -> Words:
    """Return what consists of two or more letters or digits in a row.

    Most text is ASCII but for some marks; this takes a quarter of the time of `_WORD` there.
    """
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
        if not text.isascii():
            return frozenset(_WORD.findall(text))
    return frozenset(text.translate(_SPACED).split()) - _SINGLE
