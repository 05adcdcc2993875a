"""What stands around the text of an article, and how it is taken away. Pure.

Recurring furniture is known from `boilerplate.py`; here are the few shapes that can be told from
a single article: its own title, bylines, dates, credits, "Read more".
"""

# ruff: noqa: RUF001  quotes and dashes are what the rules are about

import re
from itertools import islice

from digest.articles.boilerplate import Boilerplate
from digest.articles.sentences import is_whole, sentence_ends, split_sentences

#: Share of a sentence's words that must lie in recurring runs.
_COVERED = 0.7
#: Sentences that ask for a click or name a source, not longer than this.
_SHORT = 140

#: "July 3, 2026", "3 juillet 2026", "2026-07-03": a month is any word, the year gives it away.
_MONTH = r"[^\W\d_]{3,12}\.?"
_DATE = rf"(?:{_MONTH}\s\d\d?,?\s\d{{4}}|\d\d?\.?\s{_MONTH}\s\d{{4}}|\d{{4}}-\d\d-\d\d)"
_CLICK = (
    r"(?:(?:read|learn|see) more\b(?! than)|read (?:(?:on|also|next)|the (?:full|whole|rest))\b|"
    r"continue reading|click (?:here|to|on)\b|tap here|see also\b|also(?: read| see| on \w+)?:|"
    r"more:|related(?: \w+)?:|"
    r"(?:subscribe|sign up) (?:now|here|today|(?:to|for) (?:our|the|this))\b|"
    r"follow (?:us|me)\b|share this\b|advertisement\b|this embedded content is not available)"
)
_CREDIT = (
    r"(?:\(?(?:image|photo|photograph|picture|video|cover|illustration|graphic|screenshot)s?"
    r"(?:\s+(?:credits?|courtesy|source)\b|\s+by\s+(?-i:[A-Z])|\s*:|\s*/)|\(?credits?:|©)"
)
# Not compiled here: `re` compiles what is needed when it is, and these cost 8 ms together. What
# they may begin with is looked at first.
_ASIDE = rf"(?i:{_CLICK}|{_CREDIT})"
_ASIDE_STARTS = (
    *("read ", "learn more", "see ", "continue ", "click ", "tap ", "also", "more:", "related"),
    *("subscribe ", "sign up ", "follow ", "share this", "advertisement", "this embedded ", "("),
    *("image", "photo", "picture", "video", "cover", "illustration", "graphic", "screenshot"),
    *("credit", "©"),
)
_BYLINE = (
    r"(?i:(?:written|posted|reviewed|published|(?:last )?updated|edited|authored) (?:by|on|at)\b|"
    r"(?:posted|published|updated|date|author|by|topics|tags)\s*:)"
)
_BYLINE_STARTS = (
    *("written ", "posted", "reviewed ", "published", "last updated ", "updated", "edited "),
    *("authored ", "date", "author", "by", "topics", "tags"),
)
#: Lines only: a name or a date is no sentence.
_SHORT_LINE = re.compile(
    r"(?-i:B[yY]\s+[A-Z]\S*(?:\s+(?:and|&|[A-Z]\S*)){0,6})\Z|"
    rf"(?:\w+day,?\s+)?{_DATE}.{{0,30}}\Z|"
    r"\d+\s*[-–]?\s*min(?:ute)?s?(?:\s+read)?\Z|[^\w\s]*\Z",
    re.IGNORECASE,
)
#: "By Jane Doe | 3 July 2025 | " before the text on the same line; "3 July 2025 | "; "(Photo: …)".
_BARS = "|•·–—"
_BAR = rf"\s*[{_BARS}]"
_LEADING_NAME = rf"(?i)by\s+\w[\w.'’-]*(?:\s+\w[\w.'’-]*){{1,3}}{_BAR}\s*(?:{_DATE}{_BAR}?\s*)?"
_LEADING_DATE = rf"(?i){_DATE}{_BAR}\s*"
_LEADING_CREDIT = rf"(?i)(?={_CREDIT})\([^()]{{0,120}}\)\s*"
#: Characters in which a date and the bar behind it end.
_DATED = 40
_ASKS = ("read more", "continue reading", "learn more", "see more", "read the full ")
_TRAILING_CLICK = (
    r"(?i)\s*[\[(]?\b(?:read more|continue reading|learn more|see more"
    r"|read the full (?:story|article)(?: (?:at|on) [\w .]{1,30})?)\s*[.…»›→>\])]*\Z"
)
#: Look-alikes, one for one, so that positions stay.
_LOOKS = tuple(zip("‘’‚“”„–—‑", "'''\"\"\"---", strict=True))
_AFTER_TITLE = re.compile(r"\s*[.:!?|•·–—-]+(?:\s+|\Z)|\s*\Z")


def flat(text: str) -> str:
    """Return `text` for comparing: small letters, plain quotes and dashes, same length."""
    if text.isascii():
        return text.lower()
    for look, plain in _LOOKS:
        text = text.replace(look, plain)
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text


def without_furniture(text: str, title: str, boilerplate: Boilerplate) -> tuple[str, list[str]]:
    """Return `text` (one line) without furniture, and what was taken away, in order."""
    removed: list[str] = []
    for _ in range(6):
        before = text
        text = _without_title(text, title, removed)
        text = _without_menu(text, boilerplate, removed)
        text = _without_edges(text, removed)
        text = _without_sentences(text, boilerplate, removed)
        if text == before:
            break
    return text, removed


def is_furniture_line(
    line: str, title: str, boilerplate: Boilerplate, *, may_be_aside: bool
) -> bool:
    """Tell whether a whole line of a body is no part of its text.

    Args:
        line: plain text.
        title: of the article.
        boilerplate: what recurs in its neighbours.
        may_be_aside: no sentence goes on from the line above, so a line that looks like a
            byline, a date or a credit is one.
    """
    if may_be_aside and len(line) <= _SHORT and (_SHORT_LINE.match(line) or _is_aside(line)):
        return True
    if flat(line) == flat(title) or line.casefold() in boilerplate.lines:
        return True
    return len(line) <= _SHORT and boilerplate.has_phrase(line)


def _is_aside(text: str) -> bool:
    """Tell whether a sentence or line asks for a click, or names a source, an author, a day."""
    if len(text) > _SHORT or text[0].islower():
        return False
    start = text[:16].casefold()
    if start.startswith(_ASIDE_STARTS) and re.match(_ASIDE, text):
        return True
    byline = re.match(_BYLINE, text) if start.startswith(_BYLINE_STARTS) else None
    # "Written by Jane Doe on 3 July" against "Written by monks, the book was long unknown."
    return byline is not None and sum(map(str.islower, text[byline.end() :].split())) <= 2


def is_prose(text: str) -> bool:
    """Tell whether `text` (one line) reads like the text of an article."""
    start = text[:240]
    letters = sum(map(str.isalpha, start))
    if letters * 10 < len(start) * 6:
        return False
    if is_spaceless(text):
        return letters >= 12
    words = text.split()
    if len(text) < 40 or len(words) < 6:
        return False
    return next(sentence_ends(text), 0) > 0 or (
        len(text) >= 120 and sum(map(str.islower, words)) * 2 > len(words)
    )


def is_short_sentence(text: str) -> bool:
    """Tell whether `text` is a sentence too short to stand alone ("It finally happened.")."""
    return len(text) >= 15 and len(text.split()) > 2 and text[0].isupper() and is_whole(text)


def is_fragment(text: str) -> bool:
    """Tell whether `text`, left over after furniture, is not clearly a sentence."""
    return text[:1].islower() or not (is_whole(text) and is_prose(text))


def is_spaceless(text: str) -> bool:
    """Tell whether `text` is in a script that writes no spaces between words."""
    # From U+2E80 on stand the East Asian scripts. A character class takes 3 ms to compile.
    return (
        not text.isascii()
        and max(text) > "\u2e7f"
        and sum("\u2e7f" < char < "\ufb00" or char > "\U0001ffff" for char in text) * 3 > len(text)
    )


def _without_title(text: str, title: str, removed: list[str]) -> str:
    here, wanted = flat(text), flat(title)
    if wanted.startswith(here):
        # Nothing but (the beginning of) the title.
        if text:
            removed.append("the title")
        return ""
    at = here.find(wanted)
    if at < 0 or not _is_header(text[:at]):
        return text
    rest = text[at + len(title) :]
    gap = _AFTER_TITLE.match(rest)
    if gap:
        rest = rest[gap.end() :]
    elif rest[:1] != " " or rest[1:2].islower() or len(title.split()) < 3:
        # "Firefox 130 is out": the title is the subject of a sentence.
        return text
    removed.append("the title" if not text[:at].strip() else f"menu: {text[:at].strip()}")
    return rest.strip()


def _is_header(before: str) -> bool:
    """Tell whether what stands before the title is a menu, not a sentence that holds it."""
    words = before.split()
    return len(words) <= 15 and all(
        (word[-1] not in ".,;!?" or word[:-1].isdigit())
        and (word != word.lower() or not word.isalpha())
        for word in words
    )


def _without_menu(text: str, boilerplate: Boilerplate, removed: list[str]) -> str:
    words = text.split(None, 40)
    length = boilerplate.menu_length(words)
    if not length:
        return text
    removed.append(f"menu: {' '.join(words[:length])}")
    rest = " ".join(words[length:])
    if rest.startswith(":"):
        # The menu ended in the label of a disclaimer: "Why trust us: we test …".
        first, *others = split_sentences(rest)
        removed.append(f"disclaimer: {first}")
        rest = " ".join(others)
    return rest


def _without_sentences(text: str, boilerplate: Boilerplate, removed: list[str]) -> str:
    sentences = split_sentences(text)
    if boilerplate.touches(text.casefold().split()):
        recurring = _recurring(sentences, boilerplate)
    else:
        recurring = [False] * len(sentences)
    kept = []
    for sentence, is_recurring in zip(sentences, recurring, strict=True):
        if is_recurring or boilerplate.has_phrase(sentence):
            removed.append(f"recurring: {sentence}")
        elif _is_aside(sentence):
            removed.append(f"aside: {sentence}")
        else:
            kept.append(sentence)
    return " ".join(kept) if len(kept) < len(sentences) else text


def _recurring(sentences: list[str], boilerplate: Boilerplate) -> list[bool]:
    """Tell for each sentence whether it consists of recurring runs.

    The runs are looked for across sentences, so that a cut-off "When you buy throug" is known by
    what stands before it.
    """
    words = [sentence.casefold().split() for sentence in sentences]
    covered = iter(boilerplate.covered([word for sentence in words for word in sentence]))
    found = []
    for sentence in words:
        known = list(islice(covered, len(sentence)))
        found.append(
            sum(known) >= _COVERED * len(sentence) or boilerplate.has_label(" ".join(sentence)),
        )
    return found


def is_own_mould(text: str, boilerplate: Boilerplate) -> bool:
    """Tell whether a whole summary recurs but for words of its own in its middle.

    "A look at bread and what it means", "A look at jam and what it means": dull, but it says
    what the article is about. Furniture varies at its edges (a menu before, a cut behind).
    """
    words = text.casefold().split()
    covered = boilerplate.covered(words)
    return (
        len(words) > 0
        and covered[0]
        and covered[-1]
        and not all(covered)
        and text[0].isupper()
        and is_whole(text)
        and not boilerplate.has_label(" ".join(words))
        and not boilerplate.has_phrase(text)
    )


def _without_edges(text: str, removed: list[str]) -> str:
    start = _leading_byline(text)
    if start:
        removed.append(f"byline: {start[0].strip()}")
        text = text[start.end() :]
    tail = text[-_SHORT:].lower()
    asks = any(map(tail.__contains__, _ASKS))
    end = re.compile(_TRAILING_CLICK).search(text, max(len(text) - _SHORT, 0)) if asks else None
    if end:
        removed.append(f"aside: {end[0].strip()}")
        text = text[: end.start()]
    return text.strip(" \t|•·–—-»›→") if start or end else text


def _leading_byline(text: str) -> re.Match[str] | None:
    if text[:1] == "(":
        return re.match(_LEADING_CREDIT, text)
    if not any(map(text.__contains__, _BARS)):
        return None
    named = re.match(_LEADING_NAME, text) if text[:2].lower() == "by" else None
    if named or not any(map(text[:_DATED].__contains__, _BARS)):
        return named
    return re.match(_LEADING_DATE, text)
