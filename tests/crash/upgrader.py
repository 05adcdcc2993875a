"""`python -m crash.upgrader FOLDER`: kills the making of a store at each of its statements.

Prints how many kills there were, and what was wrong afterwards, as JSON.
"""

import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from digest.errors import DigestError
from digest.store.database import VERSION, Database, open_store, upgrade


def main() -> None:
    """Kill at statement 1, 2, … until none is left to be killed at."""
    folder = Path(sys.argv[1])
    faults: list[str] = []
    kills = 0
    while True:
        path = folder / f"store-{kills}.db"
        if not _is_killed(path, kills + 1):
            break
        kills += 1
        faults += _faults(path, kills)
    sys.stdout.write(json.dumps({"kills": kills, "faults": faults}))


def _is_killed(path: Path, fatal: int) -> bool:
    child = os.fork()
    if child == 0:
        try:
            _upgrade(path, fatal)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _upgrade(path: Path, fatal: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    passed = 0

    def count(_statement: str) -> None:
        nonlocal passed
        passed += 1
        if passed == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    connection.set_trace_callback(count)
    upgrade(Database(connection, str(path)))


def _faults(path: Path, fatal: int) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    faults = []
    if (version == 0) != (tables == 0):
        faults.append(f"killed at statement {fatal}: version {version} with {tables} tables")
    try:
        with closing(open_store(str(path))) as database:
            (now,) = database.connection.execute("PRAGMA user_version").fetchone()
    except DigestError as error:
        faults.append(f"killed at statement {fatal}: {error}")
    else:
        if now != VERSION:
            faults.append(f"killed at statement {fatal}: version {now} after opening")
    return faults


if __name__ == "__main__":
    main()
