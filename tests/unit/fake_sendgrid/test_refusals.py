"""How mail/send refuses: statuses, shapes and words as they go over the wire."""

from typing import Any

import pytest

from fake_sendgrid import FakeSendGrid
from fake_sendgrid.sample import ask, sample_payload, sample_reader, send

PAGE = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"


def of_reader(**changes: Any) -> Any:
    """A payload whose second reader is changed."""
    return sample_payload(personalizations=[sample_reader(0), sample_reader(1, **changes)])


def to(*emails: str) -> list[dict[str, str]]:
    return [{"email": email} for email in emails]


def test_an_error_has_sendgrids_shape(fake: FakeSendGrid) -> None:
    said = send(fake, of_reader(to=to("bad")))

    assert said.status == 400
    assert said.json == {
        "errors": [
            {
                "message": "Does not contain a valid address.",
                "field": "personalizations.1.to.0.email",
                "help": f"{PAGE}#message.personalizations.to",
            }
        ]
    }
    assert fake.ledger == ()


def test_a_duplicate_is_reported_in_sendgrids_words(fake: FakeSendGrid) -> None:
    said = send(fake, of_reader(bcc=to("READER1@example.com")))

    words = (
        "Each email address in the personalization block should be unique between to, cc, and "
        "bcc. We found the first duplicate instance of [READER1@example.com] in the "
        "personalizations.1.bcc field."
    )
    assert said.messages == [words]


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (b"{", {}, "Bad Request"),
        (b"", {}, "Bad Request"),
        (b"{}", {"Content-Type": "text/plain"}, "Content-Type should be application/json."),
        (b"{}", {"Content-Type": None}, "Content-Type should be application/json."),
        (b"{}", {"Content-Encoding": "gzip"}, "Content-Encoding is not enabled for this account"),
    ],
)
def test_what_is_no_json_is_refused(
    fake: FakeSendGrid, body: bytes, headers: dict[str, str | None], message: str
) -> None:
    said = ask(fake, "POST", "/v3/mail/send", body, headers=headers)

    assert said.status == 400
    assert said.messages == [message]


def test_a_content_type_may_name_its_charset(fake: FakeSendGrid) -> None:
    headers: dict[str, str | None] = {"Content-Type": "application/json; charset=utf-8"}

    assert ask(fake, "POST", "/v3/mail/send", sample_payload(), headers=headers).status == 202


def test_more_than_30_mb_meets_nginx(fake: FakeSendGrid) -> None:
    said = send(fake, b"x" * 30_000_001)

    assert said.status == 413
    assert said.headers["Content-Type"] == "text/html"
    assert b"<center>nginx</center>" in said.body


def test_the_sandbox_checks_and_delivers_nothing(fake: FakeSendGrid) -> None:
    sandbox = {"sandbox_mode": {"enable": True}}

    assert send(fake, sample_payload(mail_settings=sandbox)).status == 200
    assert send(fake, sample_payload(mail_settings=sandbox, subject="")).status == 400
    assert fake.ledger == ()
