"""A server on 127.0.0.1 that does on its connections exactly what a test says."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._rest = b""

    def request(self) -> bytes:
        """Return one whole HTTP request; b"" at the end of the connection."""
        head = self.until(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")),
            0,
        )
        while len(self._rest) < length and (data := self._sock.recv(65536)):
            self._rest += data
        body, self._rest = self._rest[:length], self._rest[length:]
        return head + body

    def until(self, mark: bytes) -> bytes:
        """Return what comes up to and with `mark`."""
        while mark not in self._rest:
            data = self._sock.recv(65536)
            if not data:
                return b""
            self._rest += data
        before, _, self._rest = self._rest.partition(mark)
        return before + mark

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self._sock.sendall(data)

    def drip(self, data: bytes, seconds: float) -> None:
        """Send one byte after the other."""
        for number in data:
            self._sock.sendall(bytes([number]))
            time.sleep(seconds)

    def wait(self) -> None:
        """Say nothing until the other side leaves."""
        while self._sock.recv(65536):
            pass

    def reset(self) -> None:
        """End the connection with a RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()


def steps(*plays: "Play") -> "Play":
    """Return a play of several, one after the other."""

    def play(peer: Peer) -> None:
        for one in plays:
            one(peer)

    return play


#: What happens on one connection; afterwards it is closed.
Play = Callable[[Peer], object]


class RawServer:
    """Plays its n-th play on its n-th connection, the last one on all further ones."""

    def __init__(self, *plays: Play, context: ssl.SSLContext | None = None) -> None:
        self._plays = plays
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Listen no more, and wait for what is under way."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._accepting, *self._threads):
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            play = self._plays[min(self.connections, len(self._plays) - 1)]
            self.connections += 1
            thread = threading.Thread(target=self._play, args=(sock, play), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _play(self, sock: socket.socket, play: Play) -> None:
        sock.settimeout(10)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(sock.close)
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True)
                stack.callback(sock.close)
            play(Peer(sock))


@contextlib.contextmanager
def raw_server(*plays: Play, context: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Run a server while the block lasts."""
    server = RawServer(*plays, context=context)
    try:
        yield server
    finally:
        server.stop()


def answering(*answers: bytes) -> Play:
    """Return a play that answers requests in turn and then closes."""

    def play(peer: Peer) -> None:
        for answer in answers:
            if not peer.request():
                return
            peer.say(answer)

    return play


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer as it goes over the line."""
    lines = [f"HTTP/1.1 {status} Said", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body
