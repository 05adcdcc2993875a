"""Hands issues over ahead of their time: SendGrid keeps them until their slot. Touches the store.

One name for the whole issue: SendGrid holds ten cancellations at most, and what is cancelled is
always an issue (docs/decisions/0005).

    name made at SendGrid ──► written down ──► first request    a crash before it is written
                              with the moment                   down wastes a name, no more
"""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import ConfigError, NotReadyError, Problem, StoreError
from digest.runs.claim import Planned
from digest.runs.couriers import Ahead, sendgrid_api
from digest.runs.settle import settle
from digest.store.ahead import departed, has_begun, set_ahead
from digest.store.database import Database, open_store
from digest.store.driver import drive as lock
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.times import in_ms, moment_of


def check_hand_over(config: Config) -> None:
    """Raise when newsletters are to be handed over ahead, and their courier keeps no mail.

    A rehearsal may ask for it: nothing of it leaves, so nothing leaves too early.

    Raises:
        ConfigError: the courier is SMTP; every newsletter.
    """
    if config.delivery.courier is not CourierName.SMTP:
        return
    problems = [
        Problem(
            f"{config.path}, [newsletters.{name}] hand_over",
            f"{newsletter.hand_over!r} needs SendGrid, and the courier is smtp",
            'Take it out, or write [delivery] courier = "sendgrid": a mail server keeps no mail '
            "until its time.",
        )
        for name, newsletter in config.newsletters.items()
        if newsletter.hand_over
    ]
    if problems:
        raise ConfigError.of(problems)


def write_ahead(
    config: Config,
    environment: Environment,
    database: Database,
    planned: Planned,
    now: datetime,
) -> IssueRow:
    """Return a claimed issue with the moment it leaves and its name at SendGrid written down.

    Once both are, they stay: an issue that goes on after a crash leaves with its other part. An
    issue of which anything was tried without them goes on without.

    Args:
        config: the publisher's settings.
        environment: the key is in it.
        database: the store.
        planned: with the issue as it stands.
        now: aware.

    Raises:
        NotReadyError: its courier cannot keep it, or SendGrid would not for so long.
        StoreError: another command sends the issue now.
        DigestError: SendGrid gave it no name.
    """
    issue = planned.issue
    assert issue is not None  # noqa: S101  it is claimed
    at = in_ms(planned.leaves_at) if planned.leaves_at else None
    if issue.provider_batch:
        at = issue.leaves_at
    goes = not issue.is_final and (issue.state is not IssueState.HELD or planned.released)
    if at is None or at <= in_ms(now) or issue.realm is not Realm.REAL or not goes:
        return issue
    _check(issue, planned.courier, moment_of(at), now)
    if issue.provider_batch or has_begun(database, issue):
        return issue
    from digest.delivery.couriers.scheduled import ScheduledSends

    # Nobody may begin to send it at once while it gets its name.
    with (
        lock(database.path, issue.id, issue.name),
        closing(sendgrid_api(config, environment)) as api,
    ):
        return set_ahead(database, issue, at, ScheduledSends(api).make_batch())


def ahead_of(issue: IssueRow) -> Ahead:
    """Return when SendGrid lets an issue leave, and its name there."""
    return Ahead(issue.leaves_at, issue.provider_batch)


def settle_departed(config: Config, now: datetime) -> Sequence[IssueRow]:
    """Let issues be sent that were handed over ahead, once they have left; return them.

    Asks nobody: SendGrid lets them leave by itself. One that a command is sending is left to it.

    Raises:
        StoreError: there is no store, or it cannot be written.
    """
    settled = []
    with closing(open_store(config.store.path, create=False)) as database:
        ledger = Ledger(database)
        for issue in departed(database, in_ms(now)):
            try:
                with lock(database.path, issue.id, issue.name):
                    row, journal = ledger.issue(issue.id), StoreJournal(database, issue)
                    settled.append(settle(ledger, journal, row, in_ms(now)))
            except StoreError:
                continue
    return [issue for issue in settled if issue.is_final]


def _check(issue: IssueRow, courier: CourierName, leaves_at: datetime, now: datetime) -> None:
    from digest.delivery.couriers.scheduled import MOST_AHEAD

    moment = f"{leaves_at.astimezone():%a %d %b %Y %H:%M}"
    if courier is not CourierName.SENDGRID:
        raise NotReadyError(
            f"it leaves on {moment}, and {courier.value} would let it leave at once",
            where=issue.name,
            remedy="Hand it over with SendGrid (--courier sendgrid), or at its moment.",
        )
    if leaves_at - now > MOST_AHEAD:
        raise NotReadyError(
            f"it leaves on {moment}, and SendGrid keeps mail for 72 hours at most",
            where=issue.name,
            remedy="Hand it over later. Is the clock of this machine right?",
        )
