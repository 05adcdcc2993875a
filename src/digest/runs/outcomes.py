"""Tells what became of issues: derived from the ledger, so that no crash can swallow it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from digest.delivery.notice import Notice, masked
from digest.delivery.states import BatchState, IssueState
from digest.runs import notice_texts as texts
from digest.runs.memory import BREAKING
from digest.runs.shift import Shift
from digest.store.balance import balance_of
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger
from digest.store.notices import suppressed_since
from digest.store.planning import Planning
from digest.store.times import in_ms

#: Later than this an issue is told to be late.
ON_TIME: Final = timedelta(minutes=15)
#: What ended before that is old news: the service was away for long, or is new.
_OLD: Final = timedelta(days=2)
_SINCE: Final = "telling_since"


def begin_telling(shift: Shift, database: Database) -> int:
    """Return since when outcomes are told, in milliseconds: since the first round there was.

    What was sent before there was a schedule is not told. Asked before anything is done, or what
    the first round does would be older than the telling.

    Raises:
        StoreError: the store cannot be read or written.
    """
    ledger = Ledger(database)
    return int(ledger.fact(_SINCE) or ledger.set_fact_once(_SINCE, str(shift.at)))


def tell_outcomes(shift: Shift, database: Database) -> None:
    """Write down what the publisher's people should hear of; with nothing new it only reads.

    Raises:
        StoreError: the store cannot be read or written.
    """
    planning = Planning(database)
    since = max(begin_telling(shift, database), in_ms(shift.now - _OLD))
    for issue in planning.outcomes(shift.realm, since):
        told = planning.told_keys(issue)
        for notice in _notices(shift, database, issue):
            if masked(notice.key) not in told:
                shift.tell(database, notice)


def _notices(shift: Shift, database: Database, issue: IssueRow) -> Iterator[Notice]:
    match issue.state:
        case IssueState.SENT:
            yield _sent(shift, database, issue)
            lost = suppressed_since(database, issue.recipients_frozen_at or shift.at)
            if lost >= shift.config.notices.suppressions:
                yield texts.notice_suppressions(issue, lost)
        case IssueState.SKIPPED:
            yield texts.notice_skipped(shift.config, issue)
        case IssueState.MISSED:
            yield texts.notice_missed(shift.config, issue)
        case _:
            yield _held(shift, database, issue)


def _sent(shift: Shift, database: Database, issue: IssueRow) -> Notice:
    content = Ledger(database).content(issue.id)
    return texts.notice_sent(
        shift.config,
        issue,
        balance_of(database, issue),
        size=len(content.html.encode()),
        subject=content.subject,
        late=_late(issue),
    )


def _held(shift: Shift, database: Database, issue: IssueRow) -> Notice:
    balance = balance_of(database, issue)
    if balance.standing.count(BatchState.UNKNOWN):
        if balance.readers(BatchState.PLANNED):
            return texts.notice_breaker(issue, balance)
        return texts.notice_unknown(issue, balance)
    return texts.notice_held(shift.config, issue)


def _late(issue: IssueRow) -> timedelta:
    """Return how late an issue began to leave; zero: on time."""
    begun = issue.leaves_at or issue.recipients_frozen_at
    if begun is None or issue.newsletter == BREAKING:
        return timedelta()
    late = timedelta(milliseconds=begun - issue.slot_at)
    return late if late > ON_TIME else timedelta()
