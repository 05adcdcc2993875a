"""Fills an issue from ranked candidates under its limits. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from digest.record import Record, replace
from digest.selection.rank import Diversity, Scale
from digest.selection.rules import Order, Rules, SectionRule
from digest.selection.selection import Chosen, Reason

#: So many of those that did not fit are put in order as carefully as the picked ones.
_LISTED: Final = 10


class Candidate(Record):
    """A story that may be in the issue."""

    chosen: Chosen
    section: SectionRule
    #: Place among the pinned, lowest first.
    pin: int

    @property
    def key(self) -> tuple[int, str]:
        """Order among equals: pins first, then by path, so that two runs agree."""
        return self.pin, self.chosen.article.path


#: Who did not fit, best first, with the reason and its detail.
Over = tuple[Chosen, Reason, str]


def pick(
    candidates: Sequence[Candidate], rules: Rules, scale: Scale
) -> tuple[tuple[Candidate, ...], tuple[Over, ...]]:
    """Return the picked candidates, the lead story first, and the ones over a limit.

    Pinned ones come first and may overfill their section, never the issue.
    """
    if rules.order is Order.RANKED:
        picked, rest = _pick_ranked(candidates, rules, scale)
        picked = _lead_first(picked)
    else:
        sign = -1 if rules.order is Order.NEWEST else 1
        in_order = sorted(
            (replace(one, chosen=replace(one.chosen, score=())) for one in candidates),
            key=lambda one: (
                one.pin,
                sign * one.chosen.article.published_at.timestamp(),
                one.chosen.article.path,
            ),
        )
        picked, rest = _take(in_order, rules, lambda left: next(iter(left)))
    counts = Counter(one.section.title for one in picked)
    return tuple(picked), tuple((one.chosen, *_why_over(one, counts)) for one in rest)


def _pick_ranked(
    candidates: Sequence[Candidate], rules: Rules, scale: Scale
) -> tuple[list[Candidate], list[Candidate]]:
    diversity = Diversity(scale)
    points = {one.chosen.article.path: one.chosen.points for one in candidates}
    #: What diversity had left of the points when it was last asked.
    weights: dict[str, float] = {}
    ranked = sorted(
        candidates, key=lambda one: (one.pin, -points[one.chosen.article.path], one.key)
    )

    def best(left: Iterable[Candidate]) -> Candidate:
        first, most = None, -math.inf
        for one in left:
            path = one.chosen.article.path
            # Diversity only takes: nobody further down can beat what was found,
            if first and (one.pin > first.pin or points[path] <= most):
                break
            if weights.get(path, math.inf) <= most:  # and it takes ever more.
                continue
            weighed = weights[path] = points[path] + diversity.points(one.chosen.article)
            if weighed > most:
                first, most = one, weighed
        assert first is not None  # noqa: S101  `_take` asks only while something fits
        parts = (*first.chosen.score, *diversity.parts(first.chosen.article))
        diversity.add(first.chosen.article)
        return replace(first, chosen=replace(first.chosen, score=parts))

    picked, rest = _take(ranked, rules, best)
    # What did not fit is listed as titles: there too one source must not fill the list.
    listed: list[Candidate] = []
    for _ in range(min(_LISTED, len(rest))):
        listed.append(best(rest))
        rest = [one for one in rest if one.key != listed[-1].key]
    return picked, [*listed, *rest]


def _take(
    candidates: Sequence[Candidate],
    rules: Rules,
    best: Callable[[Iterable[Candidate]], Candidate],
) -> tuple[list[Candidate], list[Candidate]]:
    """Take the best again and again while there is room; return the taken and the others.

    Both keep the order of `candidates`, but for what `best` changes.
    """
    taken: list[Candidate] = []
    left = {one.chosen.article.path: one for one in candidates}
    counts: Counter[str] = Counter()

    def fits(one: Candidate) -> bool:
        return one.chosen.pinned or not _is_full(one.section, counts[one.section.title])

    while len(taken) < rules.max_articles and any(map(fits, left.values())):
        chosen = best(filter(fits, left.values()))
        taken.append(chosen)
        counts[chosen.section.title] += 1
        del left[chosen.chosen.article.path]
    return taken, list(left.values())


def _is_full(section: SectionRule, count: int) -> bool:
    return section.limit is not None and count >= section.limit


def _why_over(candidate: Candidate, counts: Counter[str]) -> tuple[Reason, str]:
    section = candidate.section
    if _is_full(section, counts[section.title]):
        return Reason.OVER_SECTION_LIMIT, f"{section.title}, {section.limit}"
    return Reason.OVER_ISSUE_LIMIT, ""


def _lead_first(picked: list[Candidate]) -> list[Candidate]:
    """Put the lead story first: the first pinned one, else the best one that has a picture."""
    lead = next((one for one in picked if one.chosen.pinned or one.chosen.article.cover_url), None)
    if lead is None:
        return picked
    return [lead, *(one for one in picked if one is not lead)]
