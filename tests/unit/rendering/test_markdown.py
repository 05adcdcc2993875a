"""The editor's intro."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.markdown import LIMIT_CHARACTERS, plain_markdown, render_markdown

INTRO = """Dear readers,

this week **much** happened in *Kiel*: see [the harbour](https://x.example/a?b=1&c=2)
and <https://y.example/>.

- one
- two `code`

1. first

> quoted
"""


def test_markdown_becomes_plain_markup() -> None:
    html = render_markdown("Hello **all**, see [this](https://x.example/?a=1&b=2).")

    assert html == (
        '<p>Hello <strong>all</strong>, see <a href="https://x.example/?a=1&amp;b=2">this</a>.</p>\n'
    )


def test_the_text_part_gets_words_and_addresses() -> None:
    assert plain_markdown(INTRO) == (
        "Dear readers,\n\n"
        "this week much happened in Kiel: see the harbour (https://x.example/a?b=1&c=2) "
        "and https://y.example/.\n\n"
        "- one\n\n- two code\n\n1. first\n\nquoted"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[us](mailto:a@b.example)", "us (mailto:a@b.example)"),
        ("<a@b.example>", "a@b.example"),
        ("[x](/relative)", "x"),
        ("one\\\ntwo\nthree", "one\ntwo three"),
        ("![a boat](https://x.example/a.png)", "a boat"),
        ("    code\n", "code"),
        ("- \n- x", "- x"),
        ("# Head\n***\n", "Head"),
    ],
)
def test_every_piece_of_markdown_has_its_words(source: str, text: str) -> None:
    assert plain_markdown(source) == text


def test_html_is_shown_and_not_obeyed() -> None:
    assert "<script>" not in render_markdown("Hi <script>alert(1)</script>")
    assert "&lt;b&gt;" in render_markdown("a <b>x</b>")


ACTIVE = re.compile(
    r"<(?!/?(?:a|p|em|strong|ul|ol|li|br|code|blockquote)\b)|<[^>]* on|<[^>]*style="
)


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](/relative)",
        "![x](javascript:alert(1))",
        "![x](https://x.example/a.png)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](https://x.example "\\" onmouseover=alert(1)")',
        "<style>@import 'x'</style>",
        "<svg onload=alert(1)>",
        "`<script>`",
        "```html\n<script>\n```",
        "<!--digest:card 1-->",
    ],
)
def test_nothing_active_comes_out(source: str) -> None:
    html = render_markdown(source)

    assert not ACTIVE.search(html)
    assert not re.search(r'href="(?!https?://|mailto:)', html)


@given(st.text(alphabet="[]()<>!*_`#-> \n\"'&;:/ajx1", max_size=120))
def test_any_source_ends_as_harmless_markup_and_as_text(source: str) -> None:
    assert not ACTIVE.search(render_markdown(source))
    assert isinstance(plain_markdown(source), str)


@pytest.mark.parametrize("piece", ["[", "*", "> ", "- ", "`", "![", "<", "(", "\\", "**a *"])
def test_hostile_sources_end_in_time(piece: str) -> None:
    render_markdown(piece * (LIMIT_CHARACTERS // len(piece)))
