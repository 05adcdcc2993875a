"""The question for a reader's mails, and what the answers say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feedback.logs import log_query, look_again, parse_messages, parse_token, spread
from fake_sendgrid.logs import parse_query

NINE = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=40)


def test_the_query() -> None:
    assert log_query("Anna@example.org", 'A "quoted" week', NINE) == (
        'to_email="Anna@example.org" AND subject=\'A "quoted" week\' AND '
        'sg_message_id_created_at > TIMESTAMP "2026-08-17T09:00:00Z"'
    )


@pytest.mark.parametrize("subject", ["", 'it\'s "it"', "back\\slash", "two\nlines"])
def test_a_subject_that_cannot_be_quoted_is_left_out(subject: str) -> None:
    query = log_query("anna@example.org", subject, NINE)

    assert query == (
        'to_email="anna@example.org" AND '
        'sg_message_id_created_at > TIMESTAMP "2026-08-17T09:00:00Z"'
    ) or (subject == "" and query and 'subject=""' in query)


@given(WORDS, WORDS)
def test_property_no_text_gets_out_of_its_quotes(address: str, subject: str) -> None:
    query = log_query(address, subject, NINE)

    if query is not None:
        said = {condition.field: condition.values for condition in parse_query(query)}
        assert said["to_email"] == (address,)
        assert said.get("subject", (subject,)) == (subject,)


def test_paths_of_the_mails() -> None:
    body = {
        "messages": [
            {"sg_message_id": "abc-_.recvd-1=/+"},
            {"sg_message_id": ".."},
            {"sg_message_id": "a b"},
            {"sg_message_id": 7},
            {},
            None,
        ]
    }

    assert parse_messages(body) == ("/v3/logs/abc-_.recvd-1%3D%2F%2B",)


@pytest.mark.parametrize("body", [None, [], {}, {"messages": None}, {"messages": {"a": 1}}, "x"])
def test_an_answer_without_mails(body: object) -> None:
    assert parse_messages(body) == ()
    assert parse_token(body) == ""


@pytest.mark.parametrize(
    ("details", "token"),
    [
        ({"custom_args": {"digest_attempt": "f" * 32}}, "f" * 32),
        ({"custom_args": {"digest_attempt": 1}}, ""),
        ({"custom_args": []}, ""),
    ],
)
def test_the_token_of_a_mail(details: object, token: str) -> None:
    assert parse_token(details) == token


def test_readers_far_apart() -> None:
    assert spread(1000, 5) == (0, 999, 499, 249, 749)
    assert spread(1, 3) == (0,)


@given(st.integers(1, 300), st.integers(1, 60))
def test_property_positions_are_different_and_as_many_as_can_be(count: int, most: int) -> None:
    found = spread(count, most)

    assert len(set(found)) == len(found) == min(count, most)
    assert set(found) <= set(range(count))


@pytest.mark.parametrize(
    ("age", "later"),
    [
        (timedelta(minutes=5), timedelta(minutes=15)),
        (timedelta(hours=5), timedelta(hours=6)),
        (timedelta(days=4), None),
        (timedelta(days=31), None),
    ],
)
def test_when_to_look_again(age: timedelta, later: timedelta | None) -> None:
    assert look_again(NINE - age, NINE) == (None if later is None else NINE + later)
