"""The one door for text that goes into a mail header."""

import email
import email.policy
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.issue.header import LIMIT_BYTES, clean_header, safe_line, shortened

WHERE = "config.toml, [newsletters.weekly] subject"
HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs"]),
        st.sampled_from("=?utf-8bQ \r\n\t\0\x85\u2028\u202e\u2066\ud800"),
    ),
    max_size=80,
)


@pytest.mark.parametrize(
    "text",
    [
        *(f"a{character}b" for character in "\r\n\0\t\v\f\x1b\x7f\x80\x85\x9f\u2028\u2029"),
        *(f"a{character}b" for character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"),
        *(f"a{character}b" for character in "\u200e\u200f\u061c\ud800\udfff\ufffe\uffff\ufeff"),
        "Hi\r\nBcc: everyone@example.org",
        "=?utf-8?q?Hi=0D=0ABcc:_everyone=40example.org?=",
        "x =?iso-8859-1?B?SGk=?= y",
    ],
)
def test_refuses_what_could_end_or_reorder_a_header(text: str) -> None:
    with pytest.raises(ConfigError) as error:
        clean_header(text, WHERE)

    assert error.value.problems[0].where == WHERE


def test_says_which_character_stands_where() -> None:
    with pytest.raises(ConfigError) as error:
        clean_header("ab\u202ecd", WHERE)

    assert str(error.value) == (
        f"{WHERE}: holds a bidirectional control character, U+202E, at character 3\n"
        "  Write plain text on one line."
    )


def test_folds_blanks_and_keeps_every_script() -> None:
    assert clean_header("  The  week in \u00a0 Bücher,\u3000日本語 👩‍👧 שלום ", WHERE) == (
        "The week in Bücher, 日本語 👩‍👧 שלום"
    )


def test_refuses_more_than_a_header_line_holds() -> None:
    at_limit = "ä" * (LIMIT_BYTES // 2)

    assert clean_header(at_limit, WHERE) == at_limit
    with pytest.raises(ConfigError, match="is 1000 bytes long; a header has room for 998"):
        clean_header(at_limit + "ä", WHERE)


def test_a_question_mark_after_an_equals_sign_alone_is_plain_text() -> None:
    assert clean_header("2+2=? and a=?b", WHERE) == "2+2=? and a=?b"


@given(HOSTILE)
def test_what_passes_is_one_line_and_parses_back_equal(text: str) -> None:
    try:
        clean = clean_header(text, WHERE)
    except ConfigError:
        return

    written = f"Subject: {Header(clean, 'utf-8', header_name='Subject').encode()}\n\n"
    parsed = email.message_from_string(written, policy=email.policy.SMTP)

    assert not set(clean) & set("\r\n\0")
    assert parsed["Subject"] == clean
    assert list(parsed.keys()) == ["Subject"]


@given(HOSTILE)
def test_a_safe_line_always_passes_the_door_unchanged(text: str) -> None:
    line = safe_line(text)

    assert clean_header(line, WHERE) == line


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=60))
def test_a_safe_line_keeps_plain_words(text: str) -> None:
    assert safe_line(text) == text or "=?" in text


def test_a_safe_line_parts_words_where_a_line_ended() -> None:
    assert safe_line("one\r\ntwo\u2028three\tfour") == "one two three four"


def test_a_safe_line_is_cut_between_characters() -> None:
    assert safe_line("日" * 500) == "日" * (LIMIT_BYTES // 3)


class TestShortened:
    def test_what_fits_stays(self) -> None:
        line = "x" * LIMIT_BYTES

        assert shortened(line) == line

    def test_what_is_too_long_is_cut_at_a_word(self) -> None:
        line = " ".join(["पानी"] * 200)

        cut = shortened(line)

        assert len(cut.encode()) <= LIMIT_BYTES
        assert cut.endswith(" पानी…")
        assert clean_header(cut, "subject") == cut

    def test_one_long_word_is_cut_inside(self) -> None:
        assert shortened("x" * 2000) == "x" * (LIMIT_BYTES - 3) + "…"
