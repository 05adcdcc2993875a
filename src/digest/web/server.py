"""The server process: a socket, uvicorn, and signals. The only importer of uvicorn."""

import asyncio
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from digest.config.environment import read_environment
from digest.config.secrets import parse_keys
from digest.config.settings import Config
from digest.errors import DigestError
from digest.runs.clock import read_now
from digest.store.database import open_store
from digest.web.app import Desk, make_app
from digest.web.departures import Departures
from digest.web.pages import Pages
from digest.web.writer import Writer

#: Bytes of one request's head: a link has 200, a browser adds 2,000.
_LONGEST_HEAD: Final = 16 * 1024
#: For the head of the first request on a connection.
_HEAD_SECONDS: Final = 20.0
#: For requests that are being answered when the server is told to stop.
_GRACE_SECONDS: Final = 30


def serve(config: Config, host: str, port: int, *, ready: Callable[[str], None]) -> None:
    """Answer readers until the process is told to stop (SIGTERM, Ctrl-C).

    Args:
        config: the publisher's settings.
        host: name or address of this machine to listen at.
        port: 0: any that is free.
        ready: called with the address once connections are taken.

    Raises:
        NotReadyError: DIGEST_SECRET is not set, or wrong.
        StoreError: there is no store, or it cannot be used.
        DigestError: the address is taken or is none of this machine.
    """
    _allow_many_connections()
    keys = parse_keys(read_environment().secret)
    path = config.store.path
    open_store(path, create=False).close()  # what is wrong with it is said now, not at a reader
    with (
        _listen(host, port) as listener,
        Writer(Departures(path, keys, read_now)) as writer,
    ):
        server = _server(make_app(Desk(Pages(config), keys, writer), config.subscribers.url))
        with _stopping_is_success(server):
            ready(_address(listener))
            server.run(sockets=[listener])


def _server(app: Callable[..., object]) -> uvicorn.Server:
    settings = uvicorn.Config(
        app,
        loop="asyncio",
        http=_Impatient,
        ws="none",
        lifespan="off",
        log_config=None,
        # A path is a reader's token; the log says who left by number.
        access_log=False,
        server_header=False,
        # Nothing here depends on who asks, so nobody need be believed about it.
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )
    return uvicorn.Server(settings)


def _allow_many_connections() -> None:
    """Raise the number of open files to what this process may have: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class _Impatient(H11Protocol):
    """A connection that is closed when the head of its first request does not come.

    uvicorn waits for ever, and so would a thousand sockets that say nothing.
    """

    def connection_made(  # type: ignore[override]  # as uvicorn has it
        self, transport: asyncio.Transport
    ) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        why = (error.strerror or str(error)).partition(" (")[0]  # the place is said already
        raise DigestError(
            f"cannot listen there: {why}",
            where=f"{host}:{port}",
            remedy="Name another place: --host and --port, or [web] in config.toml.",
        ) from error
    # Connections inherit it. asyncio does it only for sockets that name the protocol, and head
    # and body, written apart, then wait 40 ms for each other (RFC 896, RFC 1122 §4.2.3.2).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _stopping_is_success(server: uvicorn.Server) -> Iterator[None]:
    """Let the process go on to its end after a signal.

    uvicorn stops cleanly, then raises the signal again for whoever was asked before it.
    """

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  signal's signature
        server.should_exit = True  # before uvicorn listens to signals; afterwards it is so

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
