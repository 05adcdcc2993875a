"""Scores that can be explained: why one story comes before another. Pure.

A score is a sum of named parts (`Part`), every one shown by `digest preview --explain`:

    sources      +1 for every further source on the story, at most +3
    cover        +1.5 for a picture of its own, +0.5 for one that others show as well
    excerpt      +1 written for the purpose, +0.6 taken from the body, 0 none
    recency      0 … +1 from the oldest to the newest moment of the window
    length       0 … +1 up to 600 words
    template     down to -10 for text that recurs in other articles (obvious filler last)

and, each time a story is picked, for what the issue holds already:

    same source -0.8, same author -0.6, same category -0.5 for every story picked before
    same subject -1.5 times the likeness of the titles to the nearest story picked before
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from digest.articles.article import Article
from digest.articles.excerpt import Excerpt, Origin
from digest.articles.urls import host_of
from digest.record import Record
from digest.selection.likeness import TEMPLATE, title_words
from digest.selection.selection import Part
from digest.selection.window import Window

_EXCERPT: Final = {
    Origin.BLURB: 1.0,
    Origin.SUMMARY: 1.0,
    Origin.SEPARATOR: 0.6,
    Origin.BODY: 0.6,
    Origin.NONE: 0.0,
}
_LONG_ENOUGH: Final = 600
_TEMPLATE: Final = 10


class Scale(Record, kw_only=True):
    """What the articles of one issue are measured against."""

    window: Window
    #: Path → share of the body that recurs elsewhere, 0 to 1.
    templates: Mapping[str, float]
    #: Cover URL → articles that show it.
    covers: Mapping[str, int]
    #: Authors who wrote most of everything say nothing about diversity.
    house_authors: frozenset[str]


def scale_of(articles: Sequence[Article], window: Window, templates: Mapping[str, float]) -> Scale:
    """Return the scale for choosing among `articles`."""
    authors = Counter(author for article in articles for author in set(article.authors))
    signed = sum(1 for article in articles if article.authors)
    return Scale(
        window=window,
        templates=templates,
        covers=Counter(article.cover_url for article in articles if article.cover_url),
        house_authors=frozenset(
            author for author, count in authors.items() if 2 * count >= signed
        ),
    )


def score(
    article: Article, also: Iterable[Article], excerpt: Excerpt, scale: Scale
) -> tuple[Part, ...]:
    """Return the parts of the score of a story, without diversity; parts of 0 are left out."""
    start, end = scale.window.start.timestamp(), scale.window.end.timestamp()
    moment = min(max(article.published_at.timestamp(), start), end)
    own = source_of(article)
    further = {source_of(other) for other in also} - {own, ""}
    template = scale.templates.get(article.path, 0.0)
    parts = (
        Part("sources", min(3.0, float(len(further)))),
        Part("cover", _cover_points(article, scale)),
        Part("excerpt", _EXCERPT[excerpt.origin]),
        Part("recency", (moment - start) / (end - start)),
        Part("length", min(1.0, article.words / _LONG_ENOUGH)),
        Part("template", -_TEMPLATE * template if template >= TEMPLATE else 0.0),
    )
    return tuple(Part(part.name, round(part.points, 2)) for part in parts if part.points)


def source_of(article: Article) -> str:
    """Return the host the story was taken from, without `www.`; "" for the publisher's own."""
    return host_of(article.origin_url).removeprefix("www.")


#: What `Diversity` takes, in this order.
_DEDUCTIONS: Final = ("same source", "same author", "same category", "same subject")


class Diversity:
    """What the issue holds already, and what that takes from the next story."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._seen: Counter[tuple[str, str]] = Counter()
        self._subjects: list[frozenset[str]] = []
        self._known: dict[str, _Traits] = {}
        #: Path → how many of the subjects it was compared with, and its likeness to the nearest.
        self._nearest: dict[str, tuple[int, float]] = {}

    def points(self, article: Article) -> float:
        """Return the sum of the deductions for `article`, at most 0."""
        # Asked for every story and every place, so without the names.
        return sum(self._values(article))

    def parts(self, article: Article) -> tuple[Part, ...]:
        """Return the deductions for `article`, each negative."""
        named = zip(_DEDUCTIONS, self._values(article), strict=True)
        return tuple(Part(name, round(value, 2)) for name, value in named if value)

    def _values(self, article: Article) -> tuple[float, ...]:
        seen, traits = self._seen.get, self._traits(article)
        return (
            -0.8 * seen(("source", traits.source), 0),
            -0.6 * max([seen(("author", name), 0) for name in traits.authors], default=0),
            -0.5 * seen(("category", traits.category), 0),
            -1.5 * self._same_subject(article.path, traits.words),
        )

    def _same_subject(self, path: str, words: frozenset[str]) -> float:
        # Every story is asked about again for every place; only what came since is compared.
        compared, nearest = self._nearest.get(path, (0, 0.0))
        for other in self._subjects[compared:]:
            nearest = max(nearest, _overlap(words, other))
        self._nearest[path] = len(self._subjects), nearest
        return nearest

    def add(self, article: Article) -> None:
        """Take note that `article` is in the issue."""
        traits = self._traits(article)
        if traits.source:
            self._seen["source", traits.source] += 1
        if traits.category:
            self._seen["category", traits.category] += 1
        for name in traits.authors:
            self._seen["author", name] += 1
        self._subjects.append(traits.words)

    def _traits(self, article: Article) -> "_Traits":
        if article.path not in self._known:
            house = self._scale.house_authors
            self._known[article.path] = _Traits(
                source=source_of(article),
                category=article.category.casefold(),
                authors=tuple(name for name in article.authors if name not in house),
                # Short words are in every title.
                words=frozenset(word for word in title_words(article.title) if len(word) > 3),
            )
        return self._known[article.path]


class _Traits(NamedTuple):
    """What an article must not share with the stories picked before it."""

    source: str
    category: str
    authors: tuple[str, ...]
    words: frozenset[str]


def _cover_points(article: Article, scale: Scale) -> float:
    if not article.cover_url:
        return 0.0
    return 1.5 if scale.covers.get(article.cover_url, 1) == 1 else 0.5


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
