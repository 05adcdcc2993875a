"""Issues handed over ahead of their time: when they leave, and whether they were called back."""

from typing import Final

from digest.delivery.standing import Standing
from digest.delivery.states import BatchState, IssueState
from digest.store.database import Database
from digest.store.ledger import LOST_AND_CANCELLED, IssueRow, Ledger
from digest.store.queries import read_queries

#: Reason of an issue of which no reader got anything, although all of it may be accepted.
CALLED_BACK: Final = "cancelled at SendGrid before it left"
#: Reason of one that was, and of which mail was delivered all the same.
LEFT_ALL_THE_SAME: Final = "cancelled at SendGrid in time, and delivered all the same"


def set_ahead(
    database: Database, issue: IssueRow, leaves_at: int, provider_batch: str
) -> IssueRow:
    """Write down when an issue leaves and what the provider calls it; return it as it then stands.

    What stands already stays, and so does an issue of which anything was tried before.

    Args:
        database: the store.
        issue: which nobody is sending.
        leaves_at: milliseconds since 1970.
        provider_batch: the provider's name for what can be cancelled together.

    Raises:
        StoreError: see `Database.transaction`.
    """
    with database.transaction() as connection:
        connection.execute(
            read_queries("ahead")["set_ahead"],
            {"issue": issue.id, "leaves_at": leaves_at, "provider_batch": provider_batch},
        )
    return Ledger(database).issue(issue.id)


def set_called_back(database: Database, issue: IssueRow, at: int) -> None:
    """Write down that a cancelled issue has reached nobody: its stories may be told again.

    Args:
        database: the store.
        issue: cancelled here, and for certain at the provider before its time.
        at: when that was proven, in milliseconds since 1970.

    Raises:
        StoreError: see `Database.transaction`.
    """
    with database.transaction() as connection:
        connection.execute(
            read_queries("ahead")["set_called_back"],
            {"issue": issue.id, "at": at, "reason": CALLED_BACK},
        )
        connection.execute(read_queries("ledger")["forget_breaking_stories"], {"issue": issue.id})


def set_reason(database: Database, issue: IssueRow, reason: str) -> None:
    """Say why an issue that was cancelled may have left all the same.

    Raises:
        StoreError: see `Database.transaction`.
    """
    with database.transaction() as connection:
        connection.execute(
            read_queries("ahead")["set_reason"],
            {"issue": issue.id, "reason": reason, "lost": LOST_AND_CANCELLED},
        )


def set_left(database: Database, issue_id: int) -> bool:
    """Let an issue count as left that counts as called back; return whether it did.

    Mail of it was delivered all the same. Inside a transaction.
    """
    values = {"issue": issue_id, "reason": LEFT_ALL_THE_SAME}
    return database.connection.execute(read_queries("ahead")["set_left"], values).rowcount > 0


def has_begun(database: Database, issue: IssueRow) -> bool:
    """Return whether anything of an issue was tried."""
    with database.translated():
        row = database.connection.execute(
            read_queries("ahead")["has_begun"], {"issue": issue.id}
        ).fetchone()
    return row is not None


def was_under_way(database: Database, issue: IssueRow) -> bool:
    """Return whether anything was on its way at the moment an issue was cancelled, or is still."""
    values = {"issue": issue.id, "at": issue.finished_at or 0}
    with database.translated():
        row = database.connection.execute(
            read_queries("ahead")["was_under_way"], values
        ).fetchone()
    return row is not None


def departed(database: Database, at: int) -> list[IssueRow]:
    """Return the issues that were handed over ahead and whose time is over, but not settled."""
    with database.translated():
        rows = database.connection.execute(
            read_queries("ahead")["departed"], {"at": at}
        ).fetchall()
    return [Ledger(database).issue(number) for (number,) in rows]


def leaves_later(issue: IssueRow, at: int) -> bool:
    """Return whether what is handed over of an issue waits at the provider, at `at` (ms)."""
    return issue.leaves_at is not None and at < issue.leaves_at


def is_handed_over(issue: IssueRow, standing: Standing) -> bool:
    """Return whether all of an issue is handed over, and nobody has seen yet that it has left."""
    return (
        issue.state is IssueState.SENDING
        and issue.leaves_at is not None
        and issue.recipients_frozen_at is not None
        and not standing.count(BatchState.PLANNED, BatchState.SENDING)
    )
