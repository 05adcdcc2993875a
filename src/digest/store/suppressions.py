"""Suppressed addresses as a list, and how far the provider's lists were read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from digest.store.database import Database
from digest.store.leaving import within
from digest.store.queries import read_queries

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """An address that must never be mailed again."""

    address_key: str
    #: Value of a `Reason`.
    reason: str
    #: Who says so: `sendgrid`, `events`, `person`.
    source: str
    detail: str
    #: Milliseconds since 1970.
    at: int


def iterate_suppressed(database: Database) -> Iterator[Suppressed]:
    """Yield the suppressed addresses in their order; nothing stays locked between two pages."""
    query, after = read_queries("suppressions")["suppressions"], ""
    while True:
        with database.translated():
            rows = database.connection.execute(query, {"after": after, "most": _PAGE}).fetchall()
        for key, reason, source, detail, at in rows:
            yield Suppressed(address_key=key, reason=reason, source=source, detail=detail, at=at)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def read_mark(database: Database, name: str) -> int | None:
    """Return until which Unix second a provider's list was read; None: never."""
    with database.translated():
        row = database.connection.execute(
            read_queries("suppressions")["sync_mark"], {"list": name}
        ).fetchone()
    return int(row[0]) // 1000 if row else None


def set_mark(database: Database, name: str, until: int) -> None:
    """Write down until which Unix second a list was read, once its rows are on the disk."""
    values = {"list": name, "until": until * 1000}
    with within(database) as connection:
        connection.execute(read_queries("suppressions")["set_sync_mark"], values)
