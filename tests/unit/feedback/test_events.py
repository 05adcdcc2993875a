"""What one event says: a proof, and what becomes of its reader."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feedback.events import Bad, Event, Leave, Ours, Suppress, one_line, parse_event
from digest.subscribers.states import Reason

OURS = Ours(newsletters=frozenset({"weekly", "sport", "breaking"}), group=77)
TOKEN = "0123456789abcdef0123456789abcdef"


def say(event: str, **fields: Any) -> Any:
    """Return the effect of an event, or what is bad about it."""
    parsed = parse_event({"event": event, "email": "Anna@Example.org"} | fields, OURS)
    return parsed if isinstance(parsed, Bad) else parsed.effect


@pytest.mark.parametrize(
    ("fields", "effect"),
    [
        ({"event": "bounce", "type": "bounce", "reason": "550 no\r\nsuch user"},
         Suppress(Reason.BOUNCE, "550 no such user")),
        ({"event": "bounce", "type": "blocked", "reason": "450 greylisted"}, None),
        ({"event": "bounce", "reason": "550"}, None),
        ({"event": "dropped", "reason": "Bounced Address"},
         Suppress(Reason.BOUNCE, "Bounced Address")),
        ({"event": "dropped", "reason": "Spam Reporting Address"},
         Suppress(Reason.COMPLAINT, "Spam Reporting Address")),
        ({"event": "dropped", "reason": "Invalid"}, Suppress(Reason.INVALID, "Invalid")),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, Leave("")),
        ({"event": "dropped", "reason": "Spam Content"}, None),
        ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, None),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, None),
        ({"event": "dropped", "reason": 7}, None),
        ({"event": "spamreport"}, Suppress(Reason.COMPLAINT, "spam report")),
        ({"event": "unsubscribe"}, Leave("")),
        ({"event": "group_unsubscribe", "asm_group_id": 77, "digest_issue": "weekly/2026-W34"},
         Leave("weekly")),
        ({"event": "group_unsubscribe", "asm_group_id": 77, "digest_issue": "breaking/x-1"},
         Leave("breaking")),
        ({"event": "group_unsubscribe", "asm_group_id": 77, "digest_issue": "no\n/1"}, Leave("")),
        ({"event": "group_unsubscribe", "asm_group_id": 77, "digest_issue": ["a"]}, Leave("")),
        ({"event": "group_unsubscribe", "asm_group_id": 77}, Leave("")),
        ({"event": "group_unsubscribe", "asm_group_id": 78}, None),
        ({"event": "group_unsubscribe", "asm_group_id": "77"}, None),
        ({"event": "group_unsubscribe"}, None),
        ({"event": "group_resubscribe", "asm_group_id": 77}, None),
        ({"event": "delivered"}, None),
        ({"event": "account_status_change", "type": "compliance_ban"}, None),
        ({"event": "a kind of tomorrow"}, None),
    ],
)  # fmt: skip
def test_what_becomes_of_the_reader(fields: dict[str, Any], effect: object) -> None:
    assert say(**fields) == effect


def test_without_a_group_of_ours_no_group_counts() -> None:
    ours = Ours(newsletters=frozenset({"weekly"}), group=0)

    for group in (0, False, None):
        event = {"event": "group_unsubscribe", "email": "a@example.org", "asm_group_id": group}
        assert parse_event(event, ours) == Event(kind="group_unsubscribe", token="")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (None, "it is no JSON object"),
        ([], "it is no JSON object"),
        ({}, "it has no event that is a word"),
        ({"event": 1}, "it has no event that is a word"),
        ({"event": ""}, "it has no event that is a word"),
        ({"event": "a\nb"}, "it has no event that is a word"),
        ({"event": "x" * 41}, "it has no event that is a word"),
        ({"event": "open", "digest_attempt": {}}, "its digest_attempt is no text"),
        ({"event": "spamreport"}, "its email is no address"),
        ({"event": "spamreport", "email": "<>"}, "its email is no address"),
        ({"event": "spamreport", "email": ["a@example.org"]}, "its email is no address"),
    ],
)
def test_what_is_no_event(value: object, what: str) -> None:
    assert parse_event(value, OURS) == Bad(what)


def test_an_event_proves_whatever_its_reader_is_called() -> None:
    value = {"event": "bounce", "type": "bounce", "email": "?", "digest_attempt": TOKEN}

    assert parse_event(value, OURS) == Event(kind="bounce", token=TOKEN)


def test_the_address_is_that_of_the_store() -> None:
    value = {"event": "spamreport", "email": "Jörg@Bücher.example", "digest_attempt": TOKEN}

    parsed = parse_event(value, OURS)

    assert isinstance(parsed, Event)
    assert parsed.address_key == "jörg@xn--bcher-kva.example"


def test_foreign_texts_are_one_short_line() -> None:
    assert one_line("a\x1b[31m\u202e b\n" + "x" * 999) == "a [31m b " + "x" * 190
    assert one_line(None) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = ["event", "email", "type", "reason", "digest_attempt", "digest_issue", "asm_group_id"]
KINDS = st.sampled_from(["bounce", "dropped", "spamreport", "unsubscribe", "group_unsubscribe"])


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), KINDS | JSON)
def test_hostile_values_never_raise(fields: dict[str, Any], kind: object) -> None:
    parsed = parse_event(fields | {"event": kind}, OURS)

    if isinstance(parsed, Event) and isinstance(parsed.effect, Leave):
        assert parsed.effect.newsletter in {"", "weekly", "sport", "breaking"}
    if isinstance(parsed, Event) and parsed.effect:
        assert parsed.address_key
