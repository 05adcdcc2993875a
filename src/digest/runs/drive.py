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

from digest.delivery.courier import Courier
from digest.delivery.handover import Ending, Run, Surroundings, hand_over
from digest.delivery.letter import Reader
from digest.delivery.outcome import Outcome
from digest.delivery.pace import Pace
from digest.delivery.realm import Realm
from digest.delivery.standing import Standing
from digest.delivery.states import BatchState, IssueState
from digest.errors import StoreError
from digest.runs.clock import read_now
from digest.runs.couriers import AT_ONCE, Ahead
from digest.runs.settle import why_held
from digest.store.ahead import leaves_later
from digest.store.database import Database
from digest.store.driver import drive as lock
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.recipients import freeze_named, freeze_recipients
from digest.store.times import in_ms
from digest.store.witness import Witness


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
    #: What the courier tells SendGrid of the issue's moment.
    ahead: Ahead = AT_ONCE


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
        StoreError: another command sends it, or the store cannot be written: see `hand_over`.
    """
    ledger = Ledger(database)
    with lock(database.path, issue.id, issue.name):
        issue = ledger.issue(issue.id)
        # Another command was quicker: it has sent it, cancelled it, or found what a person must
        # decide. Only `resume` lets a held issue go on, and moves it before it comes here.
        if issue.is_final or issue.state is IssueState.HELD:
            journal = StoreJournal(database, issue)
            return Driven(issue=issue, run=Run(Ending.DONE), standing=journal.standing(), lost=0)
        _check_ahead(issue, how.ahead)
        _freeze(database, issue, how)
        journal = StoreJournal(database, issue, witness=how.witness, named=how.named)
        lost = journal.recover(read_now())
        if issue.state is not IssueState.SENDING:
            issue = ledger.move(issue, IssueState.SENDING, at=in_ms(read_now()))
        is_wary = journal.standing().count(BatchState.UNKNOWN) > 0
        pace = Pace(how.in_flight, how.per_second, random.random, is_wary)
        run = hand_over(journal, how.courier, pace, _surroundings(how))
        return _settled(ledger, journal, issue, run, lost)


def _check_ahead(issue: IssueRow, ahead: Ahead) -> None:
    """Raise unless the courier lets the issue leave when all other parts of it leave."""
    if ahead != Ahead(issue.leaves_at, issue.provider_batch):
        raise StoreError(
            "another command has decided meanwhile when it leaves",
            where=issue.name,
            remedy="Run this command again.",
        )


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
    issue = ledger.issue(issue.id)
    # It may have been cancelled, or held, while the last batches were on their way.
    if issue.state is IssueState.SENDING:
        open_ones = standing.count(BatchState.PLANNED, BatchState.SENDING)
        if why := why_held(journal, standing, lost=lost, is_broken=run.ending is Ending.BROKEN):
            if not open_ones or run.ending is Ending.BROKEN:
                issue = ledger.move(issue, IssueState.HELD, at=now, reason=why)
        # Handed over ahead of its time it can still be cancelled, and no reader has it.
        elif not open_ones and not leaves_later(issue, now):
            issue = ledger.move(issue, IssueState.SENT, at=now)
    return Driven(issue=issue, run=run, standing=standing, lost=lost)
