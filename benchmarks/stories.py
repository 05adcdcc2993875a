"""How well one story told twice is recognised: precision and recall on the labelled pairs.

`pairs.md` says how the pairs were drawn and labelled. The pairs of the split `tune` chose the
weights of `digest.selection.likeness`; those of `test` are for reporting only. Therefore the
errors of `tune` are named, those of `test` counted.
"""

# ruff: noqa: RUF001  the signs for "times" and "to" are how ratios and spans are written

import csv
import hashlib
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from archive import REAL, unpack
from digest.articles.folder import begin_reading
from digest.articles.settings import ReadingRules
from digest.selection.likeness import Comparison
from digest.selection.window import Window
from timing import Goal, Options, Section, in_scratch, options_parser, report, table

_PAIRS = Path(__file__).with_name("pairs.csv")
_SPLITS = ("tune", "test")
#: For 95 %: the 97.5th percentile of the normal distribution.
_Z = 1.959964
#: Weeks looked at with `--quick`.
_QUICK_WEEKS = 3
_DATE = re.compile(rb'(?m)^date: ?["\']?([0-9]{4}-[0-9]{2}-[0-9]{2})')
_ABOUT = """\
{pairs} labelled pairs of the real archive (`pairs.md` says how they were drawn and what counts as
one story). For each pair the articles of its ISO week are read and compared as for an issue.
*Asked*: what `is_one_story` says of the two. *In an issue*: whether the search through the whole
week brings them together, which skips pairs whose titles share nothing rare; this is what readers
get, and what kinds, bands, errors and goals are about. The split `tune` is there to choose weights
with, `test` to report. Intervals are Wilson's, 95 %. Both splits hold many more hard pairs than a
week does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two labelled articles, and what we say of them."""

    a: str
    b: str
    #: Whether a person says that they are one story.
    label: bool
    split: str
    band: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What our code says of a pair."""

    pair: Pair
    #: Asked about the two alone.
    asked: bool
    #: Whether the search through the whole week brings the two together.
    one_story: bool
    titles: tuple[str, str]

    @property
    def is_wrong(self) -> bool:
        """Whether person and code differ."""
        return self.one_story != self.pair.label


def main() -> int:
    """Judge the pairs and print the tables."""
    parser = options_parser(__doc__ or "")
    parser.add_argument("--split", choices=_SPLITS, help="only this one")
    parser.add_argument("--show", action="store_true", help="with the titles of the errors")
    given = parser.parse_args()
    options = Options(rounds=1, quick=given.quick, check=given.check, markdown=given.markdown)
    if not REAL.is_file():
        print(
            "The pairs are articles of the real archive, which is not here; "
            "put posts-2025.tar.xz into ../shared/aivibe beside the project."
        )
        return 0
    splits = (given.split,) if given.split else _SPLITS

    def work(folder: Path) -> int:
        pairs = [pair for pair in read_pairs() if pair.split in splits]
        verdicts = list(judge(unpack(folder), pairs, _QUICK_WEEKS if options.quick else None))
        return report(_section(verdicts, splits, options, show=given.show), options)

    return in_scratch(work)


def read_pairs() -> list[Pair]:
    """Read the labelled pairs."""
    with _PAIRS.open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                a=row["a"],
                b=row["b"],
                label=row["label"] == "1",
                split=row["split"],
                band=row["band"],
                kind=row["kind"],
            )
            for row in csv.DictReader(file)
        ]


def judge(folder: Path, pairs: Sequence[Pair], weeks: int | None) -> Iterator[Verdict]:
    """Yield our verdict on each of the `pairs` of the first so many weeks; None: of all."""
    paths = {_hash(path.name): path for path in folder.iterdir()}
    by_week: dict[tuple[int, int], list[Pair]] = {}
    for pair in pairs:
        by_week.setdefault(_week(paths[pair.a]), []).append(pair)
    for week in sorted(by_week)[:weeks]:
        comparison, titles = _compare(folder, week)
        together = set(comparison.pairs())
        for pair in by_week[week]:
            first, second = sorted((paths[pair.a].name, paths[pair.b].name))
            yield Verdict(
                pair=pair,
                asked=comparison.is_one_story(first, second),
                one_story=(first, second) in together,
                titles=(titles[first], titles[second]),
            )


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _week(path: Path) -> tuple[int, int]:
    """Return ISO year and week of the date in the front matter."""
    match = _DATE.search(path.read_bytes())
    if match is None:
        sys.exit(f"{path.name}: no date; the archive is not the one the pairs were drawn from")
    return date.fromisoformat(match[1].decode()).isocalendar()[:2]


def _compare(folder: Path, week: tuple[int, int]) -> tuple[Comparison, dict[str, str]]:
    """Return the comparison an issue of that week begins with, and the titles by path."""
    start = datetime.combine(date.fromisocalendar(*week, 1), datetime.min.time(), UTC)
    window = Window(start, start + timedelta(days=7))
    rules = ReadingRules(zone=ZoneInfo("UTC"))
    contents = begin_reading(str(folder), rules, (window.start, window.end)).contents()
    articles = [article for article in contents.articles if article.published_at in window]
    titles = {article.path: article.title for article in articles}
    return Comparison(articles, around=contents.articles), titles


def _section(
    verdicts: Sequence[Verdict], splits: Sequence[str], options: Options, *, show: bool
) -> Section:
    tables = [_by_split(verdicts, splits)]
    for split in splits:
        of_split = [verdict for verdict in verdicts if verdict.pair.split == split]
        tables.append(_by_band(of_split, split))
    if "tune" in splits:
        tables.append(_errors(verdicts, show=show))
    return Section(
        title="Recognising one story",
        script="stories.py",
        about=_ABOUT.format(pairs=len(verdicts)),
        tables=tables,
        goals=_goals(verdicts, splits),
        unjudged=f"Goals are not judged on {_QUICK_WEEKS} weeks." if options.quick else "",
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Right and wrong verdicts: true and false, positives and negatives."""

    tp: int
    fp: int
    fn: int
    tn: int

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "Counts":
        """Count `verdicts` as they are in an issue."""
        return cls.count((one.one_story, one.pair.label) for one in verdicts)

    @classmethod
    def count(cls, answers: Iterable[tuple[bool, bool]]) -> "Counts":
        """Count answers, each ours and the person's."""
        seen = Counter(answers)
        return cls(
            tp=seen[True, True], fp=seen[True, False], fn=seen[False, True], tn=seen[False, False]
        )

    @property
    def precision(self) -> tuple[int, int]:
        """How many are one story, of how many said to be."""
        return self.tp, self.tp + self.fp

    @property
    def recall(self) -> tuple[int, int]:
        """How many are said to be one story, of how many that are."""
        return self.tp, self.tp + self.fn

    def cells(self) -> tuple[str, ...]:
        """Return the cells of a table: ratios first."""
        counts = (self.tp, self.fp, self.fn, self.tn)
        return share(*self.precision), share(*self.recall), *map(str, counts)


_HEAD = ("precision", "recall", "TP", "FP", "FN", "TN")


def share(part: int, whole: int) -> str:
    """Return a share with its interval in brackets, or a dash for nothing of nothing."""
    if not whole:
        return "–"
    low, high = wilson(part, whole)
    return f"{part / whole:.3f} ({low:.3f}–{high:.3f})"


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), which is right near 1 as well."""
    rate, scale = part / whole, 1 + _Z**2 / whole
    middle = (rate + _Z**2 / (2 * whole)) / scale
    reach = _Z / scale * math.sqrt(rate * (1 - rate) / whole + _Z**2 / (4 * whole**2))
    return middle - reach, middle + reach


def _by_split(verdicts: Sequence[Verdict], splits: Sequence[str]) -> str:
    rows = []
    for split in splits:
        of_split = [verdict for verdict in verdicts if verdict.pair.split == split]
        asked = Counts.count((verdict.asked, verdict.pair.label) for verdict in of_split)
        name = f"`{split}`, {len(of_split)} pairs"
        rows += [
            (f"{name}, in an issue", *Counts.of(of_split).cells()),
            (f"{name}, asked", *asked.cells()),
        ]
    return table(("split", *_HEAD), rows)


def _by_band(verdicts: Sequence[Verdict], split: str) -> str:
    rows: list[tuple[str, ...]] = []
    for name in ("kind", "band"):
        groups: dict[str, list[Verdict]] = {}
        for verdict in verdicts:
            groups.setdefault(getattr(verdict.pair, name), []).append(verdict)
        rows += [
            (f"{name} {group}", *Counts.of(groups[group]).cells())
            for group in sorted(groups, key=lambda group: (len(group), group))
        ]
    return table((f"`{split}`", *_HEAD), rows)


def _errors(verdicts: Sequence[Verdict], *, show: bool) -> str:
    """Return a list of what went wrong on `tune`; titles only when asked: they are not ours."""
    wrong = [verdict for verdict in verdicts if verdict.is_wrong and verdict.pair.split == "tune"]
    lines = [f"Errors on `tune`: {len(wrong)}."]
    for verdict in wrong:
        pair = verdict.pair
        what = "said to be one story" if verdict.one_story else "missed"
        lines.append(f"- `{pair.a}` `{pair.b}` (band {pair.band}, {pair.kind}): {what}")
        lines += [f"  - {title}" for title in verdict.titles if show]
    return "\n".join([lines[0], "", *lines[1:]] if wrong else lines)


def _goals(verdicts: Sequence[Verdict], splits: Sequence[str]) -> list[Goal]:
    """Return the goals, on the untouched split where it was asked for."""
    split = splits[-1]
    counts = Counts.of(verdict for verdict in verdicts if verdict.pair.split == split)
    return [
        Goal(f"{name} on `{split}`", part / max(whole, 1), 0.95, "", at_least=True)
        for name, (part, whole) in (("precision", counts.precision), ("recall", counts.recall))
    ]


if __name__ == "__main__":
    sys.exit(main())
