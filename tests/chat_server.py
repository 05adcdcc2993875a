"""A chat's webhook or a monitor on 127.0.0.1 that keeps what it is told."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

#: Nobody may see it: who knows it can write there.
HOOK = "/services/T0/B0/canary-of-the-hook"


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    content_type: str
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON values."""
        return json.loads(self.body)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, method: str, body: bytes) -> None:
        assert isinstance(self.server, ChatServer)
        kind = self.headers.get("Content-Type", "")
        self.server.asked.append(Asked(method, self.path, kind, body))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        pass


class ChatServer(ThreadingHTTPServer):
    """What is known of the running server."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        #: Answers of the next requests; then 200.
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def hook(self) -> str:
        """The secret address."""
        return self.url + HOOK


@contextlib.contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Run a server while the block lasts."""
    server = ChatServer()
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
