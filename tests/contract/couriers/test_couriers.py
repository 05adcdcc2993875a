"""What holds for every courier: what readers get, and what the hand-over is told."""

import html
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from contract.couriers.conftest import CANARY, OutboxWorld, Received, World, deliver
from digest.delivery.filling import header_name
from digest.delivery.letter import Letter, Reader, Unsubscribe
from digest.delivery.links import UNSUBSCRIBE, is_genuine, parse_token
from digest.delivery.outcome import Accepted, SetAside, Stop, TryLater
from digest.delivery.way import Way
from digest.errors import ConfigError
from digest.rendering.reader_links import TAGS
from unit.delivery.letters import (
    KEY,
    NAMED_HTML,
    NAMED_TEXT,
    SIGN,
    make_handover,
    make_letter,
    make_readers,
    named,
    tokens,
)

LONG_URL = f"https://letters.courier.example/{'very-long-path/' * 20}u/?kind=a&lang=de&t="


def sent(world: World, letter: Letter, *readers: Reader) -> list[Received]:
    """Return what the readers get, in their order."""
    courier = world.courier(letter)
    try:
        outcomes = deliver(courier, readers)
    finally:
        courier.close()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    received = {mail.address: mail for mail in world.received()}
    assert len(received) == len(readers)
    return [received[reader.address] for reader in readers]


def test_readers_get_the_letter(world: World) -> None:
    (mail,) = sent(world, make_letter(subject="Häfen & Kähne"), *make_readers(1))

    (token,) = tokens(make_readers(1))
    link = f"https://letters.courier.example/u/{token}"
    assert mail.subject == "Häfen & Kähne"
    assert mail.address == "reader1@mail.example"
    assert mail.to_name == "Reader 1"
    assert mail.sender == "news@courier.example"
    assert mail.sender_name == "Harbour Courier"
    assert mail.reply_to == "desk@courier.example"
    assert mail.text == f"News.\n\nUnsubscribe: {link}\n"
    assert f'<a href="{link}">Unsubscribe</a>' in mail.html


def test_nothing_of_our_tags_is_left(world: World) -> None:
    letter = make_letter(html=NAMED_HTML, text=NAMED_TEXT)

    for mail in sent(world, letter, *make_readers(3)):
        everything = f"{mail.html}{mail.text}{mail.subject}{dict(mail.headers)}"
        assert "__DIGEST" not in everything
        assert "\0" not in everything


def test_every_reader_has_a_genuine_link_of_their_own(world: World) -> None:
    readers = make_readers(5)

    mails = sent(world, make_letter(), *readers)

    found = [re.findall(r"/u/([\w.-]+)", mail.html + mail.text) for mail in mails]
    assert [set(links) for links in found] == [{token} for token in tokens(readers)]
    for reader, links in zip(readers, found, strict=True):
        claim = parse_token(links[0])
        assert claim is not None
        assert claim.reader == reader.id
        assert is_genuine(claim, UNSUBSCRIBE, reader.address, [KEY])
    assert len({links[0] for links in found}) == 5


def test_a_long_way_out_stays_in_one_piece(world: World) -> None:
    way = Unsubscribe(way=Way.ENDPOINT, url=LONG_URL, mailto="leave@courier.example")

    (mail,) = sent(world, make_letter(unsubscribe=way), *make_readers(1))

    (token,) = tokens(make_readers(1))
    assert len(LONG_URL) > 200
    assert mail.headers["List-Unsubscribe"] == (
        f"<{LONG_URL}{token}>, <mailto:leave@courier.example?subject=unsubscribe%20{token}>"
    )
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f'href="{html.escape(LONG_URL)}{token}"' in mail.html
    assert f"Unsubscribe: {LONG_URL}{token}\n" in mail.text


def test_a_way_out_by_mail_alone(world: World) -> None:
    way = Unsubscribe(way=Way.MAILTO, mailto="leave+weekly@courier.example")

    (mail,) = sent(world, make_letter(unsubscribe=way), *make_readers(1))

    (token,) = tokens(make_readers(1))
    link = f"mailto:leave+weekly@courier.example?subject=unsubscribe%20{token}"
    assert mail.headers["List-Unsubscribe"] == f"<{link}>"
    assert "List-Unsubscribe-Post" not in mail.headers
    assert f'href="{link}"' in mail.html


@pytest.mark.parametrize(
    "title",
    ["Harbour Weekly", "Hafenrundschau für Jürgen", "港の週刊ニュース" * 8, 'The "Quay"', ""],
)
def test_the_list_has_its_name(world: World, title: str) -> None:
    (mail,) = sent(world, make_letter(title=title), *make_readers(1))

    phrase, _, identifier = mail.headers["List-Id"].rpartition(" ")
    assert identifier == "<weekly.courier.example>"
    assert mail.headers["List-Id"].isascii()
    shown = str(make_header(decode_header(phrase)))
    assert shown.replace("\\", "").removeprefix('"').removesuffix('"') == title


@pytest.mark.parametrize("name", ["Jürgen, Böhm & Söhne", "港の週刊", 'The "Quay"; daily', ""])
def test_senders_have_names_in_any_script(world: World, name: str) -> None:
    (mail,) = sent(world, make_letter(sender_name=name), *make_readers(1))

    # SendGrid may refuse ";" and "," there.
    assert mail.sender_name in {name, header_name(name)}
    assert mail.sender == "news@courier.example"


HOSTILE = {
    "line break": "Ann\r\nBcc: everybody@victim.example",
    "bare line feed": "Ann\nSubject: other",
    "line separator": "Ann\u2028Bcc: everybody@victim.example",
    "marks of lists": "Ann; Bob <bob@victim.example>, Eve",
    "bidi": "Ann\u202e\u2066",
    "encoded word": "=?utf-8?q?Ann=0D=0ABcc=3A?=",
    "quotes": 'Ann" <bob@victim.example>, "',
    "backslash": "Ann\\",
    "NUL": "Ann\0",
    "half a character": "Ann\ud800",
    "tag of ours": "__DIGEST_UNSUBSCRIBE_URL__ __DIGEST_READER__ __DIGEST_READER_NAME__",
    "tag of SendGrid": "<%asm_group_unsubscribe_raw_url%>",
    "markup": "<script>alert(1)</script>&amp;",
    "long": "Ann " * 500,
    "only marks": ";,;,",
    "emoji": "Ann 👩‍🚀",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_stay_names(world: World, name: str) -> None:
    letter = make_letter(html=NAMED_HTML, text=NAMED_TEXT)
    hostile, harmless = named(name, "Bob")

    mail, other = sent(world, letter, hostile, harmless)

    assert mail.headers.keys() == other.headers.keys() | ({"To"} & mail.headers.keys())
    assert mail.address == hostile.address
    assert not re.search("[;,\r\n\0\u2028\u202a-\u202e\u2066-\u2069\ud800-\udfff]", mail.to_name)
    assert len(mail.to_name) <= 200
    (token,) = tokens([hostile])
    assert mail.html.count(token) == 1
    assert mail.text.count(token) == 1
    assert "<script>" not in mail.html
    assert "<%" not in mail.html
    (line, *_) = mail.text.splitlines()
    (shown,) = re.findall("<p>Dear (.*)!</p>", mail.html)
    assert f"Dear {html.unescape(shown)}!" == line


def test_a_reader_without_a_name_is_called_nothing(world: World) -> None:
    (mail,) = sent(world, make_letter(html=NAMED_HTML, text=NAMED_TEXT), *named(""))

    assert mail.to_name == ""
    assert mail.text.startswith("Dear !\n")
    assert mail.html.startswith("<p>Dear !</p>")


@pytest.mark.parametrize(
    "address", ["a b@mail.example", "x@y.example\r\nBcc: z", "\ud800@y.example"]
)
def test_an_address_that_cannot_be_written_is_set_aside(world: World, address: str) -> None:
    courier = world.courier(make_letter())
    try:
        outcomes = deliver(courier, (Reader(7, address, "Ann"),))
    finally:
        courier.close()

    assert outcomes == [SetAside({0: "the address cannot be written in a mail"})]
    assert world.received() == []


def test_a_way_out_too_long_for_a_header_stops_the_issue_at_once(tmp_path: Path) -> None:
    way = Unsubscribe(way=Way.ENDPOINT, url=f"https://x.example/{'y' * 990}/")

    with pytest.raises(ConfigError, match="header List-Unsubscribe: holds"):
        OutboxWorld(tmp_path).courier(make_letter(unsubscribe=way))


def test_what_the_world_does_is_a_value(world: World) -> None:
    courier = world.lost_courier(make_letter())
    try:
        (outcome,) = deliver(courier, make_readers(1))
    finally:
        courier.close()

    assert isinstance(outcome, TryLater | Stop)
    assert world.received() == []


def test_a_batch_has_readers_and_not_too_many(world: World) -> None:
    courier = world.courier(make_letter())
    readers = make_readers(courier.most_readers + 1)

    with pytest.raises(ValueError, match=r"readers|too many values"):
        courier.prepare(make_handover(*readers))
    with pytest.raises(ValueError, match=r"readers|not enough values"):
        courier.prepare(replace(make_handover(), readers=()))
    courier.close()


def test_nothing_is_sent_before_it_is_carried(world: World) -> None:
    courier = world.courier(make_letter())

    courier.prepare(make_handover(*make_readers(1)))
    courier.close()

    assert world.received() == []


def test_secrets_and_readers_are_nowhere_to_be_read(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("python_http_client", "python_http_client.client"):
        caplog.set_level(logging.DEBUG, logger=name)
    courier = world.courier(make_letter())
    carry: Callable[[], object] = courier.prepare(make_handover(*make_readers(1)))
    outcome = carry()
    lost = world.lost_courier(make_letter())
    failure = deliver(lost, make_readers(1))
    courier.close()
    lost.close()

    said = capfd.readouterr()
    seen = f"{courier!r}{carry!r}{outcome!r}{failure!r}{said.out}{said.err}"
    # aiosmtpd is not ours, and tells what it receives.
    seen += "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("mail.")
    )
    assert CANARY not in seen
    assert "reader1@mail.example" not in seen
    assert SIGN(1, "reader1@mail.example") not in seen


def make_staff_letter(**fields: str) -> Letter:
    """Return a mail to the publisher's own people."""
    parts = {"html": "<html><body><p>Held.</p></body></html>", "text": "Held.\n", **fields}
    return make_letter(
        issue="notices/12-held", newsletter="notices", list_id="", unsubscribe=None, **parts
    )


def test_a_mail_to_our_own_people_has_nothing_of_a_list(world: World) -> None:
    mails = sent(world, make_staff_letter(subject="Häld"), *make_readers(3))

    for mail in mails:
        assert (mail.subject, mail.text) == ("Häld", "Held.\n")
        assert mail.html == "<html><body><p>Held.</p></body></html>"
        assert mail.headers["Auto-Submitted"] == "auto-generated"
        assert not [name for name in mail.headers if name.startswith("List-")]
        # Evidence about readers' mail is looked for under this name.
        assert "X-Digest-Attempt" not in mail.headers
        others = {other.address for other in mails} - {mail.address}
        seen = f"{mail.html}{mail.text}{dict(mail.headers)}"
        assert not [address for address in others if address in seen]


@pytest.mark.parametrize("part", ["html", "text"])
def test_a_mail_to_our_own_people_holds_nobodys_links(world: World, part: str) -> None:
    letter = make_staff_letter(**{part: f"Leave: {TAGS.unsubscribe}"})

    with pytest.raises(ValueError, match="a tag is left"):
        world.courier(letter)


def test_a_mail_to_our_own_people_lies_apart_in_the_outbox(tmp_path: Path) -> None:
    sent(OutboxWorld(tmp_path), make_staff_letter(), *make_readers(2))

    folder = tmp_path / "out" / "notices" / "12-held"
    assert sorted(path.name for path in folder.glob("*.eml")) == ["1.eml", "2.eml"]
