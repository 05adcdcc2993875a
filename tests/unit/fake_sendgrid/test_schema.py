"""SendGrid's own published schema as a second opinion on what the fake accepts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conftest import SHARED, absent
from fake_sendgrid import FakeSendGrid
from fake_sendgrid.sample import sample_payload, sample_reader, send
from fake_sendgrid.schema import FOLDER, published_check


@pytest.fixture
def check() -> Callable[[Any], list[str]]:
    needs_the_schema()
    return published_check(SHARED / "sendgrid")


@pytest.fixture
def strict() -> Iterator[FakeSendGrid]:
    needs_the_schema()
    with FakeSendGrid(published_schema=True) as fake:
        yield fake


def needs_the_schema() -> None:
    if not (SHARED / "sendgrid" / "tsg_mail_v3.json").is_file():
        absent(
            "SendGrid's published API description is not here",
            "put tsg_mail_v3.json of github twilio/sendgrid-oai into ../shared/sendgrid",
        )


def test_the_folder_is_beside_the_project() -> None:
    assert FOLDER == SHARED / "sendgrid"


def test_the_sample_passes(check: Callable[[Any], list[str]]) -> None:
    assert check(sample_payload(1000)) == []


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        (sample_payload(personalizations=[{}]), "$.personalizations[0]"),
        (sample_payload(custom_args="text"), "$.custom_args"),
        (sample_payload(custom_args={"a": 1}), "$.custom_args.a"),
        (sample_payload(categories=["a", "a"]), "$.categories"),
        (
            sample_payload(personalizations=[sample_reader(0, to=[{"email": "nobody"}])]),
            "$.personalizations[0].to[0].email",
        ),
    ],
)
def test_the_schema_objects(check: Callable[[Any], list[str]], payload: Any, where: str) -> None:
    assert [found.partition(": ")[0] for found in check(payload)] == [where]


def test_what_the_fake_accepts_keeps_the_schema(strict: FakeSendGrid) -> None:
    bodies = [
        sample_payload(),
        sample_payload(send_at=1),
        sample_payload(asm={"group_id": 5}, ip_pool_name="news"),
        sample_payload(mail_settings={"sandbox_mode": {"enable": True}}),
    ]

    assert [send(strict, body).status for body in bodies] == [202, 202, 202, 200]
    assert strict.schema_violations == []


def test_a_violation_is_recorded_and_the_request_accepted(strict: FakeSendGrid) -> None:
    strict._service._second_opinion = lambda payload: ["$.subject: too dull"]

    assert send(strict).status == 202
    assert strict.schema_violations == ["$.subject: too dull"]
