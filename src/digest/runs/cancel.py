"""Cancels issues, and calls back what SendGrid keeps until their time. Touches store and network.

cancelled here       nothing more of it is handed over
quiet                whoever sends it has ended: what comes later may not be caught
cancelled there      asked for until it is read back
called back          proven ten minutes before its time: no reader gets it
"""

import enum
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import DigestError, HeldError, StoreError
from digest.runs.clock import read_now
from digest.runs.couriers import sendgrid_api
from digest.runs.issues import Account, find_issue, show_issue
from digest.runs.person import read_user
from digest.runs.settle import settle
from digest.store.ahead import (
    has_begun,
    leaves_later,
    set_called_back,
    set_reason,
    was_under_way,
)
from digest.store.database import Database, open_store
from digest.store.driver import drive as lock
from digest.store.journal import StoreJournal
from digest.store.ledger import LOST_AND_CANCELLED, IssueRow, Ledger
from digest.store.planning import Planning
from digest.store.restored import is_held_by_restore
from digest.store.times import in_ms, moment_of

#: An answer that takes longer is asked for again: these requests may be repeated.
_MOST_WAIT: Final = timedelta(seconds=20)
#: What asking SendGrid may take; a sender is not waited for when less than this would remain.
_TO_ASK: Final = timedelta(minutes=2)
_GLANCE_SECONDS: Final = 0.2

_BY_PERSON: Final = "cancelled by a person"
_NOT_KNOWN: Final = f"{_BY_PERSON}; whether SendGrid lets it leave is not known"
_TOO_LATE: Final = f"{_BY_PERSON}, too late to be sure that SendGrid lets nothing of it leave"


class Recall(enum.Enum):
    """What became of what SendGrid kept of a cancelled issue."""

    CERTAIN = "certain"  #: proven in time: it is discarded, and no reader gets it
    LATE = "late"  #: cancelled, but so late that SendGrid may let it leave all the same
    UNSURE = "unsure"  #: cancelled, but something may have reached SendGrid after that


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """What cancelling an issue came to."""

    account: Account
    #: None: SendGrid kept nothing of it.
    recall: Recall | None = None
    #: From the proof to the moment it was to leave.
    ahead: timedelta = timedelta(0)


def cancel_issue(
    config: Config,
    environment: Environment,
    name: str,
    *,
    pause: Callable[[float], object] = time.sleep,
) -> Cancelled:
    """Let nothing more of an issue leave, and call back what SendGrid keeps of it.

    A command that is sending it notices before its next batch. May be run again: then it is
    looked up at SendGrid again.

    Args:
        config: the publisher's settings.
        environment: the key is in it.
        name: `weekly/2026-W34`.
        pause: lets seconds pass.

    Raises:
        NotFoundError: there is none of that name, or only a rehearsal that is over.
        HeldError: it is sent already; or SendGrid cannot cancel it.
        UnfinishedError: nothing more is handed over, and SendGrid has not confirmed the rest.
        NotReadyError: likewise, because the key may not ask for it.
    """
    with closing(open_store(config.store.path, create=False)) as database:
        issue = find_issue(config, database, name)
        if issue.realm is not Realm.REAL and issue.state is IssueState.SENT:
            find_issue(config, database, name, Realm.REAL)  # says that there is none
        issue = _settled(database, issue)
        if issue.state is IssueState.SENT:
            raise HeldError(
                "is sent already",
                where=issue.name,
                remedy="What readers have got cannot be called back.",
            )
        if issue.state in {IssueState.SKIPPED, IssueState.MISSED}:
            raise HeldError(
                f"was {issue.state.value}: nothing of it waits",
                where=issue.name,
                remedy=f"Nothing is to be done. See: digest show {issue.name}",
            )
        now = in_ms(read_now())
        waits = bool(issue.provider_batch) and leaves_later(issue, now)
        if issue.state is not IssueState.CANCELLED:
            why = _NOT_KNOWN if waits and has_begun(database, issue) else _BY_PERSON
            why = LOST_AND_CANCELLED if is_held_by_restore(issue) else why
            issue = Ledger(database).move(issue, IssueState.CANCELLED, at=now, reason=why)
            Planning(database).decide(issue, "cancelled", read_user(), now)
        recall, ahead = None, timedelta(0)
        if waits:
            recall, ahead = _Recalling(config, environment, database, issue, pause).call_back()
    account = show_issue(config, name, realm=issue.realm)
    return Cancelled(account=account, recall=recall, ahead=ahead)


def _settled(database: Database, issue: IssueRow) -> IssueRow:
    """Return the issue, sent when all of it was handed over ahead and its moment has passed."""
    now = in_ms(read_now())
    if issue.leaves_at is None or leaves_later(issue, now):
        return issue
    try:
        with lock(database.path, issue.id, issue.name):
            ledger = Ledger(database)
            row = ledger.issue(issue.id)
            return settle(ledger, StoreJournal(database, row), row, now)
    except StoreError:
        return issue  # a command is sending the rest


@dataclass(frozen=True, slots=True)
class _Recalling:
    """One issue that is called back."""

    config: Config
    environment: Environment
    database: Database
    #: Cancelled here.
    issue: IssueRow
    pause: Callable[[float], object]

    @property
    def leaves_at(self) -> datetime:
        return moment_of(self.issue.leaves_at or 0)

    @property
    def deadline(self) -> datetime:
        """Until when a cancellation is certain."""
        from digest.delivery.couriers.scheduled import MARGIN

        return self.leaves_at - MARGIN

    def call_back(self) -> tuple[Recall | None, timedelta]:
        with self._quiet() as is_quiet:
            if is_quiet:
                StoreJournal(self.database, self.issue).recover(read_now())
                if not has_begun(self.database, self.issue):
                    set_reason(self.database, self.issue, _BY_PERSON)
                    return None, timedelta(0)
            is_ours = self._cancel()
            # Looked at after the proof: what was cancelled when it was asked may be later.
            now = read_now()
            caught_all = is_quiet and (is_ours or not was_under_way(self.database, self.issue))
            recall = self._judged(now, caught_all=caught_all)
            if recall is Recall.CERTAIN:
                set_called_back(self.database, self.issue, in_ms(now))
            elif recall is Recall.LATE:
                set_reason(self.database, self.issue, _TOO_LATE)
        return recall, self.leaves_at - now

    def _judged(self, proven_at: datetime, *, caught_all: bool) -> Recall:
        if self.issue.called_back_at is not None:
            return Recall.CERTAIN
        if proven_at > self.deadline:
            return Recall.LATE
        # A store that is lost may have handed it over under another name.
        if not caught_all or self.issue.reason == LOST_AND_CANCELLED:
            return Recall.UNSURE
        return Recall.CERTAIN

    def _cancel(self) -> bool:
        """Cancel at SendGrid; return whether it was not before.

        Raises:
            DigestError: it is not proven.
        """
        from digest.delivery.couriers.scheduled import ScheduledSends

        try:
            with closing(sendgrid_api(self.config, self.environment, most_wait=_MOST_WAIT)) as api:
                return ScheduledSends(api, pause=self.pause).cancel(self.issue.provider_batch)
        except DigestError as error:
            _, what, remedy = error.problems[0]
            zone = ZoneInfo(self.config.site.timezone)
            raise type(error)(
                "nothing more of it is handed over, but what SendGrid has may leave on "
                f"{self.leaves_at.astimezone(zone):%a %d %b at %H:%M}: {what}",
                where=self.issue.name,
                remedy=f"{remedy} It is certain until {self.deadline.astimezone(zone):%H:%M}: "
                f"digest cancel {self.issue.name}",
            ) from error

    @contextmanager
    def _quiet(self) -> Iterator[bool]:
        """Wait until whoever sends the issue has ended; give whether that is so.

        It ends after the requests on their way: each takes its time-outs at most.
        """
        own = self.config.delivery.sendgrid
        seconds = own.connect_timeout_seconds + 2 * own.read_timeout_seconds + 5
        until = min(read_now() + timedelta(seconds=seconds), self.deadline - _TO_ASK)
        with ExitStack() as stack:
            while True:
                try:
                    stack.enter_context(lock(self.database.path, self.issue.id, self.issue.name))
                except StoreError:
                    if read_now() < until:
                        self.pause(_GLANCE_SECONDS)
                        continue
                    yield False
                    return
                yield True
                return
