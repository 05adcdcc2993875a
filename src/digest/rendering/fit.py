"""A mail that fits its size budget: what is given up, in which order, and no more than needed.

Gmail clips a mail at about 102 KB of HTML and hides the rest, the unsubscribe link first (clips
were seen from 99,507 bytes on; email-bugs #41), and couriers rewrite links into longer ones. So
the final bytes are counted, and above the budget stories are made smaller from the last one to
the first, one step after the other:

    1  excerpts shortened    to about 90 characters, at a word
    2  compact cards         without cover and button
    3  titles only           without excerpt and without "also"; a long intro goes with it
    4  N left to the web     stories taken from the end, counted in "and N more on the web"

What no region marks stays: masthead, footer, unsubscribe link. Pure; linear in the mail.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from digest.errors import RenderingError
from digest.rendering.regions import Mail, Region, parse_regions
from digest.rendering.rendered import BUDGET

#: Characters of a shortened excerpt: about one line on a screen, two on a telephone.
SHORT = 90

# Share of the budget an intro may take before it is given up rather than stories.
_INTRO_SHARE = 10
_TAG = re.compile(r"""(<!--.*?-->|<(?:[^<>"']|"[^"]*"|'[^']*')*>)""", re.DOTALL)
# One visible character of escaped text.
_CHARACTER = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|.", re.DOTALL
)
# Blanks and punctuation that look lost before an ellipsis.
_LOOSE = frozenset(" \n\t,;:-.\u2013\u2014\u2026")
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A mail within its budget."""

    #: The mail without region markers.
    html: str
    #: What was given up, in order: "excerpts shortened", "compact cards", …; empty: nothing.
    steps: tuple[str, ...]
    #: UTF-8 bytes of `html`.
    size: int
    #: UTF-8 bytes it would have had, its links as long as they may get.
    full_size: int


def fit(
    document: str,
    budget: int = BUDGET,
    where: str = "the HTML part",
    *,
    link_growth: int = 0,
) -> Fitted:
    """Return `document` without its region markers, and no larger than `budget` bytes.

    Where links grow, the mail fits as it will be then; unless too many links stand where nothing
    may be given up: then it fits as it is, and preflight says so (`preflight/size.py`).

    Args:
        document: HTML after inlining, with region markers.
        budget: UTF-8 bytes.
        where: The template it was made from, for messages.
        link_growth: Bytes a provider makes each web link longer by.

    Raises:
        RenderingError: The markers are wrong, or what may not be given up is too large.
    """
    try:
        return _fit(parse_regions(document, where, link_growth=link_growth), budget)
    except RenderingError:
        if not link_growth:
            raise
        return _fit(parse_regions(document, where), budget)


def _fit(mail: Mail, budget: int) -> Fitted:
    rest = _Rest(mail)
    full_size = mail.size
    steps = [name for name, step in _STEPS if mail.size > budget and step(mail, budget)]
    if dropped := _drop_from_the_end(mail, budget, rest):
        steps.append(f"{dropped} left to the web")
    if mail.size > budget:
        raise _too_large(mail.size, full_size, budget)
    html = mail.html
    return Fitted(html=html, steps=tuple(steps), size=len(html.encode()), full_size=full_size)


def _shorten_excerpts(mail: Mail, budget: int) -> bool:
    return _from_last_story(mail, budget, ("excerpt",), _shorten)


def _compact_cards(mail: Mail, budget: int) -> bool:
    return _from_last_story(mail, budget, ("cover", "button"), Mail.remove)


def _titles_only(mail: Mail, budget: int) -> bool:
    return _from_last_story(mail, budget, ("excerpt", "also"), Mail.remove)


def _leave_out_long_intro(mail: Mail, budget: int) -> bool:
    intros = [region for region in mail.regions if region.kind == "intro"]
    size = sum(sum(mail.sizes[region.start : region.end]) for region in intros)
    if size * _INTRO_SHARE <= budget:
        return False
    for region in intros:
        mail.remove(region)
    return bool(intros)


_STEPS: tuple[tuple[str, Callable[[Mail, int], bool]], ...] = (
    ("excerpts shortened", _shorten_excerpts),
    ("compact cards", _compact_cards),
    ("titles only", _titles_only),
    ("intro left out", _leave_out_long_intro),
)


def _from_last_story(
    mail: Mail, budget: int, kinds: tuple[str, ...], change: Callable[[Mail, Region], bool]
) -> bool:
    """Change regions of `kinds`, story by story from the last one, until the mail fits."""
    stories: dict[int, list[Region]] = {}
    for region in mail.regions:
        if region.kind in kinds:
            stories.setdefault(region.number, []).append(region)
    changed = False
    for regions in reversed(stories.values()):
        if mail.size <= budget:
            break
        for region in regions:
            changed |= change(mail, region)
    return changed


def _drop_from_the_end(mail: Mail, budget: int, rest: "_Rest") -> int:
    """Take stories from the end until the mail fits; the first one stays."""
    items: dict[tuple[str, int], list[Region]] = {}
    for region in mail.regions:
        if region.kind in {"card", "more-item"}:
            items.setdefault((region.kind, region.number), []).append(region)
    sections = _Sections(mail)
    dropped = 0
    for regions in reversed(list(items.values())[1:]):
        # Without a place to count them, stories would vanish without a word.
        if mail.size <= budget or not rest.regions:
            break
        for region in regions:
            mail.remove(region)
            sections.remove_if_empty(region)
        dropped += 1
        rest.show(dropped)
    return dropped


class _Rest:
    """The block "and N more on the web": there only when N is not 0."""

    def __init__(self, mail: Mail) -> None:
        self.regions = [region for region in mail.regions if region.kind == "rest"]
        self._mail = mail
        self._counts = [region for region in mail.regions if region.kind == "count"]
        self._first = max((self._number(region) for region in self._counts), default=0)
        self._pieces = {
            at: mail.pieces[at]
            for region in self.regions
            for at in range(region.start, region.end)
        }
        if not self._first:
            for region in self.regions:
                mail.remove(region)

    def show(self, dropped: int) -> None:
        """Show the block with the stories the template counted and those dropped since."""
        if dropped == 1:
            for at, piece in self._pieces.items():
                self._mail.put(at, piece)
        for region in self._counts:
            self._mail.put(region.start, str(self._first + dropped))

    def _number(self, region: Region) -> int:
        text = "".join(self._mail.pieces[region.start : region.end]).strip()
        if not text.isdecimal():
            remedy = "Write <!--digest:count-->0<!--/digest:count-->."
            what = f"a count must be a number, not {text[:40]!r}"
            raise RenderingError(what, where="<!--digest:count-->", remedy=remedy)
        return int(text)


_KEEPERS = frozenset({"card", "more-item", "rest"})


class _Sections:
    """Sections whose stories are all gone: their headings go too."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._section_of: dict[int, Region] = {}
        self._left: dict[int, int] = {}
        section: Region | None = None
        for region in mail.regions:
            if region.kind == "section":
                section = region
                self._left[region.start] = 0
            # A rest block inside keeps its section: it is the word about what is gone.
            elif section and region.start < section.end and region.kind in _KEEPERS:
                self._section_of[region.start] = section
                self._left[section.start] += 1

    def remove_if_empty(self, gone: Region) -> None:
        """Remove the section of a story that was just taken out, if it was the last one."""
        section = self._section_of.get(gone.start)
        if section:
            self._left[section.start] -= 1
            if not self._left[section.start]:
                self._mail.remove(section)


def _shorten(mail: Mail, region: Region) -> bool:
    changed = False
    for at in range(region.start, region.end):
        shorter = _shortened(mail.pieces[at])
        if mail.size_of(shorter) < mail.sizes[at]:
            mail.put(at, shorter)
            changed = True
    return changed


def _shortened(piece: str) -> str:
    """Return `piece` with at most `SHORT` characters of text; its tags stay."""
    left = SHORT
    parts = _TAG.split(piece)
    for at in range(0, len(parts), 2):  # texts; the tags stand between them
        characters = _CHARACTER.findall(parts[at])
        if not parts[at].strip():
            continue
        if len(characters) > left:
            parts[at] = _cut(characters, left) if left else ""
            left = 0
        else:
            left -= len(characters)
    return "".join(parts)


def _cut(characters: list[str], most: int) -> str:
    """Return the first `most` characters, ended at a word where there is one."""
    end = most
    while end > most // 2 and not characters[end].isspace():
        end -= 1
    if end == most // 2:  # one long word, or a script without blanks: between two characters
        end = most
        while end and (_continues(characters[end]) or characters[end - 1] == _JOINER):
            end -= 1
    while end and characters[end - 1] in _LOOSE:
        end -= 1
    return "".join([*characters[:end], "…"])


def _continues(character: str) -> bool:
    """Say whether `character` only makes sense after the one before it."""
    if len(character) > 1:  # an entity
        return False
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf", "Sk"}


def _too_large(size: int, full_size: int, budget: int) -> RenderingError:
    what = (
        f"the mail is {size:,} bytes after all that may be left out is left out "
        f"({full_size:,} before); {budget:,} are allowed, for Gmail clips longer mails"
    )
    remedy = "Choose fewer articles, or make the template's styles, logo and footer shorter."
    return RenderingError(what, where="the HTML part", remedy=remedy)
