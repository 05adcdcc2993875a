"""SendGrid's Email Logs: the question for one reader's mails, and what the answers say. Pure.

Only `GET /v3/logs/{id}` gives the custom_args back, and only `to_email`, `subject` and the time
can be asked for; there are no pages (facts: SendGrid §2.10). Finding an attempt's token proves
that it was accepted. Not finding it proves nothing: logs lag, by nobody knows how much.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

#: SendGrid keeps its logs so long.
KEPT: Final = timedelta(days=30)
#: Their clock and ours may differ, and a request may have waited.
MARGIN: Final = timedelta(hours=1)
#: Scopes of the key that let it read logs.
SCOPE: Final = "messages.read (at SendGrid: Email Activity, read)"
#: Most mails of one reader that are looked into.
MOST: Final = 20
_ID: Final = re.compile(r"[A-Za-z0-9._=+/-]*[A-Za-z0-9][A-Za-z0-9._=+/-]*")


def log_query(address: str, subject: str, since: datetime) -> str | None:
    """Return the query for the mails of one reader; None: the address cannot be asked for.

    Args:
        address: as mail was addressed to it: the comparison minds capitals.
        subject: of the issue; one that cannot be quoted is left out, and finds more.
        since: the earliest moment it may have been accepted at.
    """
    to = _quoted(address)
    if to is None:
        return None
    parts = [f"to_email={to}"]
    if quoted := _quoted(subject):
        parts.append(f"subject={quoted}")
    moment = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    parts.append(f'sg_message_id_created_at > TIMESTAMP "{moment}"')
    return " AND ".join(parts)


def parse_messages(body: Any) -> tuple[str, ...]:  # noqa: ANN401  what JSON may hold
    """Return the paths that tell all of the mails an answer lists, the first `MOST`."""
    listed = body.get("messages") if isinstance(body, dict) else None
    names = (
        [one.get("sg_message_id") for one in listed or () if isinstance(one, dict)]
        if isinstance(listed, list)
        else []
    )
    return tuple(
        f"/v3/logs/{quote(name, safe='')}"
        for name in names
        if isinstance(name, str) and len(name) < 1000 and _ID.fullmatch(name)
    )[:MOST]


def parse_token(body: Any) -> str:  # noqa: ANN401  what JSON may hold
    """Return the attempt's token that the details of a mail hold, or ""."""
    given = body.get("custom_args") if isinstance(body, dict) else None
    token = given.get("digest_attempt") if isinstance(given, dict) else None
    return token if isinstance(token, str) else ""


def spread(count: int, most: int) -> Sequence[int]:
    """Return positions among `count`, far apart: both ends, the middle, then between those."""
    found: dict[int, None] = {}
    parts = 1
    while len(found) < min(most, count):
        for step in range(parts + 1):
            found[step * (count - 1) // parts] = None
        parts *= 2
    return tuple(found)[:most]


def look_again(begun: datetime, now: datetime) -> datetime | None:
    """Return when another look at the logs may find what this one has not; None: never."""
    age = now - begun
    if age > KEPT:
        return None
    if age < timedelta(hours=1):
        return now + timedelta(minutes=15)
    if age < timedelta(days=3):
        return now + timedelta(hours=6)
    return None


def _quoted(text: str) -> str | None:
    """Return a value as the query language writes it; None when it cannot hold it.

    It has no escapes that anybody has described.
    """
    if "\\" in text or not text.isprintable():
        return None
    for mark in ('"', "'"):
        if mark not in text:
            return f"{mark}{text}{mark}"
    return None
