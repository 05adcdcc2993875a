"""A taste of the crash suite of what is handed over ahead of its time."""

from collections.abc import Iterator, Mapping

import pytest

from crash.ahead import Kill, call_back_killed, each_point, hand_over_killed
from crash.scenarios import Range, ranges
from crash.senders import faking, starting

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def at() -> Iterator[Range]:
    with starting() as senders, faking() as fake, ranges(senders, fake) as found:
        yield found


@pytest.mark.parametrize(
    ("kill", "faults", "step", "least"),
    [
        (hand_over_killed, {}, 7, 15),
        (hand_over_killed, {1: "F5", 2: "F8"}, 23, 3),
        (call_back_killed, {}, 3, 8),
        (call_back_killed, {1: "F8"}, 5, 5),
    ],
)
def test_killed_at_any_point_it_leaves_together_or_not_at_all(
    at: Range, kill: Kill, faults: Mapping[int, str], step: int, least: int
) -> None:
    kills = 0

    for verdict in each_point(at, kill, faults, step):
        assert verdict.faults == []
        assert verdict.count
        assert (verdict.count.duplicates, verdict.count.lost) == (0, 0)
        kills += verdict.kills

    assert kills >= least
