"""One of the processes `subscribers.py` times; prints how many readers it dealt with."""

import csv
import gc
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from digest.runs.subscriber_files import opened
from digest.store.database import open_store
from digest.store.importing import Import, import_records
from digest.store.listing import iterate_readers
from digest.subscribers.parse import Parsed, parse_subscribers
from digest.subscribers.record import ImportRules
from digest.subscribers.states import State

_PIECE = 10_000
_PAGE = 1000
_TABLE = """
CREATE TABLE subscriber (
    id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, address_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    frequency TEXT NOT NULL DEFAULT '', categories TEXT NOT NULL DEFAULT '',
    newsletters TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '',
    newsletters_left TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT"""
_INSERT = (
    "INSERT INTO subscriber (address, address_key, name, state, frequency, created_at, changed_at)"
    " VALUES (?, ?, ?, 'active', ?, 1, 1) ON CONFLICT DO NOTHING"
)
_READ = (
    "SELECT id, address, name FROM subscriber WHERE id > ? AND state = 'active'"
    " ORDER BY id LIMIT ?"
)


def main() -> None:
    """Do what the command line names."""
    gc.disable()  # as the command does
    what, *paths = sys.argv[1:]
    match what:
        case "start":
            open_store(paths[0]).close()
            done = 0
        case "import":
            _remove(paths[1])
            done = _import(*paths)
        case "bare":
            _remove(paths[1])
            done = _bare_import(*paths)
        case "out":
            done = _out(paths[0])
        case _:
            done = _bare_out(paths[0])
    print(done)


def _import(file: str, store: str) -> int:
    with opened(file) as source, closing(open_store(store)) as database:
        parsed = parse_subscribers(source.text, ImportRules(State.ACTIVE, frozenset()))
        assert isinstance(parsed, Parsed)
        about = Import(origin=f"import:{file}", consent="benchmark", at=1)
        return import_records(database, parsed.rows, about).added


def _bare_import(file: str, store: str) -> int:
    connection = _connect(store)
    connection.execute(_TABLE)
    done = 0
    with Path(file).open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source)
        next(rows)
        while piece := [(row[0], row[0], row[1], row[2]) for row in islice(rows, _PIECE)]:
            connection.execute("BEGIN")
            done += connection.executemany(_INSERT, piece).rowcount
            connection.execute("COMMIT")
    connection.close()
    return done


def _out(store: str) -> int:
    with closing(open_store(store)) as database:
        return sum(1 for _ in iterate_readers(database))


def _bare_out(store: str) -> int:
    with closing(_connect(store)) as connection:
        return sum(1 for _ in _keyset(connection))


def _keyset(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    after = 0
    while rows := connection.execute(_READ, (after, _PAGE)).fetchall():
        yield from rows
        after = rows[-1][0]


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _remove(path: str) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(path + ending).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
