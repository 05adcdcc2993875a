"""Looks at issues in the ledger, cancels them, lets held ones go on. Touches the store."""

from dataclasses import dataclass
from datetime import datetime

from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import HeldError, NotFoundError, did_you_mean
from digest.store.balance import (
    AttemptRow,
    Balance,
    EvidenceRow,
    MailRow,
    attempts_of,
    balance_of,
    count_attempts,
    evidence_of,
    mail_of,
)
from digest.store.database import Database, open_store
from digest.store.ledger import IssueRow, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything the ledger knows of one issue."""

    issue: IssueRow
    subject: str
    sha256: str
    balance: Balance
    attempts: list[AttemptRow]
    #: Tries in all, and those accepted.
    tried: tuple[int, int]
    evidence: list[EvidenceRow]


def list_issues(
    config: Config, newsletter: str = "", most: int = 20
) -> list[tuple[IssueRow, Balance]]:
    """Return the last issues with their sums, newest first.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    database = open_store(config.store.path, create=False)
    try:
        rows = Ledger(database).latest(newsletter, most)
        return [(row, balance_of(database, row)) for row in rows]
    finally:
        database.close()


def show_issue(
    config: Config, name: str, *, every: bool = False, realm: Realm | None = None
) -> Account:
    """Return what the ledger knows of the issue a person names.

    Raises:
        NotFoundError: there is none of that name.
        StoreError: there is no store, or it cannot be read.
    """
    database = open_store(config.store.path, create=False)
    try:
        issue = find_issue(database, name, realm)
        content = Ledger(database).content(issue.id)
        return Account(
            issue=issue,
            subject=content.subject,
            sha256=content.sha256,
            balance=balance_of(database, issue),
            attempts=attempts_of(database, issue, every=every),
            tried=count_attempts(database, issue),
            evidence=evidence_of(database, issue),
        )
    finally:
        database.close()


def cancel_issue(config: Config, name: str, now: datetime) -> Account:
    """Let nothing more of an issue leave; return what the ledger then knows of it.

    A command that is sending it notices before its next batch.

    Raises:
        NotFoundError: there is none of that name.
        HeldError: it is sent already.
    """
    from digest.store.journal import in_ms

    database = open_store(config.store.path, create=False)
    try:
        issue = find_issue(database, name)
        if issue.state is IssueState.SENT:
            raise HeldError(
                "is sent already",
                where=issue.name,
                remedy="What readers have got cannot be called back.",
            )
        if issue.state is not IssueState.CANCELLED:
            Ledger(database).move(
                issue, IssueState.CANCELLED, at=in_ms(now), reason="cancelled by a person"
            )
    finally:
        database.close()
    return show_issue(config, name)


def release_issue(config: Config, name: str, now: datetime, *, accept_restore: bool) -> IssueRow:
    """Let an interrupted or held issue go on; return it ready to be driven.

    Refused batches are planned again: nothing of them was taken. Unknown ones stay unknown.

    Raises:
        NotFoundError: there is none of that name.
        HeldError: it is cancelled, or held by a restore that was not accepted.
    """
    from digest.store.journal import StoreJournal, in_ms
    from digest.store.restored import is_held_by_restore

    database = open_store(config.store.path, create=False)
    try:
        issue, ledger = find_issue(database, name), Ledger(database)
        if issue.state is IssueState.CANCELLED:
            raise HeldError(
                "was cancelled; nothing more of it leaves",
                where=issue.name,
                remedy="Its articles may come in a later issue, if none of it had left.",
            )
        if is_held_by_restore(issue) and not accept_restore:
            from digest.runs.claim import held

            raise held(issue)
        if issue.state is IssueState.HELD:
            StoreJournal(database, issue).requeue_refused()
            frozen = issue.recipients_frozen_at is not None
            to = IssueState.SENDING if frozen else IssueState.APPROVED
            issue = ledger.move(issue, to, at=in_ms(now))
        return issue
    finally:
        database.close()


def mail_to(config: Config, address: str) -> tuple[str, list[MailRow]]:
    """Return the state of a subscriber and what they got, newest first.

    Raises:
        NotFoundError: nobody of that address is a subscriber.
    """
    from digest.store.leaving import find_subscriber
    from digest.subscribers.address import Refused, parse_address

    parsed = parse_address(address)
    if isinstance(parsed, Refused):
        raise NotFoundError(parsed.what, where="ADDRESS", remedy=parsed.remedy)
    database = open_store(config.store.path, create=False)
    try:
        found = find_subscriber(database, parsed.key)
        if found is None:
            raise NotFoundError(
                "nobody of this address is a subscriber",
                where=address,
                remedy="Spelt right? See: digest subscribers list",
            )
        return str(found.state), mail_of(database, found.id)
    finally:
        database.close()


def find_issue(database: Database, name: str, realm: Realm | None = None) -> IssueRow:
    """Return the issue a person names: `weekly/2026-W34`, or `weekly/2026-W34#2` for a test.

    Of several the real one is meant, then the rehearsal, then the last test.

    Raises:
        NotFoundError: there is none.
    """
    slot, _, copy = name.partition("#")
    newsletter, _, slot = slot.partition("/")
    rows = Ledger(database).all_of_slot(newsletter, slot)
    if copy:
        rows = [row for row in rows if row.realm is Realm.TEST and str(row.copy) == copy]
    if realm:
        rows = [row for row in rows if row.realm is realm]
    if rows:
        # Of tests the last one, of all others the only one.
        return rows[-1] if rows[0].realm is Realm.TEST else rows[0]
    known = [row.name for row in Ledger(database).latest(most=200)]
    raise NotFoundError(
        "there is no such issue in the ledger",
        where=name,
        remedy=f"{did_you_mean(name, known)}See: digest issues",
    )
