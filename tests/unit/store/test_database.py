"""The SQLite file: what is refused, what is waited for, and that nothing is half written."""

import json
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crash.stores import child_environment
from digest.errors import StoreError
from digest.store import database as module
from digest.store.database import (
    MIGRATIONS,
    VERSION,
    Database,
    open_as_it_is,
    open_store,
    upgrade,
    version_of,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "digest.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(open_store(str(path))) as opened:
        yield opened


def test_a_store_is_made_with_the_settings_that_keep_it(database: Database) -> None:
    found = {
        name: database.connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }

    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    assert version_of(database) == VERSION == len(MIGRATIONS)


def test_a_store_that_is_not_there_is_made_only_when_asked_to(path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(str(path), create=False)

    assert str(caught.value) == (
        f"{path}: there is no store yet\n"
        "  Import subscribers first: digest subscribers import FILE"
    )
    assert not path.exists()


def test_a_store_in_no_folder_says_which_folder(tmp_path: Path) -> None:
    path = tmp_path / "none" / "digest.db"

    with pytest.raises(StoreError) as caught:
        open_store(str(path))

    assert str(caught.value) == (
        f"{path}: its folder {path.parent} is not there\n"
        "  Make the folder, or set [store] path in config.toml."
    )


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")

    for opening in (open_store, open_as_it_is):
        with pytest.raises(StoreError) as caught:
            opening(str(path))

        assert str(caught.value) == (
            f"{path}: it was made by a newer digest (version {VERSION + 1}, this one knows"
            f" {VERSION})\n"
            "  Install that newer digest; an older one must not write into it."
        )


def test_an_older_store_asks_to_be_upgraded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(str(path)).close()
    monkeypatch.setattr(module, "VERSION", VERSION + 1)

    with pytest.raises(StoreError) as caught:
        open_store(str(path))

    assert str(caught.value) == (
        f"{path}: it was made by an older digest (version {VERSION}, this one needs"
        f" {VERSION + 1})\n"
        "  Bring it up to date; a copy is kept beside it: digest store upgrade"
    )
    open_as_it_is(str(path)).close()


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")

    with pytest.raises(StoreError) as caught:
        open_store(str(path))

    assert "is a database of another program" in str(caught.value)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"posts,readers\n" * 500)

    with pytest.raises(StoreError) as caught:
        open_store(str(path))

    assert "is not a store of digest" in str(caught.value)
    assert path.read_bytes() == b"posts,readers\n" * 500


def test_a_damaged_file_says_so(path: Path) -> None:
    with closing(open_store(str(path))) as database:
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)

    with pytest.raises(StoreError) as caught:
        _read(path)

    assert "it is damaged" in str(caught.value)


def test_a_transaction_is_written_whole_or_not_at_all(path: Path, database: Database) -> None:
    def interrupt(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO fact VALUES ('a', '1')")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), database.transaction() as connection:
        interrupt(connection)

    with database.transaction() as connection:
        connection.execute("INSERT INTO fact VALUES ('b', '2')")

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM fact").fetchall() == [("b",)]


def test_a_broken_rule_of_the_schema_is_no_error_of_the_store(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO fact VALUES ('a', NULL)")

    assert not database.connection.in_transaction


def test_a_store_others_write_is_waited_for(path: Path, database: Database) -> None:
    released = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(0.2)
            released.set()
            other.execute("COMMIT")

    held = threading.Event()
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)

    with database.transaction():
        assert released.is_set()
    thread.join()


def test_waiting_for_others_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.1)
    with (
        closing(open_store(str(path))) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError) as caught, database.transaction():
            pass

        other.execute("ROLLBACK")
        with database.transaction():
            pass  # the same connection goes on
    assert str(caught.value) == (
        f"{path}: another command is writing to it\n"
        "  Wait until that command is done, then run this one again."
    )


def test_a_store_locked_as_a_whole_cannot_be_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is in WAL mode somebody may hold all of it."""
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(StoreError, match="another command is writing to it"):
            open_store(str(path))


def test_a_full_disk_says_so_and_what_was_begun_is_undone(database: Database) -> None:
    (pages,) = database.connection.execute("PRAGMA page_count").fetchone()
    database.connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(StoreError) as caught, database.transaction() as connection:
        connection.executemany(
            "INSERT INTO fact VALUES (?, ?)", ((f"{number}", "x" * 1000) for number in range(999))
        )

    assert "the disk is full\n  Make room and run the command again" in str(caught.value)
    assert not database.connection.in_transaction
    assert database.connection.execute("SELECT count(*) FROM fact").fetchone() == (0,)
    database.connection.execute("PRAGMA max_page_count = 100000")
    with database.transaction() as connection:
        connection.execute("INSERT INTO fact VALUES ('a', 'b')")


def test_a_limit_on_file_sizes_says_so_and_the_same_connection_goes_on(
    path: Path, database: Database
) -> None:
    """As `ulimit -f` and quotas do: the disk is well, and no copy is a remedy."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size, hard))

    try:
        with pytest.raises(StoreError) as caught, database.transaction() as connection:
            connection.execute("INSERT INTO fact VALUES ('a', 'b')")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert str(caught.value) == (
        f"{path}: cannot be written (disk, quota or a limit on file sizes)\n"
        "  Make room or raise the limit (ulimit -f), and run the command again."
    )
    assert not database.connection.in_transaction
    with database.transaction() as connection:
        connection.execute("INSERT INTO fact VALUES ('a', 'b')")


def test_a_disk_that_cannot_be_read_asks_for_a_copy(database: Database) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ  # no disk here fails on order

    with pytest.raises(StoreError, match="put back a copy") as caught, database.translated():
        raise error

    assert "the disk fails" in str(caught.value)


def test_a_store_that_may_not_be_written_says_so(database: Database) -> None:
    database.connection.execute("PRAGMA query_only = ON")

    with (
        pytest.raises(StoreError, match="it may not be written"),
        database.transaction() as connection,
    ):
        connection.execute("INSERT INTO fact VALUES ('a', 'b')")


def test_the_data_version_tells_of_others_only(path: Path, database: Database) -> None:
    before = database.data_version()
    with database.transaction() as connection:
        connection.execute("INSERT INTO fact VALUES ('a', 'b')")
    assert database.data_version() == before

    with closing(open_store(str(path))) as other, other.transaction() as connection:
        connection.execute("INSERT INTO fact VALUES ('c', 'd')")

    assert database.data_version() != before


def test_upgrading_what_is_up_to_date_does_nothing(database: Database) -> None:
    assert upgrade(database) == []


def test_two_commands_may_make_the_store_at_once(path: Path) -> None:
    """Each finds an empty file; one makes it, the other one finds it made."""
    errors: list[BaseException] = []
    gate = threading.Barrier(8, timeout=10)

    def make() -> None:
        gate.wait()
        try:
            open_store(str(path)).close()
        except BaseException as error:  # noqa: BLE001  shown by the assertion
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []


def test_a_migration_killed_at_any_statement_has_happened_or_not(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crash.upgrader", tmp_path],
        env=child_environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )

    found = json.loads(done.stdout)
    assert found["faults"] == []
    assert found["kills"] > 25


def _read(path: Path) -> None:
    with closing(open_store(str(path))) as database, database.translated():
        database.connection.execute("SELECT * FROM issue").fetchall()
