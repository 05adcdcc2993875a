"""The reader's own links: inert until they are filled in."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.inline import inline_styles
from digest.rendering.reader_links import TAGS, ReaderLinks, fill_html, fill_text, neutralise

ALL_TAGS = (TAGS.unsubscribe, TAGS.web_view, TAGS.preferences)
URLS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=60).map(
    lambda rest: "https://reader.example/u?t=" + rest
)


def links(unsubscribe: str = "https://reader.example/u?t=1&l=2") -> ReaderLinks:
    return ReaderLinks(
        unsubscribe=unsubscribe,
        web_view="https://reader.example/w",
        preferences="mailto:prefs@reader.example?subject=x",
    )


class Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "href"]


def hrefs(document: str) -> list[str | None]:
    reader = Hrefs()
    reader.feed(document)
    return reader.found


def test_html_gets_escaped_addresses_and_text_plain_ones() -> None:
    assert fill_html(f'<a href="{TAGS.unsubscribe}">x</a>', links()) == (
        '<a href="https://reader.example/u?t=1&amp;l=2">x</a>'
    )
    assert fill_text(f"Stop: {TAGS.unsubscribe}\n", links()) == (
        "Stop: https://reader.example/u?t=1&l=2\n"
    )


def test_every_occurrence_of_every_tag_is_filled() -> None:
    filled = fill_text(" ".join(ALL_TAGS * 2), links())

    assert not any(tag in filled for tag in ALL_TAGS)
    assert filled.count("https://reader.example/w") == 2


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "//x.example/", "/u", "ftp://x.example", "https://", "data:x"],
)
def test_a_mail_without_a_sound_link_is_never_made(url: str) -> None:
    with pytest.raises(ValueError, match="unsubscribe link is not an http, https or mailto URL"):
        fill_html(TAGS.unsubscribe, links(unsubscribe=url))


@given(URLS)
def test_no_address_leaves_its_attribute_or_its_line(url: str) -> None:
    filled = fill_html(f'<a href="{TAGS.unsubscribe}">x</a>', links(unsubscribe=url))
    line = fill_text(TAGS.unsubscribe, links(unsubscribe=url))

    assert hrefs(filled) == [line]
    assert html.unescape(line.split("?t=")[0]) == "https://reader.example/u"
    assert line.split() == [line]
    assert line.isascii()


def test_tags_survive_premailer_unchanged() -> None:
    document = "".join(f'<p><a href="{tag}">{tag}</a></p>' for tag in ALL_TAGS)

    inlined = inline_styles(f"<html><body>{document}</body></html>")

    assert all(f'<a href="{tag}">{tag}</a>' in inlined for tag in ALL_TAGS)


@given(st.lists(st.sampled_from([*ALL_TAGS, "__DIGEST_", "_", "UNSUBSCRIBE_URL__", "x"])))
def test_content_never_becomes_a_tag(pieces: list[str]) -> None:
    text = neutralise("".join(pieces))

    assert fill_text(text, links()) == text
    assert text.replace("\u2060", "") == "".join(pieces)
