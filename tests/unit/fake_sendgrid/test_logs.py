"""The Email Logs API: the documented query language and nothing beyond it."""

from collections.abc import Callable

import orjson
import pytest

from conftest import SHARED, absent
from fake_sendgrid import FakeSendGrid
from fake_sendgrid.logs import QueryError, parse_query
from fake_sendgrid.sample import ATTEMPT, Clock, Said, ask, sample_payload, sample_reader, send


def search(fake: FakeSendGrid, query: str, limit: int = 1000) -> Said:
    return ask(fake, "POST", "/v3/logs", {"query": query, "limit": limit})


def found(fake: FakeSendGrid, query: str) -> list[str]:
    return [message["to_email"] for message in search(fake, query).json["messages"]]


@pytest.fixture
def two(fake: FakeSendGrid) -> FakeSendGrid:
    assert send(fake).status == 202
    return fake


@pytest.mark.parametrize(
    ("query", "readers"),
    [
        ("to_email='reader0@example.com'", [0]),
        ('to_email="reader1@example.com"', [1]),
        ("to_email = 'Reader1@example.com'", []),
        ("subject='The week of 17 August'", [0, 1]),
        ("subject='the week of 17 august'", []),
        ("subject='The week of 17 August' AND to_email='reader1@example.com'", [1]),
        ("status IN ('delivered', 'processed')", [0, 1]),
        ("status IN ('bounced')", []),
        ("categories IN ('weekly')", [0, 1]),
        ("categories IN ('daily')", []),
        ("reason='Address is on bounces'", []),
        ('sg_message_id_created_at > TIMESTAMP "2026-08-17T08:59:59Z"', [0, 1]),
        ('sg_message_id_created_at > TIMESTAMP "2026-08-17T09:00:00Z"', []),
        ('sg_message_id_created_at >= TIMESTAMP "2026-08-17T09:00:00Z"', [0, 1]),
        ('sg_message_id_created_at <= TIMESTAMP "2026-08-17T11:00:00+02:00"', [0, 1]),
        ('sg_message_id_created_at < TIMESTAMP "2026-08-17T09:00:00Z"', []),
    ],
)
def test_a_query_finds(two: FakeSendGrid, query: str, readers: list[int]) -> None:
    assert found(two, query) == [f"reader{number}@example.com" for number in readers]


@pytest.mark.parametrize(
    "query",
    [
        "to_email='a@b.org' OR to_email='c@d.org'",
        "to_email='a@b.org' and subject='x'",
        "to_email='a@b.org' AND",
        "(to_email='a@b.org')",
        "to_email LIKE 'a%'",
        "to_email IN ('a@b.org')",
        "to_email=('a@b.org')",
        "to_email=a@b.org",
        "subject='it's'",
        "custom_args='x'",
        "digest_attempt='x'",
        "TO_EMAIL='a@b.org'",
        "status='delivered'",
        'sg_message_id_created_at > "2026-08-17T09:00:00Z"',
        'sg_message_id_created_at > TIMESTAMP "monday"',
        'sg_message_id_created_at > TIMESTAMP "2026-08-17T09:00:00"',
        'sg_message_id_created_at = TIMESTAMP "2026-08-17T09:00:00Z"',
        "to_email=TIMESTAMP 'x'",
        " ",
    ],
)
def test_what_is_not_documented_is_refused(fake: FakeSendGrid, query: str) -> None:
    said = search(fake, query)

    assert (said.status, said.fields) == (400, ["query"])
    with pytest.raises(QueryError):
        parse_query(query)


@pytest.mark.parametrize("limit", [0, 1001, "10", 1.5])
def test_a_wrong_limit_is_refused(fake: FakeSendGrid, limit: object) -> None:
    said = ask(fake, "POST", "/v3/logs", {"query": "subject='x'", "limit": limit})

    assert (said.status, said.fields) == (400, ["limit"])


@pytest.mark.parametrize("wish", [[], {"query": 5}, b"{"])
def test_a_wrong_wish_is_refused(fake: FakeSendGrid, wish: object) -> None:
    assert ask(fake, "POST", "/v3/logs", wish).status == 400


def test_the_limit_is_10_unless_given(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(30))

    assert len(ask(fake, "POST", "/v3/logs", {}).json["messages"]) == 10
    assert len(search(fake, "", 20).json["messages"]) == 20


def test_a_message_tells_its_arguments(two: FakeSendGrid) -> None:
    (message,) = search(two, "to_email='reader1@example.com'").json["messages"]
    details = ask(two, "GET", f"/v3/logs/{message['sg_message_id']}").json

    assert message["sg_message_id"].startswith(two.ledger[0].message_id + ".")
    assert message["sg_message_id_created_at"] == "2026-08-17T09:00:00Z"
    assert "custom_args" not in message
    assert details["custom_args"] == {
        "digest_attempt": ATTEMPT,
        "digest_issue": "weekly/2026-W34",
        "digest_batch": "17",
        "digest_reader": "1",
    }
    assert details["category"] == ["digest", "weekly"]


def test_an_id_is_found_whole_or_not_at_all(two: FakeSendGrid) -> None:
    message_id = two.ledger[0].message_id

    assert ask(two, "GET", f"/v3/logs/{message_id}").status == 404
    assert found(two, f"sg_message_id='{message_id}'") == []


def test_mails_appear_after_a_while(two: FakeSendGrid, clock: Clock) -> None:
    query = "to_email='reader0@example.com'"
    sg_message_id = two.mail_of("reader0@example.com").sg_message_id
    two.settings.log_delay = 90

    assert found(two, query) == []
    assert ask(two, "GET", f"/v3/logs/{sg_message_id}").status == 404
    clock.forward(minutes=1.5)
    assert found(two, query) == ["reader0@example.com"]
    assert ask(two, "GET", f"/v3/logs/{sg_message_id}").status == 200


def test_a_status_tells_what_became_of_it(fake: FakeSendGrid) -> None:
    people = ("bounce1", "block1", "defer1", "drop1", "open1", "spam1", "gone")
    fake.suppress("bounces", "gone@example.com")
    readers = [sample_reader(n, to=[{"email": f"{p}@example.com"}]) for n, p in enumerate(people)]
    send(fake, sample_payload(personalizations=readers))
    later = int(fake._service.instants.now()) + 60
    send(fake, sample_payload(1, send_at=later))

    messages = search(fake, "").json["messages"]

    assert [message["status"] for message in messages] == [
        *("bounced", "blocked", "deferred", "dropped", "delivered", "delivered", "dropped"),
        "processed",
    ]
    assert found(fake, "reason='Address is on bounces'") == ["gone@example.com"]


def test_answers_have_the_published_fields(
    two: FakeSendGrid, published: Callable[[str], set[str]]
) -> None:
    (message, _) = search(two, "").json["messages"]
    details = ask(two, "GET", f"/v3/logs/{message['sg_message_id']}").json

    assert message.keys() >= published("EmailLogsMessage")
    assert details.keys() >= published("EmailLogsGetMessageByIdResponse")


@pytest.fixture
def published() -> Callable[[str], set[str]]:
    file = SHARED / "sendgrid" / "tsg_logs_v3.json"
    if not file.is_file():
        absent(
            "SendGrid's published API description is not here",
            "put tsg_logs_v3.json of github twilio/sendgrid-oai into ../shared/sendgrid",
        )
    schemas = orjson.loads(file.read_bytes())["components"]["schemas"]
    return lambda name: set(schemas[name]["required"])
