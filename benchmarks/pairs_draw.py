"""Draw pairs of articles to be labelled "same story?" for pairs.csv.

Two articles are a candidate when they were published in the same ISO week, the
span an issue draws from, and their titles are at least 40 % alike. The draw is
even over the bands of likeness and, within a band, over the kinds of pairs.
Pairs of one body are drawn whatever their titles (band "body"), unless both
are filler: there they are so common that the bands hold enough of them.

Reads a folder of Markdown files, writes a worksheet of JSON lines. The
worksheet quotes the articles, so it stays outside the project.
"""

import argparse
import hashlib
import html
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import frontmatter
from rapidfuzz import fuzz

BANDS = (40, 50, 60, 70, 80, 90, 100)
KINDS = ("real", "filler", "mixed")
PAIRS_PER_BAND = 36
TUNE_PAIRS = 150
#: A word is rare when fewer than this share of the real articles begin with it.
RARE = 0.01
#: Real pairs sharing this many rare words may well tell one story.
SHARED_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a person needs to judge an article, and what the draw needs."""

    name: str
    title: str
    date: str
    excerpt: str
    #: Taken over from a feed; the others are generated filler.
    is_real: bool
    body: str
    #: Lower-case words of the first 400 characters, markup removed.
    opening: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles of one week, in the order of their file names."""

    a: Article
    b: Article
    #: Lower bound of the likeness of the titles, or "body".
    band: str
    #: "real", "filler" or "mixed".
    kind: str


def read_article(path: Path) -> Article:
    """Read one Markdown file with front matter."""
    post = frontmatter.loads(path.read_text(encoding="utf-8"))
    body = post.content.strip()
    plain = html.unescape(re.sub(r"<[^>]*>", " ", body))
    return Article(
        name=path.name,
        title=" ".join(html.unescape(str(post["title"])).split()),
        date=str(post["date"])[:10],
        excerpt=str(post.get("excerpt", "")),
        is_real=bool(post.get("source")),
        body=body,
        opening=frozenset(re.findall(r"\w+", " ".join(plain.split())[:400].casefold())),
    )


def candidates(articles: Sequence[Article]) -> Iterator[Pair]:
    """Yield every pair that may be drawn."""
    weeks: dict[Hashable, list[Article]] = defaultdict(list)
    for article in articles:
        weeks[date.fromisoformat(article.date).isocalendar()[:2]].append(article)
    for week in weeks.values():
        for a, b in combinations(week, 2):
            kind = {2: "real", 1: "mixed", 0: "filler"}[a.is_real + b.is_real]
            band = max((band for band in BANDS if band <= likeness(a.title, b.title)), default=0)
            if a.body == b.body and kind != "filler":
                yield Pair(a=a, b=b, band="body", kind=kind)
            elif band:
                yield Pair(a=a, b=b, band=str(band), kind=kind)


def likeness(title: str, other: str) -> float:
    """Return how alike two titles are, 0 to 100."""
    title, other = title.casefold(), other.casefold()
    return max(fuzz.token_set_ratio(title, other), fuzz.ratio(title, other))


def draw(pairs: Sequence[Pair], rare: frozenset[str], rng: random.Random) -> list[Pair]:
    """Return the drawn pairs, ordered by band and kind.

    Nothing is drawn twice within a band, or seven articles of one series would
    fill half of it with their 21 pairs.
    """

    def draw_band(band: Sequence[Pair], total: int) -> list[Pair]:
        used: set[str] = set()
        kinds = [[pair for pair in band if pair.kind == kind] for kind in KINDS]
        return evenly(kinds, total, lambda of_kind, most: draw_kind(of_kind, most, used))

    def draw_kind(of_kind: Sequence[Pair], total: int, used: set[str]) -> list[Pair]:
        drawn: list[Pair] = []
        uniform = rng.sample(of_kind, len(of_kind))
        for queue, most in ((likely_same(of_kind, rare, rng), total // 2), (uniform, total)):
            for pair in queue:
                if len(drawn) < most and used.isdisjoint({pair.a.name, pair.b.name}):
                    drawn.append(pair)
                    used |= {pair.a.name, pair.b.name}
        return drawn

    bands = [[pair for pair in pairs if pair.band == str(band)] for band in BANDS]
    drawn = evenly(bands, PAIRS_PER_BAND * len(BANDS), draw_band)
    drawn += [pair for pair in pairs if pair.band == "body"]
    return sorted(drawn, key=lambda pair: (pair.band.rjust(4), pair.kind))


def evenly(
    groups: Sequence[Sequence[Pair]], total: int, take: Callable[[Sequence[Pair], int], list[Pair]]
) -> list[Pair]:
    """Take `total` pairs, as many from each group; what one lacks comes from the larger ones."""
    taken: list[Pair] = []
    for done, group in enumerate(sorted(groups, key=len)):
        taken += take(group, (total - len(taken)) // (len(groups) - done))
    return taken


def likely_same(pairs: Sequence[Pair], rare: frozenset[str], rng: random.Random) -> list[Pair]:
    """Return the real pairs whose openings share rare words, in the order to draw them.

    Two publishers word the headlines of one event freely, but name the same
    people and places. The chance of a pair grows with the square of the number
    of shared words (weighted draw without replacement, Efraimidis and Spirakis 2006).
    """
    keys: list[tuple[float, Pair]] = []
    for pair in pairs:
        shared = len(pair.a.opening & pair.b.opening & rare)
        if pair.kind == "real" and shared >= SHARED_WORDS:
            keys.append((rng.random() ** (1 / shared**2), pair))
    keys.sort(key=lambda entry: entry[0], reverse=True)
    return [pair for _, pair in keys]


def rare_words(articles: Sequence[Article]) -> frozenset[str]:
    """Return the words that few of the real articles have in their opening."""
    real = [article for article in articles if article.is_real]
    counts = Counter(word for article in real for word in article.opening)
    return frozenset(word for word, count in counts.items() if count < RARE * len(real))


def split_names(count: int, rng: random.Random) -> Iterator[str]:
    """Yield "tune" for 150 pairs, "test" for the others, in even steps from a random start."""
    start = rng.randrange(count)
    for at in range(start, start + count):
        yield "tune" if (at * TUNE_PAIRS) % count < TUNE_PAIRS else "test"


def row(pair: Pair, split: str) -> dict[str, object]:
    """Return a line of the worksheet; `a` and `b` are as in pairs.csv."""
    sides = {"a": pair.a, "b": pair.b}
    ids = {key: hashlib.sha256(side.name.encode()).hexdigest()[:16] for key, side in sides.items()}
    quotes = {
        f"{key}_{field}": text[:500]
        for key, side in sides.items()
        for field, text in asdict(side).items()
        if isinstance(text, str)
    }
    return {**ids, "split": split, "band": pair.band, "kind": pair.kind, **quotes}


def main() -> None:
    """Draw the pairs of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="Markdown files with front matter")
    parser.add_argument("--seed", type=int, default=20250)
    parser.add_argument("--out", type=Path, required=True, help="worksheet, JSON lines")
    options = parser.parse_args()

    articles = [read_article(path) for path in sorted(options.folder.glob("*.md"))]
    rng = random.Random(options.seed)
    drawn = draw(list(candidates(articles)), rare_words(articles), rng)
    rows = [
        row(pair, name) for pair, name in zip(drawn, split_names(len(drawn), rng), strict=True)
    ]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in rows)
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
