import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.images.placeholder import VARIANTS, drawing_of, initials
from digest.rendering.theme import CONTRAST, contrast

ACCENT = "#1d4f7c"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Science", "S"),
        ("business & money", "BM"),
        ("Écologie", "E"),
        ("AI tools of 2026", "AT"),
        ("科学", "科"),
        ("2026", ""),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_variants_of_a_category_differ_in_their_shapes_alone() -> None:
    drawings = [drawing_of("Science", variant, ACCENT) for variant in range(VARIANTS)]

    assert len({drawing.key for drawing in drawings}) == VARIANTS
    assert len({(drawing.ground, drawing.letters) for drawing in drawings}) == 1


def test_letter_case_makes_no_other_category() -> None:
    assert drawing_of("science", 1, ACCENT).ground == drawing_of("SCIENCE", 1, ACCENT).ground


def test_another_accent_is_another_drawing() -> None:
    assert drawing_of("Science", 1, "#aa2200").key != drawing_of("Science", 1, ACCENT).key


@given(st.text(max_size=20), st.integers(), st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_property_letters_can_be_read_on_every_ground(
    name: str, variant: int, accent: str
) -> None:
    drawing = drawing_of(name, variant, accent)

    for ground in (drawing.ground, *(colour for colour, _ in drawing.shapes)):
        assert contrast(drawing.ink, ground) >= CONTRAST
