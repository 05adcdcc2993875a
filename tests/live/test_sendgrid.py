"""What only a real account can show; nothing is delivered: SendGrid's sandbox checks and drops.

Skipped everywhere else. To run: set DIGEST_LIVE_SENDGRID_KEY to a key with the scopes mail.send
and messages.read, DIGEST_LIVE_SENDER to a verified address, and run `pytest tests/live`.

The one on calling back needs mail.batch.create and .read, and user.scheduled_sends.create, .read,
.update and .delete as well. It sends nothing; it uses one of the ten cancellations for a moment.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPSConnection

import pytest

from digest.delivery.couriers.scheduled import ScheduledSends
from digest.delivery.couriers.sendgrid import SendGridCourier
from digest.delivery.couriers.sendgrid_api import SendGridApi
from digest.delivery.letter import Handover, Letter, Reader, Unsubscribe
from digest.delivery.links import UNSUBSCRIBE, Key, signer
from digest.delivery.outcome import Accepted, SetAside
from digest.delivery.payload import Options
from digest.delivery.way import Way
from digest.rendering.reader_links import TAGS

KEY = os.environ.get("DIGEST_LIVE_SENDGRID_KEY", "")
SENDER = os.environ.get("DIGEST_LIVE_SENDER", "")

pytestmark = pytest.mark.skipif(
    not (KEY and SENDER),
    reason="needs a SendGrid account: set DIGEST_LIVE_SENDGRID_KEY and DIGEST_LIVE_SENDER",
)

LETTER = Letter(
    issue="weekly/2026-W34",
    newsletter="weekly",
    subject="A letter for the sandbox",
    html=f'<p>Nobody gets this. <a href="{TAGS.unsubscribe}">Unsubscribe</a></p>',
    text=f"Nobody gets this.\n\nUnsubscribe: {TAGS.unsubscribe}\n",
    sender_name="The Harbour Courier",
    sender_email=SENDER,
    reply_to="",
    title="The Week in the Harbour",
    list_id="weekly.harbour-courier.example",
    unsubscribe=Unsubscribe(way=Way.ENDPOINT, url="https://letters.harbour-courier.example/u/"),
)
READERS = tuple(Reader(number, f"reader{number}@example.org", "Anna") for number in range(1, 4))


@pytest.fixture
def api() -> Iterator[SendGridApi]:
    api = SendGridApi(KEY)
    yield api
    api.close()


def courier(api: SendGridApi) -> SendGridCourier:
    return SendGridCourier(
        LETTER,
        api,
        options=Options(sandbox=True),
        sign=signer(Key("1", bytes(32)), UNSUBSCRIBE, "weekly"),
        now=lambda: datetime.now(UTC),
    )


def test_sandbox_takes_our_payload(api: SendGridApi) -> None:
    carry = courier(api).prepare(Handover(batch=1, token="0" * 32, readers=READERS))

    assert isinstance(carry(), Accepted)


def test_bad_address_is_named_by_its_position(api: SendGridApi) -> None:
    bad = replace_reader(READERS, 1, "nobody@example..org")
    carry = courier(api).prepare(Handover(batch=1, token="0" * 32, readers=bad))

    outcome = carry()

    assert isinstance(outcome, SetAside)
    assert list(outcome.readers) == [1]


def test_key_has_the_scopes_we_name(api: SendGridApi) -> None:
    status, answer = api.get("/v3/scopes")

    assert status == 200
    assert "mail.send" in answer["scopes"]


def test_what_waits_can_be_cancelled_and_is_listed(api: SendGridApi) -> None:
    sends = ScheduledSends(api)
    name = sends.make_batch()

    first, second = sends.cancel(name), sends.cancel(name)

    assert (first, second) == (True, False)
    # Room for another one.
    with closing(HTTPSConnection("api.sendgrid.com", timeout=30)) as connection:
        path, headers = f"/v3/user/scheduled_sends/{name}", {"Authorization": f"Bearer {KEY}"}
        connection.request("DELETE", path, headers=headers)
        assert connection.getresponse().status == 204


def replace_reader(readers: tuple[Reader, ...], position: int, address: str) -> tuple[Reader, ...]:
    changed = list(readers)
    changed[position] = changed[position]._replace(address=address)
    return tuple(changed)
