"""The process: a socket of this computer, uvicorn, watcher and worker in one loop.

The only importer of uvicorn in the workbench.
"""

import asyncio
import secrets
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn

from digest.errors import DigestError
from digest.workbench.app import Workbench, make_app
from digest.workbench.bench import Bench
from digest.workbench.builder import Builder
from digest.workbench.watcher import watch

#: Only programs on this computer can connect.
_HOST: Final = "127.0.0.1"
_GRACE_SECONDS: Final = 5


def serve(
    config_path: str, ask: Mapping[str, Any], port: int, *, ready: Callable[[str], object]
) -> None:
    """Show the workbench until the process is told to stop (SIGTERM, Ctrl-C).

    Args:
        config_path: config.toml, as the user named it.
        ask: which issue, as values of `runs.choose.Ask`.
        port: 0: any that is free.
        ready: called with the address of the page once it answers.

    Raises:
        DigestError: the port is taken.
    """
    listener = _listen(port)
    port = listener.getsockname()[1]
    token = secrets.token_urlsafe(24)
    with listener, suppress(KeyboardInterrupt):
        address = f"http://{_HOST}:{port}/{token}/"
        asyncio.run(_run(config_path, ask, listener, token, lambda: ready(address)))


async def _run(
    config_path: str,
    ask: Mapping[str, Any],
    listener: socket.socket,
    token: str,
    ready: Callable[[], object],
) -> None:
    builder = Builder()
    bench = Bench(builder, config_path, ask)
    port = listener.getsockname()[1]
    server = _Server(_settings(make_app(Workbench(bench, token, port))), bench, ready)
    tasks = [asyncio.create_task(bench.run()), asyncio.create_task(watch(bench, config_path))]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        # A bug in any of them ends all: a page that does not follow its files would lie.
        await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        server.should_exit = True
        await bench.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(serving, *tasks, return_exceptions=True)
        await builder.close()


class _Server(uvicorn.Server):
    """uvicorn, that says when it answers, and lets go those who listen for changes at the end."""

    def __init__(
        self, settings: uvicorn.Config, bench: Bench, ready: Callable[[], object]
    ) -> None:
        super().__init__(settings)
        self._bench = bench
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when asked to, and let the process go on to its end: uvicorn would raise again."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self.handle_exit, each, None)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; streams of events end first."""
        await self._bench.close()
        await super().shutdown(sockets)


def _settings(app: Callable[..., object]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # the path is the key
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server((_HOST, port))
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or str(error)).partition(" (")[0]
        raise DigestError(
            f"cannot listen there: {why}",
            where=f"{_HOST}:{port}",
            remedy="Name another port, or leave --port away: any that is free.",
        ) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
