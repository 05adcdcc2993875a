"""`digest schedule`: looks at clock and ledger every half minute, and lets children do the work.

A look with nothing due opens the store, reads a few rows and writes nothing. Reads the settings
anew when their file has changed; wrong ones are told, and the last good ones stay.
"""

import os
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from digest.config.environment import Environment
from digest.config.load import load_config
from digest.errors import DigestError
from digest.runs.clock import read_now
from digest.runs.ping import ping
from digest.runs.tick import look
from digest.schedule.logs import Log
from digest.schedule.sd_notify import Notifier
from digest.schedule.workers import Workers
from digest.store.database import open_store
from digest.store.notices import due_notices
from digest.store.times import in_ms

#: A monitor hears of a service that has nothing to do this often.
_HEARTBEAT: Final = timedelta(hours=1)
#: A child that only tells what is left to tell.
NOTICES: Final = "notices"


class Service:
    """The ticking half of the schedule.

    Args:
        config_path: config.toml as the user named it.
        environment: secrets and addresses; handed on to children by the machine.
        workers: start and end children.
        log: where everything is said.
        notifier: tells systemd.
    """

    def __init__(
        self,
        config_path: str,
        environment: Environment,
        workers: Workers,
        log: Log,
        notifier: Notifier,
    ) -> None:
        self._path = config_path
        self._environment = environment
        self._workers = workers
        self._log = log
        self._notifier = notifier
        self._config = load_config(config_path)
        self._seen = _changed_at(config_path)
        self._trouble = ""
        self._next_ping: datetime | None = None

    def tick(self) -> None:
        """Look once, and start what is due. Never raises for what is wrong outside."""
        self._workers.reap()
        self._reload()
        try:
            self._look(read_now())
        except DigestError as error:
            # The same trouble is said once, not every half minute.
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._log.error("failed", reason=self._trouble)
        except Exception as error:  # noqa: BLE001  a bug of ours: systemd restarts what does not say that it lives
            self._log.error("bug", reason=f"{type(error).__name__}: {error}")
            return
        else:
            if self._trouble:
                self._log.info("recovered")
            self._trouble = ""
        self._notifier.watchdog()

    def close(self) -> None:
        """End: let children finish what is on its way."""
        self._workers.stop()

    def _look(self, now: datetime) -> None:
        with closing(open_store(self._config.store.path)) as database:
            duties = look(self._config, database, now)
            is_telling = bool(due_notices(database, in_ms(now)))
        due = list(dict.fromkeys(duty.newsletter for duty in duties))
        for newsletter in due:
            self._workers.begin(newsletter)
        if is_telling and not due:
            self._workers.begin(NOTICES)
        busy = self._workers.busy
        self._notifier.status(f"working on {', '.join(busy)}" if busy else "waiting")
        if not busy:
            self._beat(now)

    def _beat(self, now: datetime) -> None:
        """Tell the monitor that the service lives."""
        if self._next_ping and now < self._next_ping:
            return
        self._next_ping = now + _HEARTBEAT
        if wrong := ping(self._environment.ping_url, "success", "the schedule runs"):
            self._log.warning("no ping", reason=wrong)

    def _reload(self) -> None:
        changed = _changed_at(self._path)
        if changed == self._seen:
            return
        self._seen = changed
        try:
            config = load_config(self._path)
        except DigestError as error:
            self._log.error("settings not read", reason=str(error))
            return
        self._config = config
        self._log.info("settings read")


def run_service(
    service: Service,
    wait: Callable[[Callable[[], object]], object],
    log: Log,
    notifier: Notifier,
) -> None:
    """Run until `wait` returns.

    Args:
        service: what ticks.
        wait: starts the ticking, and returns when the service shall end.
        log: where it is said.
        notifier: tells systemd.
    """
    log.info("started", pid=os.getpid())
    notifier.ready()
    try:
        wait(service.tick)
    finally:
        notifier.stopping()
        log.info("stopping")
        service.close()
        log.info("stopped")


def make_workers(config_path: str, form: str, log: Log) -> Workers:
    """Return what starts children with these settings."""
    command = ["schedule", "--once", "--config", config_path, "--log-format", form]
    return Workers(command, log, monotonic=time.monotonic)


def _changed_at(path: str) -> tuple[int, int]:
    """Return what changes with a file: when it was written, and its size."""
    try:
        found = Path(path).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
