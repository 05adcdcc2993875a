"""What a measured picture looks like to templates."""

from typing import Any

from builders import make_issue, make_look, make_story
from digest.issue.issue import Cover
from digest.rendering.view import CARD_WIDTH, HERO_WIDTH, build_view


def cover_of(width: int | None, height: int | None) -> Any:
    cover = Cover(url="https://x.example/a.jpg", alt="Quay", width=width, height=height)
    view: Any = build_view(make_issue(lead=make_story(cover=cover)), make_look())
    return view["lead"]["cover"]


def test_a_measured_picture_keeps_its_shape() -> None:
    seen = cover_of(1104, 736)

    assert (seen["width"], seen["height"], seen["narrow"]) == (HERO_WIDTH, 368, False)


def test_a_portrait_is_as_high_as_there_is_room_and_narrower() -> None:
    seen = cover_of(800, 1600)

    assert (seen["width"], seen["height"], seen["narrow"]) == (276, HERO_WIDTH, True)


def test_what_nobody_measured_has_no_height() -> None:
    for size in ((None, None), (0, 9), (9, None)):
        assert cover_of(*size)["height"] is None


def test_cards_have_their_own_width() -> None:
    assert CARD_WIDTH < HERO_WIDTH


def test_warnings_about_pictures_are_those_of_the_mail() -> None:
    assert make_issue(warnings=("x",)).warnings == ("x",)
