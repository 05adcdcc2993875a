"""Ticks as the service does: `schedule_one.py CONFIG TICKS` prints what they took, as JSON.

ticks      milliseconds of each

cost       those of the processor
bare       milliseconds to open, read one row of and close the same store, between them
written    what of the store changed meanwhile
apscheduler   MiB and milliseconds that importing and starting it cost
"""

import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

_WARMING = 20


def main() -> None:
    """Tick, and print."""
    config_path, ticks = sys.argv[1], int(sys.argv[2])
    begun_with, begun = _resident(), time.perf_counter()
    from digest.schedule.ticker import Ticker  # noqa: PLC0415  this is what is measured

    ticker = Ticker(lambda: None, timedelta(seconds=300))
    ticker.start()
    apscheduler = (_resident() - begun_with, (time.perf_counter() - begun) * 1000)
    ticker.stop()

    from digest.config.environment import Environment  # noqa: PLC0415  after it
    from digest.config.load import load_config  # noqa: PLC0415
    from digest.schedule.logs import Log  # noqa: PLC0415
    from digest.schedule.sd_notify import Notifier  # noqa: PLC0415
    from digest.schedule.service import Service, make_workers  # noqa: PLC0415

    log, environment = Log(sys.stderr), Environment()
    workers = make_workers(config_path, "text", log)
    service = Service(config_path, environment, workers, log, Notifier(environment))
    store = Path(load_config(config_path).store.path)
    for _ in range(_WARMING):
        service.tick()
    took, cost, bare = [], [], []
    before_all = _content(store)
    for _ in range(ticks):
        begun_at = time.process_time()
        took.append(_timed(service.tick))
        cost.append((time.process_time() - begun_at) * 1000)
        bare.append(_timed(lambda: _look(store)))
    written = [] if _content(store) == before_all else ["the file"]
    with closing(sqlite3.connect(store)) as watcher:
        # With another connection open the log stays, and shows what goes into it.
        version, log_size = _version(watcher), _size(store.with_name(f"{store.name}-wal"))
        for _ in range(_WARMING):
            service.tick()
        written += ["data_version"] if _version(watcher) != version else []
        written += ["the log"] if _size(store.with_name(f"{store.name}-wal")) != log_size else []
    sys.stdout.write(
        json.dumps(
            {
                "ticks": took,
                "cost": cost,
                "bare": bare,
                "written": written,
                "busy": workers.busy,
                "apscheduler": apscheduler,
            }
        )
    )


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _look(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("SELECT max(id) FROM issue").fetchone()


def _content(store: Path) -> tuple[int, str]:
    """Return time of change and hash of the file."""
    with store.open("rb") as file:
        return store.stat().st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _version(watcher: sqlite3.Connection) -> int:
    watcher.execute("SELECT max(id) FROM issue").fetchone()
    (version,) = watcher.execute("PRAGMA data_version").fetchone()
    return int(version)


def _resident() -> float:
    """Return the MiB of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
