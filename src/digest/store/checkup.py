"""What `digest doctor` asks a store; quick, and changes nothing."""

from dataclasses import dataclass

from digest.store.database import Database
from digest.store.queries import read_queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a store stands."""

    subscribers: int
    active: int
    #: Real issues that wait for a person, newest first.
    held: tuple[str, ...]
    #: Real issues with batches that nobody knows the fate of: name, batches, readers.
    unknown: tuple[tuple[str, int, int], ...]


def standing_of(database: Database) -> Standing:
    """Return how the store stands.

    Raises:
        StoreError: it cannot be read.
    """
    queries = read_queries("checkup")
    with database.translated():
        connection = database.connection
        subscribers, active = connection.execute(queries["subscribers"]).fetchone()
        held = connection.execute(queries["held_issues"]).fetchall()
        unknown = connection.execute(queries["unknown_batches"]).fetchall()
    return Standing(
        subscribers=subscribers,
        active=active,
        held=tuple(name for (name,) in held),
        unknown=tuple((name, batches, readers) for name, batches, readers in unknown),
    )


def damage_of(database: Database, most: int = 3) -> tuple[str, ...]:
    """Return what is damaged, one line each: the quick look, which compares no index.

    Raises:
        StoreError: it cannot be read at all.
    """
    with database.translated():
        rows = database.connection.execute(f"PRAGMA quick_check({most:d})").fetchall()
    return tuple(said for (said,) in rows if said != "ok")


def journal_mode_of(database: Database) -> str:
    """Return how it is written: `wal`, unless its file system cannot do that.

    Raises:
        StoreError: it cannot be read.
    """
    with database.translated():
        (mode,) = database.connection.execute("PRAGMA journal_mode").fetchone()
    return str(mode)


def newest_moment(database: Database) -> int:
    """Return the latest moment in the store, in milliseconds since 1970; 0: it is empty.

    Raises:
        StoreError: it cannot be read.
    """
    with database.translated():
        (at,) = database.connection.execute(read_queries("checkup")["newest_moment"]).fetchone()
    return int(at)
