"""The quick way to the words of a text finds what a pattern finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.selection.words import words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", set()),
        ("a tide, a_quay: 4 of 12", {"tide", "quay", "of", "12"}),
        ("the harbour’s “new” pier – at last…", {"the", "harbour", "new", "pier", "at", "last"}),
        ("Köln’s größter Kai", {"Köln", "größter", "Kai"}),
        ("潮が 高い", {"潮が", "高い"}),
    ],
)
def test_words_are_letters_and_digits_in_a_row(text: str, words: set[str]) -> None:
    assert words_in(text) == words


@given(st.text(st.characters(max_codepoint=0x2FFF)) | st.text("ab1 _-'’“…\u00a0é\n"))
def test_property_the_same_as_by_the_pattern(text: str) -> None:
    assert words_in(text) == frozenset(re.findall(r"[^\W_]{2,}", text))
