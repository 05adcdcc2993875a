"""Connections on which nothing comes."""

import socket
import threading
from typing import Any

import pytest

from digest.web import server as servers


def test_a_connection_that_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_HEAD_SECONDS", 0.1)
    asked: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    server = servers._server(app)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        with (
            socket.create_connection(("127.0.0.1", port), timeout=3) as silent,
            socket.create_connection(("127.0.0.1", port), timeout=3) as slow,
            socket.create_connection(("127.0.0.1", port), timeout=3) as good,
        ):
            slow.sendall(b"GET /slow HTTP/1.1\r\n")
            good.sendall(b"GET /good HTTP/1.1\r\nHost: x\r\n\r\n")

            assert silent.recv(100) == b""
            assert slow.recv(100) == b""
            assert good.recv(1000).startswith(b"HTTP/1.1 200")
            good.sendall(b"GET /again HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200" in good.recv(1000)
        server.should_exit = True
        thread.join(10)

    assert asked == ["/good", "/again"]
