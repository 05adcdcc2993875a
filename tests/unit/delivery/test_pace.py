"""How fast batches may leave: after refusals, with a rate, and when nothing more may."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.outcome import (
    Accepted,
    Divide,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)
from digest.delivery.pace import BREAKER, PATIENCE, Pace

_LATER = TryLater("429")
_UNKNOWN = Unknown("lost")


def make_pace(most: int = 8, per_second: float = 0, chance: float = 1.0) -> Pace:
    return Pace(most, per_second, lambda: chance)


def test_without_a_rate_nothing_waits() -> None:
    pace = make_pace()

    pace.begun(5.0)

    assert pace.wait(5.0) == 0
    assert pace.allowed == 8


def test_a_rate_spaces_requests_evenly() -> None:
    pace = make_pace(per_second=4)

    pace.begun(10.0)
    pace.begun(10.0)

    assert pace.wait(10.0) == pytest.approx(0.5)
    assert pace.wait(10.5) == 0


def test_time_nobody_used_is_not_made_up_for() -> None:
    """After a silence the rate begins anew: no burst."""
    pace = make_pace(per_second=1)
    pace.begun(0.0)

    pace.begun(100.0)

    assert pace.wait(100.0) == pytest.approx(1.0)


def test_each_refusal_for_now_halves_what_is_on_its_way() -> None:
    pace = make_pace(most=8)
    found = []

    for number in range(5):
        pace.concluded(_LATER, number * 1000.0)
        found.append(pace.allowed)

    assert found == [4, 2, 1, 1, 1]


def test_the_pause_doubles_from_one_second_to_sixty() -> None:
    pace = make_pace()
    found = []

    for number in range(8):
        now = number * 1000.0
        pace.concluded(_LATER, now)
        found.append(pace.wait(now))

    assert found == [1, 2, 4, 8, 16, 32, 60, 60]


def test_chance_shortens_the_pause_by_half_at_most() -> None:
    pace = make_pace(chance=0.0)
    found = []

    for number in range(4):
        now = number * 1000.0
        pace.concluded(_LATER, now)
        found.append(pace.wait(now))

    assert found == [1, 1, 2, 4]  # and never below a second


def test_the_wait_that_was_asked_for_is_kept() -> None:
    pace = make_pace()

    pace.concluded(TryLater("429", timedelta(seconds=30)), 100.0)

    assert pace.wait(100.0) == 30.0


def test_refusals_of_one_moment_count_once() -> None:
    """Eight requests on their way meet one rate limit: that is one reason to slow down."""
    pace = make_pace(most=8)

    for _ in range(8):
        pace.concluded(_LATER, 0.0)

    assert pace.allowed == 4
    assert pace.wait(0.0) == 1.0
    assert not pace.is_out_of_patience


def test_a_longer_wait_of_the_same_moment_is_kept_all_the_same() -> None:
    pace = make_pace()
    pace.concluded(_LATER, 0.0)

    pace.concluded(TryLater("429", timedelta(seconds=9)), 0.0)

    assert pace.wait(0.0) == 9.0


def test_accepted_batches_bring_the_pace_back() -> None:
    pace = make_pace(most=4, per_second=100)
    pace.concluded(_LATER, 0.0)
    pace.concluded(_LATER, 1000.0)
    assert pace.allowed == 1

    for _ in range(60):
        pace.concluded(Accepted(), 2000.0)

    assert pace.allowed == 4
    pace.begun(3000.0)
    assert pace.wait(3000.0) == pytest.approx(1 / (25 + 60))


def test_a_refusal_for_now_halves_the_rate_down_to_a_64th() -> None:
    pace = make_pace(per_second=64)

    for number in range(10):
        pace.concluded(_LATER, number * 1000.0)
    pace.begun(100_000.0)

    assert pace.wait(100_000.0) == pytest.approx(1.0)


def test_the_breaker_opens_at_three_unknown_answers_in_a_row() -> None:
    pace = make_pace()
    found = []

    for _ in range(BREAKER):
        pace.concluded(_UNKNOWN, 0.0)
        found.append(pace.is_broken)

    assert BREAKER == 3
    assert found == [False, False, True]


@pytest.mark.parametrize(
    "clear", [Accepted(), _LATER, Divide(""), SetAside({0: ""}), Refused(""), Stop("", "")]
)
def test_any_clear_answer_closes_the_breaker_again(clear: Outcome) -> None:
    pace = make_pace()
    pace.concluded(_UNKNOWN, 0.0)
    pace.concluded(_UNKNOWN, 0.0)

    pace.concluded(clear, 0.0)
    pace.concluded(_UNKNOWN, 0.0)

    assert not pace.is_broken


def test_after_an_unknown_answer_one_leaves_at_a_time_until_one_is_accepted() -> None:
    pace = make_pace(most=8)
    found = []

    for outcome in (_UNKNOWN, Refused(""), _UNKNOWN, Accepted()):
        pace.concluded(outcome, 0.0)
        found.append(pace.allowed)

    assert found == [1, 1, 1, 8]


def test_who_begins_in_doubt_begins_with_one_at_a_time() -> None:
    pace = Pace(8, 0, lambda: 0.5, is_wary=True)

    assert pace.allowed == 1
    pace.concluded(Accepted(), 0.0)
    assert pace.allowed == 8


def test_patience_ends_after_fifteen_refusals_in_a_row() -> None:
    pace = make_pace()

    for number in range(PATIENCE - 1):
        pace.concluded(_LATER, number * 1000.0)
    assert not pace.is_out_of_patience
    pace.concluded(_LATER, 1_000_000.0)

    assert pace.is_out_of_patience


@pytest.mark.parametrize("other", [Accepted(), Divide(""), SetAside({0: ""}), Refused("")])
def test_any_other_answer_renews_patience(other: Outcome) -> None:
    pace = make_pace()
    for number in range(PATIENCE - 1):
        pace.concluded(_LATER, number * 1000.0)

    pace.concluded(other, 1_000_000.0)
    pace.concluded(_LATER, 2_000_000.0)

    assert not pace.is_out_of_patience


@given(
    st.integers(1, 64),
    st.sampled_from([0, 1, 7, 1000]),
    st.lists(st.tuples(st.sampled_from(["ok", "later", "unknown", "asked"]), st.floats(0, 100))),
)
def test_property_the_pace_stays_within_its_bounds(
    most: int, per_second: int, answers: list[tuple[str, float]]
) -> None:
    """Whatever comes back, at least one request may leave, at most `most`, within 24 hours."""
    pace = Pace(most, per_second, lambda: 0.5)
    kinds: dict[str, Outcome] = {
        "ok": Accepted(),
        "later": _LATER,
        "unknown": _UNKNOWN,
        "asked": TryLater("", timedelta(seconds=50)),
    }
    now = 0.0

    for kind, passed in answers:
        now += passed
        pace.concluded(kinds[kind], now)

        assert 1 <= pace.allowed <= most
        assert 0 <= pace.wait(now) <= 60
