"""DIGEST_SECRET: what it may look like, and that no message repeats it."""

import base64

import pytest

from digest.config.environment import Environment
from digest.config.secrets import parse_keys
from digest.delivery.links import Key
from digest.errors import NotReadyError

_OLD, _NEW = bytes(range(32)), bytes(range(250, 256)) * 6


def _encoded(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def test_the_first_key_is_the_present_one() -> None:
    assert parse_keys(f"b:{_encoded(_NEW)},a:{_encoded(_OLD)}") == (Key("b", _NEW), Key("a", _OLD))


def test_what_openssl_prints_is_enough() -> None:
    assert parse_keys(f"{_encoded(_OLD)}\n") == (Key("1", _OLD),)


def test_the_padding_and_the_alphabet_of_urls_do_not_matter() -> None:
    lost = base64.urlsafe_b64encode(_NEW).decode().rstrip("=")

    assert "_" in lost or "-" in lost
    assert parse_keys(f" k1:{lost}") == (Key("k1", _NEW),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is not set: nobody could unsubscribe"),
        (" \n", "is not set: nobody could unsubscribe"),
        ("c2hvcnQ=", "key 1 has 5 bytes; at least 16 are needed"),
        ("hunter2!hunter2!", "key 1 is not base64"),
        ("äöüäöüäöüäöüäöüäöüäöüäöü", "key 1 is not base64"),
        (f"{_encoded(_OLD)}:b", "the name of key 1 is not 1 to 8 letters and digits"),
        (f"ümlaut:{_encoded(_OLD)}", "the name of key 1 is not 1 to 8 letters and digits"),
        (f":{_encoded(_OLD)}", "the name of key 1 is not 1 to 8 letters and digits"),
        (f"{_encoded(_OLD)},{_encoded(_NEW)}", "key 2 has the name of one before it"),
        (f"b:{_encoded(_OLD)},", "key 2 has 0 bytes; at least 16 are needed"),
    ],
)
def test_what_is_wrong_is_said_without_the_value(text: str, what: str) -> None:
    with pytest.raises(NotReadyError) as caught:
        parse_keys(text)

    (problem,) = caught.value.problems
    assert problem.where == "DIGEST_SECRET"
    assert problem.what == what
    assert "openssl rand -base64 32" in problem.remedy
    assert caught.value.__cause__ is None
    for part in text.replace(",", ":").split(":"):
        assert len(part.strip()) < 8 or part.strip() not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    environment = Environment(secret="CANARY", sendgrid_key="CANARY", smtp_password="CANARY")

    assert "CANARY" not in repr(environment)
    assert "CANARY" not in repr(Key("1", b"CANARY"))
