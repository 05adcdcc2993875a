"""Looking after the store: upgrade, check, backup. Touches the disk."""

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from digest.config.settings import Config
from digest.errors import StoreError
from digest.store.database import VERSION, open_as_it_is, upgrade, version_of
from digest.store.maintenance import Health, check_store, copy_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What an upgrade did."""

    version: int
    #: Names of the migrations that ran; empty: it was up to date.
    done: tuple[str, ...]
    #: Copy of the store as it was; "" if nothing had to be done.
    copy: str


def upgrade_store(config: Config) -> Upgraded:
    """Bring the store up to date, after a copy of it was written beside it.

    Raises:
        StoreError: it is not there, newer, locked or damaged.
        DigestError: the copy cannot be written; nothing was changed.
    """
    with closing(open_as_it_is(config.store.path)) as database:
        before = version_of(database)
        if before == VERSION:
            return Upgraded(version=VERSION, done=(), copy="")
        copy = _free(f"{config.store.path}.before-{VERSION}")
        copy_store(database, copy)
        done = upgrade(database)
    return Upgraded(version=VERSION, done=tuple(done), copy=copy)


def check(config: Config) -> Health:
    """Look at the whole store.

    Raises:
        StoreError: it is not there, of another version, locked, or cannot be read at all.
    """
    with closing(open_as_it_is(config.store.path)) as database:
        version = version_of(database)
        if version != VERSION:
            raise StoreError(
                f"it was made by an older digest (version {version}, this one needs {VERSION})",
                where=config.store.path,
                remedy="Bring it up to date; a copy is kept beside it: digest store upgrade",
            )
        return check_store(database)


def unsound(config: Config, health: Health) -> StoreError:
    """Return the error that says all that is wrong."""
    return StoreError(
        "\n  ".join((f"{len(health.faults)} faults", *health.faults)),
        where=config.store.path,
        remedy="Keep this file, and put back a copy: see docs/subscribers.md, Copies.",
    )


def backup(config: Config, file: str, now: datetime) -> str:
    """Write a copy of the store; return its path.

    Args:
        config: the publisher's settings.
        file: a new file; "": beside the store, named by the moment.
        now: the present moment.

    Raises:
        StoreError: the store is not there or cannot be read.
        DigestError: the file is there already, or cannot be written.
    """
    target = file or _free(f"{config.store.path}.{now:%Y-%m-%dT%H%M%SZ}")
    with closing(open_as_it_is(config.store.path)) as database:
        copy_store(database, target)
    return target


def _free(path: str) -> str:
    """Return `path`, or with a number behind it when something of that name is there."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = f"{path}-{number}"
    return free
