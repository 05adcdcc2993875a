"""An issue goes from state to state, inside a transaction."""

import sqlite3
from typing import TYPE_CHECKING, Final

from digest.delivery.states import IssueState, check_issue_move
from digest.errors import StoreError
from digest.store.queries import read_queries

if TYPE_CHECKING:
    from digest.store.ledger import IssueRow

#: Nothing more happens by itself.
FINAL: Final = frozenset(
    {IssueState.SENT, IssueState.SKIPPED, IssueState.MISSED, IssueState.CANCELLED}
)


def move_issue(
    connection: sqlite3.Connection, issue: "IssueRow", to: IssueState, *, at: int, reason: str = ""
) -> None:
    """Move an issue to another state, inside a transaction that is open.

    Raises:
        IllegalMoveError: `to` cannot follow.
        StoreError: another command moved it meanwhile.
    """
    check_issue_move(issue.state, to)
    values = {
        "issue": issue.id,
        "was": issue.state.value,
        "state": to.value,
        "reason": reason,
        "finished_at": at if to in FINAL else None,
    }
    if connection.execute(read_queries("ledger")["set_state"], values).rowcount != 1:
        raise StoreError(
            f"another command has changed it meanwhile: it is not {issue.state.value} any more",
            where=issue.name,
            remedy=f"See: digest show {issue.name}. Then run this command again.",
        )
