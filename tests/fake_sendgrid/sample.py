"""A payload that breaks no rule, and a plain client: for tests of the fake and of couriers."""

import http.client
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from .faults import MAIL_SEND
from .http_values import Json
from .server import FakeSendGrid
from .settings import DEFAULT_KEY

#: Monday 2026-08-17 09:00 UTC.
MONDAY_NINE = 1_786_957_200.0
ATTEMPT = "0123456789abcdef0123456789abcdef"


def sample_reader(number: int, **changes: Any) -> dict[str, Json]:
    """Return the personalization of reader `number`; a change of None leaves the key out."""
    reader = {
        "to": [{"email": f"reader{number}@example.com", "name": f"Reader {number}"}],
        "headers": {"List-Unsubscribe": f"<https://news.example.com/u/{number}>"},
        "substitutions": {"%unsubscribe%": f"https://news.example.com/u/{number}"},
        "custom_args": {"digest_reader": str(number)},
    }
    return _changed(reader, changes)


def sample_payload(readers: int = 2, **changes: Any) -> dict[str, Json]:
    """Return a body as a digest courier sends it, to that many readers."""
    payload = {
        "personalizations": [sample_reader(number) for number in range(readers)],
        "from": {"email": "news@example.com", "name": "Example News"},
        "reply_to": {"email": "editor@example.com"},
        "subject": "The week of 17 August",
        "content": [
            {"type": "text/plain", "value": "Hello\nLeave: %unsubscribe%\n"},
            {"type": "text/html", "value": '<p>Hello <a href="%unsubscribe%">leave</a>'},
        ],
        "categories": ["digest", "weekly"],
        "custom_args": {
            "digest_attempt": ATTEMPT,
            "digest_issue": "weekly/2026-W34",
            "digest_batch": "17",
        },
        "headers": {
            "List-Id": "<weekly.example.com>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "subscription_tracking": {"enable": False},
        },
    }
    return _changed(payload, changes)


def _changed(value: dict[str, Json], changes: dict[str, Json]) -> dict[str, Json]:
    changed = value | {name.rstrip("_"): change for name, change in changes.items()}
    return {name: change for name, change in changed.items() if change is not None}


@dataclass(slots=True)
class Clock:
    """A clock for the account that stands until it is moved."""

    now: float = MONDAY_NINE

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now

    def forward(self, *, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass."""
        self.now += 60 * minutes + 3600 * hours


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as values."""
        return orjson.loads(self.body)

    @property
    def fields(self) -> list[str | None]:
        """The fields SendGrid objects to."""
        return [error["field"] for error in self.json["errors"]]

    @property
    def messages(self) -> list[str]:
        """What SendGrid says."""
        return [error["message"] for error in self.json["errors"]]


def connect(fake: FakeSendGrid, wait: float = 5.0) -> http.client.HTTPConnection:
    """Return a connection to the fake; close it."""
    host, _, port = fake.url.removeprefix("http://").partition(":")
    return http.client.HTTPConnection(host, int(port), timeout=wait)


def ask(
    fake: FakeSendGrid,
    method: str,
    path: str,
    value: Json = None,
    *,
    headers: dict[str, str | None] | None = None,
    over: http.client.HTTPConnection | None = None,
) -> Said:
    """Send one request and return its answer; bytes go as they are, all else as JSON.

    A header of None leaves a usual one out. Without `over` the connection is a fresh one.
    """
    body = value if isinstance(value, bytes) or value is None else orjson.dumps(value)
    usual = {
        "Authorization": f"Bearer {fake.settings.key}",
        "Content-Type": "application/json",
    }
    sent = {name: text for name, text in (usual | (headers or {})).items() if text is not None}
    connection = over or connect(fake)
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return Said(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        if over is None:
            connection.close()


def send(
    fake: FakeSendGrid, value: Json = None, *, over: http.client.HTTPConnection | None = None
) -> Said:
    """POST a body to mail/send, the sample unless told."""
    return ask(fake, "POST", MAIL_SEND, sample_payload() if value is None else value, over=over)


def request_bytes(value: Json) -> bytes:
    """Return a whole mail/send request as it goes over the line."""
    body = orjson.dumps(value)
    head = (
        f"POST {MAIL_SEND} HTTP/1.1\r\nHost: fake\r\nAuthorization: Bearer {DEFAULT_KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def raw(fake: FakeSendGrid, data: bytes, *, stay: bool = False) -> bytes:
    """Write bytes and return all that comes until the fake closes.

    Without `stay` the fake is told at once that nothing more will come.
    """
    address = ("127.0.0.1", int(fake.url.rpartition(":")[2]))
    got = b""
    with socket.create_connection(address, 5) as sock, suppress(ConnectionResetError):
        sock.sendall(data)
        if not stay:
            sock.shutdown(socket.SHUT_WR)
        while piece := sock.recv(65_536):
            got += piece
    return got


def until(holds: Callable[[], bool]) -> None:
    """Wait, five seconds at most, for what another thread brings about."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to hold within five seconds")
