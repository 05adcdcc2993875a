"""The SQLite file: opened with the right settings, brought up to date, its errors translated.

WAL, so that `digest show` can look while a send writes; `synchronous=FULL`, because a claim or
an attempt that a power cut could take back would be sent twice. Touches the disk.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from digest.errors import StoreError
from digest.store.queries import read_sql

#: `user_version` of a store this code can work with: how many files `MIGRATIONS` has.
MIGRATIONS: Final = ("0001_first.sql", "0002_schedule.sql")
VERSION: Final = len(MIGRATIONS)
#: "dige" in ASCII: tells our file from any other SQLite file (`PRAGMA application_id`).
_APPLICATION_ID: Final = 0x64696765
#: How long a command waits for another one that is writing.
_PATIENCE_SECONDS: Final = 10.0


class Database:
    """One open store.

    Not thread-safe: one thread talks to it.
    """

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self.connection = connection
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction that is written whole or not at all.

        Raises:
            StoreError: locked, full, damaged.
        """
        with self.translated():
            # IMMEDIATE: what is read inside cannot have changed when it is written.
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                # After "disk full" SQLite may have rolled back by itself.
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what SQLite raises into errors that say what to do."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise  # a rule of the schema: a bug of ours, or the answer to a question
        except sqlite3.DatabaseError as error:
            raise _store_error(error, self.path) from error

    def data_version(self) -> int:
        """Return a number that changes when another connection has written."""
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self.connection.close()


def open_store(path: str, *, create: bool = True) -> Database:
    """Return the open store at `path`.

    Args:
        path: of the SQLite file.
        create: make it when it is not there.

    Raises:
        StoreError: it is not there and shall not be made; it is no store of ours, of another
            version, locked, damaged, or cannot be read.
    """
    is_new = not os.path.exists(path)
    if is_new and not create:
        raise StoreError(
            "there is no store yet",
            where=path,
            remedy="Import subscribers first: digest subscribers import FILE",
        )
    database = _connect(path)
    try:
        with database.translated():
            version = _check_ours(database)
        _check_current(database, version)
    except BaseException:
        database.close()
        raise
    return database


def open_as_it_is(path: str) -> Database:
    """Return the open store of any version up to this one; for upgrade, check and backup.

    Raises:
        StoreError: it is not there, no store of ours, newer, damaged, or cannot be read.
    """
    if not os.path.exists(path):
        raise StoreError(
            "there is no store yet",
            where=path,
            remedy="It is made by the first command that needs it.",
        )
    database = _connect(path)
    try:
        with database.translated():
            _check_ours(database)
    except BaseException:
        database.close()
        raise
    return database


def version_of(database: Database) -> int:
    """Return how many migrations the store has had."""
    (version,) = database.connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def upgrade(database: Database) -> list[str]:
    """Bring a store up to date; return the names of the migrations that ran.

    All in one transaction: it has happened, or it has not.
    """
    done = []
    with database.transaction() as connection:
        # Inside: two commands may have found the same old version.
        for name in MIGRATIONS[version_of(database) :]:
            for statement in _statements(read_sql(name)):
                connection.execute(statement)
            done.append(name)
        if done:
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    return done


def now_ms(moment_timestamp: float) -> int:
    """Return a POSIX time in seconds as the store writes it: whole milliseconds."""
    return int(moment_timestamp * 1000)


def _connect(path: str) -> Database:
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise StoreError(
            f"its folder {folder} is not there",
            where=path,
            remedy="Make the folder, or set [store] path in config.toml.",
        )
    try:
        if not os.path.exists(path):
            # Addresses of readers: for nobody else on this machine. WAL and shm follow it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        # isolation_level None: transactions begin where we say so, never by themselves.
        connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise _store_error(error, path) from error
    except OSError as error:
        raise StoreError(_NOT_OPEN[0], where=path, remedy=_NOT_OPEN[1]) from error
    database = Database(connection, path)
    try:
        with database.translated():
            _set_up(connection)
    except BaseException:
        database.close()
        raise
    return database


def _set_up(connection: sqlite3.Connection) -> None:
    _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"))
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")


def _patiently(act: Callable[[], object]) -> None:
    """Do it again while another connection is in the way: WAL mode is not waited for."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            act()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _check_current(database: Database, version: int) -> None:
    if version == 0:
        upgrade(database)
    elif version < VERSION:
        raise StoreError(
            f"it was made by an older digest (version {version}, this one needs {VERSION})",
            where=database.path,
            remedy="Bring it up to date; a copy is kept beside it: digest store upgrade",
        )


def _check_ours(database: Database) -> int:
    connection, path = database.connection, database.path
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(database)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    # With no table in it the file is new, or another command is making it this moment.
    if application != _APPLICATION_ID and tables:
        raise StoreError(
            "is a database of another program",
            where=path,
            remedy="Set [store] path in config.toml to a file of its own.",
        )
    if version > VERSION:
        raise StoreError(
            f"it was made by a newer digest (version {version}, this one knows {VERSION})",
            where=path,
            remedy="Install that newer digest; an older one must not write into it.",
        )
    return version


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script one by one.

    `executescript` would commit the transaction that is open.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


_FULL: Final = ("the disk is full", "Make room and run the command again.")
_LOCKED: Final = (
    "another command is writing to it",
    "Wait until that command is done, then run this one again.",
)
_FAILING: Final = (
    "cannot be written (disk, quota or a limit on file sizes)",
    "Make room or raise the limit (ulimit -f), and run the command again.",
)
_READ_ONLY: Final = (
    "it may not be written",
    "Give yourself the right to write the file and its folder.",
)
_DAMAGED: Final = (
    "it is damaged",
    "Keep the file, look with: digest store check, and put back a copy you have made.",
)
#: The one kind of failing disk for which a copy is a remedy.
_UNREADABLE: Final = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
_NOT_OPEN: Final = ("it cannot be opened", "Check the rights of the file and its folder.")


def _store_error(error: sqlite3.Error, path: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0)
    if code not in _UNREADABLE:
        code &= 0xFF  # the low byte is the kind
    kinds = {
        sqlite3.SQLITE_FULL: _FULL,
        **dict.fromkeys(_UNREADABLE, ("the disk fails", _DAMAGED[1])),
        sqlite3.SQLITE_IOERR: _FAILING,
        sqlite3.SQLITE_BUSY: _LOCKED,
        sqlite3.SQLITE_LOCKED: _LOCKED,
        sqlite3.SQLITE_READONLY: _READ_ONLY,
        sqlite3.SQLITE_PERM: _READ_ONLY,
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: ("is not a store of digest", "Set [store] path to another file."),
        sqlite3.SQLITE_CANTOPEN: _NOT_OPEN,
    }
    what, remedy = kinds.get(code, (f"the database says: {error}", "See: digest store check"))
    return StoreError(what, where=path, remedy=remedy)
