"""Furniture of a site in its texts, recognised by its recurrence in different articles. Pure.

Three kinds, because furniture comes in three shapes:

    runs      five words in a row; a sentence that consists of recurring ones is furniture
              ("Our editors test every product they recommend. When you buy through …")
    openings  three or more words in Title Case at the very beginning: a menu
              ("News Home News Local Council votes …")
    lines     whole lines of bodies ("Home", "Written by", "Share this", a site's disclaimer)

Articles count once per body: a hundred copies of one filler are one witness.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from digest.articles.article import Article
from digest.articles.markup import names
from digest.articles.plain_text import split_lines
from digest.record import Record

#: Different bodies that must share a text before it is furniture.
_WITNESSES = 3
#: Words in a row. Four recur in honest prose ("one of the most"), five hardly, and a sentence
#: must consist of them.
_RUN = 5
#: Words of a summary, and characters and lines of a body, that are looked at.
_WORDS, _BODY_CHARACTERS, _BODY_LINES = 60, 2_500, 24
_MENU_AT_LEAST, _MENU_AT_MOST = 3, 12
_TAG = re.compile(r"<[^<>]*>")
_SMALL = names("a an and at by for in of on or the to und y et de")

Run = tuple[str, ...]
_T = TypeVar("_T")


class Boilerplate(Record, kw_only=True):
    """What recurs in these articles; all words casefolded."""

    #: Five words in a row that open at least three different bodies or their summaries.
    runs: frozenset[Run] = frozenset()
    #: Beginnings in Title Case, of three to twelve words.
    openings: frozenset[Run] = frozenset()
    #: Whole lines of bodies.
    lines: frozenset[str] = frozenset()
    #: First words of openings and lines, to pass by most texts quickly.
    starts: frozenset[str] = frozenset()
    #: Those lines that are labels, four to ten words without a full stop: a sentence that
    #: holds one is furniture too.
    labels: frozenset[str] = frozenset()
    #: `[content] boilerplate`: a sentence or line that holds one is furniture.
    phrases: tuple[str, ...] = ()

    def covered(self, words: Sequence[str]) -> list[bool]:
        """Tell for each of `words` (casefolded) whether it lies in a recurring run."""
        covered = [False] * len(words)
        for at, run in enumerate(_runs(words)):
            if run in self.runs:
                covered[at : at + _RUN] = [True] * _RUN
        return covered

    def touches(self, words: Sequence[str]) -> bool:
        """Tell quickly whether any run of `words` (casefolded) recurs."""
        return not self.runs.isdisjoint(_runs(words))

    def has_label(self, sentence: str) -> bool:
        """Tell whether a sentence (casefolded) holds the label of some furniture."""
        return any(label in sentence for label in self.labels)

    def has_phrase(self, text: str) -> bool:
        """Tell whether `text` holds one of the configured phrases."""
        if not self.phrases:
            return False
        folded = " ".join(text.casefold().split())
        return any(phrase in folded for phrase in self.phrases)

    def menu_length(self, words: Sequence[str]) -> int:
        """Return how many of the first `words` (as written) are a menu; 0: none.

        What follows a menu starts a sentence; where a small letter follows, the words are the
        subject of one ("Acme Chief Jane Doe said"), however often it recurs.
        """
        if not words or words[0].casefold() not in self.starts:
            return 0
        length = max(self._lines_at(words), self._opening_at(words))
        follows = words[length : length + 1]
        return 0 if follows and follows[0][:1].islower() else length

    def _lines_at(self, words: Sequence[str]) -> int:
        at = lines = 0
        while at < len(words):
            for count in range(min(_RUN, len(words) - at), 0, -1):
                if " ".join(words[at : at + count]).casefold() in self.lines:
                    at += count
                    lines += 1
                    break
            else:
                break
        return at if lines > 1 else 0

    def _opening_at(self, words: Sequence[str]) -> int:
        folded = tuple(word.casefold() for word in words[:_MENU_AT_MOST])
        for count in range(len(folded), _MENU_AT_LEAST - 1, -1):
            if folded[:count] in self.openings:
                return count
        return 0


def find_boilerplate(articles: Iterable[Article], phrases: Sequence[str] = ()) -> Boilerplate:
    """Return what recurs in at least three of `articles` with different bodies.

    Args:
        articles: those of the window and a sample around it; order does not matter.
        phrases: furniture the publisher named in `[content] boilerplate`.
    """
    runs: Counter[Run] = Counter()
    openings: Counter[Run] = Counter()
    lines: Counter[str] = Counter()
    subjects: set[Run] = set()
    seen: set[str] = set()
    for article in articles:
        if article.fingerprint in seen:
            continue
        seen.add(article.fingerprint)
        body = _opening_lines(article.body)
        summary = article.summary.split(None, _WORDS)[:_WORDS]
        texts = (summary, " ".join(body).split(None, _WORDS)[:_WORDS])
        runs.update({run for words in texts for run in _runs(" ".join(words).casefold().split())})
        for words in texts:
            menu = _menu(words)
            openings.update(menu[:length] for length in range(_MENU_AT_LEAST, len(menu) + 1))
            if menu and words[len(menu) : len(menu) + 1] and words[len(menu)][0].islower():
                subjects.add(menu)
            if words is summary and menu:
                break
        lines.update(set(map(str.casefold, body)))
    recurring_lines = _recurring(lines)
    menus = _menus(openings, subjects)
    return Boilerplate(
        runs=_recurring(runs),
        openings=menus,
        lines=recurring_lines,
        starts=frozenset(menu[0] for menu in menus)
        | {line.split()[0] for line in recurring_lines},
        labels=frozenset(filter(_is_label, recurring_lines)),
        phrases=tuple(filter(None, (" ".join(phrase.casefold().split()) for phrase in phrases))),
    )


def _recurring(counts: Counter[_T]) -> frozenset[_T]:
    return frozenset(what for what, count in counts.items() if count >= _WITNESSES)


def _is_label(line: str) -> bool:
    return line[0].isalnum() and line[-1].isalnum() and 4 <= len(line.split()) <= 10


def _runs(words: Sequence[str]) -> Iterator[Run]:
    return zip(words, words[1:], words[2:], words[3:], words[4:], strict=False)


def _menu(words: Sequence[str]) -> Run:
    """Return the Title Case beginning of `words`, casefolded; or none that is long enough."""
    count = 0
    for word in words[:_MENU_AT_MOST]:
        if not _is_menu_word(word):
            break
        count += 1
    return tuple(word.casefold() for word in words[:count]) if count >= _MENU_AT_LEAST else ()


def _menus(openings: Counter[Run], subjects: set[Run]) -> frozenset[Run]:
    """Return the recurring openings that are no subjects of sentences."""
    recurring = _recurring(openings)
    honest = {
        subject[:length]
        for subject in subjects & recurring
        for length in range(_MENU_AT_LEAST, len(subject) + 1)
    }
    return recurring - honest


def _is_menu_word(word: str) -> bool:
    return word[-1] not in ".,;:!?" and (
        word != word.lower() or not word.isalpha() or word in _SMALL
    )


def _opening_lines(body: str) -> list[str]:
    """Return the first lines of a body, whitespace folded, tags gone, not parsed further.

    A sentence or line is searched for here that recurs, not shown: quick beats exact.
    """
    text = body[:_BODY_CHARACTERS]
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    lines = (" ".join(line.split()) for line in split_lines(text))
    return list(islice(filter(None, lines), _BODY_LINES))
