"""HTTP requests over connections that are kept, one a thread. Touches the network.

Made for requests that must not happen twice: nothing is tried again here, no redirect is
followed (it would take the key along), no proxy is read from the environment, and every reply
says whether the other side may have acted (`answer.py`).
"""

import contextlib
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from digest.delivery.answer import Answer, Lost, NotSent, Reply
from digest.delivery.couriers.http_reader import BrokenAnswerError, HttpReader

#: A server may close a connection nobody uses, and a request on its way then is lost without a
#: trace of whether it arrived. Younger connections are seldom closed (facts: reliability §1.3).
IDLE: Final = timedelta(seconds=2)

_PIECE = 65_536
#: How long to wait for what a server said before it stopped listening.
_LAST_WORDS_SECONDS = 5.0
# RFC 9110 §5.5; obs-text left out.
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_TARGET = re.compile(r"/[\x21-\x7e]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait for the other side."""

    #: For the connection, TLS included.
    connect: timedelta = timedelta(seconds=10)
    #: For sending a request, and again for the whole answer, however it trickles in.
    read: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request."""

    method: str
    #: Path and query.
    target: str
    #: Never shown: one of them is the key.
    headers: Mapping[str, str] = field(repr=False)
    #: Parts of the body, sent one after the other.
    body: Sequence[bytes] = field(default=(), repr=False)


class Transport:
    """Connections to one server.

    Args:
        origin: `https://api.sendgrid.com`, or with http for a server on this machine.
        timeouts: how long to wait.
        context: for https; None: certificates as the system trusts them.
        clock: monotonic seconds, to know how long a connection was idle.
    """

    def __init__(
        self,
        origin: str,
        timeouts: Timeouts,
        *,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(origin)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._name = parts.netloc
        self._timeouts = timeouts
        self._context = context or (ssl.create_default_context() if self._secure else None)
        self._clock = clock
        self._own = threading.local()
        self._lock = threading.Lock()
        self._lines: list[_Line] = []

    def exchange(self, request: Request) -> Reply:
        """Make one request and return what came back; raises for no fault of the network.

        Raises:
            ValueError: A header cannot be written. Its value is not shown.
        """
        head = _head(request, self._name)
        line = self._line()
        reused = line.is_fit(self._clock())
        if not reused:
            try:
                line.open(self._connect())
            except OSError as error:
                return NotSent(f"no connection to {self._name}: {_named(error)}")
        whole = False
        try:
            reply, whole = self._talk(line, head, request.body, reused=reused)
        finally:
            # Also when interrupted: an answer that comes later must not meet another request.
            if not whole:
                line.close()
        line.used_at = self._clock()
        return reply

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()
        self._own = threading.local()

    def _talk(
        self, line: "_Line", head: bytes, body: Sequence[bytes], *, reused: bool
    ) -> tuple[Reply, bool]:
        """Return the reply, and whether the connection can be used again."""
        seconds = self._timeouts.read.total_seconds()
        try:
            line.send((head,), seconds)
        except OSError as error:
            # On a used connection an error may belong to anything that happened on it.
            reason = f"the connection broke: {_named(error)}"
            return (Lost(reason) if reused else NotSent(reason)), False
        try:
            line.send(body, seconds)
        except OSError as error:
            wait = min(seconds, _LAST_WORDS_SECONDS)
            return _last_words(line, error, wait, reused=reused), False
        try:
            return line.receive(seconds)
        except (OSError, BrokenAnswerError) as error:
            return Lost(f"no whole answer came: {_named(error)}"), False

    def _line(self) -> "_Line":
        line: _Line | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = _Line()
            with self._lock:
                self._lines.append(line)
        return line

    def _connect(self) -> socket.socket:
        seconds = self._timeouts.connect.total_seconds()
        sock = socket.create_connection((self._host, self._port), timeout=seconds)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is not None and self._secure:
                return self._context.wrap_socket(sock, server_hostname=self._host)
        except BaseException:
            sock.close()
            raise
        return sock


class _Line:
    """The connection of one thread, open or not."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.used_at = 0.0

    def open(self, sock: socket.socket) -> None:
        self._socket = sock

    def close(self) -> None:
        sock, self._socket = self._socket, None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.close()

    def is_fit(self, now: float) -> bool:
        """Return whether the open connection may carry a request; close it if not."""
        if self._socket is None:
            return False
        # Something to read before anything was asked: its end, or words for somebody else.
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        if now - self.used_at > IDLE.total_seconds() or poll.poll(0):
            self.close()
            return False
        return True

    def send(self, parts: Sequence[bytes], seconds: float) -> None:
        sock, end = self._open(), time.monotonic() + seconds
        for part in parts:
            sock.settimeout(_left(end))
            sock.sendall(part)

    def receive(self, seconds: float) -> tuple[Answer, bool]:
        """Return the answer, and whether the connection is good for another request."""
        sock, end = self._open(), time.monotonic() + seconds

        def receive() -> bytes:
            sock.settimeout(_left(end))
            return sock.recv(_PIECE)

        reader = HttpReader(receive)
        return reader.read(), reader.keeps

    def _open(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionAbortedError("closed by us")
        return self._socket


def _last_words(line: _Line, error: OSError, seconds: float, *, reused: bool) -> Reply:
    """Return the refusal that a server sent before it stopped reading: nginx's 413."""
    lost = Lost(f"the connection broke while the request was sent: {_named(error)}")
    if reused:
        return lost
    try:
        answer, _ = line.receive(seconds)
    except (OSError, BrokenAnswerError):
        return lost
    return answer if 400 <= answer.status < 500 else lost


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _head(request: Request, host: str) -> bytes:
    """Return request line and headers (RFC 9112 §3, §5)."""
    headers = {"Host": host, **request.headers, "Accept-Encoding": "identity"}
    if request.body or request.method not in {"GET", "DELETE"}:
        headers["Content-Length"] = str(sum(map(len, request.body)))
    for name, value in headers.items():
        if not _VALUE.fullmatch(value):
            msg = f"the header {name} holds what no header may"
            raise ValueError(msg)
    if not _TARGET.fullmatch(request.target):
        raise ValueError("the path holds what no path may")
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _named(error: Exception) -> str:
    """Return the error in one line, without numbers that change from run to run."""
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or 'handshake failed'}"
    return (
        (error.strerror if isinstance(error, OSError) else None)
        or str(error)
        or (type(error).__name__)
    )
