"""Tells whether two articles are one story, by their words. Pure.

Titles alone do not tell: "Judge rejects the settlement" and "Settlement thrown out" are one
story, "Game 1 tonight" and "Game 2 tonight" are two. So three measures are added, each between
0 and 1 and each weighing a word by its rarity among the articles compared:

* how alike the titles are (cosine of their words),
* how alike the openings are (cosine of the words of the first 1,500 characters that are the
  article's own: lines that recur throughout the site are left out),
* how far each title is told by the other's opening (the lesser of both ways).

The weights and the bound were set on labelled pairs of a real archive and checked on others
(docs/measurements.md, `benchmarks/stories.py`). Text that recurs throughout says nothing about a
story (`Comparison.templates`): articles made of it are one only when their titles say the same.
"""

import html
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations
from typing import Final

from digest.articles.article import Article
from digest.record import Record
from digest.selection.rarity import Rarity
from digest.selection.words import Words, words_in

#: Weights of titles, openings, titles told; and the sum from which two articles are one story.
_TITLES: Final = 1.0
_OPENINGS: Final = 3.0
_TOLD: Final = 2.0
_ONE_STORY: Final = 2.1
#: An opening of fewer words says nothing; then the titles alone must be nearly the same.
_FEW_WORDS: Final = 12
_SAME_TITLE: Final = 0.8
#: Below this, titles share nothing rare: not worth reading the openings. No pair of one story
#: among those it was tuned on that words could tell lies below.
_WORTH_A_LOOK: Final = 0.1
#: Characters of the body that count as its opening.
_OPENING: Final = 1500
#: From this share of recurring text on, an article is made from a template.
TEMPLATE: Final = 0.5
#: A line recurs when so many articles with titles unlike one another have it.
_RECURS: Final = 3
_UNLIKE: Final = 0.4
#: Shorter lines (headings, list items) recur by chance.
_LINE: Final = 40

_TAG: Final = re.compile(r"<[^>]*>")
_NUMBER: Final = re.compile(r"\d+")
#: A time stamp, as feeds leave them in titles.
_STAMP: Final = re.compile(r"\d{9,}")


class Likeness(Record, kw_only=True):
    """How alike two articles are, for `--explain`."""

    titles: float
    openings: float
    told: float

    @property
    def score(self) -> float:
        """The weighted sum that is compared with the bound."""
        return _TITLES * self.titles + _OPENINGS * self.openings + _TOLD * self.told


class Comparison:
    """The articles that are compared with one another; rarity is counted among them."""

    def __init__(self, articles: Sequence[Article], around: Sequence[Article] = ()) -> None:
        """Compare `articles`; what is rare and what recurs is told from `around` as well."""
        self._articles = {article.path: article for article in articles}
        self._every = {article.path: article for article in (*around, *articles)}
        self._titles = {path: title_words(one.title) for path, one in self._every.items()}
        self._titles_rarity = Rarity(self._titles.values())
        self._recurring = recurring_lines(tuple(self._every.values()))
        #: Path → share of the body's lines that recur in other articles, 0 to 1.
        self.templates = {
            article.path: _share(article.body, self._recurring) for article in articles
        }
        self._openings: dict[str, Words] = {}
        self._openings_rarity = Rarity(())

    def is_template(self, path: str) -> bool:
        """Return whether most of the article's text recurs in other articles."""
        return self.templates[path] >= TEMPLATE

    def pairs(self) -> list[tuple[str, str]]:
        """Return the paths of all pairs that are one story, each in order of path."""
        by_body = _groups((article.fingerprint, path) for path, article in self._articles.items())
        by_name = _groups((article.identity, path) for path, article in self._articles.items())
        templates = [path for path in self._articles if self.is_template(path)]
        by_title = _groups((self._titles[path], path) for path in templates)
        found = {
            pair for group in (*by_body, *by_name, *by_title) for pair in combinations(group, 2)
        }
        found.update(pair for pair in self._alike() if self.is_one_story(*pair))
        return sorted(found)

    def _alike(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs, templates apart, whose titles share enough rare words."""
        holders: dict[str, list[str]] = {}
        lengths: dict[str, float] = {}
        for path in sorted(self._articles):
            if self.is_template(path):
                continue
            weights = {word: self._titles_rarity.square(word) for word in self._titles[path]}
            lengths[path] = sum(weights.values())
            shared: dict[str, float] = {}
            for word, weight in weights.items():
                if weight:
                    for other in holders.setdefault(word, []):
                        shared[other] = shared.get(other, 0.0) + weight
                    holders[word].append(path)
            for other, weight in shared.items():
                if weight >= _WORTH_A_LOOK * math.sqrt(lengths[path] * lengths[other]):
                    yield other, path

    def is_one_story(self, first: str, second: str) -> bool:
        """Return whether a reader of one would feel cheated by getting the other as well."""
        one, other = self._articles[first], self._articles[second]
        if one.identity == other.identity:  # the same source, or the same id
            return True
        if one.fingerprint and one.fingerprint == other.fingerprint:
            return True
        if self.is_template(first) or self.is_template(second):
            return bool(self._titles[first]) and self._titles[first] == self._titles[second]
        alike = self._alike_titles(first, second)
        if alike < _WORTH_A_LOOK or _differ_by_a_number(one.title, other.title):
            return False
        openings = self._all_openings()
        if min(len(openings[first]), len(openings[second])) < _FEW_WORDS:
            return alike >= _SAME_TITLE
        return self.likeness(first, second).score >= _ONE_STORY

    def likeness(self, first: str, second: str) -> Likeness:
        """Return the three measures for two of the articles."""
        openings = self._all_openings()
        rarity = self._openings_rarity
        one, other = openings[first], openings[second]
        return Likeness(
            titles=self._alike_titles(first, second),
            openings=rarity.cosine(one, other),
            told=min(
                rarity.told(self._titles[first], other),
                rarity.told(self._titles[second], one),
            ),
        )

    def _alike_titles(self, first: str, second: str) -> float:
        return self._titles_rarity.cosine(self._titles[first], self._titles[second])

    def _all_openings(self) -> Mapping[str, Words]:
        if not self._openings:
            self._openings = {
                path: _opening(one, self._recurring) for path, one in self._every.items()
            }
            self._openings_rarity = Rarity(self._openings.values())
        return self._openings


@lru_cache(maxsize=1024)  # asked for thrice an issue
def title_words(title: str) -> Words:
    """Return the words of a title that can be compared: without case, plural and punctuation."""
    return frozenset(
        word[:-1] if len(word) > 3 and word[-1] == "s" else word
        for word in words_in(_STAMP.sub("", title.casefold()))
    )


def recurring_lines(articles: Sequence[Article]) -> frozenset[str]:
    """Return the lines that stand in articles of at least three unlike titles.

    Versions of one story share their lines too, and are no template.
    """
    lines = [frozenset(_lines(article.body)) for article in articles]
    counts = Counter(chain.from_iterable(lines))
    # Most lines stand in one article: their titles need not be gathered.
    often = frozenset(line for line, count in counts.items() if count >= _RECURS)
    titles: dict[str, set[str]] = {line: set() for line in often}
    for article, among in zip(articles, lines, strict=True):
        for line in among & often:
            titles[line].add(article.title)
    recurs = _Recurrence(articles)
    shared = ((line, among) for line, among in titles.items() if len(among) >= _RECURS)
    return frozenset(line for line, among in shared if recurs.in_unlike(among))


class _Recurrence:
    """Tells whether what stands in several articles stands in unlike ones."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._words = {article.title: title_words(article.title) for article in articles}
        self._rarity = Rarity(self._words.values())
        self._known: dict[frozenset[str], bool] = {}

    def in_unlike(self, titles: set[str]) -> bool:
        """Return whether at least three of the titles are unlike one another."""
        key = frozenset(titles)
        if key not in self._known:
            self._known[key] = self._has_unlike(sorted(titles))
        return self._known[key]

    def _has_unlike(self, titles: Sequence[str]) -> bool:
        unlike: list[Words] = []
        for title in titles:
            words = self._words[title]
            if all(self._rarity.cosine(words, other) < _UNLIKE for other in unlike):
                unlike.append(words)
                if len(unlike) == _RECURS:
                    return True
        return False


def _groups(keyed: Iterable[tuple[str | Words, str]]) -> list[list[str]]:
    """Return the paths that share a key; an empty key (no body, no words) is none."""
    groups: dict[str | Words, list[str]] = {}
    for key, path in keyed:
        if key:
            groups.setdefault(key, []).append(path)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _lines(body: str) -> list[str]:
    return [line for line in body.split("\n") if len(line) >= _LINE]


def _share(body: str, recurring: frozenset[str]) -> float:
    # Lines are counted, not their characters: one long notice of the site is no template.
    lines = _lines(body)
    return sum(line in recurring for line in lines) / (len(lines) or 1)


def _opening(article: Article, recurring: frozenset[str]) -> Words:
    own: list[str] = []
    room = 2 * _OPENING
    for line in article.body.split("\n"):
        if line not in recurring:
            own.append(line[:room])
            room -= len(line)
            if room <= 0:
                break
    text = html.unescape(_TAG.sub(" ", "\n".join(own)))[:_OPENING]
    return words_in(text.casefold())


def _differ_by_a_number(one: str, other: str) -> bool:
    """Return whether two titles are the same but for one number: parts of a series."""
    one, other = (_STAMP.sub("", title.casefold()) for title in (one, other))
    return one != other and _NUMBER.sub("0", one) == _NUMBER.sub("0", other)
