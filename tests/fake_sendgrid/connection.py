"""One accepted TCP connection: reads requests, and may end in every way a connection can."""

import socket
import struct
from urllib.parse import parse_qsl

from .http_values import Request

MOST_HEAD_BYTES = 65_536
_PIECE = 262_144


class BrokenRequestError(Exception):
    """The peer left, or what it sent is no HTTP."""


class Connection:
    """Blocking reads and writes on one socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        #: Requests whose headers were read.
        self.begun = 0
        #: A fault F17 waits for the next request on this connection.
        self.doomed = False

    def read_head(self) -> Request | None:
        """Return method, path and headers of the next request, or nothing at the end.

        Raises:
            BrokenRequestError: the end came inside of the headers, or they are no HTTP.
        """
        data = self._rest
        while b"\r\n\r\n" not in data:
            piece = self.sock.recv(_PIECE)
            if not piece:
                if data:
                    raise BrokenRequestError("closed inside of the headers")
                return None
            data += piece
            if len(data) > MOST_HEAD_BYTES and b"\r\n\r\n" not in data:
                raise BrokenRequestError("headers too long")
        head, _, self._rest = data.partition(b"\r\n\r\n")
        self.begun += 1
        return _parse_head(head)

    def read_body(self, head: Request, most_bytes: int) -> bytes | None:
        """Return the body, or nothing where it is longer than `most_bytes` (and read away).

        Raises:
            BrokenRequestError: the peer left before its end, or the framing is wrong.
        """
        if "100-continue" in head.headers.get("expect", "").lower():
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in head.headers.get("transfer-encoding", "").lower():
            return self._read_chunks(most_bytes)
        text = head.headers.get("content-length", "0")
        if not text.isascii() or not text.isdigit():
            raise BrokenRequestError(f"Content-Length {text}")
        length = int(text)
        if length > most_bytes:
            self._skip(length)
            return None
        return self._read(length)

    def _read(self, length: int) -> bytes:
        if len(self._rest) >= length:
            body, self._rest = self._rest[:length], self._rest[length:]
            return body
        whole = bytearray(length)
        filled = len(self._rest)
        whole[:filled] = self._rest
        self._rest = b""
        view = memoryview(whole)
        while filled < length:
            got = self.sock.recv_into(view[filled:])
            if not got:
                raise BrokenRequestError("closed inside of the body")
            filled += got
        return bytes(whole)

    def _skip(self, length: int) -> None:
        length -= len(self._rest)
        self._rest = b""
        while length > 0:
            piece = self.sock.recv(min(length, _PIECE))
            if not piece:
                raise BrokenRequestError("closed inside of the body")
            length -= len(piece)

    def _read_chunks(self, most_bytes: int) -> bytes | None:
        body = bytearray()
        while True:
            line = self._read_line()
            try:
                length = int(line.partition(b";")[0], 16)
            except ValueError:
                raise BrokenRequestError("chunk without a length") from None
            body += self._read(length)
            self._read_line()
            if not length:
                return bytes(body) if len(body) <= most_bytes else None
            if len(body) > most_bytes:
                body[most_bytes + 1 :] = b""

    def _read_line(self) -> bytes:
        while b"\r\n" not in self._rest:
            piece = self.sock.recv(_PIECE)
            if not piece or len(self._rest) > MOST_HEAD_BYTES:
                raise BrokenRequestError("closed inside of a chunk")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\r\n")
        return line

    def reset(self) -> None:
        """End with RST: what the peer has not read yet is lost to it."""
        # SO_LINGER on, zero seconds: close() drops everything and sends RST (tcp(7)).
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait_for_the_end(self) -> None:
        """Say nothing until the peer gives up."""
        while self.sock.recv(_PIECE):
            pass


def _parse_head(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BrokenRequestError(f"no HTTP: {first[:40]}")
    method, target, version = parts
    path, _, query = target.partition("?")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip():
            raise BrokenRequestError(f"no header: {line[:40]}")
        headers[name.lower()] = value.strip()
    if version == "HTTP/1.0":
        headers.setdefault("connection", "close")
    return Request(
        method=method,
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
    )
