from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.images.shape import (
    FLATTEST,
    LEAST_SIDE,
    Box,
    Size,
    kept_box,
    made_size,
    shown_size,
    wrong_size,
)

SIDES = st.integers(LEAST_SIDE, 20_000)


def test_a_picture_keeps_its_shape() -> None:
    assert shown_size(Size(1600, 900), 552) == (552, 310)
    assert shown_size(Size(400, 400), 207) == (207, 207)


def test_a_portrait_is_shown_narrower_not_higher() -> None:
    assert shown_size(Size(800, 1200), 552) == (368, 552)


def test_a_portrait_is_cropped_mostly_at_its_foot() -> None:
    assert kept_box(Size(800, 1200)) == Box(0, 80, 800, 880)
    assert kept_box(Size(1200, 800)) is None


def test_nothing_is_enlarged() -> None:
    assert made_size(Size(300, 200), 1104) == (300, 200)
    assert made_size(Size(3000, 2000), 1104) == (1104, 736)
    assert made_size(Size(2000, 3000), 1104) == (1104, 1104)


def test_what_is_no_picture_for_a_mail() -> None:
    assert wrong_size(Size(1, 1)) == "it is only 1 by 1 pixels"
    assert wrong_size(Size(0, 0)) == "it is only 0 by 0 pixels"
    assert wrong_size(Size(1, 30_000)) == "it is only 1 by 30,000 pixels"
    assert wrong_size(Size(3000, 20)) == "with 3,000 by 20 pixels it is a line"
    too_large = "with 30,000 by 30,000 pixels it is too large to be opened"
    assert wrong_size(Size(30_000, 30_000)) == too_large
    assert not wrong_size(Size(6000, 4000))


@given(SIDES, SIDES, st.integers(1, 2400))
def test_property_shown_and_made_fit_their_room(width: int, height: int, room: int) -> None:
    size = Size(width, height)
    if wrong_size(size):
        return

    shown, made = shown_size(size, room), made_size(size, room)

    assert max(shown) == room
    assert 1 <= made.height <= made.width <= min(room, width)
    flat = max(width / height, 1)
    assert abs(made.width / flat - made.height) <= 1
    assert flat <= FLATTEST
