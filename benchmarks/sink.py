"""A server that takes any request as fast as it comes and answers 202, for timing senders.

It reads bodies without looking at them, so that the sender is what is timed. One thread.
Prints its port, serves until its standard input ends.
"""

import heapq
import selectors
import socket
import sys
import time
from dataclasses import dataclass

_ANSWER = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: sink\r\nContent-Length: 0\r\n\r\n"
_BUFFER = bytearray(1 << 20)


@dataclass(slots=True, eq=False)
class _Line:
    """One connection."""

    sock: socket.socket
    head: bytes = b""
    #: Bytes of the body still to come; -1: the head is not complete.
    missing: int = -1


def main() -> None:
    """Serve until standard input ends."""
    latency = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    listener.setblocking(False)  # noqa: FBT003  the library's signature
    print(listener.getsockname()[1], flush=True)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(sys.stdin, selectors.EVENT_READ)
    due: list[tuple[float, int, _Line]] = []
    number = 0
    while True:
        wait = max(0.0, due[0][0] - time.monotonic()) if due else None
        for key, _ in selector.select(wait):
            if key.fileobj is sys.stdin:
                return
            if key.fileobj is listener:
                sock, _ = listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(sock, selectors.EVENT_READ, _Line(sock))
            elif _is_whole(selector, key.data):
                number += 1
                heapq.heappush(due, (time.monotonic() + latency, number, key.data))
        while due and due[0][0] <= time.monotonic():
            _answer(due)


def _answer(due: list[tuple[float, int, _Line]]) -> None:
    line = heapq.heappop(due)[2]
    try:
        line.sock.sendall(_ANSWER)
    except OSError:
        line.sock.close()


def _is_whole(selector: selectors.BaseSelector, line: _Line) -> bool:
    """Read what has come; return whether a request is complete."""
    try:
        size = line.sock.recv_into(_BUFFER)
    except OSError:
        size = 0
    if not size:
        selector.unregister(line.sock)
        line.sock.close()
        return False
    if line.missing < 0:
        line.head += bytes(_BUFFER[:size])
        head, end, body = line.head.partition(b"\r\n\r\n")
        if not end:
            return False
        lengths = [
            int(field.partition(b":")[2])
            for field in head.split(b"\r\n")
            if field.lower().startswith(b"content-length:")
        ]
        line.missing = lengths[0] - len(body)
        line.head = b""
    else:
        line.missing -= size
    if line.missing > 0:
        return False
    line.missing = -1
    return True


if __name__ == "__main__":
    main()
