"""Notices that the store is an older copy of itself: what it has forgotten must not go twice."""

from datetime import datetime

from digest.delivery.states import IssueState
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger
from digest.store.queries import read_queries
from digest.store.times import in_ms
from digest.store.witness import Testimony, Witness, new_installation

#: Why an issue is held; `digest resume ISSUE --accept-restore` goes on.
REASON = (
    "the store was put back from an older copy: what was sent since is not in it, and may have "
    "been sent already"
)
_INSTALLATION = "installation"
_RESTORED_AT = "restored_at"
_FORGOTTEN = "forgotten_attempts"


def check_witness(database: Database, witness: Witness, now: datetime) -> bool:
    """Return whether the store is an older copy, found out just now; prepare the witness.

    If it is, every open issue is held, and every slot up to `now` will be (`is_doubtful`).

    Raises:
        StoreError: the witness cannot be written.
    """
    ledger = Ledger(database)
    installation, is_new = _installation(ledger)
    testimony, known = _heard(ledger, witness)
    is_older = _is_older(testimony, known, installation, is_new=is_new)
    if is_older:
        ledger.set_fact(_RESTORED_AT, str(in_ms(now)))
        _hold_open_issues(database, in_ms(now))
        # Last: until this is written, whoever looks finds the same again.
        said = testimony.attempts if testimony else 0
        ledger.set_fact(_FORGOTTEN, str(max(said, known) + 1 - ledger.last_attempt()))
    with database.transaction():
        # Nobody writes an attempt down meanwhile: what is noted here is never less than another
        # sender has noted.
        witness.begin(installation, ledger.last_attempt(), _forgotten(ledger))
    return is_older


def will_be_held(database: Database, witness: Witness, slot_at: int) -> bool:
    """Return whether sending an issue of that moment would end with holding it; writes nothing.

    Args:
        database: the store.
        witness: of the store.
        slot_at: as for `is_doubtful`.
    """
    ledger = Ledger(database)
    installation = ledger.fact(_INSTALLATION)
    testimony, known = _heard(ledger, witness)
    if _is_older(testimony, known, installation, is_new=not installation):
        return True
    return is_doubtful(ledger, slot_at)


def _is_older(testimony: Testimony | None, known: int, installation: str, *, is_new: bool) -> bool:
    """Return whether the witness knows more than the store, or is missing, or another one's."""
    if testimony is None:
        return known > 0
    is_older = testimony.installation != installation or testimony.attempts > known
    # A new store beside the witness of one that was lost or moved away.
    return is_older and (not is_new or testimony.attempts > 0)


def _hold_open_issues(database: Database, at: int) -> None:
    ledger = Ledger(database)
    for issue in ledger.open_issues():
        if issue.state is not IssueState.HELD:
            ledger.move(issue, IssueState.HELD, at=at, reason=REASON)
            continue
        # What it was held for may have been settled, and the issue sent, since the copy was made.
        with database.transaction() as connection:
            connection.execute(
                read_queries("ledger")["set_state"],
                {
                    "issue": issue.id,
                    "was": issue.state.value,
                    "state": issue.state.value,
                    "reason": REASON,
                    "finished_at": None,
                },
            )


def _forgotten(ledger: Ledger) -> int:
    """Return how many attempts this store does not know, as far as it has found out.

    One more than are missing, each time: the witness never goes back, so the same copy put back
    once more, or one made before this was found out, is found out again.
    """
    return int(ledger.fact(_FORGOTTEN) or 0)


def _installation(ledger: Ledger) -> tuple[str, bool]:
    """Return the store's name, and whether it was given just now."""
    if known := ledger.fact(_INSTALLATION):
        return known, False
    name = new_installation()
    # Two senders may be the first: one name stands, whoever wrote it.
    stands = ledger.set_fact_once(_INSTALLATION, name)
    return stands, stands == name


def _heard(ledger: Ledger, witness: Witness) -> tuple[Testimony | None, int]:
    """Return what the witness says, and how many attempts the store knows of.

    In this order: another sender may be under way, who commits an attempt before the witness
    hears of it. The other way round a store that goes on looks like one that has forgotten.
    """
    testimony = witness.read()
    known = ledger.last_attempt() + _forgotten(ledger)
    if testimony is None and known:
        # Or that sender began the witness, too, between the two looks.
        testimony = witness.read()
        known = ledger.last_attempt() + _forgotten(ledger)
    return testimony, known


def is_doubtful(ledger: Ledger, slot_at: int) -> bool:
    """Return whether an issue of that moment may have been sent by a store that is lost.

    Args:
        ledger: of the store.
        slot_at: the moment before which the issue cannot have gone out: its slot, or when the
            oldest story of a breaking issue was published.
    """
    found_at = restored_at(ledger)
    return found_at > 0 and slot_at <= found_at


def restored_at(ledger: Ledger) -> int:
    """Return when the store was last found to be an older copy, in milliseconds; 0: never."""
    return int(ledger.fact(_RESTORED_AT) or 0)


def is_held_by_restore(issue: IssueRow) -> bool:
    """Return whether an issue is held because the store is an older copy."""
    return issue.state is IssueState.HELD and issue.reason == REASON
