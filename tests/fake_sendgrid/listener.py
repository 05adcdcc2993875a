"""A listening socket on the loopback: a thread per connection, and a clean end."""

import contextlib
import socket
import threading
from collections.abc import Callable


class Listener:
    """Accepts until stopped; stopping wakes every connection that waits."""

    def __init__(self, serve: Callable[[socket.socket], None], port: int = 0) -> None:
        self._serve = serve
        self._socket = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.stopping = threading.Event()
        #: Connections accepted so far.
        self.accepted = 0
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._thread = threading.Thread(target=self._accept, name="fake-accept", daemon=True)

    def start(self) -> None:
        """Begin to accept."""
        self._thread.start()

    def stop(self) -> None:
        """Close everything and wait for the threads."""
        self.stopping.set()
        # Linux: shutdown wakes a thread in accept(); close alone does not.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()
        with self._lock:
            left = list(self._open.items())
        for sock, _ in left:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for _, thread in left:
            thread.join(5)

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._run, args=(sock,), daemon=True)
            with self._lock:
                self.accepted += 1
                self._open[sock] = thread
            thread.start()

    def _run(self, sock: socket.socket) -> None:
        try:
            self._serve(sock)
        except OSError:
            # The peer left, in one of many ways; that is its business.
            pass
        finally:
            with self._lock:
                self._open.pop(sock, None)
            sock.close()


def junk_tls(sock: socket.socket) -> None:
    """Serve one connection of fault F19: an answer to ClientHello that is no TLS."""
    sock.recv(65_536)
    sock.sendall(b"\x00junk instead of ServerHello\xff" * 8)
