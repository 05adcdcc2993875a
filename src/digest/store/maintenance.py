"""Looking after the file: is it sound, and a copy of it."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from digest.errors import DigestError
from digest.store.database import Database, version_of
from digest.store.driver import is_driven
from digest.store.queries import read_queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a look at the whole store has found."""

    version: int
    subscribers: int
    issues: int
    #: One line each; empty: all is well.
    faults: tuple[str, ...]
    #: What is no damage, but waits for a person; one line each.
    notes: tuple[str, ...] = ()


def check_store(database: Database) -> Health:
    """Return what is wrong with a store of the present version; reads all of it.

    Raises:
        StoreError: it cannot be read at all.
    """
    with database.translated():
        faults = (*_damage(database), *_contradictions(database))
        notes = tuple(_left_behind(database))
        subscribers, issues = database.connection.execute(
            read_queries("check")["counts"]
        ).fetchone()
    return Health(
        version=version_of(database),
        subscribers=subscribers,
        issues=issues,
        faults=faults,
        notes=notes,
    )


def _damage(database: Database) -> Iterator[str]:
    for (said,) in database.connection.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"damaged: {said}"
    broken: dict[tuple[str, str], int] = {}
    for table, _, other, _ in database.connection.execute("PRAGMA foreign_key_check"):
        broken[table, other] = broken.get((table, other), 0) + 1
    for (table, other), rows in broken.items():
        yield f"{rows:,} rows of {table} belong to a {other} that is not there"


def _contradictions(database: Database) -> Iterator[str]:
    queries = read_queries("check")
    for realm, issue, candidates, recipients, left_out in database.connection.execute(
        queries["unbalanced_issues"]
    ):
        yield (
            f"{issue} ({realm}) is out of balance: {candidates:,} candidates, "
            f"{recipients:,} recipients + {left_out:,} excluded"
        )
    (unheeded,) = database.connection.execute(queries["unheeded_suppressions"]).fetchone()
    if unheeded:
        yield f"subscribers whose suppression is not heeded: {unheeded:,}"
    (unrecorded,) = database.connection.execute(queries["unrecorded_suppressions"]).fetchone()
    if unrecorded:
        yield f"suppressed subscribers who are not among the suppressions: {unrecorded:,}"


def _left_behind(database: Database) -> Iterator[str]:
    """Yield the issues that have batches on their way and that nobody sends."""
    for issue, name, batches, readers in database.connection.execute(
        read_queries("check")["batches_on_their_way"]
    ):
        if is_driven(database.path, issue):
            continue
        one = batches == 1
        yield (
            f"{name}: {batches:,} {'batch' if one else 'batches'} with {readers:,} "
            f"{'reader' if readers == 1 else 'readers'} {'was' if one else 'were'} on "
            f"{'its' if one else 'their'} way when the sender ended: digest resolve {name}"
        )


def copy_store(database: Database, target: str) -> None:
    """Write a consistent copy of the store to `target`, whole or not at all.

    In one step: a reader sees one moment, and a send that writes meanwhile is not held up.

    Raises:
        DigestError: `target` is there already, or cannot be written.
        StoreError: the store cannot be read.
    """
    if os.path.lexists(target):
        raise DigestError(
            "is there already, and is not overwritten",
            where=target,
            remedy="Name another file.",
        )
    part = f"{target}.part"
    try:
        # Subscribers are nobody else's business on this machine.
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        copy = sqlite3.connect(part)
        try:
            database.connection.backup(copy)
            # One file, without a journal beside it; opened, it goes back to its own.
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        os.rename(part, target)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise DigestError(
            f"cannot be written ({reason})",
            where=target,
            remedy="Make room, or name a file in a folder you may write to.",
        ) from error
    finally:
        if os.path.exists(part):
            os.unlink(part)
