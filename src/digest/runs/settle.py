"""Where an issue stands follows from where its batches stand: the rule, and its words."""

from typing import Final

from digest.delivery.pace import BREAKER
from digest.delivery.standing import Standing
from digest.delivery.states import BatchState, IssueState
from digest.store.ahead import leaves_later
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.restored import is_held_by_restore

_IN_DOUBT: Final = "what became of {batches} with {readers} is not known"
_LOST: Final = ", {lost:,} of them because the sender before this one ended too soon"
_BROKEN: Final = f"sending stopped after {BREAKER} unknown answers in a row"
_REFUSED: Final = "{batches} with {readers} refused: {why}"
_TO_SEND: Final = "{batches} with {readers} to send"


def why_held(
    journal: StoreJournal, standing: Standing, *, lost: int = 0, is_broken: bool = False
) -> str:
    """Return what a person must decide before an issue is done, or "".

    Args:
        journal: of the issue.
        standing: of its batches.
        lost: batches in doubt because an earlier sender ended without a word, found just now.
        is_broken: whether sending stopped because too many answers in a row proved nothing.
    """
    said = []
    if unknown := standing.count(BatchState.UNKNOWN):
        readers = standing.readers.get(BatchState.UNKNOWN, 0)
        in_doubt = _IN_DOUBT.format(batches=_batches(unknown), readers=_readers(readers))
        said.append(in_doubt + (_LOST.format(lost=lost) if lost else ""))
    if refused := standing.count(BatchState.REFUSED):
        readers = standing.readers.get(BatchState.REFUSED, 0)
        said.append(
            _REFUSED.format(
                batches=_batches(refused), readers=_readers(readers), why=journal.last_refusal()
            )
        )
    if is_broken:
        planned = standing.readers.get(BatchState.PLANNED, 0)
        said.append(f"{_BROKEN}, {_readers(planned)} {_were(planned)} not tried")
    return "; ".join(said)


def settle(ledger: Ledger, journal: StoreJournal, issue: IssueRow, at: int) -> IssueRow:
    """Move an issue that nobody is sending to where its batches are; return it.

    What is left to send stays there for a person: `digest resume` goes on. What was handed over
    ahead of its time is not sent before it.

    Args:
        ledger: of the store.
        journal: of the issue.
        issue: as it stands, read under the lock of whoever sends it.
        at: milliseconds since 1970.
    """
    is_open = issue.state in {IssueState.SENDING, IssueState.HELD}
    if not is_open or issue.recipients_frozen_at is None or is_held_by_restore(issue):
        return issue
    standing = journal.standing()
    why = why_held(journal, standing)
    if left := standing.count(BatchState.PLANNED, BatchState.SENDING):
        if issue.state is IssueState.SENDING:
            return issue  # `send` goes on by itself
        readers = sum(
            standing.readers.get(state, 0) for state in (BatchState.PLANNED, BatchState.SENDING)
        )
        to_send = _TO_SEND.format(batches=_batches(left), readers=_readers(readers))
        why = f"{why}; {to_send}" if why else to_send
    if why:
        return _held(ledger, issue, why, at)
    if not leaves_later(issue, at):
        return ledger.move(issue, IssueState.SENT, at=at)
    if issue.state is IssueState.SENDING:
        return issue
    return ledger.move(issue, IssueState.SENDING, at=at)


def _held(ledger: Ledger, issue: IssueRow, why: str, at: int) -> IssueRow:
    if issue.state is IssueState.HELD:
        if issue.reason == why:
            return issue
        issue = ledger.move(issue, IssueState.SENDING, at=at)  # a new reason needs a new move
    return ledger.move(issue, IssueState.HELD, at=at, reason=why)


def _batches(batches: int) -> str:
    return f"{batches:,} {'batch' if batches == 1 else 'batches'}"


def _readers(readers: int) -> str:
    return f"{readers:,} {'reader' if readers == 1 else 'readers'}"


def _were(many: int) -> str:
    return "was" if many == 1 else "were"
