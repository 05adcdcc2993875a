"""The server process: a socket, uvicorn, and signals. The only importer of uvicorn."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Final

import uvicorn

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
    keys = parse_keys(read_environment().secret)
    path = config.store.path
    open_store(path, create=False).close()  # what is wrong with it is said now, not at a reader
    with (
        _listen(host, port) as listener,
        Writer(partial(Departures, path, keys, read_now)) as writer,
    ):
        server = _server(make_app(Desk(Pages(config), keys, writer), config.subscribers.url))
        with _stopping_is_success(server):
            ready(_address(listener))
            server.run(sockets=[listener])


def _server(app: Callable[..., object]) -> uvicorn.Server:
    settings = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
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


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise DigestError(
            f"cannot listen there: {error.strerror}",
            where=f"{host}:{port}",
            remedy="Name another place: --host and --port, or [web] in config.toml.",
        ) from error


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
