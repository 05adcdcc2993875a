"""The signed Event Webhook, tidy and untidy (fault F23)."""

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sendgrid.helpers.eventwebhook import EventWebhook  # type: ignore[import-untyped]  # ships none

from fake_sendgrid import SIGNATURE_HEADER, TIMESTAMP_HEADER, Batch, FakeSendGrid, Untidiness
from fake_sendgrid.sample import ATTEMPT, sample_payload, sample_reader, send


def told(batches: list[Batch]) -> list[dict[str, Any]]:
    return [event for _, body in batches for event in orjson.loads(body)]


def people(*names: str) -> Any:
    readers = [sample_reader(n, to=[{"email": f"{p}@example.com"}]) for n, p in enumerate(names)]
    return sample_payload(personalizations=readers)


def test_an_event_carries_what_sendgrids_do(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(1))

    processed, delivered = sorted(told(fake.events()), key=lambda event: event["timestamp"])

    assert processed == {
        "email": "reader0@example.com",
        "timestamp": 1_786_957_200,
        "event": "processed",
        "smtp-id": processed["smtp-id"],
        "category": ["digest", "weekly"],
        "sg_event_id": processed["sg_event_id"],
        "sg_message_id": fake.mail_of("reader0@example.com").sg_message_id,
        "digest_attempt": ATTEMPT,
        "digest_issue": "weekly/2026-W34",
        "digest_batch": "17",
        "digest_reader": "0",
    }
    assert delivered["event"] == "delivered"
    assert delivered["response"] == "250 OK"
    assert delivered["sg_event_id"] != processed["sg_event_id"]


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("reader", ["processed", "delivered"]),
        ("bounce1", ["processed", "bounce"]),
        ("block1", ["processed", "bounce"]),
        ("defer1", ["processed", "deferred", "delivered"]),
        ("drop1", ["dropped"]),
        ("spam1", ["processed", "delivered", "spamreport"]),
        ("unsubscribe1", ["processed", "delivered", "unsubscribe"]),
        ("open1", ["processed", "delivered", "open"]),
        ("click1", ["processed", "delivered", "open", "click"]),
        ("suppressed", ["dropped"]),
    ],
)
def test_the_address_tells_what_happens(fake: FakeSendGrid, name: str, events: list[str]) -> None:
    fake.suppress("spam_reports", "suppressed@example.com")
    send(fake, people(name))

    found = sorted(told(fake.events()), key=lambda event: event["timestamp"])

    assert [event["event"] for event in found] == events


def test_a_bounce_and_a_block_differ_in_their_type(fake: FakeSendGrid) -> None:
    send(fake, people("bounce1", "block1"))

    types = {event["email"]: event["type"] for event in told(fake.events()) if "type" in event}

    assert types == {"bounce1@example.com": "bounce", "block1@example.com": "blocked"}


def test_reserved_names_win_over_arguments(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(1, custom_args={"event": "mine", "timestamp": "mine", "own": "x"}))

    for event in told(fake.events()):
        assert event["event"] in {"processed", "delivered"}
        assert isinstance(event["timestamp"], int)
        assert event["own"] == "x"


def verify(key: str, headers: dict[str, str], body: bytes) -> None:
    public = load_der_public_key(base64.b64decode(key))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = base64.b64decode(headers[SIGNATURE_HEADER])
    signed = headers[TIMESTAMP_HEADER].encode() + body
    public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))


def test_each_batch_is_signed_over_its_bytes(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(50))
    batches = fake.batches(Untidiness(per_batch=30))

    assert [len(orjson.loads(body)) for _, body in batches] == [30, 30, 30, 10]
    for headers, body in batches:
        verify(fake.public_key, headers, body)
        with pytest.raises(InvalidSignature):
            verify(fake.public_key, headers, body.rstrip())
    assert len(fake.public_key) == 124


def test_sendgrids_own_library_agrees(fake: FakeSendGrid) -> None:
    send(fake)
    ((headers, body),) = fake.events()
    webhook = EventWebhook(fake.public_key)

    def agrees(payload: str) -> bool:
        return bool(
            webhook.verify_signature(
                payload, headers[SIGNATURE_HEADER], headers[TIMESTAMP_HEADER], webhook.public_key
            )
        )

    assert agrees(body.decode())
    assert not agrees(body.decode().replace("delivered", "bounce"))


def test_events_get_lost(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(500))

    assert 400 < len(told(fake.events(loss=0.5))) < 600
    assert fake.events(loss=1.0) == []


def test_events_come_up_to_46_times(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(100))

    counts = Counter(event["sg_event_id"] for event in told(fake.events(copies=46)))

    assert len(counts) == 200
    assert max(counts.values()) == 46
    assert min(counts.values()) == 1


def test_copies_may_have_ids_of_their_own(fake: FakeSendGrid) -> None:
    send(fake)
    found = told(fake.batches(Untidiness(copies=5, new_ids=True)))

    assert len({event["sg_event_id"] for event in found}) == len(found) > 4


def test_events_come_in_any_order_and_the_same_for_a_seed(fake: FakeSendGrid) -> None:
    send(fake, sample_payload(20))

    def order(seed: int) -> list[str]:
        return [event["sg_event_id"] for event in told(fake.events(seed=seed))]

    assert order(1) == order(1)
    assert order(1) != order(2)
    tidy = told(fake.batches(Untidiness(shuffled=False)))
    assert [event["event"] for event in tidy[:4]] == ["processed", "delivered"] * 2


def test_late_batches_are_signed_late(fake: FakeSendGrid) -> None:
    send(fake)
    ((headers, body),) = fake.events(late=7200)

    newest = max(event["timestamp"] for event in orjson.loads(body))
    assert int(headers[TIMESTAMP_HEADER]) == newest + 7200
    verify(fake.public_key, headers, body)


def test_one_attempt_is_told_alone(fake: FakeSendGrid) -> None:
    send(fake)
    send(fake, sample_payload(custom_args={"digest_attempt": "f" * 32}))

    found = told(fake.events(attempt="f" * 32))

    assert {event["digest_attempt"] for event in found} == {"f" * 32}
    assert len(found) == 4


def test_events_may_come_before_the_answer(fake: FakeSendGrid) -> None:
    fake.fault("F5")

    assert send(fake).status == 500
    assert len(told(fake.events())) == 4


def test_events_can_be_imported_from_a_file(fake: FakeSendGrid, tmp_path: Path) -> None:
    send(fake)
    fake.write_events(tmp_path / "events.json")

    found = orjson.loads((tmp_path / "events.json").read_bytes())

    assert sorted(found, key=str) == sorted(told(fake.events()), key=str)
