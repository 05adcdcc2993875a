"""Notices that the store is an older copy of itself: what it has forgotten must not go twice."""

from datetime import datetime

from digest.delivery.states import IssueState
from digest.store.database import Database
from digest.store.journal import in_ms
from digest.store.ledger import IssueRow, Ledger
from digest.store.witness import Witness, new_installation

#: Why an issue is held; `digest resume ISSUE --accept-restore` goes on.
REASON = (
    "the store was put back from an older copy: what was sent since is not in it, and may have "
    "been sent already"
)
_INSTALLATION = "installation"
_RESTORED_AT = "restored_at"


def check_witness(database: Database, witness: Witness, now: datetime) -> bool:
    """Return whether the store is an older copy, found out just now; prepare the witness.

    If it is, every open issue is held, and every slot up to `now` will be (`is_doubtful`).

    Raises:
        StoreError: the witness cannot be written.
    """
    ledger = Ledger(database)
    installation, attempts = ledger.fact(_INSTALLATION), ledger.last_attempt()
    testimony = witness.read()
    is_new = not installation
    if is_new:
        installation = new_installation()
        ledger.set_fact(_INSTALLATION, installation)
    if testimony is None:
        is_older = attempts > 0
    else:
        is_older = testimony.installation != installation or testimony.attempts > attempts
        # A new store beside the witness of one that was lost or moved away.
        is_older = is_older and (not is_new or testimony.attempts > 0)
    if is_older:
        ledger.set_fact(_RESTORED_AT, str(in_ms(now)))
        for issue in ledger.open_issues():
            if issue.state is not IssueState.HELD:
                ledger.move(issue, IssueState.HELD, at=in_ms(now), reason=REASON)
    witness.begin(installation, attempts)
    return is_older


def is_doubtful(ledger: Ledger, slot_at: int) -> bool:
    """Return whether an issue of that moment may have been sent by a store that is lost."""
    restored_at = ledger.fact(_RESTORED_AT)
    return bool(restored_at) and slot_at <= int(restored_at)


def is_held_by_restore(issue: IssueRow) -> bool:
    """Return whether an issue is held because the store is an older copy."""
    return issue.state is IssueState.HELD and issue.reason == REASON
