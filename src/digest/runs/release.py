"""Lets an interrupted or held issue go on, on a person's word. Touches the store."""

from datetime import datetime

from digest.config.settings import Config
from digest.delivery.states import IssueState
from digest.runs.claim import check_open, held
from digest.runs.issues import find_issue
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal, in_ms
from digest.store.ledger import IssueRow, Ledger
from digest.store.restored import is_held_by_restore


def check_release(config: Config, name: str, *, accept_restore: bool) -> IssueRow:
    """Return the issue a person lets go on; changes nothing.

    Raises:
        NotFoundError: there is none of that name.
        HeldError: it is cancelled, or held by a restore that is not accepted.
    """
    database = open_store(config.store.path, create=False)
    try:
        issue = find_issue(database, name)
    finally:
        database.close()
    _check(issue, accept_restore=accept_restore)
    return issue


def release_issue(
    database: Database, issue: IssueRow, now: datetime, *, accept_restore: bool
) -> IssueRow:
    """Let an issue go on; return it ready to be driven.

    Refused batches are planned again: nothing of them was taken. Unknown ones stay unknown.

    Raises:
        HeldError: as `check_release`.
    """
    _check(issue, accept_restore=accept_restore)
    if issue.state is not IssueState.HELD:
        return issue
    StoreJournal(database, issue).requeue_refused()
    is_frozen = issue.recipients_frozen_at is not None
    to = IssueState.SENDING if is_frozen else IssueState.APPROVED
    return Ledger(database).move(issue, to, at=in_ms(now))


def _check(issue: IssueRow, *, accept_restore: bool) -> None:
    if is_held_by_restore(issue):
        if not accept_restore:
            raise held(issue)
    elif issue.state is not IssueState.HELD:
        check_open(issue)
