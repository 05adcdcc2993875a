"""The clean excerpt of an article: the few lines a reader sees of it. Pure."""

import enum
import re
from collections.abc import Iterable, Iterator

from digest.articles.article import Article, BodyFormat
from digest.articles.boilerplate import Boilerplate
from digest.articles.furniture import (
    flat,
    is_fragment,
    is_own_mould,
    is_prose,
    is_spaceless,
    without_furniture,
)
from digest.articles.markup import plain_line
from digest.articles.plain_text import READ_AT_MOST, blocks
from digest.articles.prose import is_page_header, prose_of
from digest.articles.sentences import (
    cut,
    cut_at_word,
    is_whole,
    last_whole_sentence,
    split_sentences,
    without_cut_off_end,
)
from digest.record import Record

#: facts §4.5, but for Org's `# more`, which is a heading in Markdown.
_SEPARATOR = re.compile(
    r"<!--\s*(?:more|truncate|excerpt|PELICAN_END_SUMMARY)\b[^>]*-->|\{/\*\s*truncate\s*\*/\}",
    re.IGNORECASE,
)
_ORG_SEPARATOR = re.compile(r"^#\s*more\s*$", re.IGNORECASE | re.MULTILINE)
_CAPTION = re.compile(r"<figcaption\b[^>]*>(.*?)</figcaption\s*>", re.IGNORECASE | re.DOTALL)
#: A first paragraph shorter than this is followed by the next one.
_ENOUGH = 40
#: Summaries of feeds are cut at 150 characters or more; below, a missing full stop is a style.
_MAY_BE_CUT = 100
#: Characters that tell whether one text begins like another.
_COMPARED = 60
_SHOWN = 80
_KEPT = "kept after all: nothing better was found"


class Origin(enum.Enum):
    """Where an excerpt was taken from."""

    BLURB = "blurb"  #: `digest: {blurb: …}` of the article's front matter
    SUMMARY = "summary"  #: excerpt, summary or description of the front matter
    SEPARATOR = "separator"  #: the body before `<!--more-->` and the like
    BODY = "body"  #: the first real paragraph of the body
    NONE = "none"  #: there is no text at all


class Excerpt(Record, kw_only=True):
    """Some plain sentences of an article."""

    #: One line of plain text, never markup; empty only with `Origin.NONE`.
    text: str
    origin: Origin
    #: What was removed or passed over on the way, in order, for `--explain`.
    cleaned: tuple[str, ...] = ()


def excerpt_of(article: Article, boilerplate: Boilerplate, *, near: int = 200) -> Excerpt:
    """Return the excerpt of `article`: its blurb, summary, beginning or first real paragraph.

    The first that is real text once furniture is gone wins. Where nothing is, furniture is
    better than silence: the summary as it is, else the first words of the body.

    Args:
        article: its body is looked at only when the summary does not serve.
        boilerplate: what recurs in its neighbours.
        near: characters; the text is at most 1.3 times as long.
    """
    reading = _Reading(article, boilerplate, near)
    for origin, text in (
        (Origin.BLURB, reading.blurb),
        (Origin.SUMMARY, reading.summary),
        (Origin.SEPARATOR, reading.before_separator),
        (Origin.BODY, reading.body),
        (Origin.BODY, reading.body_loosely),
        (Origin.SUMMARY, reading.summary_as_it_is),
        (Origin.BODY, reading.any_text),
    ):
        found = text()
        if found:
            # A cut-off summary may have been replaced by its paragraph.
            origin = reading.instead or origin  # noqa: PLW2901  the loop's own value is the default
            return Excerpt(text=found, origin=origin, cleaned=tuple(reading.cleaned))
    return Excerpt(text="", origin=Origin.NONE, cleaned=tuple(reading.cleaned))


class _Reading:
    """One article being read for its excerpt; remembers what was removed."""

    __slots__ = ("_article", "_boilerplate", "_near", "cleaned", "instead")

    def __init__(self, article: Article, boilerplate: Boilerplate, near: int) -> None:
        self._article = article
        self._boilerplate = boilerplate
        self._near = near
        self.cleaned: list[str] = []
        #: Set when the text comes from elsewhere than the step that found it.
        self.instead: Origin | None = None

    def blurb(self) -> str:
        """An editor's own words: never judged, only made plain and cut."""
        return cut(plain_line(self._article.wishes.blurb), self._near)

    def summary(self) -> str:
        text, is_cut_off = without_cut_off_end(plain_line(self._article.summary))
        text = self._without_caption(text)
        if not is_cut_off and is_own_mould(text, self._boilerplate):
            return cut(text, self._near)
        text, removed = without_furniture(text, self._article.title, self._boilerplate)
        self._note(removed)
        if is_cut_off:
            return self._completed(text, is_remainder=bool(removed))
        if not any(map(str.isalpha, text)) or (removed and is_fragment(text)):
            self._pass_by(text)
            return ""
        if len(text) >= _MAY_BE_CUT and not is_whole(text):
            return self._paragraph_of(text) or cut(text, self._near)
        return cut(text, self._near)

    def before_separator(self) -> str:
        article = self._article
        if (own := article.excerpt_separator) and (
            end := article.body.find(own, 0, READ_AT_MOST)
        ) > 0:
            return self._joined(article.body[:end], enough=self._near)
        if not (
            article.body_format is BodyFormat.TEXT
            or "<!--" in article.body
            or "{/*" in article.body
        ):
            return ""
        rule = _ORG_SEPARATOR if article.body_format is BodyFormat.TEXT else _SEPARATOR
        mark = rule.search(article.body, 0, READ_AT_MOST)
        return self._joined(article.body[: mark.start()], enough=self._near) if mark else ""

    def body(self) -> str:
        return self._joined(self._article.body, enough=_ENOUGH)

    def body_loosely(self) -> str:
        """The first lines that are no furniture, though they end without a full stop."""
        return self._joined(self._article.body, enough=0, loosely=True)

    def summary_as_it_is(self) -> str:
        text, is_cut_off = without_cut_off_end(plain_line(self._article.summary))
        recurring = self._boilerplate
        if (
            flat(self._article.title).startswith(flat(text))
            or recurring.has_phrase(text)
            or recurring.has_label(text.casefold())
            or recurring.menu_length(text.split())
        ):
            return ""
        self._note((_KEPT,))
        return self._ended(text) if is_cut_off else cut(text, self._near)

    def any_text(self) -> str:
        """The first lines of the body that say anything, by falling standards."""
        lines = list(self._lines())
        fresh = [line for line in lines if line.casefold() not in self._boilerplate.lines]
        for among in (fresh, lines):
            for standard in (is_prose, is_whole, _says_anything):
                found = next(filter(standard, among), "")
                if found:
                    self._note((_KEPT,))
                    return cut(found, self._near)
        return ""

    def _lines(self) -> Iterator[str]:
        """Yield all paragraphs of the body, those with recurring lines line by line."""
        recurring, title = self._boilerplate.lines, flat(self._article.title)
        for everything in (False, True):
            for block in blocks(
                self._article.body, self._article.body_format, everything=everything
            ):
                mixed = not recurring.isdisjoint(map(str.casefold, block.lines))
                for line in block.lines if mixed else (block.text,):
                    if not block.is_links and flat(line) != title:
                        yield line

    def _completed(self, text: str, *, is_remainder: bool) -> str:
        """Return a cut-off summary with an honest end."""
        if not any(map(str.isalpha, text)) or is_page_header(text, self._article):
            self._pass_by(text)
            return ""
        whole = last_whole_sentence(text, at_least=self._near * 2 // 5)
        if whole:
            self._note((f"cut off: {text[len(whole) :].strip()}",))
            return cut(whole, self._near)
        paragraph = self._paragraph_of(text)
        if paragraph:
            return paragraph
        if is_remainder or self._begins_body(text):
            # Whatever the body begins with, it is not its first real paragraph.
            self._pass_by(text)
            return ""
        return self._ended(text, is_cut_off=True)

    def _paragraph_of(self, beginning: str) -> str:
        """Return the body's paragraph of which a summary is the beginning, cut; or ""."""
        wanted = flat(beginning[:_COMPARED])
        if len(wanted) < _COMPARED // 4:
            return ""
        for paragraph in self._paragraphs(self._article.body, loosely=True):
            if flat(paragraph[:_COMPARED]).startswith(wanted) and len(paragraph) > len(beginning):
                self.instead = Origin.BODY
                self._note(("cut-off summary: its paragraph in the body instead",))
                return self._ended(paragraph)
        return ""

    def _begins_body(self, text: str) -> bool:
        """Tell whether a summary is made of the first words of the body, whatever they are."""
        start = ""
        for block in blocks(self._article.body, self._article.body_format):
            start = f"{start} {block.text}".lstrip()
            if len(start) >= _COMPARED:
                break
        return flat(start).startswith(flat(text[:_COMPARED]))

    def _joined(self, body: str, *, enough: int, loosely: bool = False) -> str:
        """Return the first real paragraphs of `body`, at least `enough` characters, cut."""
        text = ""
        for paragraph in self._paragraphs(body, loosely=loosely):
            if not paragraph and text:
                break
            text = f"{text} {paragraph}".strip()
            if len(text) > enough:
                break
        return self._ended(text) if text else ""

    def _paragraphs(self, body: str, *, loosely: bool = False) -> Iterator[str]:
        for found in prose_of(self._article, body, self._boilerplate, loosely=loosely):
            self._note(found.removed)
            yield found.text

    def _ended(self, text: str, *, is_cut_off: bool = False) -> str:
        """Return `text` cut to length, with an honest end if somebody cut it before."""
        text, has_dots = without_cut_off_end(text)
        if len(text) > self._near * 13 // 10:
            return cut(text, self._near)
        is_cut_off = is_cut_off or has_dots
        if is_whole(text) and not is_cut_off:
            return text
        if not is_cut_off and len(text) >= _MAY_BE_CUT and self._ends_body(text):
            # Bodies are cut, too, and in the middle of a word.
            text, is_cut_off = text[: text.rfind(" ")], True
        whole = last_whole_sentence(text, at_least=self._near * 2 // 5)
        if is_cut_off:
            return whole or cut_at_word(text, self._near)
        return (whole or text) if text.endswith(":") else text

    def _ends_body(self, text: str) -> bool:
        return self._article.body.rstrip().endswith(text.rsplit(" ", 1)[-1])

    def _without_caption(self, text: str) -> str:
        """Return a summary without the caption of the picture the body begins with."""
        start = self._article.body[:4000]
        if "<figcaption" not in start:
            return text
        for found in _CAPTION.finditer(start):
            caption = plain_line(found[1])
            if caption and (
                flat(text).startswith(flat(caption)) or flat(caption).startswith(flat(text))
            ):
                self._note((f"caption: {caption}",))
                return text[len(caption) :].strip()
        return text

    def _pass_by(self, text: str) -> None:
        if text:
            self._note((f"left over: {text}",))

    def _note(self, removed: Iterable[str]) -> None:
        for what in removed:
            note = what if len(what) <= _SHOWN else f"{what[: _SHOWN - 1]}…"
            if note not in self.cleaned:
                self.cleaned.append(note)


def _says_anything(text: str) -> bool:
    return is_spaceless(text) or len(split_sentences(text)) > 1 or len(text.split()) > 3
