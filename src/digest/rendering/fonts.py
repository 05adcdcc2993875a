"""The letters of a mail: stacks of fonts that clients' systems bring along, no web fonts. Pure.

A web font is loaded by some clients and replaced by Times in Word; a stack of what is there looks
right everywhere. `[site] font` names a stack or a font of the publisher's, which is put in front
of one. Names stand without quotes: autoescape would turn quotes inside <style> into text.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: What `[site] font` may say besides the name of a font.
STACKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "system": "-apple-system, BlinkMacSystemFont, Segoe UI, Roboto, Helvetica Neue, Arial, "
        "sans-serif",
        "sans": "Helvetica Neue, Helvetica, Arial, sans-serif",
        "humanist": "Gill Sans, Gill Sans MT, Candara, Calibri, Segoe UI, sans-serif",
        "serif": "Georgia, serif",
        "book": "Iowan Old Style, Palatino Linotype, Palatino, Book Antiqua, Georgia, serif",
        "mono": "SFMono-Regular, Menlo, Consolas, Courier New, monospace",
    }
)
_HAN: Final = (
    "-apple-system, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"
)
_HAN_SERIF: Final = "Songti SC, SimSun, Noto Serif CJK SC, Noto Serif SC, serif"
_ARABIC: Final = "-apple-system, Segoe UI, Geeza Pro, Noto Sans Arabic, Tahoma, sans-serif"
_HEBREW: Final = "-apple-system, Segoe UI, Arial Hebrew, Noto Sans Hebrew, Arial, sans-serif"
_SERIFS: Final = frozenset({"serif", "book"})
#: Word takes the first font of a stack or none: one that every Windows has.
_WORD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "system": "Segoe UI, Tahoma, Arial, sans-serif",
        "sans": "Arial, sans-serif",
        "humanist": "Calibri, Segoe UI, sans-serif",
        "serif": "Georgia, serif",
        "book": "Palatino Linotype, Georgia, serif",
        "mono": "Consolas, Courier New, monospace",
    }
)


def make_fonts(font: str, heading_font: str, language: str) -> dict[str, str]:
    """Return the stacks of a mail: `font`, `heading_font`, and the same for Word.

    Args:
        font: A name of `STACKS`, or one or several names of fonts.
        heading_font: The same for titles.
        language: BCP 47 tag of the mail: a script that Latin fonts lack has stacks of its own.
    """
    return {
        "font": _stack(font, language, fallback="system"),
        "heading_font": _stack(heading_font, language, fallback="serif"),
        "word_font": _for_word(font, language, fallback="system"),
        "word_heading_font": _for_word(heading_font, language, fallback="serif"),
    }


def _stack(name: str, language: str, *, fallback: str) -> str:
    base = STACKS.get(name) or STACKS[fallback]
    script = _of_script(language, serif=name in _SERIFS)
    stack = script or base
    return stack if name in STACKS else f"{name}, {stack}"


def _for_word(name: str, language: str, *, fallback: str) -> str:
    if _of_script(language, serif=False):
        # Fonts of Windows with the letters; Word finds others for what they lack.
        return "Microsoft YaHei, SimSun" if _is_han(language) else "Segoe UI, Tahoma, Arial"
    return _WORD.get(name) or _WORD[fallback]


def _of_script(language: str, *, serif: bool) -> str:
    """Return the stack of a script that Latin fonts lack, or an empty text."""
    if _is_han(language):
        return _HAN_SERIF if serif else _HAN
    primary = language.lower().split("-")[0]
    if primary in {"ar", "fa", "ur", "ps", "ckb"}:
        return _ARABIC  # its book hands differ too much from each other to be chosen here
    return _HEBREW if primary in {"he", "yi"} else ""


def _is_han(language: str) -> bool:
    return language.lower().split("-")[0] in {"zh", "ja", "ko", "yue"}
