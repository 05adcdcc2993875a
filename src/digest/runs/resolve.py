"""Clears up what became of batches in doubt: reads back, or takes a person's word.

    stored proofs    → accepted
    a sender's end   → what it left on its way is in doubt
    SendGrid's logs  → accepted, or nothing: not finding a mail proves nothing
    a person's word  → planned, to be sent again

Touches the store and, where SendGrid carried the issue, the network.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.delivery.states import BatchState, IssueState
from digest.errors import DigestError, HeldError, NotFoundError, StoreError
from digest.feedback.logs import look_again
from digest.runs.clock import read_now
from digest.runs.couriers import sendgrid_api
from digest.runs.forgotten import ForgottenMail, forgotten_mails
from digest.runs.issues import find_issue
from digest.runs.read_back import NOT_FOUND, Found, ReadBack, why_unread
from digest.runs.settle import settle
from digest.store.database import Database, open_store
from digest.store.driver import drive as lock
from digest.store.evidence import (
    Doubled,
    Doubt,
    Proof,
    ProvenError,
    apply_evidence,
    doubled_batches,
    doubts_of,
    take_word,
    token_of,
)
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.restored import is_held_by_restore
from digest.store.times import in_ms, moment_of

_LEFT_BEHIND: Final = frozenset({IssueState.SENDING, IssueState.HELD, IssueState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found out about one batch that had been in doubt."""

    batch: int
    readers: int
    #: When it was first handed over.
    begun_at: datetime
    #: Of its last attempt.
    token: str
    #: As the batch stands now.
    state: BatchState
    #: Why, in words.
    said: str = ""
    #: When another look may find more; None: never.
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Where an issue stands after its batches were looked into."""

    issue: IssueRow
    #: Batches that were in doubt.
    looked: tuple[Looked, ...]
    #: Batches that were to be sent again, and had arrived before.
    stopped: tuple[int, ...] = ()
    doubled: tuple[Doubled, ...] = ()
    #: What could not be done, one line each.
    notes: tuple[str, ...] = ()
    #: Mails that a store sent which this one is an older copy of.
    forgotten: tuple[ForgottenMail, ...] = ()

    @property
    def is_restored(self) -> bool:
        """Whether the store is an older copy, and so knows nothing of what was sent since."""
        return is_held_by_restore(self.issue)

    @property
    def in_doubt(self) -> tuple[Looked, ...]:
        """Batches whose fate is not known still."""
        return tuple(each for each in self.looked if each.state is BatchState.UNKNOWN)


@dataclass(slots=True, kw_only=True)
class _Case:
    """One issue under resolution."""

    database: Database
    issue: IssueRow
    doubts: Sequence[Doubt]
    found: Found = field(default_factory=Found)
    forgotten: tuple[ForgottenMail, ...] = ()
    notes: list[str] = field(default_factory=list)


def resolve(
    config: Config,
    environment: Environment,
    name: str,
    *,
    wait: timedelta = timedelta(0),
    pause: Callable[[float], None] = time.sleep,
) -> Resolved:
    """Look for proofs of every batch in doubt of the issue a person names.

    Args:
        config: the publisher's settings.
        environment: the key is in it.
        name: `weekly/2026-W34`.
        wait: how long to go on looking: logs come late.
        pause: lets seconds pass.

    Raises:
        NotFoundError: there is no such issue.
        StoreError: there is no store, or it cannot be written.
    """
    with _case(config, name) as case:
        is_restored = is_held_by_restore(case.issue)
        if unread := why_unread(case.issue):
            case.found.said |= {doubt.batch: unread for doubt in case.doubts}
            case.notes += [unread] if is_restored else []
        elif case.doubts or is_restored:
            try:
                with closing(sendgrid_api(config, environment)) as api:
                    if is_restored:
                        case.forgotten = forgotten_mails(
                            case.database, case.issue, api, read_now()
                        )
                    ReadBack(case.database, case.issue, api, case.found).go_on(wait, pause)
            except DigestError as error:
                # Proofs found until then stand; a person's word may follow all the same.
                case.notes.append(str(error))
        return _ended(case)


def take_words(config: Config, name: str, wanted: Sequence[int], *, user: str) -> Resolved:
    """Plan batches in doubt again on the word of a person that they were not accepted.

    Args:
        config: the publisher's settings.
        name: of the issue.
        wanted: numbers of the batches; empty: all in doubt.
        user: whose word it is.

    Raises:
        NotFoundError: there is no such issue, or a batch is not in doubt.
        HeldError: a batch is proven accepted.
        StoreError: another command sends the issue now.
    """
    with _case(config, name) as case:
        known = {doubt.batch: doubt for doubt in case.doubts}
        for number in wanted:
            if number not in known:
                raise _not_in_doubt(case.issue, number, known)
        proof = Proof("person", user, in_ms(read_now()))
        with lock(config.store.path, case.issue.id, case.issue.name), case.database.transaction():
            for number in wanted or tuple(known):
                try:
                    take_word(case.database, known[number], proof)
                except ProvenError as error:
                    raise HeldError(
                        f"batch {number} is proven accepted; it is not sent again",
                        where=case.issue.name,
                        remedy=f"See the evidence: digest show {case.issue.name}",
                    ) from error
                case.found.planned[number] = f"not accepted, says {user}"
        return _ended(case)


@contextmanager
def _case(config: Config, name: str) -> Iterator[_Case]:
    with closing(open_store(config.store.path, create=False)) as database:
        issue = find_issue(config, database, name)
        before = doubts_of(database, issue.id)
        case = _Case(database=database, issue=issue, doubts=before)
        _tidy(case)
        there = {doubt.batch for doubt in before}
        case.doubts = [
            *before,
            *(each for each in doubts_of(database, issue.id) if each.batch not in there),
        ]
        yield case


def _tidy(case: _Case) -> None:
    """Let the batches follow what is known already: proofs, and a sender that has ended."""
    try:
        with lock(case.database.path, case.issue.id, case.issue.name):
            case.issue = Ledger(case.database).issue(case.issue.id)
            # Whoever was sending it may have ended after it was cancelled.
            if case.issue.state in _LEFT_BEHIND:
                StoreJournal(case.database, case.issue).recover(read_now())
    except StoreError as error:
        case.notes.append(str(error))
    case.found.stopped += apply_evidence(case.database, case.issue.id).stopped


def _ended(case: _Case) -> Resolved:
    """Let the issue follow its batches; return where all stand."""
    ledger, now = Ledger(case.database), read_now()
    try:
        with lock(case.database.path, case.issue.id, case.issue.name):
            issue = ledger.issue(case.issue.id)
            case.issue = settle(ledger, StoreJournal(case.database, issue), issue, in_ms(now))
    except StoreError as error:
        # Whoever sends it settles it in the end.
        if str(error) not in case.notes:
            case.notes.append(str(error))
    left = {doubt.batch for doubt in doubts_of(case.database, case.issue.id)}
    return Resolved(
        issue=ledger.issue(case.issue.id),
        looked=tuple(_looked(case, doubt, left, now) for doubt in case.doubts),
        stopped=tuple(case.found.stopped),
        doubled=tuple(doubled_batches(case.database, case.issue.id)),
        forgotten=case.forgotten,
        notes=tuple(case.notes),
    )


def _looked(case: _Case, doubt: Doubt, left: set[int], now: datetime) -> Looked:
    said = case.found.said.get(doubt.batch, "")
    begun_at = moment_of(doubt.begun_at)
    state = BatchState.UNKNOWN
    if doubt.batch in case.found.planned:
        state, said = BatchState.PLANNED, case.found.planned[doubt.batch]
    elif doubt.batch not in left:
        state, said = BatchState.ACCEPTED, "proven: see digest show"
    return Looked(
        batch=doubt.batch,
        readers=doubt.readers,
        begun_at=begun_at,
        token=token_of(case.database, doubt.attempt),
        state=state,
        said=said,
        again_at=look_again(begun_at, now) if said == NOT_FOUND else None,
    )


def _not_in_doubt(issue: IssueRow, number: int, known: dict[int, Doubt]) -> NotFoundError:
    listed = ", ".join(map(str, known)) or "none"
    return NotFoundError(
        f"batch {number} is not in doubt",
        where=issue.name,
        remedy=f"In doubt: {listed}. See: digest show {issue.name}",
    )
