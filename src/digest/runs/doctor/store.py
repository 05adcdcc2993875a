"""The file of subscribers and sends: there, sound, private, with room. Reads the disk."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from digest.config.document import shown_path
from digest.errors import StoreError
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, warning, wrong
from digest.store.checkup import Standing, damage_of, journal_mode_of, standing_of
from digest.store.database import VERSION, Database, open_as_it_is, version_of
from digest.store.restored import will_be_held
from digest.store.times import in_ms
from digest.store.witness import Witness

#: A million attempts and their issues need less.
_LITTLE_ROOM: Final = 500_000_000
_NO_ROOM: Final = 50_000_000
#: Files beside the store that hold what it holds.
_BESIDE: Final = ("", "-wal", "-shm", ".witness")
_LOOK: Final = "See all of it: digest store check"
_NAMED: Final = 3


def _file(case: Case) -> Iterator[Finding]:
    path = case.config.store.path
    if not os.path.exists(path):
        yield wrong(
            "store.file",
            f"{shown_path(path)} is not there: there is nobody to send to",
            "Import subscribers: digest subscribers import FILE",
        )
        return
    with closing(open_as_it_is(path)) as database:
        version = version_of(database)
        if version < VERSION:
            yield wrong(
                "store.file",
                f"{shown_path(path)} was made by an older digest (version {version}; this one "
                f"needs {VERSION})",
                "Bring it up to date; a copy is kept beside it: digest store upgrade",
            )
            return
        yield ok("store.file", f"{shown_path(path)}, version {version}")
        yield _damage(database)
        yield _journal(database)
        standing = standing_of(database)
        yield _readers(standing)
        yield from _waiting(standing)
        yield _restored(case, database)


def _damage(database: Database) -> Finding:
    try:
        damaged = damage_of(database)
    except StoreError as error:
        return wrong("store.sound", error.problems[0].what, error.problems[0].remedy)
    if damaged:
        return wrong(
            "store.sound",
            f"damaged: {'; '.join(damaged)}",
            "Keep this file, and put back a copy: see docs/subscribers.md, Copies.",
        )
    return ok("store.sound", "no damage (quick look)")


def _journal(database: Database) -> Finding:
    mode = journal_mode_of(database)
    if mode == "wal":
        return ok("store.journal", "WAL: it can be read while a send writes")
    return warning(
        "store.journal",
        f"{mode}, not WAL: its file system may be a shared one, where locks do not hold",
        "Put the store on a local disk, and set [store] path to it.",
    )


def _readers(standing: Standing) -> Finding:
    found = f"{standing.active:,} active of {standing.subscribers:,}"
    if standing.active:
        return ok("store.readers", found)
    return wrong(
        "store.readers",
        f"{found}: there is nobody to send to",
        "Import subscribers: digest subscribers import FILE --status active",
    )


def _waiting(standing: Standing) -> Iterator[Finding]:
    check = "store.waiting"
    if standing.held:
        many = len(standing.held)
        yield warning(
            check,
            f"{many:,} held: {_named(standing.held)}",
            f"See why, and decide: digest show {standing.held[0]}",
        )
    if standing.unknown:
        name = standing.unknown[0][0]
        batches = sum(one[1] for one in standing.unknown)
        readers = sum(one[2] for one in standing.unknown)
        yield warning(
            check,
            f"{batches:,} batch{'es' * (batches != 1)} of {readers:,} readers without a clear "
            f"answer: {_named([one[0] for one in standing.unknown])}",
            f"Look for proof: digest resolve {name}",
        )
    if not standing.held and not standing.unknown:
        yield ok(check, "none")


def _named(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _restored(case: Case, database: Database) -> Finding:
    # After this moment: what an older restore has put in doubt is settled issue by issue.
    if will_be_held(database, Witness(case.config.store.path), in_ms(case.now) + 1):
        return wrong(
            "store.restored",
            "the store seems to be an older copy: what was sent since would be sent again, so "
            "the next issue will be held",
            "Put back the newest store, or look at what was sent and go on: digest resume ISSUE "
            "--accept-restore (docs/decisions/0003-restored-stores.md).",
        )
    return ok("store.restored", "this is not an older copy")


def _private(case: Case) -> Iterator[Finding]:
    path = case.config.store.path
    files = [path + ending for ending in _BESIDE if os.path.exists(path + ending)]
    if not files:
        return
    # What others may do with any of them: read and write alike show readers' addresses.
    open_to = [file for file in files if os.stat(file).st_mode & 0o077]
    if not open_to:
        yield ok("store.private", "nobody else on this machine (0600)")
        return
    names = " ".join(map(shown_path, open_to))
    modes = ", ".join(f"{os.stat(file).st_mode & 0o777:04o}" for file in open_to)
    yield warning(
        "store.private",
        f"others on this machine may read subscribers ({modes})",
        f"Keep it to yourself: chmod 600 {names}",
    )


def _room(case: Case) -> Iterator[Finding]:
    folder = os.path.dirname(case.config.store.path) or "."
    if not os.path.isdir(folder):
        yield not_checked("store.room", f"{shown_path(folder)} is not there")
        return
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:,.1f} GB free"
    if free < _NO_ROOM:
        yield wrong("store.room", f"{found}: a send could not be written down", "Make room.")
    elif free < _LITTLE_ROOM:
        yield warning("store.room", found, "Make room before it is full.")
    else:
        yield ok("store.room", found)


STEPS: Final[tuple[Step, ...]] = (
    Step(
        checks=(
            "store.file",
            "store.sound",
            "store.journal",
            "store.readers",
            "store.waiting",
            "store.restored",
        ),
        run=_file,
    ),
    Step(checks=("store.private",), run=_private),
    Step(checks=("store.room",), run=_room),
)
