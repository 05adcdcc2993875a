"""One message as mail programs read it."""

import email
import email.policy
from dataclasses import replace
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.issue.header import safe_line
from digest.rendering.message import Envelope, build_message, encode_header
from digest.rendering.rendered import RenderedIssue

TEXT = "Dear Jürgen,\n\nfrom: From here = there.\n.\nFrom now on: 日本語\n" + "long " * 60 + "\n"
HTML = '<p style="a=b">ü 日本 "x"</p>\n' + "<td>" * 500 + "\n"
ENVELOPE = Envelope(
    sender_name='Hafen-Kurier "Kiel" & Söhne, Küste',
    sender_email="news@courier.example",
    to="you@reader.example",
    date=datetime(2026, 8, 17, 9, 0, tzinfo=ZoneInfo("Europe/Berlin")),
    message_id="<weekly.2026-W34@courier.example>",
)
HOSTILE = st.lists(
    st.one_of(
        st.just("x" * 30),
        st.text(
            st.one_of(
                st.sampled_from('a é日🎉=?"<@,'),
                st.characters(),
            ),
            max_size=20,
        ),
    )
).map("".join)


def rendered(**fields: Any) -> RenderedIssue:
    sound: dict[str, Any] = {
        "subject": "Die Woche: Möwen & mehr",
        "preheader": "",
        "html": HTML,
        "text": TEXT,
        "size_bytes": len(HTML.encode()),
    }
    return RenderedIssue(**(sound | fields))


def parse(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_both_parts_come_back_whole_and_text_is_first() -> None:
    message = parse(build_message(rendered(), ENVELOPE))

    text, html = message.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert [part.get_payload(decode=True) for part in (text, html)] == [
        TEXT.replace("\n", "\r\n").encode(),
        HTML.replace("\n", "\r\n").encode(),
    ]
    assert message.defects == text.defects == html.defects == []


def test_headers_come_back_as_they_went_in() -> None:
    message = parse(build_message(rendered(), ENVELOPE))

    assert message["Subject"] == "Die Woche: Möwen & mehr"
    assert message["From"].addresses[0].display_name == ENVELOPE.sender_name
    assert message["From"].addresses[0].addr_spec == "news@courier.example"
    assert message["To"] == "you@reader.example"
    assert message["Date"].datetime == ENVELOPE.date
    assert message["Message-ID"] == "<weekly.2026-W34@courier.example>"


def test_answers_go_to_the_sender_unless_somebody_else_is_named() -> None:
    named = replace(ENVELOPE, reply_to="editor@courier.example")

    assert parse(build_message(rendered(), named))["Reply-To"] == "editor@courier.example"
    assert parse(build_message(rendered(), ENVELOPE))["Reply-To"] is None


def test_the_bytes_are_what_servers_take() -> None:
    message = build_message(rendered(), ENVELOPE)

    assert message.isascii()
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert b"\r" not in message.replace(b"\r\n", b"")
    assert max(map(len, message.split(b"\r\n"))) <= 78


def test_the_same_issue_gives_the_same_bytes() -> None:
    assert build_message(rendered(), ENVELOPE) == build_message(rendered(), ENVELOPE)
    assert build_message(rendered(text="x"), ENVELOPE) != build_message(rendered(), ENVELOPE)


def test_no_text_can_end_its_part_early() -> None:
    once = build_message(rendered(), ENVELOPE)
    boundary = once.split(b'boundary="')[1].split(b'"')[0].decode()

    again = build_message(rendered(text=f"--{boundary}--\n--{boundary}\n"), ENVELOPE)

    assert len(list(parse(again).iter_parts())) == 2


@pytest.mark.parametrize(
    "envelope",
    [
        {"sender_name": "x\r\nBcc: a@b.example"},
        {"sender_email": "a@b.example\nBcc: c@d.example"},
        {"to": "a@b.example\0"},
        {"message_id": "<a@b>\r\nX: y"},
    ],
)
def test_no_field_can_add_a_header(envelope: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        build_message(rendered(), replace(ENVELOPE, **envelope))  # type: ignore[arg-type]  # strings only


def test_a_subject_cannot_add_a_header() -> None:
    with pytest.raises(ConfigError, match="the subject: holds a control character"):
        build_message(rendered(subject="x\nBcc: a@b.example"), ENVELOPE)


def test_a_date_without_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="the date of a message is naive"):
        replace(ENVELOPE, date=datetime(2026, 8, 17))


@pytest.mark.parametrize("name", ["", "Courier", 'The "Courier", \\ Ltd', "日本" * 6, "a@b <c>"])
def test_every_name_of_a_sender_comes_back(name: str) -> None:
    message = parse(build_message(rendered(), replace(ENVELOPE, sender_name=name)))

    address = message["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == (name, "news@courier.example")


def test_a_long_name_is_folded_and_comes_back() -> None:
    message = build_message(rendered(), replace(ENVELOPE, sender_name="日本" * 60))

    raw = email.message_from_bytes(message)["From"]  # the newer parser puts blanks between words
    assert str(make_header(decode_header(raw))) == f"{'日本' * 60} <news@courier.example>"


@given(HOSTILE)
def test_any_safe_line_comes_back_equal_as_a_subject(text: str) -> None:
    line = safe_line(text)
    written = f"Subject: {encode_header('Subject', line).encode()}\n\n"

    parsed = email.message_from_string(written, policy=email.policy.default)

    assert parsed["Subject"] == line
    assert list(parsed.keys()) == ["Subject"]
    assert written.isascii()
    assert max(map(len, written.split("\n"))) <= 78


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_equal(text: str) -> None:
    message = parse(build_message(rendered(text=text, html=text), ENVELOPE))

    plain, html = message.iter_parts()
    assert plain.get_payload(decode=True) == text.replace("\n", "\r\n").encode()
    assert html.get_payload(decode=True) == text.replace("\n", "\r\n").encode()
