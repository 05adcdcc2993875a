"""Starts, stops and ends senders, and the fake they send to: the harness's side of the pipes."""

import http.client
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from crash.history import Mailed, read_mailed
from crash.stores import ROOT, child_environment


class Ended(NamedTuple):
    """How a sender ended."""

    #: Exit code; -9 when it was killed; None: it is still running.
    code: int | None
    #: State of the issue, as the sender saw it; or "".
    state: str = ""
    error: str = ""
    #: Points it passed, where it counted them.
    points: int = 0
    passed: tuple[str, ...] = ()

    @property
    def is_killed(self) -> bool:
        """Whether it was killed."""
        return self.code == -signal.SIGKILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a sender is told."""

    store: Path
    slot: str
    url: str
    batch: int = 4
    in_flight: int = 1
    read_seconds: float = 0.3
    #: See `sender.py`.
    more: dict[str, object] = field(default_factory=dict)


class Senders:
    """The process that forks senders."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._count = 0
        self._reports: dict[int, Path] = {}

    def start(self, order: Order, **more: object) -> int:
        """Start a sender; return its process number."""
        self._count += 1
        report = self._folder / f"report-{self._count}"
        wish = {
            "do": "start",
            "report": str(report),
            "store": str(order.store),
            "slot": order.slot,
            "url": order.url,
            "batch": order.batch,
            "in_flight": order.in_flight,
            "read_seconds": order.read_seconds,
        }
        pid = int(self._ask({**wish, **order.more, **more})["pid"])
        self._reports[pid] = report
        return pid

    def signal(self, pid: int, number: signal.Signals) -> None:
        """Send a signal to a sender that was started here and not waited for."""
        self._ask({"do": "signal", "pid": pid, "signal": int(number)})

    def wait(self, pid: int, seconds: float = 60.0) -> Ended:
        """Wait for a sender; return how it ended, or that it has not."""
        answer = self._ask({"do": "wait", "pid": pid, "seconds": seconds})
        if not answer["ended"]:
            return Ended(None)
        report = self._reports.pop(pid)
        if not report.is_file():
            return Ended(answer["code"])
        found = json.loads(report.read_text())
        report.unlink()
        return Ended(
            answer["code"],
            found["state"],
            found["error"],
            found["points"],
            tuple(found.get("passed", ())),
        )

    def run(self, order: Order, *, kill_after: float | None = None, **more: object) -> Ended:
        """Run a sender to its end, or kill it after some seconds."""
        pid = self.start(order, **more)
        if kill_after is not None:
            ended = self.wait(pid, kill_after)
            if ended.code is not None:
                return ended
            self.signal(pid, signal.SIGKILL)
        return self.wait(pid)

    def _ask(self, wish: dict[str, object]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def starting() -> Iterator[Senders]:
    """Give a process that forks senders; end it, and what it started, afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "crash.sender"],
            cwd=ROOT,
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        # Leaving closes its stdin, which it takes as the end.
        yield Senders(process, Path(folder))


class Fake:
    """A fake SendGrid in a process of its own, and the file it writes before it answers."""

    def __init__(self, url: str, ledger: Path) -> None:
        self.url = url
        self.ledger = ledger
        self._offset = 0

    def forget(self) -> None:
        """Begin anew: no faults, no mails, counts from zero; earlier lines are not read again."""
        self.ask("reset", {})
        self._offset = self.ledger.stat().st_size

    def fault(self, **wish: object) -> None:
        """Order a fault, or chance; see `fake_sendgrid/control.py`."""
        self.ask("faults", wish)

    def mailed(self) -> tuple[Mailed, ...]:
        """Return what was accepted since `forget`."""
        return read_mailed(self.ledger, self._offset)

    def release(self, batch_id: str) -> None:
        """Make room for another cancellation."""
        self._request("DELETE", f"/v3/user/scheduled_sends/{batch_id}", None, 204)

    def fates(self) -> set[str]:
        """Return where the mails accepted since `forget` are."""
        entries = json.loads(self._request("GET", "/_fake/ledger?readers=0", None))["accepted"]
        return {entry["fate"] for entry in entries}

    def ask(self, path: str, wish: dict[str, object]) -> None:
        """POST to one of the fake's own paths."""
        self._request("POST", f"/_fake/{path}", wish)

    def _request(
        self, method: str, path: str, wish: dict[str, object] | None, status: int = 200
    ) -> bytes:
        host = self.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            words = None if wish is None else json.dumps(wish)
            connection.request(method, path, words, {"Authorization": "Bearer SG.fake"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == status, body
            return body
        finally:
            connection.close()


@contextmanager
def faking() -> Iterator[Fake]:
    """Give a fake SendGrid; end it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.jsonl"
        with subprocess.Popen(
            [
                *(sys.executable, "-m", "fake_sendgrid", "--quiet"),
                *("--ledger", str(ledger), "--drip", "0.005"),
            ],
            cwd=ROOT,
            env=child_environment(),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stdout
                yield Fake(process.stdout.readline().strip(), ledger)
            finally:
                process.send_signal(signal.SIGTERM)
                # Its last words must not meet a closed pipe.
                process.communicate()
