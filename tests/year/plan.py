"""What will happen in the year, all of it drawn from one seed before anything begins."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from year.oracle import Version, slots
from year.site import MAX_LATENESS, PAPERS, TWICE, Paper

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


class Span(NamedTuple):
    """A time in which something is so; milliseconds since 1970."""

    since: int
    until: int
    #: Of a skewed clock: milliseconds it is ahead. Of an outage: the kind.
    value: int | str = 0


@dataclass(slots=True, kw_only=True)
class Story:
    """An article as it comes, changes and goes; times are when the files changed."""

    token: str
    paper: str
    published: int
    arrives: int
    #: None: it stays.
    withdrawn: int | None = None
    is_deleted: bool = False
    renamed: int | None = None
    #: When it really came: a machine that sleeps gets it later.
    came: int | None = None
    went: int | None = None


@dataclass(slots=True, kw_only=True)
class Plan:
    """The year."""

    start: int
    end: int
    stories: list[Story]
    suspends: list[Span]
    outages: list[Span]
    #: The machine's clock is ahead by so much.
    skews: list[Span]
    #: Moments at which the weekly is changed to twice a week, and back.
    edits: list[int]
    #: Newsletter, from when, days, whether its articles are kept, whether the end is said at once.
    pauses: list[tuple[str, int, int, bool, bool]]
    skip_dates: frozenset[str]
    #: How often a round is killed, and the service.
    kill_chance: float = 0.08
    fault_chance: float = 0.015
    versions: dict[str, list[Version]] = field(default_factory=dict)

    def skew(self, at: int) -> int:
        """Return how far the machine's clock is ahead."""
        return next((int(one.value) for one in self.skews if one.since <= at < one.until), 0)

    def is_asleep(self, at: int) -> bool:
        """Return whether the machine does not run."""
        return any(one.since <= at < one.until for one in self.suspends)

    def outage(self, at: int) -> str:
        """Return how SendGrid fails; "": it does not."""
        return next((str(one.value) for one in self.outages if one.since <= at < one.until), "")


def draw(rng: random.Random, start: int, weeks: int) -> Plan:
    """Return what happens in so many weeks."""
    end = start + weeks * WEEK
    times = max(1, round(weeks / 52 * 14))
    suspends = _spans(rng, start, end, times, lambda: rng.choice([1, 3, 5, 8, 12, 30]) * HOUR)
    outages = [
        span._replace(value=rng.choice(["refused", "F4c", "F7", "F6"]))
        for span in _spans(rng, start, end, max(1, times // 2), lambda: rng.randint(1, 5) * HOUR)
    ]
    busy = [*suspends, *outages]
    skews = _skews(rng, start, end, weeks)
    busy += skews
    edits: list[int] = []
    for _ in range(2 * max(1, round(weeks / 52 * 3))):
        after = edits[-1] + 2 * WEEK if edits else start + WEEK
        if (at := _calm(rng, after, min(after + 8 * WEEK, end - WEEK), busy, _edit_ok)) is None:
            break
        edits.append(at)
        busy.append(Span(at - HOUR, at + HOUR))
    pauses = []
    for paper in PAPERS:
        for _ in range(round(weeks / 52 * 2) if weeks > 20 else paper.name == "nightly"):
            days = rng.randint(2, 16) if weeks > 20 else 2
            at = _calm(rng, start + WEEK, end - 3 * WEEK, busy, _pause_ok(paper, days))
            if at is not None:
                pauses.append((paper.name, at, days, rng.random() < 0.5, rng.random() < 0.5))
                busy += [Span(at - HOUR, at + HOUR)]
                busy += [Span(at + days * DAY - HOUR, at + days * DAY + HOUR)]
    pauses = _apart(pauses)
    return Plan(
        start=start,
        end=end,
        stories=[story for paper in PAPERS for story in _stories(rng, paper, start, end)],
        suspends=suspends,
        outages=outages,
        skews=skews,
        edits=edits,
        pauses=pauses,
        skip_dates=frozenset(
            f"{rng.randint(1, 12):02}-{rng.randint(1, 28):02}" for _ in range(8)
        ) | {"12-25", "03-23"},
    )  # fmt: skip


def _apart(
    pauses: list[tuple[str, int, int, bool, bool]],
) -> list[tuple[str, int, int, bool, bool]]:
    """Return pauses of which no two of a newsletter meet: the later would replace the other."""
    found: list[tuple[str, int, int, bool, bool]] = []
    for one in sorted(pauses, key=lambda pause: pause[1]):
        before = [other for other in found if other[0] == one[0]]
        if not before or before[-1][1] + (before[-1][2] + 1) * DAY < one[1]:
            found.append(one)
    return found


def _spans(
    rng: random.Random, start: int, end: int, times: int, length: Callable[[], int]
) -> list[Span]:
    """Return spans, half of them over a slot of some newsletter."""
    found = []
    for number in range(times):
        at = rng.randrange(start + DAY, end - 2 * DAY)
        long = length()
        if number % 2:
            paper = rng.choice(PAPERS)
            version = [Version(start, paper.times)]
            due = [one.at for one in slots(paper.name, paper.zone, version, [], (start, end))]
            at = rng.choice(due[1:-1] or [at]) - rng.randrange(long)
        found.append(Span(at, at + long))
    return sorted(found)


def _skews(rng: random.Random, start: int, end: int, weeks: int) -> list[Span]:
    """Return times in which the clock is wrong; at the end of each it is set right at once."""
    found: list[Span] = []
    wrong = [5 * MINUTE, HOUR, -3 * MINUTE, 8 * MINUTE, 2 * MINUTE, -2 * MINUTE]
    for skew in wrong[: max(2, weeks // 8)]:
        paper = PAPERS[1]
        version = [Version(start, paper.times)]
        due = [one.at for one in slots(paper.name, paper.zone, version, [], (start, end))]
        # Set right just after an issue was sent: the store has seen later moments.
        at = rng.choice(due[3:-3]) - skew + rng.randrange(1, 9) * MINUTE
        span = Span(at - rng.randint(6, 40) * HOUR, at, skew)
        if all(one.until < span.since or span.until < one.since for one in found):
            found.append(span)
    return sorted(found)


def _calm(
    rng: random.Random, since: int, until: int, busy: list[Span], is_good: Callable[[int], bool]
) -> int | None:
    """Return a moment with nothing else about it; None: none was found."""
    for _ in range(200):
        if since >= until:
            return None
        at = rng.randrange(since, until) // MINUTE * MINUTE
        is_free = all(one.until + 8 * HOUR < at or at < one.since - 8 * HOUR for one in busy)
        if is_free and is_good(at):
            return at
    return None


def _edit_ok(at: int) -> bool:
    """Return whether no slot of the weekly is near that only one of its schedules has."""
    paper = PAPERS[0]
    near = (at - MAX_LATENESS - HOUR, at + paper.cut_off + HOUR)
    twice = slots(paper.name, paper.zone, [Version(0, TWICE[1])], [], near)
    once = slots(paper.name, paper.zone, [Version(0, paper.times)], [], near)
    return {one.at for one in twice} == {one.at for one in once}


def _pause_ok(paper: Paper, days: int) -> Callable[[int], bool]:
    def is_good(at: int) -> bool:
        return all(
            not slots(
                paper.name,
                paper.zone,
                [Version(0, TWICE[1] if paper.name == "weekly" else paper.times)],
                [],
                (when - MAX_LATENESS, when + paper.cut_off + HOUR),
            )
            for when in (at, at + days * DAY)
        )

    return is_good


def _stories(rng: random.Random, paper: Paper, start: int, end: int) -> Iterator[Story]:
    number = 0
    for begins in range(start - WEEK, end, WEEK):
        # In some weeks there is little to tell.
        many = rng.randint(0, 2) if rng.random() < 0.08 else rng.randint(*paper.articles)
        for _ in range(many):
            published = (begins + rng.randrange(WEEK)) // 1000 * 1000
            arrives = published
            if rng.random() < 0.1:
                arrives += rng.randrange(HOUR, 6 * DAY)
            elif rng.random() < 0.2:
                arrives -= rng.randrange(HOUR, 2 * DAY)  # dated ahead
            number += 1
            story = Story(
                token=f"{paper.name}{number:04}x",
                paper=paper.name,
                published=published,
                arrives=arrives,
            )
            if rng.random() < 0.06:
                story.withdrawn = max(arrives, published) + rng.randrange(1, 3 * DAY)
                story.is_deleted = rng.random() < 0.3
            elif rng.random() < 0.05:
                story.renamed = arrives + rng.randrange(1, 14 * DAY)
            yield story
