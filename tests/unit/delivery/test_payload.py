"""The body of mail/send: the fast bytes, and what stands in them."""

import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.filling import unfit_readers
from digest.delivery.letter import Handover, Letter, Reader, Unsubscribe
from digest.delivery.payload import Options, Payload
from digest.delivery.way import Way
from digest.errors import NotReadyError
from digest.rendering.reader_links import NAME_TAG, TAGS
from fake_sendgrid.rules import problems_of
from unit.delivery.letters import (
    ATTEMPT,
    ENDPOINT,
    GROUP,
    HTML,
    MAILTO,
    NAMED_HTML,
    NAMED_TEXT,
    NOW,
    SIGN,
    TEXT,
    make_handover,
    make_letter,
    make_readers,
    named,
    tokens,
)
from unit.delivery.plain_payload import plain_payload


def built(letter: Letter, handover: Handover, options: Options | None = None) -> dict[str, Any]:
    """Return the fast body, parsed."""
    body = Payload(letter, options or Options(), SIGN).build(handover)
    payload: dict[str, Any] = orjson.loads(b"".join(body))
    return payload


NAMES = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\"\\;,<>&'=_-%? \n\r\t\0\u202e\u2028\ud800\u00a0\u3000é漢😀"),
    ),
    max_size=30,
) | st.sampled_from(
    ["", "Reader", "O'Brien", "Ann  Lee", "__DIGEST_READER__", "x" * 300, NAME_TAG]
)
# What `unfit_readers` lets pass, plainly and exotically.
ADDRESSES = st.from_regex(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~.é漢-]{1,20}@[a-z0-9.-]{1,20}", fullmatch=True
)
READERS = st.lists(
    st.builds(Reader, st.integers(1, 2**62), ADDRESSES, NAMES), min_size=1, max_size=8
).map(tuple)
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
LETTERS = st.builds(
    make_letter,
    subject=LINES,
    html=st.sampled_from([HTML, NAMED_HTML]) | LINES.map(lambda line: HTML + line),
    text=st.sampled_from([TEXT, NAMED_TEXT]) | LINES.map(lambda line: TEXT + line),
    sender_name=LINES | st.just(""),
    reply_to=st.sampled_from(["", "desk@courier.example"]),
    title=st.sampled_from(["Harbour", 'The "Quay" \\ Weekly', "Hafen für alle", ""]),
    unsubscribe=st.sampled_from(
        [
            ENDPOINT,
            MAILTO,
            GROUP,
            Unsubscribe(way=Way.ENDPOINT, url='https://x.example/a?b="c"&d=ü&t='),
        ]
    ),
)
OPTIONS = st.builds(
    Options,
    categories=st.sampled_from([(), ("digest", "all")]),
    ip_pool=st.sampled_from(["", "letters"]),
    click_tracking=st.sampled_from([None, True, False]),
    open_tracking=st.sampled_from([None, True, False]),
    sandbox=st.booleans(),
    send_at=st.none() | st.integers(1, 2_000_000_000),
    batch_id=st.sampled_from(["", "YzA0"]),
)


@given(LETTERS, OPTIONS, READERS, st.integers(1, 10**12))
def test_property_the_fast_body_says_what_the_plain_one_says(
    letter: Letter, options: Options, readers: tuple[Reader, ...], batch: int
) -> None:
    handover = make_handover(*readers, batch=batch)

    assert unfit_readers(readers) == {}
    assert built(letter, handover, options) == plain_payload(letter, options, SIGN, handover)


@given(NAMES)
def test_property_no_name_breaks_a_rule_of_sendgrid(name: str) -> None:
    payload = built(make_letter(html=NAMED_HTML, text=NAMED_TEXT), make_handover(*named(name)))

    assert problems_of(payload, now=NOW.timestamp(), knows_batch=lambda _: True) == []


@pytest.mark.parametrize("way", [ENDPOINT, MAILTO, GROUP], ids=lambda way: way.way.value)
def test_a_full_batch_is_what_sendgrid_takes(way: Unsubscribe) -> None:
    letter = make_letter(html=NAMED_HTML, text=NAMED_TEXT, unsubscribe=way)

    payload = built(letter, make_handover(*make_readers(1000)))

    assert problems_of(payload, now=NOW.timestamp(), knows_batch=lambda _: True) == []
    assert len(payload["personalizations"]) == 1000


def test_a_request_says_whose_attempt_it_is() -> None:
    payload = built(make_letter(), make_handover())

    assert payload["custom_args"] == {
        "digest_attempt": ATTEMPT,
        "digest_issue": "weekly/2026-W33",
        "digest_batch": "12",
    }
    assert [item["custom_args"] for item in payload["personalizations"]] == [
        {"digest_reader": "1"},
        {"digest_reader": "2"},
    ]


def test_readers_have_links_of_their_own() -> None:
    payload = built(make_letter(), make_handover())

    first, second = tokens(make_readers(2))
    own = [item["headers"]["List-Unsubscribe"] for item in payload["personalizations"]]
    assert own == [
        f"<https://letters.courier.example/u/{token}>,"
        f" <mailto:leave@courier.example?subject=unsubscribe%20{token}>"
        for token in (first, second)
    ]
    assert first != second
    assert payload["headers"] == {
        "List-Id": '"Harbour Weekly" <weekly.courier.example>',
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_mailto_alone_promises_no_one_click() -> None:
    payload = built(make_letter(unsubscribe=MAILTO), make_handover())

    (token, _) = tokens(make_readers(2))
    assert "List-Unsubscribe-Post" not in payload["headers"]
    assert payload["personalizations"][0]["headers"]["List-Unsubscribe"] == (
        f"<mailto:leave@courier.example?subject=unsubscribe%20{token}>"
    )


def test_one_click_is_promised_for_https_only() -> None:
    way = Unsubscribe(way=Way.ENDPOINT, url="http://127.0.0.1:8099/u/")

    assert (
        "List-Unsubscribe-Post"
        not in built(make_letter(unsubscribe=way), make_handover())["headers"]
    )


def test_a_group_of_sendgrid_needs_no_headers_of_ours() -> None:
    payload = built(make_letter(unsubscribe=GROUP), make_handover())

    assert payload["asm"] == {"group_id": 77}
    assert "List-Unsubscribe-Post" not in payload["headers"]
    assert {"headers", "substitutions"}.isdisjoint(payload["personalizations"][0])
    assert '<a href="<%asm_group_unsubscribe_raw_url%>">' in payload["content"][1]["value"]
    assert "Unsubscribe: <%asm_group_unsubscribe_raw_url%>\n" in payload["content"][0]["value"]


def test_text_comes_before_html() -> None:
    assert [part["type"] for part in built(make_letter(), make_handover())["content"]] == [
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("name", "to", "in_html", "in_text"),
    [
        ("Ann Lee", "Ann Lee", "Ann Lee", "Ann Lee"),
        ("Lee, Ann; Dr", "Lee Ann Dr", "Lee, Ann; Dr", "Lee, Ann; Dr"),
        (
            'O\'Neil "X" <b>&\\',
            'O\'Neil "X" <b>&\\',
            "O&#x27;Neil &quot;X&quot; &lt;b&gt;&amp;\\",
            'O\'Neil "X" <b>&\\',
        ),
        (
            "A\r\nBcc: x@y.example",
            "A Bcc: x@y.example",
            "A Bcc: x@y.example",
            "A Bcc: x@y.example",
        ),
        ("Ann\nLee", "Ann Lee", "Ann Lee", "Ann Lee"),
        ("\u202egnp.exe\ud800", "gnp.exe", "gnp.exe", "gnp.exe"),
    ],
)
def test_a_name_is_written_for_where_it_stands(
    name: str, to: str, in_html: str, in_text: str
) -> None:
    letter = make_letter(html=NAMED_HTML, text=NAMED_TEXT)

    (item,) = built(letter, make_handover(*named(name)))["personalizations"]

    (_token, markup, text) = item["substitutions"].values()
    assert item["to"] == [{"email": "reader1@mail.example", "name": to}]
    assert (markup, text) == (in_html, in_text)


@pytest.mark.parametrize("name", ["", " ", "\u202e", ";", ", ;"])
def test_a_reader_without_a_name_has_none(name: str) -> None:
    (item,) = built(make_letter(), make_handover(*named(name)))["personalizations"]

    assert item["to"] == [{"email": "reader1@mail.example"}]


def test_a_letter_that_tells_of_our_keys_keeps_its_words() -> None:
    letter = make_letter(text=f"We write __DIGEST_READER__ and more.\n{TEXT}")

    payload = built(letter, make_handover())

    (key,) = payload["personalizations"][0]["substitutions"]
    assert key == "__DIGEST_READER_1__"
    assert "We write __DIGEST_READER__ and more." in payload["content"][0]["value"]


@pytest.mark.parametrize("tracking", [None, True])
def test_the_way_out_is_never_tracked(tracking: bool | None) -> None:  # noqa: FBT001
    payload = built(make_letter(), make_handover(), Options(click_tracking=tracking))

    assert 'clicktracking="off" href="https://letters' in payload["content"][1]["value"]


def test_the_tail_is_the_same_object_for_all_batches() -> None:
    payload = Payload(make_letter(), Options(), SIGN)

    assert payload.build(make_handover()).tail is payload.build(make_handover(batch=13)).tail


@pytest.mark.parametrize(
    ("part", "fields"), [("HTML", {"html": "<p>News.</p>"}), ("text", {"text": "News."})]
)
def test_a_letter_without_a_way_out_is_never_prepared(part: str, fields: dict[str, str]) -> None:
    with pytest.raises(NotReadyError, match=f"the {part} part has no unsubscribe link"):
        Payload(make_letter(**fields), Options(), SIGN)


@pytest.mark.parametrize("tag", [TAGS.web_view, TAGS.preferences])
def test_a_tag_that_nobody_fills_is_a_bug(tag: str) -> None:
    with pytest.raises(ValueError, match="a tag is left in the HTML part"):
        Payload(make_letter(html=HTML + tag), Options(), SIGN)


@pytest.mark.parametrize(
    "way",
    [
        Unsubscribe(way=Way.ENDPOINT),
        Unsubscribe(way=Way.ENDPOINT, url="/u/"),
        Unsubscribe(way=Way.MAILTO),
        Unsubscribe(way=Way.SENDGRID_GROUP),
    ],
    ids=str,
)
def test_a_way_out_that_leads_nowhere_is_a_bug(way: Unsubscribe) -> None:
    with pytest.raises(ValueError, match="unsubscrib"):
        Payload(make_letter(unsubscribe=way), Options(), SIGN)


@pytest.mark.parametrize(
    "identifier", ["", "weekly", "a b.example", "<a.b>", "a.b\r\nX: y", "ä.b"]
)
def test_a_list_id_is_one(identifier: str) -> None:
    with pytest.raises(ValueError, match="not a list id"):
        Payload(make_letter(list_id=identifier), Options(), SIGN)


@pytest.mark.parametrize(
    "address",
    [
        "a b@x.example",
        "a@x.example\r\nBcc: y",
        "a@b@c",
        "nobody",
        "a@x.example\nb@y.example",
        '"a"@x',
        "a,b@x",
        "\ud800@x",
        "@x",
        f"{'x' * 65}@mail.example",
        f"x@{'y' * 256}",
    ],
)
def test_an_address_that_cannot_be_written_is_found(address: str) -> None:
    readers = (*make_readers(1), Reader(2, address, ""), *make_readers(1))

    assert list(unfit_readers(readers)) == [1]


def test_two_odd_addresses_do_not_hide_each_other() -> None:
    assert list(unfit_readers([Reader(1, "nobody", ""), Reader(2, "a@b@c", "")])) == [0, 1]


def test_no_part_of_a_reader_is_in_two_places() -> None:
    body = Payload(make_letter(), Options(), SIGN).build(make_handover())

    assert not re.search(rb"reader\d@", body.head + body.tail)


@given(LINES, OPTIONS, READERS)
def test_property_a_mail_to_our_own_people_belongs_to_no_issue(
    line: str, options: Options, readers: tuple[Reader, ...]
) -> None:
    # No attempt and no reader: an event of it must not count as evidence of readers' mail.
    letter = make_letter(
        issue="notices/12-held", newsletter="notices", html="<p>", text=line, unsubscribe=None
    )

    payload = built(letter, make_handover(*readers), options)

    assert payload["custom_args"] == {"digest_notice": "notices/12-held"}
    assert payload["personalizations"] == [{"to": [{"email": one.address}]} for one in readers]
    assert payload["headers"] == {"Auto-Submitted": "auto-generated"}
    assert payload["tracking_settings"] == {
        "subscription_tracking": {"enable": False},
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
    }
    assert "asm" not in payload


def test_a_mail_to_our_own_people_is_what_sendgrid_takes() -> None:
    letter = make_letter(html="<p>Held.</p>", text="Held.", unsubscribe=None)

    payload = built(letter, make_handover(*make_readers(3)))

    assert problems_of(payload, now=NOW.timestamp(), knows_batch=lambda _: True) == []
