"""Hostile, broken and strange HTML is read like any other, and never stops a check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.preflight import Mail, check
from digest.rendering.preflight.colours import background_colour, parse_colour
from digest.rendering.preflight.css import declarations, rules
from digest.rendering.preflight.document import Document

_PIECES = st.sampled_from(
    ["<div", "<p>", "</p>", "<td", "<!--[if mso]>", "<![endif]-->", "<!--", "-->", "style=", '"',
     "'", ">", "{{", "@media", "{", "}", ";", "url(", "href=//", "<a href='#'>", "<img src=x>",
     "<style>", "</style>", "\x00", "\x85", "é", "漢", "&amp;", "&#0;", "\n", "%NAME%", "]]>"]
)  # fmt: skip


class TestHostile:
    @given(pieces=st.lists(_PIECES, max_size=40))
    def test_property_any_html_can_be_checked(self, pieces: list[str]) -> None:
        check(Mail.of_html("".join(pieces)))

    @given(raw=st.binary(max_size=300))
    def test_property_any_message_can_be_checked(self, raw: bytes) -> None:
        check(Mail.of_message(b"Content-Type: text/html; charset=nonsense\n\n" + raw))

    def test_hostile_depth_is_no_recursion(self) -> None:
        deep = "<div>" * 5_000 + "<a href='https://x.example/y'>A</a>"

        assert Document(f"<h1>{deep}").first("h1") is not None
        assert Document(f"<h1>{deep}").elements[0].words == "A"


class TestDocument:
    def test_closes_what_is_left_open(self) -> None:
        document = Document("<table><tr><td>A<td>B<tr><td>C</table><p>D<p>E<div>F</div>")

        words = [each.words for each in document.of("td", "p")]

        assert words == ["A", "B", "C", "D", "E"]

    def test_passes_over_what_is_closed_twice(self) -> None:
        document = Document("<table><tr><td>A</div></td></tr></table></table><p>B</p>")

        assert [each.words for each in document.of("td", "p")] == ["A", "B"]

    def test_of_two_attributes_the_first_counts(self) -> None:
        (image,) = Document('<img alt="one" alt="two">').of("img")

        assert image.get("alt") == "one"

    def test_a_slash_closes_nothing_that_has_content(self) -> None:
        (paragraph,) = Document("<p/>A").of("p")

        assert paragraph.words == "A"

    def test_tables_for_word_that_close_too_often_change_nothing(self) -> None:
        document = Document("<!--[if mso]></table></table><![endif]--><p>A</p>")

        assert [each.in_ghost for each in document.of("p")] == [False]

    def test_says_pictures_by_their_descriptions(self) -> None:
        (link,) = Document('<a href="x"><img alt="Quay">at night<style>.x {}</style></a>').of("a")

        assert link.words == "Quay at night"

    def test_knows_what_word_gets(self) -> None:
        document = Document(
            '<p>A</p><!--[if mso]><table width="9"><![endif]--><p>B</p>'
            "<!--[if mso]></table><![endif]--><p>C</p>"
            "<!--[if !mso]><!--><p>D</p><!--<![endif]--><p>E</p>"
        )

        served = [(each.in_ghost, each.not_in_word) for each in document.of("p")]

        assert served == [
            (False, False), (True, False), (False, False), (False, True), (False, False)
        ]  # fmt: skip


class TestStyle:
    def test_braces_that_close_nothing_are_passed_over(self) -> None:
        assert [rule.selector for rule in rules("} a { b: c } }")] == ["a"]

    def test_declarations_end_at_semicolons_alone(self) -> None:
        found = declarations("a: url(x;y); B:'p;q' !important; /* c: d; */ e: f")

        assert dict(found) == {"a": "url(x;y)", "b": "'p;q'", "e": "f"}

    def test_rules_know_what_is_around_them_and_their_lines(self) -> None:
        sheet = "@import url(x);\na{b:c}\n@media (x)\n{\n d, e { f: g }\n}\n@font-face{h:i}"

        found = [(rule.selector, dict(rule.declarations), rule.around, rule.line)
                 for rule in rules(sheet)]  # fmt: skip

        assert found == [
            ("@import url(x)", {}, (), 1),
            ("a", {"b": "c"}, (), 2),
            ("@media (x)", {}, (), 3),
            ("d, e", {"f": "g"}, ("@media (x)",), 5),
            ("@font-face", {}, (), 7),
            ("@font-face", {"h": "i"}, (), 7),
        ]


class TestColours:
    @pytest.mark.parametrize(
        ("written", "colour"),
        [
            ("#ABC", "#aabbcc"),
            ("aabbcc", "#aabbcc"),
            ("rgb(1, 2, 300)", "#0102ff"),
            ("Navy", "#000080"),
            ("rgba(0, 0, 0, 0.5)", ""),
            ("#12345678", ""),
            ("nonsense", ""),
        ],
    )
    def test_are_known_or_not(self, written: str, colour: str) -> None:
        assert parse_colour(written) == colour

    def test_are_found_in_shorthands(self) -> None:
        assert background_colour("no-repeat rgb(1, 2, 3) center") == "#010203"
        assert background_colour("none") == ""
