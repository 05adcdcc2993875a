"""SendGrid's API: the library's client on a transport of ours. Touches the network.

The `sendgrid` library gives the client, the paths and the headers. Its transport is replaced: it
has no time-out, opens a connection for each request, follows redirects with the key, and prints
key and recipients at DEBUG (facts: SendGrid §5).
"""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from email.message import Message
from functools import reduce
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import Request as UrlRequest

import python_http_client.client  # type: ignore[import-untyped]  # the library has no types
import sendgrid  # type: ignore[import-untyped]  # the library has no types

from digest.delivery.answer import Answer, Reply
from digest.delivery.classify import without_addresses
from digest.delivery.couriers.transport import Request, Timeouts, Transport
from digest.errors import ConfigError, DigestError, NotReadyError

GLOBAL: Final = "https://api.sendgrid.com"
EU: Final = "https://api.eu.sendgrid.com"
#: What JSON may hold.
Json = Any

_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5}")
_PATH = re.compile(r"/v3(?:/[A-Za-z0-9._~%@+=:-]+)+")


class SendGridApi:
    """SendGrid's API for one key.

    Args:
        key: the API key; appears in no text this class makes.
        host: `GLOBAL`, `EU`, or an address of this machine with a port.
        timeouts: how long to wait.
        clock: monotonic seconds, for idle connections.

    Raises:
        NotReadyError: The key is empty or holds what no key may.
        ConfigError: `host` is another one: the key goes to nobody else.
    """

    def __init__(
        self,
        key: str,
        *,
        host: str = GLOBAL,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not re.fullmatch(r"[\x21-\x7e]+", key):
            raise NotReadyError(
                "there is no key, or it holds blanks or line breaks",
                where="SENDGRID_API_KEY",
                remedy="Make a key at SendGrid (Settings, API Keys) and set it as it is shown.",
            )
        if host not in {GLOBAL, EU} and not _LOOPBACK.fullmatch(host):
            raise ConfigError(
                f"{host!r} is not SendGrid",
                where="the address of SendGrid",
                remedy=f"Use {GLOBAL}, {EU}, or a server on this machine (http://127.0.0.1:PORT).",
            )
        _silence()
        self._transport = Transport(host, timeouts or Timeouts(), clock=clock)
        client = sendgrid.SendGridAPIClient(api_key=key, host=host)
        client.client = self._client = _Client(
            self._transport, host=host, request_headers=client.client.request_headers, version=3
        )
        self._mail = self._client.mail.send

    def send(self, parts: Sequence[bytes]) -> Reply:
        """POST a prepared body to /v3/mail/send; never raises for what the network does."""
        reply: Reply = self._mail.post_parts(parts)
        return reply

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> tuple[int, Json]:
        """Return status and parsed body of a GET.

        Args:
            path: from `/v3` on, its parts quoted for a URL.
            query: not quoted yet.

        Raises:
            DigestError: No answer, or one that ends the matter: see `_checked`.
        """
        return _checked(path, self._at(path).get(query_params=dict(query or {})))

    def post(self, path: str, body: Json) -> tuple[int, Json]:
        """Return status and parsed body of a POST of JSON; otherwise as `get`."""
        return _checked(path, self._at(path).post(request_body=body))

    def patch(self, path: str, body: Json) -> tuple[int, Json]:
        """Return status and parsed body of a PATCH of JSON; otherwise as `get`."""
        return _checked(path, self._at(path).patch(request_body=body))

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def _at(self, path: str) -> "_Client":
        if not _PATH.fullmatch(path):
            msg = f"not a path of the API: {path!r}"
            raise ValueError(msg)
        client: _Client = reduce(lambda at, part: at._(part), path.split("/")[2:], self._client)
        return client


class _Client(python_http_client.client.Client):  # type: ignore[misc]  # the library has no types
    """The library's client on our transport, for itself and all that is made of it."""

    def __init__(self, transport: Transport, **settings: object) -> None:
        super().__init__(**settings)
        self._transport = transport

    def post_parts(self, parts: Sequence[bytes]) -> Reply:
        """POST a body that is JSON already."""
        headers = {**self.request_headers, "Content-Type": "application/json"}
        target = _target(self._build_url(None))
        return self._transport.exchange(
            Request(method="POST", target=target, headers=headers, body=parts)
        )

    def _build_client(self, name: str | None = None) -> "_Client":
        return _Client(
            self._transport,
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=[*self._url_path, name] if name else self._url_path,
        )

    def _make_request(
        self, opener: object, request: UrlRequest, timeout: object = None
    ) -> "_Response":
        del opener, timeout
        body = (request.data,) if isinstance(request.data, bytes) else ()
        reply = self._transport.exchange(
            Request(
                method=request.get_method(),
                target=_target(request.full_url),
                headers=dict(request.header_items()),
                body=body,
            )
        )
        if not isinstance(reply, Answer):
            raise DigestError(
                reply.reason,
                where="SendGrid",
                remedy="See that this machine reaches the internet; then run the command again.",
            )
        return _Response(reply)


class _Response:
    """An answer as the library's `Response` reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def getcode(self) -> int:
        return self._answer.status

    def read(self) -> bytes:
        return self._answer.body

    def info(self) -> Message:
        headers = Message()
        for name, value in self._answer.headers.items():
            headers[name] = value
        return headers


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _checked(path: str, response: Json) -> tuple[int, Json]:
    """Return status and JSON of what the caller can go on with: 2xx, and 400 and 404.

    Raises:
        NotReadyError: The key is wrong, or lacks a scope.
        DigestError: Too many requests, an error at SendGrid, or an answer that is no JSON.
    """
    status: int = response.status_code
    if status in {401, 403}:
        raise NotReadyError(
            f"SendGrid answered {status} to {without_addresses(path)}",
            where="SENDGRID_API_KEY",
            remedy="Give the key the scope for this at SendGrid: Settings, API Keys.",
        )
    again = "Run the command again later."
    if not 200 <= status < 300 and status not in {400, 404}:
        what = "too many requests" if status == 429 else f"the answer is {status}"
        raise DigestError(what, where=f"SendGrid, {without_addresses(path)}", remedy=again)
    try:
        return status, json.loads(response.body) if response.body else None
    except (ValueError, RecursionError):
        where = f"SendGrid, {without_addresses(path)}"
        raise DigestError("the answer is no JSON", where=where, remedy=again) from None


def _refuse(_record: logging.LogRecord) -> bool:
    return False


def _silence() -> None:
    """Let the library log nothing at any level: it prints the key and all recipients."""
    logging.getLogger(python_http_client.client.__name__).addFilter(_refuse)
