"""The events SendGrid tells about mails, as untidy as they come: facts/sendgrid.md §3, F23. Pure.

Events may be lost, late, shuffled and repeated. Nothing is posted: a test hands the batches
that signer.py makes to the receiver, when and as often as it likes.
"""

import base64
import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .http_values import Json
from .mails import Mail
from .outcomes import Outcome, outcome_of
from .schedule import Fate

_COURSE: dict[Outcome, tuple[str, ...]] = {
    Outcome.BOUNCED: ("processed", "bounce"),
    Outcome.BLOCKED: ("processed", "bounce"),
    Outcome.DEFERRED: ("processed", "deferred", "delivered"),
    Outcome.DROPPED: ("dropped",),
    Outcome.SPAM: ("processed", "delivered", "spamreport"),
    Outcome.UNSUBSCRIBED: ("processed", "delivered", "unsubscribe"),
    Outcome.OPENED: ("processed", "delivered", "open"),
    Outcome.CLICKED: ("processed", "delivered", "open", "click"),
    Outcome.DELIVERED: ("processed", "delivered"),
}
_BROWSER = {"useragent": "Mozilla/5.0", "ip": "127.0.0.1"}
_DETAILS: dict[str, dict[str, Json]] = {
    "bounce": {
        "type": "bounce",
        "reason": "550 5.1.1 The email account does not exist",
        "status": "5.1.1",
        "bounce_classification": "Invalid Address",
    },
    "deferred": {"response": "450 4.2.0 try again later", "attempt": "1"},
    "delivered": {"response": "250 OK", "ip": "127.0.0.1", "tls": 1},
    "open": _BROWSER | {"sg_machine_open": False},
    "click": _BROWSER
    | {"url": "https://example.com/", "url_offset": {"index": 0, "type": "html"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Untidiness:
    """How the channel treats the events."""

    #: Share of events that never come, 0 to 1.
    loss: float = 0.0
    #: Each event comes between once and this often; 46 has been seen.
    copies: int = 1
    #: Seconds between the event and the signature of its batch.
    late: float = 0.0
    shuffled: bool = True
    #: Copies get ids of their own, as retries did in sendgrid-nodejs#1435.
    new_ids: bool = False
    per_batch: int = 1000
    seed: int = 0


def untidy_events(mails: Iterable[Mail], untidy: Untidiness) -> list[dict[str, Json]]:
    """Return the events in the order in which they come."""
    # A seeded generator: the same run must come again.
    chance = random.Random(untidy.seed)
    events = []
    for event in (event for mail in mails for event in events_of(mail)):
        if chance.random() < untidy.loss:
            continue
        for copy in range(chance.randint(1, untidy.copies)):
            fresh = untidy.new_ids and copy
            events.append(event | {"sg_event_id": _id(event, copy)} if fresh else event)
    if untidy.shuffled:
        chance.shuffle(events)
    return events


def events_of(mail: Mail) -> Iterator[dict[str, Json]]:
    """Yield the events of one mail in their natural order; none while it waits."""
    if mail.fate is not Fate.SENT:
        return
    outcome = Outcome.DROPPED if mail.dropped else outcome_of(mail.email)
    at = int(max(mail.accepted.at, mail.send_at or 0))
    for step, name in enumerate(_COURSE[outcome]):
        event: dict[str, Json] = {
            "email": mail.email,
            "timestamp": at + step,
            "event": name,
            "smtp-id": f"<{mail.accepted.message_id}@geopod-ismtpd-fake>",
            "sg_message_id": mail.sg_message_id,
            "category": list(mail.categories),
        }
        event |= _details(name, outcome, mail)
        event["sg_event_id"] = _id(event, 0)
        # custom_args are merged flat, and lose against reserved names.
        yield mail.args | event


def _details(name: str, outcome: Outcome, mail: Mail) -> dict[str, Json]:
    if outcome is Outcome.BLOCKED and name == "bounce":
        return {"type": "blocked", "reason": "450 4.7.1 greylisted", "status": "4.7.1"}
    if name == "dropped":
        return {"reason": f"Bounced Address ({mail.dropped or 'dropped'})"}
    return _DETAILS.get(name, {})


def _id(event: dict[str, Json], copy: int) -> str:
    seed = f"{event['sg_message_id']} {event['event']} {copy}".encode()
    return base64.urlsafe_b64encode(hashlib.sha256(seed).digest()[:22]).decode().rstrip("=")
