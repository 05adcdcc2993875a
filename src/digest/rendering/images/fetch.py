"""One picture over http or https, within limits that a hostile server cannot stretch.

    target    only http and https, no password in the address            hosts.py
    resolve   every address of the name must be a public one             hosts.py
    connect   to an address that was judged, not to the name again
    answer    at most 16 KB of head and so many bytes of body, all before one deadline
    redirect  at most three, each from the beginning

Without cookies, passwords, proxies or compression; the certificate must be sound. Opens sockets;
what it may reach and how names are looked up come in from outside, as `Network`.
"""

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from digest.rendering.images.hosts import Target, is_public, target_of

_REDIRECTS: Final = 3
_REDIRECTING: Final = frozenset((301, 302, 303, 307, 308))
_CHUNK: Final = 65_536
_MOST_HEAD: Final = 16_384
_AGENT: Final = "digest-newsletter (cover pictures)"
#: Servers that say nothing better about a picture's kind; its bytes are looked at anyway.
_VAGUE: Final = frozenset(("", "application/octet-stream", "binary/octet-stream"))


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses a name leads to.

    Raises:
        OSError: there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Network:
    """What may be reached, and how; tests have a network of their own."""

    look_up: Callable[[str, int], list[str]] = look_up
    #: Whether an address, with its port, may be connected to.
    may_reach: Callable[[str, int], bool] = lambda address, port: (
        is_public(address) and port in {80, 443}
    )
    #: Seconds of a clock that only goes forward.
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one picture may take."""

    max_bytes: int
    #: For everything together.
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server answered."""

    #: Empty when nothing has changed.
    content: bytes = b""
    #: What was asked about has not changed (RFC 9110 §15.4.5).
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an earlier answer: it is only asked what has changed since."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the request headers of RFC 9110 §13.1."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        # Out of a file that anybody may have written: none may begin a line of its own.
        return {name: value for name, value in pairs.items() if value and _is_header(value)}


@dataclass(frozen=True, slots=True)
class NotFetched:
    """Why nothing was got."""

    #: A phrase: `its server answers 404`.
    why: str
    #: It may be otherwise in an hour: the server is slow, away or in trouble.
    passing: bool = False


class _RefusedError(Exception):
    """What was asked for is not to be had."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.outcome = NotFetched(why, passing)


def fetch(
    url: str, limits: Limits, network: Network, known: Known | None = None
) -> Fetched | NotFetched:
    """Return what stands at `url`, or why nothing was got.

    Never raises; ends within the limits.
    """
    call = _Call(limits, network, (known or Known()).headers)
    try:
        return call.follow(url)
    except _RefusedError as refused:
        return refused.outcome
    except TimeoutError:
        return NotFetched(f"it did not come within {limits.seconds:g} seconds", passing=True)
    except ssl.SSLError as error:
        return NotFetched(f"the connection is not secure ({error.reason or 'TLS'})")
    except (OSError, http.client.HTTPException, ValueError) as error:
        what = getattr(error, "strerror", None) or type(error).__name__
        return NotFetched(f"it cannot be reached ({what})", passing=True)


@dataclass(slots=True)
class _Call:
    limits: Limits
    network: Network
    headers: Mapping[str, str]
    ends_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends_at = self.network.clock() + self.limits.seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: there are none.
        """
        left = self.ends_at - self.network.clock()
        if left <= 0:
            raise TimeoutError
        return left

    def follow(self, url: str) -> Fetched:
        for _ in range(_REDIRECTS + 1):
            target = target_of(url)
            if isinstance(target, str):
                raise _RefusedError(target)
            with self._answer(target) as answer:
                if answer.status not in _REDIRECTING:
                    return self._read(answer)
                url = _next(url, answer.getheader("Location", ""))
        raise _RefusedError(f"it leads on to another address more than {_REDIRECTS} times")

    @contextlib.contextmanager
    def _answer(self, target: Target) -> Iterator[http.client.HTTPResponse]:
        with self._connect(target) as connection:
            lines = [f"GET {target.path} HTTP/1.1", f"Host: {target.host_header}"]
            headers = {
                "User-Agent": _AGENT,
                "Accept": "image/*",
                "Accept-Encoding": "identity",
                "Connection": "close",
                **self.headers,
            }
            lines += [f"{name}: {value}" for name, value in headers.items()]
            connection.settimeout(self.left())
            connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii", "replace"))
            stream = _Timed(connection, self)
            answer = http.client.HTTPResponse(stream)  # type: ignore[arg-type]  # it only asks for makefile
            answer.begin()
            stream.most = None
            with answer:
                yield answer

    def _connect(self, target: Target) -> socket.socket:
        try:
            addresses = self.network.look_up(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise _RefusedError(f"there is no server {target.host}", passing=True) from error
        if not addresses or not all(
            self.network.may_reach(address, target.port) for address in addresses
        ):
            where = f"{target.host}, port {target.port},"
            raise _RefusedError(f"{where} is not a public web server")
        # To the address itself: asking for the name once more might give another one.
        connection = self._first(addresses, target.port)
        if not target.https:
            return connection
        try:
            connection.settimeout(self.left())
            return ssl.create_default_context().wrap_socket(
                connection, server_hostname=target.host
            )
        except BaseException:
            connection.close()
            raise

    def _first(self, addresses: list[str], port: int) -> socket.socket:
        """Return a connection to the first address that answers."""
        failed: OSError = OSError()
        for position, address in enumerate(addresses, 1):
            # The last gets all the time there is; those before it leave some.
            patience = self.left() / (1 if position == len(addresses) else 2)
            try:
                return socket.create_connection((address, port), timeout=patience)
            except OSError as error:
                failed = error
        raise failed

    def _read(self, answer: http.client.HTTPResponse) -> Fetched:
        told = Known(etag=_header(answer, "ETag"), last_modified=_header(answer, "Last-Modified"))
        if answer.status == 304 and self.headers:
            return Fetched(unchanged=True, etag=told.etag, last_modified=told.last_modified)
        if answer.status != 200:
            passing = answer.status >= 500 or answer.status == 429
            raise _RefusedError(f"its server answers {answer.status}", passing=passing)
        kind = answer.getheader("Content-Type", "").partition(";")[0].strip().lower()
        if not kind.startswith("image/") and kind not in _VAGUE:
            raise _RefusedError(f"its server says that it is {kind[:60]!r}, not a picture")
        if answer.getheader("Content-Encoding", "identity").lower() != "identity":
            raise _RefusedError("its server packs it, which was not asked for")
        most = self.limits.max_bytes
        parts: list[bytes] = []
        size = 0
        while size <= most and (part := answer.read(min(_CHUNK, most + 1 - size))):
            parts.append(part)
            size += len(part)
        if size > most:
            raise _RefusedError(f"it has more than {most:,} bytes")
        if answer.length:
            raise _RefusedError("its server ended before all of it had come")
        return Fetched(content=b"".join(parts), etag=told.etag, last_modified=told.last_modified)


class _Timed(io.RawIOBase):
    """A socket to read from until the deadline; each wait is for what is left, not anew."""

    def __init__(self, connection: socket.socket, call: _Call) -> None:
        self._connection = connection
        self._call = call
        #: Bytes that may still come before the head has ended; None: it has.
        self.most: int | None = _MOST_HEAD + io.DEFAULT_BUFFER_SIZE

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return itself, buffered: what `http.client` asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader passes
        self._connection.settimeout(self._call.left())
        got = self._connection.recv_into(buffer)
        if self.most is not None:
            self.most -= got
            if self.most < 0:
                raise _RefusedError("its server says too much before it comes")
        return got


def _next(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:  # `http://[`
        return location


def _header(answer: http.client.HTTPResponse, name: str) -> str:
    value = answer.getheader(name, "")
    return value if _is_header(value) else ""


def _is_header(value: str) -> bool:
    return len(value) <= 300 and value.isascii() and value.isprintable()
