"""Lets an interrupted or held issue go on, on a person's word. Touches the store."""

from datetime import datetime

from digest.config.settings import Config
from digest.delivery.states import IssueState
from digest.errors import HeldError
from digest.runs.claim import check_open, held
from digest.runs.issues import find_issue
from digest.runs.person import read_user
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Planning
from digest.store.restored import is_held_by_restore
from digest.store.times import in_ms

#: What a person's word lets go on.
_WAITING = frozenset({IssueState.HELD, IssueState.DRAFT, IssueState.SKIPPED, IssueState.MISSED})


def check_release(config: Config, name: str, *, accept_restore: bool) -> IssueRow:
    """Return the issue a person lets go on; changes nothing.

    Raises:
        NotFoundError: there is none of that name.
        HeldError: it is cancelled, or held by a restore that is not accepted.
    """
    database = open_store(config.store.path, create=False)
    try:
        issue = find_issue(config, database, name)
        is_made = Ledger(database).find_content(issue.id) is not None
    finally:
        database.close()
    _check(issue, accept_restore=accept_restore)
    if not is_made:
        raise HeldError(
            f"its slot was {issue.state.value} ({issue.reason}), and nothing was made for it",
            where=issue.name,
            remedy=f"Make it now: digest send {issue.newsletter} --slot {issue.slot}",
        )
    return issue


def release_issue(
    database: Database, issue: IssueRow, now: datetime, *, accept_restore: bool
) -> IssueRow:
    """Let an issue go on; return it ready to be driven.

    Refused batches are planned again: nothing of them was taken. Unknown ones stay unknown. Who
    sends an issue that nobody has approved yet approves it.

    Raises:
        HeldError: as `check_release`.
    """
    _check(issue, accept_restore=accept_restore)
    if issue.state not in _WAITING:
        return issue
    StoreJournal(database, issue).requeue_refused()
    if issue.recipients_frozen_at is None:
        return Planning(database).approve(issue, read_user(), in_ms(now), "sent by hand")
    return Ledger(database).move(issue, IssueState.SENDING, at=in_ms(now))


def _check(issue: IssueRow, *, accept_restore: bool) -> None:
    if is_held_by_restore(issue):
        if not accept_restore:
            raise held(issue)
    elif issue.state is not IssueState.HELD:
        check_open(issue)
