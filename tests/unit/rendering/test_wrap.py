"""Lines of the text part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.wrap import columns, wrap

URL = "https://courier.example/" + "long-" * 30 + "ä"
TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab -日本、é\u0301👩\u200d👧\n"), st.characters(categories=["L", "P"])
    ),
    max_size=200,
)


def test_wraps_at_words_and_keeps_line_breaks() -> None:
    assert wrap("one two three\n\nfour", 8) == "one two\nthree\n\nfour"


def test_indents_every_line_within_the_width() -> None:
    assert wrap("one two three", 11, "    ") == "    one two\n    three"


def test_an_address_stands_alone_and_whole() -> None:
    assert wrap(f"see {URL} there", 30) == f"see\n{URL}\nthere"


def test_a_word_longer_than_a_line_is_broken_and_an_address_is_not() -> None:
    address = "https://a.example/" + "x" * 40

    assert wrap("a " + "x" * 45 + " b", 20) == f"a\n{'x' * 20}\n{'x' * 20}\nxxxxx b"
    assert wrap(f"a {address} b", 20) == f"a\n{address}\nb"


def test_a_broken_word_keeps_its_characters_whole() -> None:
    assert wrap("e\u0301" * 8, 5) == "e\u0301" * 5 + "\n" + "e\u0301" * 3


def test_wide_characters_count_two_columns_and_break_anywhere() -> None:
    assert wrap("日本語の記事", 6) == "日本語\nの記事"


def test_no_line_begins_with_closing_punctuation() -> None:
    assert wrap("日本語。記事", 6) == "日本\n語。記\n事"


def test_a_family_stays_together() -> None:
    family = "👩\u200d👩\u200d👧"

    assert wrap(family * 3, 4).split("\n")[0].endswith(family)


def test_latin_words_among_wide_ones_stay_whole() -> None:
    assert wrap("日本のPython入門", 8) == "日本の\nPython入\n門"


def test_a_no_break_space_holds_words_together() -> None:
    assert wrap("about 10\u00a0km away", 9) == "about\n10\u00a0km\naway"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_columns_are_what_is_seen(text: str, width: int) -> None:
    assert columns(text) == width


@given(TEXTS, st.integers(10, 40))
def test_nothing_is_lost_and_lines_are_short(text: str, width: int) -> None:
    wrapped = wrap(text, width)

    assert "".join(wrapped.split()) == "".join(text.split())
    for line in wrapped.split("\n"):
        assert columns(line) <= width or " " not in line


@given(TEXTS)
def test_wrapping_twice_changes_nothing(text: str) -> None:
    once = wrap(text, 30)

    assert wrap(once, 30) == once
