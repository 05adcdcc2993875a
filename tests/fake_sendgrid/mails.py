"""The mail each reader gets: merged and substituted when somebody looks, never while sending."""

from collections.abc import Iterator
from dataclasses import dataclass

from .http_values import Json
from .ledger import Accepted
from .schedule import Fate, Schedule
from .suppressions import Suppressions

_KINDS = frozenset({"to", "cc", "bcc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one reader."""

    accepted: Accepted
    #: Unique per mail: X-Message-Id, server data, index.
    sg_message_id: str
    email: str
    sender: str
    subject: str
    text: str
    html: str
    #: Of the message, overridden by those of the personalization. Nothing is substituted here.
    headers: dict[str, str]
    reply_to: str | None
    args: dict[str, str]
    categories: tuple[str, ...]
    send_at: int | None
    fate: Fate
    #: Which list kept it back after the 202, if any.
    dropped: str | None


def mails_of(entry: Accepted, schedule: Schedule, suppressions: Suppressions) -> Iterator[Mail]:
    """Yield the mails of one accepted request, in order of its personalizations."""
    payload = entry.payload
    index = 0
    for item in payload["personalizations"]:
        send_at = item.get("send_at", entry.send_at)
        fate = schedule.fate(at=entry.at, send_at=send_at, batch_id=entry.batch_id)
        for kind in ("to", "cc", "bcc"):
            for party in item.get(kind, ()):
                yield Mail(
                    accepted=entry,
                    sg_message_id=f"{entry.message_id}.recvd-fake-{index}.0",
                    email=party["email"],
                    headers=payload.get("headers", {}) | item.get("headers", {}),
                    args=payload.get("custom_args", {}) | item.get("custom_args", {}),
                    categories=tuple(payload.get("categories", ())),
                    send_at=send_at,
                    fate=fate,
                    dropped=suppressions.reason(party["email"], _group(payload), entry.at),
                    **_content(payload, item),
                )
                index += 1


def fates_of(entry: Accepted, schedule: Schedule) -> Iterator[tuple[str, Fate]]:
    """Yield address and fate of each mail, without building the mails: for counting millions."""
    payload = entry.payload
    common = schedule.fate(at=entry.at, send_at=entry.send_at, batch_id=entry.batch_id)
    for item in payload["personalizations"]:
        fate = common
        if "send_at" in item:
            fate = schedule.fate(at=entry.at, send_at=item["send_at"], batch_id=entry.batch_id)
        for kind in _KINDS & item.keys():
            for party in item[kind]:
                yield party["email"], fate


def _group(payload: Json) -> int | None:
    group: int | None = payload.get("asm", {}).get("group_id")
    return group


def _content(payload: Json, item: Json) -> dict[str, Json]:
    tags = item.get("substitutions", {})
    blocks = {part["type"]: part["value"] for part in payload.get("content", ())}
    reply_to = payload.get("reply_to", {}).get("email")
    return {
        "sender": item.get("from", payload["from"])["email"],
        "subject": _fill(item.get("subject", payload.get("subject", "")), tags),
        "text": _fill(blocks.get("text/plain", ""), tags),
        "html": _fill(blocks.get("text/html", ""), tags),
        "reply_to": None if reply_to is None else _fill(reply_to, tags),
    }


def _fill(text: str, tags: dict[str, str]) -> str:
    """Replace each tag as plain text: no HTML escaping, facts/sendgrid.md §2.2."""
    for tag, value in tags.items():
        text = text.replace(tag, value)
    return text
