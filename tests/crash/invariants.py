"""The invariants I1 to I9 of a sending, judged afterwards from both sides. Pure.

I10 (every stop has an exit code and one line) is judged where processes end: `scenarios.py`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crash.history import Attempt, Batch, History, Mailed

_OPEN = {"planned", "sending"}


def broken(history: History) -> list[str]:
    """Return every way in which an invariant does not hold; empty: all is well."""
    return [fault for check in _CHECKS for fault in check(history)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of the readers of an issue."""

    readers: int
    #: Readers who got more than one copy.
    duplicates: int
    #: Readers in no state at all, or said to have got what they did not get.
    lost: int
    #: Readers in batches whose fate is not known, and how many of them got the mail.
    unknown: int
    unknown_delivered: int
    accepted: int
    aside: int


def count(history: History) -> Count:
    """Return the sums of an issue."""
    leaves = [batch for batch in history.batches if batch.state != "divided"]
    got = Counter(reader for one in history.mailed for reader in one.readers)
    kept = {batch.id: _kept(history, batch) for batch in leaves}
    accepted = [r for batch in leaves if batch.state == "accepted" for r in kept[batch.id]]
    unknown = [r for batch in leaves if batch.state == "unknown" for r in kept[batch.id]]
    accounted = sum(map(len, kept.values())) + sum(map(len, history.aside.values()))
    recipients = (history.candidates or 0) - history.excluded
    return Count(
        readers=recipients,
        duplicates=sum(copies > 1 for copies in got.values()),
        lost=max(0, recipients - accounted) + sum(reader not in got for reader in accepted),
        unknown=len(unknown),
        unknown_delivered=sum(reader in got for reader in unknown),
        accepted=len(accepted),
        aside=sum(map(len, history.aside.values())),
    )


def _kept(history: History, batch: Batch) -> list[int]:
    aside = history.aside.get(batch.id, frozenset())
    return [reader for reader in batch.readers if reader not in aside]


def _once(history: History) -> Iterator[str]:
    """I1: nobody has two copies; a person's word that turns out wrong is named."""
    wrong = {
        said.token
        for said in history.evidence
        if said.verdict == "not accepted" and said.source == "person"
    }
    got = Counter(
        reader for one in history.mailed if one.attempt not in wrong for reader in one.readers
    )
    if twice := [reader for reader, copies in got.items() if copies > 1]:
        yield f"I1: {len(twice)} readers got it more than once: {sorted(twice)[:5]}"


def _everybody(history: History) -> Iterator[str]:
    """I2: each recipient is in exactly one place, and the sums add up."""
    if history.candidates is None:
        if history.batches:
            yield "I2: batches without frozen recipients"
        return
    places: Counter[int] = Counter()
    for batch in history.batches:
        if batch.state != "divided":
            places.update(_kept(history, batch))
        places.update(history.aside.get(batch.id, frozenset()))
    if many := [reader for reader, where in places.items() if where > 1]:
        yield f"I2: {len(many)} readers are in two places: {sorted(many)[:5]}"
    first = {reader for batch in history.batches if not batch.parent for reader in batch.readers}
    if missing := first - places.keys():
        yield f"I2: {len(missing)} recipients are nowhere: {sorted(missing)[:5]}"
    if strangers := places.keys() - first:
        yield f"I2: {len(strangers)} were no recipients: {sorted(strangers)[:5]}"
    if history.candidates != history.excluded + len(places):
        yield f"I2: {history.candidates} candidates, {history.excluded} + {len(places)} accounted"


def _placed_right(history: History) -> Iterator[str]:
    """I2: whoever is said to have got nothing got nothing."""
    got = {reader for one in history.mailed for reader in one.readers}
    for batch in history.batches:
        if aside := history.aside.get(batch.id, frozenset()) & got:
            yield f"I2: {len(aside)} readers of batch {batch.id} were set aside and got it"
        if batch.state in {"planned", "refused"}:
            # Unless evidence of a person stands between, nothing of it was taken.
            wrong = got.intersection(_kept(history, batch))
            if wrong and not history.evidence:
                yield f"I2: batch {batch.id} is {batch.state}, {len(wrong)} readers got it"


def _finished(history: History) -> Iterator[str]:
    """I3: what is sent has nothing left to do."""
    states = Counter(batch.state for batch in history.batches)
    if history.state == "sent" and (left := states.keys() - {"accepted", "divided"}):
        yield f"I3: sent, with batches {sorted(left)}"


def _true(history: History) -> Iterator[str]:
    """I4: what is said to be accepted was; what is said to be refused was not."""
    mailed = {one.attempt: one for one in history.mailed}
    by_batch: dict[int, list[Attempt]] = {}
    for attempt in history.attempts:
        by_batch.setdefault(attempt.batch, []).append(attempt)
        one = mailed.get(attempt.token)
        if attempt.outcome == "accepted" and (one is None or len(one.readers) != attempt.readers):
            yield f"I4: attempt {attempt.token} is accepted, the provider knows it not so"
        if attempt.outcome == "refused" and one is not None:
            yield f"I4: attempt {attempt.token} is refused, the provider accepted it"
    told = {said.token for said in history.evidence if said.verdict == "accepted"}
    for batch in history.batches:
        if batch.state == "accepted":
            yield from _batch_accepted(history, batch, by_batch.get(batch.id, []), mailed, told)


def _batch_accepted(
    history: History,
    batch: Batch,
    attempts: list[Attempt],
    mailed: Mapping[str, Mailed],
    told: set[str],
) -> Iterator[str]:
    good = [one for one in attempts if one.outcome == "accepted" or one.token in told]
    if len(good) != 1 or good[0].token not in mailed:
        yield f"I4: batch {batch.id} is accepted with {len(good)} accepted attempts"
    elif set(mailed[good[0].token].readers) != set(_kept(history, batch)):
        yield f"I4: batch {batch.id} is accepted with other readers than the provider's"


def _journalled(history: History) -> Iterator[str]:
    """I5: whatever the provider has was written down before."""
    known = {attempt.token: attempt for attempt in history.attempts}
    for one in history.mailed:
        attempt = known.get(one.attempt)
        if attempt is None:
            yield f"I5: the provider accepted {one.attempt}, which the journal does not know"
        elif attempt.started_at > one.at + 1:
            yield f"I5: {one.attempt} was written down after the provider had it"


def _respected(history: History) -> Iterator[str]:
    """I6: who was gone when a batch was handed over did not get it."""
    begun = {attempt.token: attempt.started_at for attempt in history.attempts}
    for one in history.mailed:
        at = begun.get(one.attempt, 0)
        if gone := [r for r in one.readers if history.left.get(r, float("inf")) < at]:
            yield f"I6: {len(gone)} readers had unsubscribed before: {gone[:5]}"


def _claimed(history: History) -> Iterator[str]:
    """I7: one issue a slot."""
    if history.issues != 1:
        yield f"I7: {history.issues} issues of {history.name}"


def _same(history: History) -> Iterator[str]:
    """I8: everybody got the same mail."""
    if len({one.content for one in history.mailed}) > 1:
        yield "I8: readers got different mails"


def _sound(history: History) -> Iterator[str]:
    """I9: the file is whole, and no state is impossible."""
    yield from (f"I9: {fault}" for fault in history.damage)
    running = {attempt.batch for attempt in history.attempts if attempt.outcome is None}
    sending = {batch.id for batch in history.batches if batch.state == "sending"}
    if running != sending:
        yield f"I9: batches {sorted(running ^ sending)} and their attempts do not agree"


_CHECKS = (
    _once,
    _everybody,
    _placed_right,
    _finished,
    _true,
    _journalled,
    _respected,
    _claimed,
    _same,
    _sound,
)
