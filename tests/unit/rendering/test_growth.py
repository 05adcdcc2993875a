"""What a template may multiply."""

import pytest

from digest.rendering.growth import GrowthError, check_operation, small_range


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("*", "-", 72),
        ("*", 72, "-"),
        ("*", "x", 10_000),
        ("*", "x" * 100, -5),
        ("*", ["x"], 3),
        ("*", 2**127, 2**127),
        ("*", 1.5, 10**9),
        ("*", 10**9, 1.5),
        ("*", "x", "y"),
        ("**", 2, 100),
        ("**", 0, 5),
        ("**", 2.5, 10**9),
        ("**", "x", 2),
        ("%", 7, 4),
        ("%", 7.5, 4),
    ],
)
def test_small_results_are_allowed(operator: str, left: object, right: object) -> None:
    check_operation(operator, left, right)


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("*", "x", 10_001),
        ("*", 10_001, "x"),
        ("*", "x" * 101, 100),
        ("*", [1, 2], 5_001),
        ("*", (1, 2), 5_001),
        ("*", b"x", 10_001),
        ("*", 2**128, 2**128),
        ("**", 9, 9**9),
        ("**", 2, 257),
        ("**", 2, -(10**9)),
        ("**", 1, 10**9),
        ("**", True, 10**9),
        ("%", "%1000000000d", 1),
        ("%", b"%d", 1),
        ("%", ["x"], 1),
    ],
)
def test_large_results_are_not(operator: str, left: object, right: object) -> None:
    with pytest.raises(GrowthError):
        check_operation(operator, left, right)


def test_a_range_has_at_most_a_thousand_numbers() -> None:
    assert len(small_range(1_000)) == 1_000
    for steps in ((1_001,), (0, 10**30), (10**30,), (5_000, 0, -1)):
        with pytest.raises(GrowthError):
            small_range(*steps)
