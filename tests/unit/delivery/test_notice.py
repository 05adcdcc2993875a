"""Notices as mails and as a chat's JSON: readable, bounded, without anybody's address."""

import json
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.notice import (
    Notice,
    box_html,
    chat_message,
    html_of,
    masked,
    subject_of,
    text_of,
)
from digest.rendering.reader_links import NAME_TAG, TAGS, neutralise

BODY = """\
Nothing was sent.

# To send it all the same
  digest send weekly --slot 2026-W34
- one < two & three
https://courier.example/?a=1&b=2"""


class Page(HTMLParser):
    """Tags and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def chat(subject: str, body: str) -> Any:
    return json.loads(chat_message(subject, body, "Courier"))


def test_a_mail_shows_lines_as_what_they_are() -> None:
    page = Page(html_of("missed: weekly", BODY))

    assert "missed: weekly" in page.text
    assert "one < two & three" in page.text
    assert "- one" not in page.text
    assert "# To" not in page.text
    assert page.links == ["https://courier.example/?a=1&b=2"]
    assert {"ul", "li"} <= set(page.tags)


def test_a_text_is_what_was_written() -> None:
    assert text_of(BODY) == BODY.replace("# ", "") + "\n"


def test_a_mail_fetches_nothing() -> None:
    page = Page(html_of("missed", BODY))

    assert not {"img", "script", "link", "iframe"} & set(page.tags)


def test_chat_gets_escaped_text_and_blocks() -> None:
    said = chat("missed: weekly", BODY + "\n<!channel> <https://evil.example|here>")

    assert said["blocks"][0]["text"] == {
        "type": "plain_text",
        "text": "[Courier] missed: weekly",
        "emoji": False,
    }
    (section,) = said["blocks"][1:]
    text = section["text"]["text"]
    assert "• one &lt; two &amp; three" in text
    assert "`digest send weekly --slot 2026-W34`" in text
    assert "*To send it all the same*" in text
    assert "&lt;!channel&gt; &lt;https://evil.example|here&gt;" in text
    assert said["text"].startswith("*[Courier] missed: weekly*\nNothing was sent.")


def test_a_line_that_is_told_of_makes_no_lines_of_ours() -> None:
    notice = Notice(
        key="k", kind="held", subject="s", lines=("- A title\nhttps://evil.example/\n  rm -rf /",)
    )

    page = Page(html_of("s", notice.body))

    assert page.links == []
    assert "\n" not in notice.body


ADDRESSES = [
    "ann@mail.example",
    "ann.o'neil+tag@sub.mail.example",
    "Ann Lee <ann@mail.example>",
    "ann%40mail.example",
    "https://x.example/?to=ann@mail.example&x=1",
    "mailto:ann@mail.example",
    '"ann lee"@mail.example',
    "jörg@bücher.example",
    "ann＠mail.example",
    "ann@localhost",
    "(ann@mail.example)",
    "ann&#64;mail.example",
]


@pytest.mark.parametrize("text", ADDRESSES)
def test_what_looks_like_an_address_is_masked(text: str) -> None:
    shown = masked(f"before {text} after")

    assert "ann" not in shown.casefold().replace("ann lee <", "")
    assert "jörg" not in shown
    assert "(address)" in shown
    assert shown.startswith("before ")


@pytest.mark.parametrize("text", ["@everybody", "5 @ 3", "weekly/2026-W34", "a@", "x @y"])
def test_what_is_no_address_stays(text: str) -> None:
    assert masked(text) == text


@given(
    st.from_regex(r"[A-Za-z0-9._+-]{1,20}@[a-z0-9-]{1,10}\.[a-z]{2,5}", fullmatch=True),
    st.text(max_size=30),
    st.text(max_size=30),
)
def test_property_no_address_passes_in_any_form(address: str, before: str, after: str) -> None:
    body = f"{before} {address} {after}"

    seen = (
        subject_of(body, "Courier"),
        text_of(body),
        html_of(body, body),
        box_html(body),
        chat_message(body, body, "Courier").decode(),
    )

    assert not [one for one in seen if address in one]


def test_masking_takes_no_time_for_hostile_texts() -> None:
    start = time.perf_counter()
    for text in ("x" * 20_000, '"' * 20_000, "a@" * 10_000, "%4" * 10_000):
        masked(text)

    assert time.perf_counter() - start < 2


@given(st.text(max_size=300), st.text(max_size=4000), st.integers(0, 5))
def test_property_slack_takes_every_message(subject: str, body: str, times: int) -> None:
    said = chat(subject, "\n".join([body] * 4**times))

    assert 1 <= len(said["blocks"]) <= 50
    for block in said["blocks"]:
        most = 150 if block["type"] == "header" else 3000
        text = block["text"]["text"]
        assert 1 <= len(text) <= most
        assert block["type"] != "section" or "<" not in text
    assert len(said["text"]) <= 3000


@pytest.mark.parametrize("tag", [TAGS.unsubscribe, TAGS.web_view, NAME_TAG])
def test_a_tag_that_is_told_of_is_no_tag(tag: str) -> None:
    parts = (text_of(f"Put {tag} in"), html_of(tag, f"- {tag}"), box_html(tag))

    assert [neutralise(part) for part in parts] == list(parts)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("line", [HOSTILE, f"- {HOSTILE}", f"  {HOSTILE}", f"# {HOSTILE}"])
def test_markup_in_titles_is_text(line: str) -> None:
    page = Page(html_of(HOSTILE, line) + box_html(line))

    assert not {"script", "img"} & set(page.tags)
    assert page.text.count("alert(1)") == 8


@pytest.mark.parametrize("before", range(6))
def test_what_is_cut_is_never_half_of_a_mark(before: int) -> None:
    said = chat("s", "x" * before + "&" * 4000)

    for text in (said["text"], *(block["text"]["text"] for block in said["blocks"])):
        assert not re.search("&(?!amp;)", text)
