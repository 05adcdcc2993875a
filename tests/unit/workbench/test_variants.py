"""The mail rewritten for other readers, and inbox lines cut as clients cut them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.workbench.inbox import CLIENTS, columns_of, inbox_lines, truncated
from digest.workbench.variants import (
    VARIANTS,
    dark,
    forced_dark,
    light,
    source_page,
    text_page,
    with_clip_line,
    without_pictures,
    without_style,
)

MAIL = (
    '<html><head><meta name="color-scheme" content="light dark"><style>:root{color-scheme: light '
    "dark}@media (prefers-color-scheme: dark) and (min-width:1px){.x{background:url(a.png)}}"
    "</style></head><body><p>(prefers-color-scheme: dark) url(x)</p>"
    '<td background="https://x.example/b.png"><img src="https://x.example/a.png" alt="A"></td>'
    "</body></html>"
)


def test_dark_and_light_answer_the_media_query() -> None:
    assert "@media (min-width:0) and (min-width:1px)" in dark(MAIL)
    assert "@media (max-width:-1px) and (min-width:1px)" in light(MAIL)
    assert 'content="dark"' in dark(MAIL)
    assert "color-scheme: light}" in light(MAIL)
    assert "invert(1)" in forced_dark(MAIL)


def test_words_stay_words() -> None:
    for variant in VARIANTS.values():
        assert "<p>(prefers-color-scheme: dark) url(x)</p>" in variant(MAIL)


def test_without_pictures_nothing_is_left_to_load() -> None:
    bare = without_pictures(MAIL)

    assert "a.png" not in bare.replace("data-background", "")
    assert ' background="' not in bare
    assert 'alt="A"' in bare


def test_without_style_no_rule_is_left() -> None:
    assert "prefers-color-scheme: dark) and" not in without_style(MAIL)
    assert without_style(MAIL).count("<style") == 1  # the mark of the place that is looked at


def test_the_clip_line_stands_where_gmail_cuts() -> None:
    html = "<table>" + "".join(f"<tr><td>é{number}</td></tr>" for number in range(100))

    cut = with_clip_line(html, 1000)

    before, _, after = cut.partition("<div")
    assert 900 < len(before.encode()) <= 1000
    assert before.endswith(tuple("0123456789"))
    assert after.partition("</div>")[2].startswith("</td>")
    assert with_clip_line(html, 100_000) == html
    assert with_clip_line("x" * 2000, 1000) == "x" * 2000


def test_pages_of_text_hold_no_markup() -> None:
    assert "<script>" not in source_page("<script>\n</script>")
    assert '<li id="L2">' in source_page("<script>\n</script>")
    assert "<img" not in text_page("<img src=x>")


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one letter more", 10, "one lette…"),
        ("two  blanks\nand lines", 40, "two blanks and lines"),
        ("夜の潮だまり", 7, "夜の潮…"),
        ("👩‍🚀👩‍🚀👩‍🚀", 5, "👩‍🚀👩‍🚀…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_lines_are_cut_between_letters(text: str, columns: int, shown: str) -> None:
    assert truncated(text, columns) == shown


@given(st.text(max_size=200), st.integers(2, 120))
def test_property_a_cut_line_fits(text: str, columns: int) -> None:
    assert columns_of(truncated(text, columns)) <= columns


def test_every_client_is_told_apart() -> None:
    lines = inbox_lines("s" * 100, "p" * 200)

    assert [line["client"] for line in lines] == [client.name for client in CLIENTS]
    assert all(line["cut"] for line in lines)
