"""Where sentences end, and how a text is cut there. Pure."""

# ruff: noqa: RUF001  stop marks of many scripts are what is looked for

import re
from collections.abc import Iterator

#: Stop marks with the quotes and brackets that close behind them. Latin, Arabic, Urdu and
#: Devanagari marks need a space or the end; CJK writes none.
_STOP = re.compile(
    r"[.!?…؟۔।]+[\"'”’»)\]]*(?=\s|\Z)|[。！？｡]+[」』”’）]*",
)
#: Words whose full stop ends no sentence (casefolded, without it).
_SHORTENED = (
    "adm al approx apr asst aug ave bros bzw ca capt cf ch co col corp dec dept dr ed est etc ex "
    "feb fig ft gen gov hon inc inkl jan jr jun jul lt ltd mar mme mr mrs ms mt no nos nov nr oct "
    "op pp prof ref rep rev sec sen sep sept sgt sr st str tel usw vgl viz vol vs"
)
_ABBREVIATIONS = frozenset(_SHORTENED.split())
#: "U.S", "e.g", "p.m", "z.B": letters with full stops between, the last one is looked at here.
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}\Z")
#: The end a feed leaves where it cut: three dots, an ellipsis, either in brackets.
_CUT_OFF = re.compile(r"\s*[\[(]\s*(?:\.{3,}|…)\s*[\])]\.?\Z|\s*(?:\.\s?){3,}\Z|\s*…+\.?\Z")
_CUT_OFF_ENDS = frozenset(".…])")
#: Characters at the end in which a stop mark or the dots of a cut must stand.
_TAIL = 16
_STOPS = tuple(".!?…؟۔।。！？｡")
_CLOSING = "\"'”’»)]」』）"
_DANGLING = " \t,;:–—-([{\"'“‘«&/|·•"


def sentence_ends(text: str) -> Iterator[int]:
    """Yield the position after each sentence of `text` (whitespace folded), in order.

    An abbreviation, an initial, a decimal and a mark followed by a small letter end nothing.
    "in the U.S. The firm" is ambiguous; it counts as no end, so that no text is cut wrongly.
    """
    for mark in _STOP.finditer(text):
        end = mark.end()
        if end == len(text) or mark[0][0] in "。！？｡" or _is_end(text, mark.start(), end):
            yield end


def _is_end(text: str, start: int, end: int) -> bool:
    if text[end + 1 : end + 2].islower():
        return False
    if text[start] != "." or text[start : start + 2] == "..":
        return True
    word = text[text.rfind(" ", 0, start) + 1 : start].lstrip("\"'“‘«([")
    if len(word) == 1 and word.isalpha() and word.isupper():
        return False
    return word.casefold() not in _ABBREVIATIONS and not _DOTTED.match(word)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text` (whitespace folded); the last may be without its end."""
    sentences = []
    start = 0
    for end in sentence_ends(text):
        sentences.append(text[start:end].strip())
        start = end
    if text[start:].strip():
        sentences.append(text[start:].strip())
    return sentences


def is_whole(text: str) -> bool:
    """Tell whether `text` ends like a sentence does."""
    return text[-_TAIL:].rstrip(_CLOSING).endswith(_STOPS) and not _cut_off(text)


def without_cut_off_end(text: str) -> tuple[str, bool]:
    """Return `text` without the dots a feed cut it with, and whether there were any.

    "..." may stand in the middle of a word ("throug..."), so the last word goes too, unless a
    space parts them; "…" and "[…]" are set by systems that cut between words.
    """
    cut = _cut_off(text)
    if not cut:
        return text, False
    kept = text[: cut.start()]
    if cut[0].startswith("..") and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(_DANGLING), True


def _cut_off(text: str) -> re.Match[str] | None:
    return _CUT_OFF.search(text, max(len(text) - _TAIL, 0)) if text[-1:] in _CUT_OFF_ENDS else None


def last_whole_sentence(text: str, *, at_least: int) -> str:
    """Return `text` up to its last sentence end, or "" when that is before `at_least`."""
    best = 0
    for end in sentence_ends(text):
        if end >= at_least and (_is_balanced(text[:end]) or best == 0):
            best = end
    return text[:best]


def cut(text: str, near: int) -> str:
    """Return `text` (whitespace folded), cut near `near` characters, at a sentence end if any.

    The nearest end between 60 % and 130 % wins, one outside open quotes or brackets first;
    then the last one between 40 % and 60 %; then the last word before `near`, with "…".
    """
    limit = near * 13 // 10
    if len(text) <= limit:
        return text
    ends = [end for end in sentence_ends(text[: limit + 80]) if near * 2 // 5 <= end <= limit]
    far = [end for end in ends if end >= near * 3 // 5]
    if far:
        return text[: min(far, key=lambda end: (not _is_balanced(text[:end]), abs(end - near)))]
    if ends:
        return text[: ends[-1]]
    return cut_at_word(text, near)


def cut_at_word(text: str, near: int) -> str:
    """Return `text` up to its last word before `near` characters, with "…"."""
    head = text[:near]
    if len(text) > near and text[near] != " ":
        space = head.rfind(" ")
        # Scripts without spaces, and endless words, are cut where they are.
        head = head[:space] if space > near // 2 else head
    return f"{head.rstrip(_DANGLING)}…"


def _is_balanced(text: str) -> bool:
    return (
        text.count('"') % 2 == 0
        and text.count("“") <= text.count("”")
        and text.count("(") <= text.count(")")
    )
