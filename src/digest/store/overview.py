"""What `digest status` looks at: what may need a person, and the last issues. Reads only.

Quick, whatever the store holds: every question goes by an index, or by the few rows of `issue`.
"""

from collections.abc import Mapping

from digest.delivery.realm import Realm
from digest.delivery.states import BatchState
from digest.record import Record
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger, issue_row
from digest.store.queries import read_queries


class InDoubt(Record):
    """An issue with batches whose fate nobody knows."""

    issue: IssueRow
    batches: int
    readers: int


def open_issues(database: Database, realm: Realm) -> list[IssueRow]:
    """Return the issues of a realm, and the real ones, that are not done; by moment."""
    return _rows(database, "open_issues", {"realm": realm.value})


def last_issues(database: Database, realm: Realm, now: int, most: int) -> list[IssueRow]:
    """Return the issues of a realm, and the real ones, whose moment has come; the last first."""
    return _rows(database, "last_issues", {"realm": realm.value, "now": now, "most": most})


def issues_in_doubt(database: Database) -> list[InDoubt]:
    """Return the real issues with batches that are unknown, or on their way; by moment."""
    with database.translated():
        found = database.connection.execute(read_queries("overview")["in_doubt"]).fetchall()
    ledger = Ledger(database)
    return [InDoubt(ledger.issue(issue), batches, readers) for issue, batches, readers in found]


def readers_of(database: Database, issue: IssueRow) -> dict[BatchState, int]:
    """Return state → readers in batches of it, those not counted that were set aside since."""
    with database.translated():
        rows = database.connection.execute(
            read_queries("balance")["states_of_batches"], {"issue": issue.id}
        ).fetchall()
    return {BatchState(state): readers for state, _, readers in rows}


def stories_told(database: Database, issue: int) -> int:
    """Return how many stories the issue of that number tells."""
    with database.translated():
        (many,) = database.connection.execute(
            read_queries("overview")["stories_told"], {"issue": issue}
        ).fetchone()
    return int(many)


def has_untold(database: Database) -> bool:
    """Return whether a notice was tried in vain."""
    with database.translated():
        row = database.connection.execute(read_queries("overview")["any_untold"]).fetchone()
    return row is not None


def _rows(database: Database, query: str, values: Mapping[str, object]) -> list[IssueRow]:
    with database.translated():
        cursor = database.connection.execute(read_queries("overview")[query], values)
        return [issue_row(cursor, row) for row in cursor.fetchall()]
