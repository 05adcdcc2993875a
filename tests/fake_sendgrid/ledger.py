"""What the fake accepted, in memory and as lines of a file that outlive a crash."""

import base64
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import orjson

from .http_values import Json
from .spool import Spool


@dataclass(frozen=True, slots=True)
class Reader:
    """One recipient of an accepted request."""

    email: str
    #: custom_args of the message, overridden by those of the personalization.
    args: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One accepted mail/send request; its body waits on disk until somebody asks.

    No slots: what is read from the body is kept with the first question, off the hot path.
    """

    #: Which mail/send request it was, from 1.
    n: int
    #: Unix time of the acceptance.
    at: float
    #: The X-Message-Id of the answer, whether or not the answer arrived.
    message_id: str
    path: str
    _spool: Spool = field(repr=False, compare=False)
    _place: tuple[int, int] = field(repr=False, compare=False)

    @cached_property
    def _summary(self) -> dict[str, Json]:
        return summary(self.payload)

    @property
    def subject(self) -> str | None:
        """The subject of the message, before substitution."""
        subject: str | None = self._summary["subject"]
        return subject

    @property
    def content_sha256(self) -> str:
        """SHA-256 over type, NUL, value, NUL of each content block."""
        return str(self._summary["content_sha256"])

    @property
    def attempt(self) -> str | None:
        """custom_args["digest_attempt"] of the message."""
        attempt: str | None = self._summary["attempt"]
        return attempt

    @property
    def batch_id(self) -> str | None:
        """The batch the message can be cancelled with."""
        batch_id: str | None = self._summary["batch_id"]
        return batch_id

    @property
    def send_at(self) -> int | None:
        """Unix time of the message; a personalization may have its own."""
        send_at: int | None = self._summary["send_at"]
        return send_at

    @property
    def body(self) -> bytes:
        """The request body, byte for byte."""
        return self._spool.read(self._place)

    @property
    def payload(self) -> Json:
        """The body as values; parsed anew at each call."""
        return orjson.loads(self.body)

    @property
    def readers(self) -> tuple[Reader, ...]:
        """All recipients in order of the personalizations."""
        return tuple(Reader(email, args) for email, args in _readers(self.payload))

    def as_json(self, payload: Json | None = None) -> dict[str, Json]:
        """Return the line of the ledger file."""
        payload = self.payload if payload is None else payload
        readers = [{"email": email, "args": args} for email, args in _readers(payload)]
        head = {"n": self.n, "at": self.at, "message_id": self.message_id, "path": self.path}
        return head | {"readers": readers} | summary(payload)


def summary(payload: Json) -> dict[str, Json]:
    """Return what the ledger tells about a message besides its readers."""
    return {
        "subject": payload.get("subject"),
        "content_sha256": content_sha256(payload),
        "attempt": payload.get("custom_args", {}).get("digest_attempt"),
        "batch_id": payload.get("batch_id"),
        "send_at": payload.get("send_at"),
    }


def _readers(payload: Json) -> Iterator[tuple[str, dict[str, str]]]:
    common = payload.get("custom_args", {})
    for item in payload["personalizations"]:
        args = common | item.get("custom_args", {})
        for kind in ("to", "cc", "bcc"):
            for party in item.get(kind, ()):
                yield party["email"], args


class Ledger:
    """All accepted requests, in the order of their acceptance."""

    def __init__(self, file: Path | None = None) -> None:
        self._spool = Spool()
        self._lock = threading.Lock()
        self._entries: list[Accepted] = []
        self._file: int | None = None
        if file is not None:
            self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    @property
    def entries(self) -> tuple[Accepted, ...]:
        """The requests accepted so far."""
        with self._lock:
            return tuple(self._entries)

    def accept(
        self, *, n: int, at: float, path: str, body: bytes, payload: Json | None
    ) -> Accepted:
        """Write the request down; when this returns it has left the process.

        One `write` with O_APPEND: the line is whole even if the fake is killed next.
        """
        entry = Accepted(
            n=n,
            at=at,
            message_id=base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("="),
            path=path,
            _spool=self._spool,
            _place=self._spool.keep(body),
        )
        line = b""
        if self._file is not None:
            known = orjson.loads(body) if payload is None else payload
            line = orjson.dumps(entry.as_json(known)) + b"\n"
        with self._lock:
            self._entries.append(entry)
            if self._file is not None:
                _write_all(self._file, line)
        return entry

    def forget(self) -> None:
        """Drop what is in memory; the file keeps its lines."""
        with self._lock:
            self._entries.clear()

    def close(self) -> None:
        """Close the file and the bodies."""
        self._spool.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None


def content_sha256(payload: Json) -> str:
    """Return the hash of the content that all readers of a request share."""
    digest = hashlib.sha256()
    for part in payload.get("content", ()):
        digest.update(part["type"].encode() + b"\0" + part["value"].encode() + b"\0")
    return digest.hexdigest()


def _write_all(descriptor: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
