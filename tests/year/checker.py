"""The judge of a year: pure, and told nothing by the code under test but what it left behind.

Y1  every slot of every schedule has one issue, which ended: sent, skipped, missed, held or
    cancelled, each but the first with a reason
Y2  no issue that no slot asked for
Y3  no reader got an issue twice, nor one article twice within a newsletter
Y4  nothing left before its moment, nor later than max_lateness, unless a person said so
Y5  nothing left in a pause or on a day that is skipped
Y6  nothing left without a yes where one is required
Y7  whatever became of a slot was told
Y8  articles of skipped and missed slots were told later, and none slipped through
Y9  all readers of an issue got the same
Y10 a slot that nothing disturbed was sent on time, or had too few articles
Y11 no process said that it has a bug; the store is sound
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from year.history import Departure, History, Row
from year.oracle import Due
from year.plan import DAY, HOUR, MINUTE, WEEK, Story
from year.site import MAX_LATENESS, PAPERS

_ENDED = frozenset({"sent", "skipped", "missed", "held", "cancelled"})
#: A tick comes at most so long after a slot, and a round takes its time.
_PROMPT = 3 * MINUTE
#: While the machine's clock goes on in a round, the provider's stands.
_LOOKS = 1000
_NONE = Due("", 0)
_PAPERS = {paper.name: paper for paper in PAPERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Figures of a year."""

    slots: int
    sent: int
    skipped: int
    missed: int
    held: int
    cancelled: int
    late: int
    kills: int
    suspends: int
    mails: int
    twice: int
    #: Readers of sent issues who are in no accepted batch and got nothing.
    lost: int


def broken(history: History) -> list[str]:
    """Return what is wrong, one line each; nothing where all is well."""
    judge = _Judge(history)
    checks = (
        judge.ends, judge.extra, judge.twice, judge.moments, judge.rests, judge.approvals,
        judge.notices, judge.stories, judge.contents, judge.undisturbed,
    )  # fmt: skip
    faults = [fault for check in checks for fault in check()]
    faults += [f"Y11: {bug}" for bug in (*history.happened.bugs, *history.damage)]
    return faults


def count(history: History) -> Count:
    """Return the figures."""
    judge = _Judge(history)
    states = Counter(row.state for row in history.rows)
    copies = judge.copies()
    late = {
        each.issue for each in history.departures
        if (row := judge.named.get(each.issue)) and each.left_at > row.slot_at + 15 * MINUTE
    }  # fmt: skip
    got: dict[str, set[str]] = defaultdict(set)
    for each in history.departures:
        got[each.issue].update(each.readers)
    return Count(
        slots=len(history.due),
        **{state: states[state] for state in sorted(_ENDED)},
        late=len(late),
        kills=len(history.happened.kills) + history.happened.service_kills,
        suspends=len(history.plan.suspends),
        mails=copies.total(),
        twice=sum(many > 1 for many in copies.values()),
        lost=sum(
            max(0, sum(row.readers.values()) - len(got[f"{row.newsletter}/{row.slot}"]))
            for row in history.rows
            if row.state == "sent"
        ),
    )


class _Judge:
    def __init__(self, history: History) -> None:
        self._all = history
        self._due = {(due.newsletter, due.at): due for due in history.due}
        self.named = {f"{row.newsletter}/{row.slot}": row for row in history.rows}
        self._by_slot: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in history.rows:
            self._by_slot[row.newsletter, row.slot_at].append(row)

    def copies(self) -> Counter[tuple[str, str]]:
        """Return how many mails of each issue each reader got."""
        return Counter(
            (each.issue, reader) for each in self._all.departures for reader in each.readers
        )

    def ends(self) -> Iterator[str]:
        for due in self._all.due:
            rows = self._by_slot.get((due.newsletter, due.at), [])
            if len(rows) != 1:
                yield f"Y1: {due}: {len(rows)} issues"
                continue
            row = rows[0]
            is_open = row.slot_at > self._all.plan.end - MAX_LATENESS
            if row.state not in _ENDED and not is_open:
                yield f"Y1: {_said(row)} did not end"
            elif row.state in _ENDED and row.state != "sent" and not row.reason:
                yield f"Y1: {_said(row)} without a reason"

    def extra(self) -> Iterator[str]:
        for row in self._all.rows:
            # What was frozen for a slot after the end is no slot of the year.
            if (row.newsletter, row.slot_at) not in self._due and row.slot_at < self._all.plan.end:
                yield f"Y2: {_said(row)} at {row.slot_at} is no slot"

    def twice(self) -> Iterator[str]:
        for (issue, reader), many in self.copies().items():
            if many > 1:
                yield f"Y3: {reader} got {issue} {many} times"
        told: dict[tuple[str, str], set[str]] = defaultdict(set)
        for each in self._all.departures:
            newsletter = each.issue.partition("/")[0]
            for article in each.articles:
                told[newsletter, article].add(each.issue)
        for (newsletter, article), issues in told.items():
            if len(issues) > 1:
                yield f"Y3: {newsletter} told {article} in {', '.join(sorted(issues))}"

    def moments(self) -> Iterator[str]:
        first: dict[str, Departure] = {}
        for each in self._all.departures:
            if each.issue not in first or each.left_at < first[each.issue].left_at:
                first[each.issue] = each
        for issue, each in first.items():
            row = self.named.get(issue)
            if row is None:
                yield f"Y2: {issue} left and stands in no store"
                continue
            skew = self._all.plan.skew(each.taken_at)
            early = max(0, skew) + _LOOKS
            if each.left_at < row.slot_at - early:
                yield f"Y4: {issue} left {(row.slot_at - each.left_at) / 1000:.0f} s early"
            asked = [at for kind, who, at in row.decisions if who != "schedule"]
            until = max([row.slot_at, *asked]) + MAX_LATENESS + max(0, -skew) + _PROMPT
            if each.left_at > until and not self._commanded(row, each.left_at):
                yield f"Y4: {issue} left {(each.left_at - row.slot_at) / HOUR:.1f} h late"

    def _commanded(self, row: Row, at: int) -> bool:
        return any(
            newsletter == row.newsletter and when <= at <= when + 2 * MINUTE
            for newsletter, when in self._all.happened.decided
        )

    def rests(self) -> Iterator[str]:
        for due in self._all.due:
            for row in self._by_slot.get((due.newsletter, due.at), []) if due.rests else []:
                if row.state != "skipped":
                    yield f"Y5: {_said(row)} is {row.state} in spite of a {due.rests}"
        for issue in {each.issue for each in self._all.departures}:
            known = self.named.get(issue)
            due = self._due.get((known.newsletter, known.slot_at), _NONE) if known else _NONE
            if due.rests:
                yield f"Y5: {issue} left in spite of a {due.rests}"

    def approvals(self) -> Iterator[str]:
        for issue in {each.issue for each in self._all.departures}:
            row = self.named.get(issue)
            if row and _PAPERS[row.newsletter].approval == "required":
                said = any(
                    kind == "approved" and who != "schedule" for kind, who, _ in row.decisions
                )
                if not said:
                    yield f"Y6: {issue} left and nobody had said yes"

    def notices(self) -> Iterator[str]:
        for row in self._all.rows:
            told = dict(row.notices)
            # Two days after its end what became of a slot is old news (runs/outcomes.py).
            wanted = {row.state} & {"sent", "skipped", "missed"}
            if row.state == "held":
                wanted = set() if told.keys() & {"held", "unknown", "breaker"} else {"held"}
            for kind in wanted - told.keys():
                yield f"Y7: nobody was told that {_said(row)} is {kind}"
            for kind in [kind for kind, is_told in told.items() if not is_told]:
                yield f"Y7: that {_said(row)} is {kind} still waits to be told"

    def stories(self) -> Iterator[str]:
        for paper in PAPERS:
            rows = [row for row in self._all.rows if row.newsletter == paper.name]
            known = frozenset().union(*(row.articles for row in rows if row.state != "cancelled"))
            for story in self._all.stories:
                is_told = story.paper != paper.name or story.token in known
                if not is_told and (row := _should_know(story, rows)):
                    yield f"Y8: {_said(row)} does not know {story.token}"

    def contents(self) -> Iterator[str]:
        seen: dict[str, set[str]] = defaultdict(set)
        for each in self._all.departures:
            seen[each.issue].add(each.content)
        for issue, contents in seen.items():
            if len(contents) > 1:
                yield f"Y9: {issue} left with {len(contents)} contents"

    def undisturbed(self) -> Iterator[str]:
        left: dict[str, int] = {}
        for each in self._all.departures:
            left[each.issue] = max(each.left_at, left.get(each.issue, 0))
        for row in self._all.rows:
            due = self._due.get((row.newsletter, row.slot_at))
            if due is None or due.rests or self._is_disturbed(row):
                continue
            if row.state == "skipped" and "articles" in row.reason:
                continue
            at = left.get(f"{row.newsletter}/{row.slot}")
            if row.state != "sent" or at is None or at > row.slot_at + _PROMPT:
                yield f"Y10: {_said(row)} is {row.state} ({row.reason}), left {at}, undisturbed"

    def _is_disturbed(self, row: Row) -> bool:
        plan, paper = self._all.plan, _PAPERS[row.newsletter]
        since, until = row.slot_at - paper.cut_off - HOUR, row.slot_at + 10 * MINUTE
        spans = [*plan.suspends, *plan.outages, *plan.skews]
        if any(span.since - HOUR < until and since < span.until + HOUR for span in spans):
            return True
        moments = [*self._all.happened.kills, *plan.edits]
        moments += [
            at for newsletter, at in self._all.happened.decided if newsletter == row.newsletter
        ]
        if any(since - DAY < at < until + HOUR for at in moments):
            return True
        # A batch in doubt, a person who said no, or said nothing.
        return (
            row.slot_at > plan.end - HOUR
            or paper.approval != "none"
            or any(kind == "held" for kind, _, _ in row.decisions)
            or any(kind in {"unknown", "breaker", "held"} for kind, _ in row.notices)
        )


def _should_know(story: Story, rows: list[Row]) -> Row | None:
    """Return the issue that should have told an article or given a reason; None: none had to."""
    if story.came is None:
        return None
    begun = False
    left_over: int | None = None
    dropped = 0
    for row in rows:
        if row.state in {"skipped", "missed"}:
            if row.drops:
                left_over, dropped = None, row.window[1]
            else:
                left_over = row.window[0] if left_over is None else left_over
            continue
        if not row.has_content or row.state == "cancelled":
            continue
        earliest = (
            min(row.window[0] - WEEK, left_over or row.window[0]) if begun else row.window[0]
        )
        is_there = story.came < row.created_at - MINUTE and (
            story.went is None or story.went > row.slot_at
        )
        if is_there and max(earliest, dropped) <= story.published < row.window[1]:
            return row
        begun, left_over, dropped = True, None, 0
    return None


def _said(row: Row) -> str:
    return f"{row.newsletter}/{row.slot}"
