"""Lines for the text part of a mail: wrapped by what is seen, not by what is stored. Pure."""

import re
import unicodedata
from collections.abc import Iterator

#: RFC 5322 §2.1.1 asks for at most 78 characters a line; two are left for a reply's "> ".
WIDTH = 76

# Chinese and Japanese put no blanks between words: a line may end beside any wide character,
# but not before closing punctuation (W3C, Requirements for Japanese Text Layout, §3.1.7).
_NO_START = frozenset(
    "、。，．・：；？！」』】〉》）〕］｝’”々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…"  # noqa: RUF001  exactly these look-alikes
)
_JOINER = "\u200d"
_BLANKS = re.compile(r"[ \t\r\f\v]+")  # no-break space is none: it holds words together
_URL = re.compile(r"[<(\[]*(?:https?://|mailto:|__DIGEST_)")


def wrap(text: str, width: int = WIDTH, indent: str = "") -> str:
    """Return `text` with lines of at most `width` columns, each begun with `indent`.

    Line breaks in `text` are kept, other blanks are folded. A word longer than a line is broken;
    an address stands alone and whole: a broken one cannot be clicked.
    """
    return "\n".join(
        line for paragraph in text.split("\n") for line in _lines(paragraph, width, indent)
    )


def columns(text: str) -> int:
    """Return how many columns `text` takes in a fixed-width font: wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(paragraph: str, width: int, indent: str) -> Iterator[str]:
    """Yield the lines of one paragraph; an empty one is one empty line."""
    room = max(width - columns(indent), 1)
    line: list[str] = []
    used = 0
    for gap, chunk in _pieces(paragraph, room):
        size = columns(chunk)
        if line and used + len(gap) + size > room:
            yield indent + "".join(line)
            line, used = [], 0
        if line:
            line.append(gap)
            used += len(gap)
        line.append(chunk)
        used += size
    yield (indent + "".join(line)) if line else ""


def _pieces(paragraph: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield the chunks, those longer than a line in parts that fill one each."""
    for gap, chunk in _chunks(paragraph):
        if columns(chunk) <= room or _URL.match(chunk):
            yield gap, chunk
            continue
        begin = used = 0
        for at, character in enumerate(chunk):
            used += _columns_of(character)
            if used > room and at > begin and is_whole(chunk[at - 1], character):
                yield (gap if not begin else ""), chunk[begin:at]
                begin, used = at, _columns_of(character)
        yield (gap if not begin else ""), chunk[begin:]


def _chunks(paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield what must stay together, each with the blank that parts it from what is before."""
    for word in _BLANKS.split(paragraph):
        if not word:
            continue
        gap = " "
        if word.isascii() or _URL.match(word):
            yield gap, word
            continue
        chunk = ""
        for character in word:
            if chunk and _may_part(chunk[-1], character):
                yield gap, chunk
                gap, chunk = "", ""
            chunk += character
        yield gap, chunk


def is_whole(before: str, after: str) -> bool:
    """Say whether what readers take for one character ends between `before` and `after`."""
    if before == _JOINER or "\U0001f3fb" <= after <= "\U0001f3ff":  # emoji made of several
        return False
    return bool(_columns_of(after))


def _may_part(before: str, after: str) -> bool:
    """Say whether a line may end between two characters of one word."""
    if after in _NO_START or not is_whole(before, after):
        return False
    return _columns_of(before) == 2 or _columns_of(after) == 2
