"""What templates are given: plain and clean."""

from dataclasses import dataclass

import pytest

from digest.rendering.context import clean_context
from digest.rendering.environment import Markup
from digest.rendering.reader_links import TAGS


def test_only_the_intro_is_markup() -> None:
    context = clean_context({"issue": {"intro_html": "<p>x</p>", "subject": "<p>y</p>"}})

    assert context == {"issue": {"intro_html": "<p>x</p>", "subject": "<p>y</p>"}}
    issue = context["issue"]
    assert isinstance(issue, dict)
    assert isinstance(issue["intro_html"], Markup)
    assert not isinstance(issue["subject"], Markup)


def test_markup_from_elsewhere_is_text_again() -> None:
    title = clean_context({"title": Markup("<b>x</b>")})["title"]

    assert type(title) is str


def test_characters_no_mail_may_hold_are_gone_at_any_depth() -> None:
    dirty = "a\x00\x08\x0b\x1b\x7f\x85\x9f\ud800\ufffe\r\n\tb"

    assert clean_context({"a": [{"b": [dirty]}]}) == {"a": [{"b": ["a\n\tb"]}]}


def test_tags_of_readers_links_are_broken_up_everywhere() -> None:
    context = clean_context(
        {"title": f"On {TAGS.unsubscribe}", "issue": {"intro_html": f'<a href="{TAGS.web_view}">'}}
    )

    assert TAGS.unsubscribe not in str(context)
    assert TAGS.web_view not in str(context)


def test_numbers_truth_and_nothing_stay() -> None:
    plain: dict[str, object] = {"a": 1, "b": True, "c": None, "d": []}

    assert clean_context(plain) == plain


@dataclass
class Rich:
    secret: str = "x"


@pytest.mark.parametrize("value", [Rich(), len, (1,), {1}, b"x", 1.5, [Rich()], {"a": object()}])
def test_anything_richer_is_a_bug(value: object) -> None:
    with pytest.raises(TypeError, match="a template cannot be given"):
        clean_context({"x": value})


def test_no_value_can_begin_a_comment() -> None:
    """In an attribute it would be written as it stands, and taken for a region's marker."""
    title = clean_context({"title": "<!--digest:card 1-->"})["title"]

    assert title == "<!\u2060--digest:card 1-->"
