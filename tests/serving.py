"""`digest serve` as readers meet it: a process of its own, on this machine, with a real store."""

import base64
import http.client
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from command import environment
from digest.delivery.links import UNSUBSCRIBE, Key, signer
from digest.store.database import open_store

KEY = Key("t1", bytes(range(32)))
SECRET = f"{KEY.name}:{base64.b64encode(KEY.secret).decode()}"
PAIR = b"List-Unsubscribe=One-Click"
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=---FormBoundaryjWmhtjORrn"}
#: RFC 8058 in its spelling.
PARTS = (
    b"-----FormBoundaryjWmhtjORrn\r\n"
    b'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    b"One-Click\r\n"
    b"-----FormBoundaryjWmhtjORrn--\r\n"
)


def address(reader: int) -> str:
    """Return the address of a reader of `make_store`."""
    return f"reader{reader}@example.org"


def make_store(path: Path, readers: int) -> Path:
    """Write a store with so many active readers, numbered from 1."""
    with closing(open_store(str(path))) as database, database.transaction() as connection:
        connection.executemany(
            "INSERT INTO subscriber (id, address, address_key, state, created_at, changed_at)"
            " VALUES (?, ?, ?, 'active', 0, 0)",
            ((number, address(number), address(number)) for number in range(1, readers + 1)),
        )
    return path


def token(
    reader: int,
    newsletter: str = "weekly",
    *,
    of: str | None = None,
    purpose: str = UNSUBSCRIBE,
    key: Key = KEY,
) -> str:
    """Return the token of a reader, signed for the address `of`."""
    return signer(key, purpose, newsletter)(reader, address(reader) if of is None else of)


def standing(path: Path) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return reader → state and the newsletters they left, of all who are not as they were."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT id, state, newsletters_left FROM subscriber"
            " WHERE state <> 'active' OR newsletters_left <> ''"
        ).fetchall()
    return {number: (state, tuple(left.split())) for number, state, left in rows}


class Answer(NamedTuple):
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def same(self) -> tuple[int, dict[str, str], bytes]:
        """All of it that may be compared: the time of day may differ."""
        headers = {name: value for name, value in self.headers.items() if name != "date"}
        return self.status, headers, self.body


class Served:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request over a connection of its own."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)) as connection:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())

    def one_click(self, word: str) -> Answer:
        """Do what a mail program does."""
        return self.ask("POST", f"/u/{word}", PAIR, URLENCODED)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """End it; return exit code, what it printed, and its log."""
        self.process.send_signal(how)
        assert self.process.stdout
        out = self.process.stdout.read()
        return self.process.wait(40), out, self.log.read_text()


@contextmanager
def serving(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Run `digest serve` in `folder`."""
    log = folder / "serve.log"  # a pipe nobody reads would stop the server when it is full
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "digest", "serve", "--port", "0", *words],
            cwd=folder,
            env=environment() | {"DIGEST_SECRET": SECRET, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("listening"), log.read_text()
            yield Served(process, int(line.partition("/u/")[0].rpartition(":")[2]), log)
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
