"""What the publisher's own people are told: written down once, told by each way in its time.

A way is `webhook`, or `operators` or `editors` with a name for one address (`runs/notices.py`).
Times are milliseconds since 1970.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from digest.store.database import Database
from digest.store.leaving import within
from digest.store.queries import read_queries

#: Detail of a notice that was told in a summary of several: it did not cost a message.
BUNDLED: Final = "in a summary"
#: Notices looked at in one round.
_MOST: Final = 1000
_MONTH_MS: Final = 30 * 24 * 3600 * 1000


class NewNotice(NamedTuple):
    """A notice to be written down."""

    #: What makes it one: told once.
    key: str
    kind: str
    #: The issue it is about; None for others.
    issue_id: int | None
    subject: str
    #: Plain text, lines.
    body: str


class WaitingRow(NamedTuple):
    """A notice that waits to be told by one way."""

    id: int
    key: str
    kind: str
    issue_id: int | None
    subject: str
    body: str
    at: int
    way: str
    #: How often it was tried in vain.
    tries: int
    not_before: int


class Undelivered(NamedTuple):
    """A notice that did not reach somebody yet, or never will."""

    key: str
    kind: str
    subject: str
    at: int
    #: `operators`, `editors`, `webhook`.
    way: str
    #: `waiting` or `given up`.
    state: str
    tries: int
    #: When it is tried again, or was given up.
    not_before: int
    #: What went wrong.
    detail: str


def add_notice(database: Database, new: NewNotice, ways: Iterable[str], at: int) -> bool:
    """Write a notice down, unless one of its key is there; return whether it is new.

    Inside the transaction that is open, if one is.

    Raises:
        StoreError: see `Database.transaction`.
    """
    queries = read_queries("notices")
    values = {
        "key": new.key,
        "kind": new.kind,
        "issue": new.issue_id,
        "subject": new.subject,
        "body": new.body,
        "at": at,
    }
    with within(database) as connection:
        made = connection.execute(queries["add_notice"], values)
        if made.rowcount != 1:
            return False
        connection.executemany(
            queries["add_way"], [{"notice": made.lastrowid, "way": way} for way in ways]
        )
    return True


def due_notices(database: Database, at: int) -> list[WaitingRow]:
    """Return what waits and may be tried now, oldest first. Reads only."""
    rows = _all(database, "due", {"at": at, "most": _MOST})
    return [WaitingRow(*row) for row in rows]


def take(database: Database, row: WaitingRow, until: int) -> bool:
    """Take a notice to carry it, until a moment; return whether nobody else has it."""
    values = {"notice": row.id, "way": row.way, "seen": row.not_before, "until": until}
    return _run(database, "take", values) == 1


def set_told(database: Database, row: WaitingRow, at: int, detail: str = "") -> None:
    """Write down that a notice was told."""
    _run(database, "set_told", {"notice": row.id, "way": row.way, "at": at, "detail": detail})


def set_later(database: Database, row: WaitingRow, until: int, detail: str) -> None:
    """Write down what went wrong, and when it is tried again."""
    values = {"notice": row.id, "way": row.way, "until": until, "detail": detail}
    _run(database, "set_later", values)


def set_given_up(database: Database, row: WaitingRow, at: int, detail: str) -> None:
    """Write down that a notice will not be told by this way."""
    values = {"notice": row.id, "way": row.way, "at": at, "detail": detail}
    _run(database, "set_given_up", values)


def put_off(database: Database, way: str, until: int) -> None:
    """Let everything that waits for a way wait until then."""
    _run(database, "put_off", {"way": way, "until": until})


def told_since(database: Database, since: int) -> dict[str, int]:
    """Return way → messages it carried after a moment."""
    return dict(_all(database, "told_since", {"since": since, "bundled": BUNDLED}))


def undelivered(database: Database, now: int) -> list[Undelivered]:
    """Return what was tried in vain and waits, and what was given up in the last thirty days."""
    rows = [Undelivered(*row) for row in _all(database, "undelivered", {"since": now - _MONTH_MS})]
    return [row._replace(way=row.way.partition(" ")[0]) for row in rows]


def count_of_issue(database: Database, issue_id: int, kind: str) -> int:
    """Return how many notices of a kind there are about an issue."""
    ((many,),) = _all(database, "count_of_issue", {"issue": issue_id, "kind": kind})
    return int(many)


def suppressed_since(database: Database, since: int) -> int:
    """Return how many addresses were suppressed from a moment on."""
    ((many,),) = _all(database, "suppressed_since", {"since": since})
    return int(many)


def _all(database: Database, query: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    with database.translated():
        return database.connection.execute(read_queries("notices")[query], values).fetchall()


def _run(database: Database, query: str, values: Mapping[str, object]) -> int:
    with within(database) as connection:
        return connection.execute(read_queries("notices")[query], values).rowcount
