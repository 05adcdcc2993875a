"""The service as systemd runs it: a real process in real time, killed and stopped by number."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from command import environment
from digest.store.database import open_store
from digest.store.ledger import Ledger
from fake_sendgrid import FakeSendGrid
from serving import SECRET
from year.clock import in_ms
from year.site import Site, write_config

_KEYS = {
    "title": "The minute",
    "timezone": "Etc/UTC",
    "window": "since last issue",
    "cut_off": "1 minute",
    "min_articles": 1,
}
NEWSLETTER = "minutely"
#: On a busy machine the next minute may come before an issue is ready: then it is missed.
_OVER = {"sent", "held", "missed"}


def utc_now() -> datetime:
    """Return the present moment of this machine."""
    return datetime.now(tz=UTC)


class Publisher:
    """A folder whose newsletter comes by a pattern of cron, and its service."""

    def __init__(self, folder: Path, fake: FakeSendGrid, pattern: str, readers: int) -> None:
        self.site = Site(folder / "site", readers)
        self._fake = fake
        self._log = folder / "service.log"
        self._log.touch()
        self._socket = folder / "notify"
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(self._socket))
        self._ear.settimeout(0.1)
        #: What systemd heard.
        self.heard: list[str] = []
        # As systemd does: the queue of a socket holds ten.
        self._is_closed = False
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.services: list[int] = []
        keys = {**_KEYS, "schedule": f"cron: {pattern}"}
        write_config(self.site.config, {NEWSLETTER: keys}, '\n[schedule]\nmin_gap = "0 minutes"\n')
        self._pattern = pattern

    def close(self) -> None:
        """Listen no longer."""
        self._is_closed = True
        self._listener.join()
        self._ear.close()

    def write_stories(self, since: datetime, until: datetime) -> None:
        """Write an article for each twenty seconds."""
        while since < until:
            token = f"story{since:%H%M%S}"
            self.site.write(token, NEWSLETTER, since, name=token)
            since += timedelta(seconds=20)

    def begin_at(self, moment: datetime) -> None:
        """Let the schedule have been looked at until a moment."""
        known = {"schedule": f"cron: {self._pattern}", "zone": "Etc/UTC", "since": in_ms(moment)}
        with closing(open_store(str(self.site.store))) as database:
            Ledger(database).set_fact(f"schedule:real:{NEWSLETTER}", json.dumps(known))

    @contextmanager
    def serving(self, every: str) -> Iterator[subprocess.Popen[bytes]]:
        """Give a running service; whatever is left of it is ended."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "digest", "schedule", "--every", every),
                    *("--log-format", "json", "--config", str(self.site.config)),
                ],
                cwd=self.site.folder,
                env=environment() | self.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            self.services.append(process.pid)
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()

    @property
    def variables(self) -> dict[str, str]:
        """What the environment of a command says."""
        return {
            "SENDGRID_API_KEY": "SG.fake",
            "DIGEST_SENDGRID_URL": self._fake.url,
            "DIGEST_SECRET": SECRET,
            "NOTIFY_SOCKET": str(self._socket),
            "WATCHDOG_USEC": "30000000",
        }

    def _listen(self) -> None:
        while not self._is_closed:
            with suppress(TimeoutError):
                self.heard.append(self._ear.recv(4096).decode())

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log, each of which is JSON or this fails."""
        lines = self._log.read_text().splitlines()
        # What a command says to a person stands on stderr of the child that gave it.
        return [json.loads(line) for line in lines if line.startswith("{")]

    def said(self) -> str:
        """Return all that was said."""
        return self._log.read_text()

    def issues(self) -> dict[str, str]:
        """Return slot → state."""
        with closing(sqlite3.connect(self.site.store, timeout=20)) as connection:
            return dict(
                connection.execute("SELECT slot, state FROM issue WHERE realm = 'real' ORDER BY 1")
            )

    def batches(self) -> dict[str, int]:
        """Return state of a batch → readers."""
        with closing(sqlite3.connect(self.site.store, timeout=20)) as connection:
            return dict(connection.execute("SELECT state, sum(readers) FROM batch GROUP BY 1"))

    def mails(self) -> int:
        """Return how many requests with mail to readers SendGrid took."""
        return sum(entry.attempt is not None for entry in self._fake.ledger)


def children(pid: int) -> list[int]:
    """Return the child processes of a process."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        text = ""
    # The service starts them from the thread that ticks.
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            text += " " + task.read_text()
    return sorted(set(map(int, text.split())))


def kill(pid: int) -> None:
    """End a process that may have ended already."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_until(is_so: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something; it must come."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def run_minutes(publisher: Publisher, minutes: int) -> int:
    """Let the service live over some slots, killed between and in them; return the kills.

    In each odd minute a child is killed as it begins to send, or the service is; the service a
    little later once more.
    """
    first = utc_now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    publisher.write_stories(first - timedelta(minutes=2), first + timedelta(minutes=minutes + 3))
    kills = 0
    for number in range(minutes):
        moment = first + timedelta(minutes=number)
        with publisher.serving("1") as service:
            before = publisher.mails()
            if number == 0:
                # Slots count from when the service first looks; it freezes for the next minute.
                wait_until(lambda: publisher.heard.count("READY=1"))
            if number % 2 == 0:
                wait_until(partial(_has_more, publisher, before), 100)
                kills += 1 + len(found := children(service.pid))
                for child in found:
                    kill(child)
                service.kill()
            else:
                wait_until(partial(_is_past, moment + timedelta(seconds=3)), 100)
                kills += 1
                service.kill()
    last = f"{first + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"
    with publisher.serving("1") as service:
        wait_until(lambda: publisher.issues().get(last) in _OVER, 240)
        service.terminate()
        assert service.wait(30) == 0
    return kills


def _has_more(publisher: Publisher, before: int) -> bool:
    return publisher.mails() > before


def _is_past(moment: datetime) -> bool:
    return utc_now() >= moment
