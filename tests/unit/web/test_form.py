"""Both encodings of RFC 8058, and whatever else is posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.web.form import parse_form
from serving import MULTIPART, PAIR, PARTS, URLENCODED

SAID = {"List-Unsubscribe": "One-Click"}


def test_urlencoded() -> None:
    assert parse_form(URLENCODED["Content-Type"], PAIR) == SAID


def test_multipart() -> None:
    assert parse_form(MULTIPART["Content-Type"], PARTS) == SAID


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", PAIR),
        ("text/plain", PAIR),
        ("application/x-www-form-urlencoded; charset=UTF-8", PAIR),
        ("APPLICATION/X-WWW-FORM-URLENCODED", PAIR),
        ("application/x-www-form-urlencoded", PAIR + b"\r\n"),
        ("application/x-www-form-urlencoded", b"List%2DUnsubscribe=One%2dClick"),
        ('Multipart/Form-Data; boundary="---FormBoundaryjWmhtjORrn"', PARTS),
        (MULTIPART["Content-Type"], b"preamble\r\n" + PARTS + b"epilogue"),
        (MULTIPART["Content-Type"], PARTS.removesuffix(b"\r\n")),
        (MULTIPART["Content-Type"], PARTS.replace(b"\r\n\r\nOne", b"\r\nX-More: 1\r\n\r\nOne")),
    ],
)
def test_spellings_that_mean_the_same(kind: str, body: bytes) -> None:
    assert parse_form(kind, body) == SAID


def test_of_a_name_that_comes_twice_the_first_counts() -> None:
    assert parse_form("", PAIR + b"&List-Unsubscribe=no&x=1") == SAID | {"x": "1"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", PARTS),
        ("multipart/form-data; boundary=", PARTS),
        ("multipart/form-data; boundary=other", PARTS),
        ("multipart/form-data; boundary=" + "x" * 5000, PARTS),
        (MULTIPART["Content-Type"], b""),
        (MULTIPART["Content-Type"], PARTS.replace(b"; name=", b"; noname=")),
        (MULTIPART["Content-Type"], PARTS[:60]),
        (URLENCODED["Content-Type"], b""),
        (URLENCODED["Content-Type"], b"&&&&"),
    ],
)
def test_rubbish_says_nothing(kind: str, body: bytes) -> None:
    assert parse_form(kind, body).get("List-Unsubscribe") != "One-Click"


@given(
    kind=st.sampled_from([URLENCODED["Content-Type"], MULTIPART["Content-Type"], "x/y;z", "\xff"]),
    body=st.binary(max_size=300)
    | st.lists(st.sampled_from([PARTS[:29], PARTS[29:90], b"\r\n", b"--", PAIR, b"%", b"\0"])).map(
        b"".join
    ),
)
def test_nothing_posted_raises_property(kind: str, body: bytes) -> None:
    assert isinstance(parse_form(kind, body), dict)
