"""A taste of the crash suite for every run of the tests: `make crash` is the whole of it."""

import random
from collections.abc import Iterator

import pytest

from crash.scenarios import (
    Range,
    Verdict,
    every_point,
    full_disk,
    kill_randomly,
    locked,
    locked_a_while,
    ranges,
    restored,
    stepped_clock,
    two_at_once,
)
from crash.senders import faking, starting

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def at() -> Iterator[Range]:
    with starting() as senders, faking() as fake, ranges(senders, fake) as found:
        yield found


def check(verdict: Verdict) -> None:
    assert verdict.faults == []
    assert verdict.count
    assert (verdict.count.duplicates, verdict.count.lost) == (0, 0)


def test_killed_at_every_ninth_point_nobody_gets_it_twice_or_not_at_all(at: Range) -> None:
    kills = 0

    for verdict in every_point(at, {}, step=9):
        check(verdict)
        kills += verdict.kills

    assert kills >= 12


def test_killed_at_random_times_among_faults(at: Range) -> None:
    verdict = kill_randomly(at, random.Random(3), readers=300, batch=10, longest=0.12)

    check(verdict)
    assert verdict.kills


def test_killed_among_answers_that_prove_nothing(at: Range) -> None:
    """Every third request is accepted, and says 500, or ends before it says so."""
    rng = random.Random(11)
    kinds = ("F5", "F5", "F6", "F8", "F9b", "F13")

    for _ in range(2):
        check(
            kill_randomly(at, rng, readers=120, batch=4, longest=0.3, probability=0.3, kinds=kinds)
        )


def test_three_senders_at_once_send_one_issue(at: Range) -> None:
    check(two_at_once(at, random.Random(5), senders=3))


def test_a_clock_that_jumps_makes_no_second_mail(at: Range) -> None:
    check(stepped_clock(at, random.Random(7)))


@pytest.mark.parametrize("room", [1_000, 60_000, 120_000])
def test_a_full_disk_stops_before_a_batch_leaves_or_leaves_it_in_doubt(
    at: Range, room: int
) -> None:
    check(full_disk(at, room))


def test_a_locked_store_stops_the_sender_with_the_reason(at: Range) -> None:
    check(locked(at, 0.1))


def test_a_store_locked_for_a_while_loses_no_answer(at: Range) -> None:
    check(locked_a_while(at, 1.0))


def test_an_older_copy_put_back_sends_nothing_again(at: Range) -> None:
    assert restored(at, 0.15).faults == []
