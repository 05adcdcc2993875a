"""Long words get places to break, and only they."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.breaks import soft
from digest.rendering.wrap import columns

ZW = "\u200b"


@pytest.mark.parametrize(
    "text", ["", "plain words of people", "x" * 30, "漢" * 160, "Geschwindigkeitsbegrenzung"]
)
def test_what_clients_can_break_or_screens_can_hold_is_left_alone(text: str) -> None:
    assert soft(text) == text


def test_a_long_word_is_cut_into_equal_pieces() -> None:
    assert soft("a " + "x" * 40) == f"a {'x' * 15}{ZW}{'x' * 15}{ZW}{'x' * 10}"


def test_no_letter_is_left_alone() -> None:
    assert soft("x" * 31).split(ZW) == ["x" * 15, "x" * 16]


def test_an_address_is_cut_between_its_parts() -> None:
    assert soft("https://a.example/tide-tables/of-the-week") == (
        f"https://{ZW}a.{ZW}example/{ZW}tide-{ZW}tables/{ZW}of-{ZW}the-{ZW}week"
    )


def test_pieces_are_longer_than_what_filters_take_for_hidden_words() -> None:
    pieces = soft("x" * 160, 10).split(ZW)

    assert min(map(len, pieces)) > 8 - 2  # the last one may be shorter: nothing follows it
    assert all(len(piece) > 8 for piece in pieces[:-1])


def test_a_character_made_of_several_stays_whole() -> None:
    assert not re.search(f"{ZW}\u0301", soft("e\u0301" * 60))


@given(st.text(max_size=200), st.integers(1, 60))
def test_property_nothing_is_lost(text: str, longest: int) -> None:
    softened = soft(text, longest)

    assert softened.replace(ZW, "") == text.replace(ZW, "")
    if columns(text) <= longest:
        assert softened == text
