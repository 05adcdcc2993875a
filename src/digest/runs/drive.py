"""Drives a frozen issue through a courier to its end: new, interrupted or held. One way for all.

lock      nobody else sends this issue meanwhile
recover   what an ended sender left behind is unknown
freeze    the recipients, once
hand over every planned batch
settle    the state of the issue follows from those of its batches
"""

import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from digest.delivery.courier import Courier
from digest.delivery.handover import Ending, Run, Surroundings, hand_over
from digest.delivery.journal import Standing
from digest.delivery.letter import Reader
from digest.delivery.outcome import Outcome
from digest.delivery.pace import Pace
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.runs.clock import read_now
from digest.store.database import Database
from digest.store.driver import drive as lock
from digest.store.journal import StoreJournal, in_ms
from digest.store.ledger import IssueRow, Ledger
from digest.store.recipients import freeze_named, freeze_recipients
from digest.store.witness import Witness

_IN_DOUBT: Final = "what became of {batches} with {readers} is not known"
_REFUSED: Final = "{batches} with {readers} refused: {why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """How to drive."""

    courier: Courier
    #: Requests on their way at the same time, and begun in a second (0: no limit).
    in_flight: int
    per_second: int
    #: Readers in a batch.
    most: int
    #: Whether the run shall end, looked at between batches.
    is_stopped: Callable[[], bool] = lambda: False
    #: Told what came of how many readers.
    tick: Callable[[Outcome, int], object] = lambda _outcome, _readers: None
    #: Readers of a test.
    named: Sequence[Reader] = ()
    #: Of real issues.
    witness: Witness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What a drive came to."""

    issue: IssueRow
    run: Run
    standing: Standing
    #: Batches an earlier sender had left without an outcome.
    lost: int


def drive(database: Database, issue: IssueRow, how: Drive) -> Driven:
    """Send what is left of an approved, interrupted or released issue.

    Raises:
        StoreError: another command sends it, or the store cannot be written.
    """
    ledger = Ledger(database)
    with lock(database.path, issue.id, issue.name):
        issue = ledger.issue(issue.id)
        if issue.is_final:  # another command was quicker
            journal = StoreJournal(database, issue)
            return Driven(issue=issue, run=Run(Ending.DONE), standing=journal.standing(), lost=0)
        _freeze(database, issue, how)
        journal = StoreJournal(database, issue, witness=how.witness, named=how.named)
        lost = journal.recover(read_now())
        if issue.state is not IssueState.SENDING:
            issue = ledger.move(issue, IssueState.SENDING, at=in_ms(read_now()))
        pace = Pace(how.in_flight, how.per_second, random.random)
        run = hand_over(journal, how.courier, pace, _surroundings(how))
        return _settled(ledger, journal, issue, run, lost)


def _freeze(database: Database, issue: IssueRow, how: Drive) -> None:
    if issue.recipients_frozen_at is not None:
        return
    most, at = min(how.most, how.courier.most_readers), in_ms(read_now())
    if issue.realm is Realm.TEST:
        freeze_named(database, issue.id, [reader.id for reader in how.named], most, at)
    else:
        freeze_recipients(database, issue.id, issue.audience, most, at)


def _surroundings(how: Drive) -> Surroundings:
    return Surroundings(
        now=read_now,
        monotonic=time.monotonic,
        token=lambda: secrets.token_hex(16),
        is_stopped=how.is_stopped,
        tick=how.tick,
    )


def _settled(
    ledger: Ledger, journal: StoreJournal, issue: IssueRow, run: Run, lost: int
) -> Driven:
    """Move the issue to where its batches are."""
    standing = journal.standing()
    now = in_ms(read_now())
    if run.ending is not Ending.CANCELLED:
        open_ones = standing.count(BatchState.PLANNED, BatchState.SENDING)
        if why := _why_held(journal, standing):
            if not open_ones or run.ending is Ending.BROKEN:
                issue = ledger.move(issue, IssueState.HELD, at=now, reason=why)
        elif not open_ones:
            issue = ledger.move(issue, IssueState.SENT, at=now)
    return Driven(issue=ledger.issue(issue.id), run=run, standing=standing, lost=lost)


def _why_held(journal: StoreJournal, standing: Standing) -> str:
    """Return what a person must decide before this issue is done, or ""."""
    said = []
    if unknown := standing.count(BatchState.UNKNOWN):
        readers = standing.readers.get(BatchState.UNKNOWN, 0)
        said.append(_IN_DOUBT.format(batches=_counted(unknown), readers=_readers(readers)))
    if refused := standing.count(BatchState.REFUSED):
        readers = standing.readers.get(BatchState.REFUSED, 0)
        said.append(
            _REFUSED.format(
                batches=_counted(refused), readers=_readers(readers), why=journal.last_refusal()
            )
        )
    return "; ".join(said)


def _counted(batches: int) -> str:
    return f"{batches:,} {'batch' if batches == 1 else 'batches'}"


def _readers(readers: int) -> str:
    return f"{readers:,} {'reader' if readers == 1 else 'readers'}"
