"""The judge itself: it sees every kind of wrong, and nothing wrong where all is well."""

from dataclasses import replace
from typing import Any

import pytest

from crash.history import Attempt, Batch, History, Mailed, Said
from crash.invariants import Count, broken, count

_WELL = History(
    name="weekly/2026-W34",
    state="held",
    candidates=9,
    excluded=1,
    batches=(
        Batch(1, None, "accepted", (1, 2)),
        Batch(2, None, "unknown", (3, 4)),
        Batch(3, None, "divided", (5, 6, 7, 8)),
        Batch(4, 3, "accepted", (5, 6)),
        Batch(5, 3, "planned", (8,)),
    ),
    attempts=(
        Attempt(1, "a", 10, 2, "accepted"),
        Attempt(2, "b", 20, 2, "unknown"),
        Attempt(3, "c", 30, 4, "refused"),
        Attempt(4, "d", 40, 2, "accepted"),
    ),
    aside={3: frozenset({7})},
    evidence=(),
    mailed=(
        Mailed(11, "a", "weekly/2026-W34", (1, 2), "x"),
        Mailed(21, "b", "weekly/2026-W34", (3, 4), "x"),
        Mailed(41, "d", "weekly/2026-W34", (5, 6), "x"),
    ),
)


def well(**fields: Any) -> History:
    return replace(_WELL, **fields)


def with_mailed(*more: Mailed, keep: int = 3) -> History:
    return well(mailed=(*_WELL.mailed[:keep], *more))


def batches(number: int, **fields: Any) -> tuple[Batch, ...]:
    return tuple(one._replace(**fields) if one.id == number else one for one in _WELL.batches)


def attempts(token: str, **fields: Any) -> tuple[Attempt, ...]:
    return tuple(one._replace(**fields) if one.token == token else one for one in _WELL.attempts)


def test_where_all_is_well_nothing_is_broken() -> None:
    assert broken(_WELL) == []
    assert count(_WELL) == Count(
        readers=8,
        duplicates=0,
        lost=0,
        unknown=2,
        unknown_delivered=2,
        accepted=4,
        aside=1,
    )


@pytest.mark.parametrize(
    ("history", "invariant"),
    [
        (with_mailed(Mailed(50, "d", "weekly/2026-W34", (5,), "x")), "I1"),
        (well(candidates=10), "I2"),
        (well(batches=_WELL.batches[:-1]), "I2"),
        (well(batches=batches(5, readers=(6, 8))), "I2"),
        (well(batches=batches(4, readers=(5, 6, 9))), "I2"),
        (well(aside={3: frozenset({7}), 1: frozenset({1})}), "I2"),
        (with_mailed(Mailed(50, "e", "weekly/2026-W34", (8,), "x")), "I2"),
        (well(candidates=None), "I2"),
        (well(state="sent"), "I3"),
        (with_mailed(keep=2), "I4"),
        (well(attempts=attempts("b", outcome="refused")), "I4"),
        (well(attempts=attempts("a", readers=3)), "I4"),
        (well(batches=batches(2, state="accepted")), "I4"),
        (with_mailed(Mailed(50, "zzz", "weekly/2026-W34", (3,), "x"), keep=3), "I5"),
        (well(attempts=attempts("a", started_at=100)), "I5"),
        (well(left={4: 19.0}), "I6"),
        (well(issues=2), "I7"),
        (well(mailed=(*_WELL.mailed[:2], _WELL.mailed[2]._replace(content="y"))), "I8"),
        (well(damage=("page 7 is lost",)), "I9"),
        (well(batches=batches(2, state="sending")), "I9"),
    ],
)
def test_each_kind_of_wrong_is_seen(history: History, invariant: str) -> None:
    assert [fault for fault in broken(history) if fault.startswith(f"{invariant}:")]


def test_who_leaves_after_the_batch_was_handed_over_may_get_it() -> None:
    assert broken(well(left={4: 20.0})) == []


def test_a_wrong_word_of_a_person_is_theirs() -> None:
    """Named in the evidence, the second copy is no fault of the sender."""
    doubled = well(
        batches=batches(2, state="accepted"),
        attempts=(*_WELL.attempts, Attempt(2, "f", 50, 2, "accepted")),
        mailed=(*_WELL.mailed, Mailed(51, "f", "weekly/2026-W34", (3, 4), "x")),
        evidence=(Said("b", "not accepted", "person"),),
    )

    assert broken(doubled) == []


def test_lost_readers_are_counted() -> None:
    assert count(with_mailed(keep=2)).lost == 2
    assert count(well(batches=_WELL.batches[:-1])).lost == 1
