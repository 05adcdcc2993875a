"""Tells whether two articles are one story, by their words. Pure.

Titles alone do not tell: "Judge rejects the settlement" and "Settlement thrown out" are one
story, "Game 1 tonight" and "Game 2 tonight" are two. So three measures are added, each between
0 and 1 and each weighing a word by its rarity among the articles compared:

* how alike the titles are (cosine of their words),
* how alike the openings are (cosine of the words of title and first 1,500 characters),
* how far each title is told by the other's opening (the lesser of both ways).

The weights and the bound were set on labelled pairs of a real archive and checked on others
(docs/measurements.md, `benchmarks/stories.py`). Text that recurs throughout (`template_share`)
says nothing about a story: articles made of it are one only when their titles say the same.
"""

import html
import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from digest.articles.article import Article

#: Weights of titles, openings, titles told; and the sum from which two articles are one story.
_TITLES: Final = 1.0
_OPENINGS: Final = 1.5
_TOLD: Final = 1.0
_ONE_STORY: Final = 1.25
#: Below this, titles share nothing rare: not worth reading the openings. No pair of one story
#: among the labelled ones that words could tell lies below.
_WORTH_A_LOOK: Final = 0.2
#: Characters of the body that count as its opening.
_OPENING: Final = 1500
#: From this share of recurring text on, an article is made from a template.
TEMPLATE: Final = 0.5
#: A line recurs when so many articles with different titles have it.
_RECURS: Final = 3
#: Shorter lines (headings, list items) recur by chance.
_LINE: Final = 40

_WORD: Final = re.compile(r"[^\W_]{2,}")
_TAG: Final = re.compile(r"<[^>]*>")
_NUMBER: Final = re.compile(r"\d+")
#: A time stamp, as feeds leave them in titles.
_STAMP: Final = re.compile(r"\d{9,}")

Words = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
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
        """Compare `articles`; text that recurs in `around` as well is a template."""
        self._articles = {article.path: article for article in articles}
        self._titles = {article.path: title_words(article.title) for article in articles}
        self._title_weight = _rarity(self._titles.values())
        shares = template_shares([*articles, *around])
        #: Path → share of the body that recurs in other articles, 0 to 1.
        self.templates = {article.path: shares[article.path] for article in articles}
        self._openings: dict[str, Words] = {}
        self._opening_weight: Callable[[str], float] | None = None

    def is_template(self, path: str) -> bool:
        """Return whether most of the article's text recurs in other articles."""
        return self.templates[path] >= TEMPLATE

    def pairs(self) -> list[tuple[str, str]]:
        """Return the paths of all pairs that are one story, each in order of path."""
        by_body = _groups((article.fingerprint, path) for path, article in self._articles.items())
        templates = [path for path in self._articles if self.is_template(path)]
        by_title = _groups((self._titles[path], path) for path in templates)
        found = {pair for group in (*by_body, *by_title) for pair in combinations(group, 2)}
        found.update(pair for pair in self._alike() if self.is_one_story(*pair))
        return sorted(found)

    def _alike(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs, templates apart, whose titles share enough rare words."""
        holders: dict[str, list[str]] = {}
        lengths: dict[str, float] = {}
        for path in sorted(self._articles):
            if self.is_template(path):
                continue
            weights = {word: self._title_weight(word) ** 2 for word in self._titles[path]}
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
        if one.fingerprint and one.fingerprint == other.fingerprint:
            return True
        if self.is_template(first) or self.is_template(second):
            return bool(self._titles[first]) and self._titles[first] == self._titles[second]
        if _differ_by_a_number(one.title, other.title):
            return False
        return self.likeness(first, second).score >= _ONE_STORY

    def likeness(self, first: str, second: str) -> Likeness:
        """Return the three measures for two of the articles."""
        openings = self._all_openings()
        weight = self._opening_weight or _rarity(())
        one, other = openings[first], openings[second]
        return Likeness(
            titles=self._alike_titles(first, second),
            openings=_cosine(one, other, weight),
            told=min(
                _told(self._titles[first], other, weight),
                _told(self._titles[second], one, weight),
            ),
        )

    def _alike_titles(self, first: str, second: str) -> float:
        return _cosine(self._titles[first], self._titles[second], self._title_weight)

    def _all_openings(self) -> Mapping[str, Words]:
        if not self._openings:
            self._openings = {path: _opening(article) for path, article in self._articles.items()}
            self._opening_weight = _rarity(self._openings.values())
        return self._openings


def title_words(title: str) -> Words:
    """Return the words of a title that can be compared: without case, plural and punctuation."""
    return frozenset(
        word[:-1] if len(word) > 3 and word[-1] == "s" else word
        for word in _WORD.findall(_STAMP.sub("", title.casefold()))
    )


def template_shares(articles: Sequence[Article]) -> dict[str, float]:
    """Return for each path how much of the body (0 to 1) stands in other articles as well.

    Only lines shared by articles of at least three different titles count: the same story in
    two versions shares its lines too, and is no template.
    """
    titles: dict[str, set[str]] = {}
    for article in articles:
        for line in set(_lines(article.body)):
            titles.setdefault(line, set()).add(article.title)
    shares = {}
    for article in articles:
        lines = _lines(article.body)
        recurring = sum(len(line) for line in lines if len(titles[line]) >= _RECURS)
        shares[article.path] = recurring / (sum(map(len, lines)) or 1)
    return shares


def _groups(keyed: Iterable[tuple[Hashable, str]]) -> list[list[str]]:
    """Return the paths that share a key; an empty key (no body, no words) is none."""
    groups: dict[Hashable, list[str]] = {}
    for key, path in keyed:
        if key:
            groups.setdefault(key, []).append(path)
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _lines(body: str) -> list[str]:
    return [line for line in body.split("\n") if len(line) >= _LINE]


def _opening(article: Article) -> Words:
    text = html.unescape(_TAG.sub(" ", article.body[: 2 * _OPENING]))[:_OPENING]
    return frozenset(_WORD.findall(f"{article.title} {text}".casefold()))


def _rarity(documents: Iterable[Words]) -> Callable[[str], float]:
    """Return the weight of a word: 0 for one that stands in all documents, high for a rare one."""
    every = list(documents)
    counts = Counter(word for words in every for word in words)
    most = math.log(len(every) + 1)
    weights = {word: max(0.0, most - math.log(count + 0.5)) for word, count in counts.items()}
    unseen = most - math.log(0.5)
    return lambda word: weights.get(word, unseen)


def _cosine(one: Words, other: Words, weight: Callable[[str], float]) -> float:
    shared = sum(weight(word) ** 2 for word in one & other)
    if not shared:
        return 0.0
    lengths = math.prod(sum(weight(word) ** 2 for word in words) for words in (one, other))
    return shared / math.sqrt(lengths)


def _told(title: Words, opening: Words, weight: Callable[[str], float]) -> float:
    whole = sum(map(weight, title))
    told = sum(weight(word) for word in title if word in opening or word + "s" in opening)
    return told / whole if whole else 0.0


def _differ_by_a_number(one: str, other: str) -> bool:
    """Return whether two titles are the same but for one number: parts of a series."""
    one, other = (_STAMP.sub("", title.casefold()) for title in (one, other))
    return one != other and _NUMBER.sub("0", one) == _NUMBER.sub("0", other)
