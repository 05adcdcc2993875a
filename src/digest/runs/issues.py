"""Looks at issues in the ledger. Touches the store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import NotFoundError, did_you_mean
from digest.runs.clock import read_now
from digest.store.ahead import is_handed_over
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
    newsletters_of,
)
from digest.store.database import Database, open_store
from digest.store.driver import is_driven
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Decision, Planning
from digest.store.times import in_ms

if TYPE_CHECKING:
    from digest.selection.slot import Slot

_UNDER_WAY: Final = frozenset({IssueState.APPROVED, IssueState.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything the ledger knows of one issue."""

    issue: IssueRow
    #: Whether something of it is left to do, and no process sends it now.
    is_interrupted: bool
    subject: str
    sha256: str
    balance: Balance
    attempts: list[AttemptRow]
    decisions: list[Decision]
    #: Tries in all, and those accepted.
    tried: tuple[int, int]
    evidence: list[EvidenceRow]


class Listed(NamedTuple):
    """One line of a list of issues."""

    issue: IssueRow
    balance: Balance
    #: As of an `Account`.
    is_interrupted: bool


class UnknownNewsletter(NamedTuple):
    """A newsletter that the store knows and config.toml does not: renamed, or given up."""

    name: str
    #: Real issues of it.
    issues: int
    #: Readers who have left it.
    left: int


def list_issues(config: Config, newsletter: str = "", most: int = 20) -> list[Listed]:
    """Return the last issues with their sums, newest first.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    database = open_store(config.store.path, create=False)
    try:
        rows = Ledger(database).latest(newsletter, most)
        balances = [balance_of(database, row) for row in rows]
        return [
            Listed(row, balance, _is_interrupted(database, row, balance))
            for row, balance in zip(rows, balances, strict=True)
        ]
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
        issue = find_issue(config, database, name, realm)
        balance = balance_of(database, issue)
        content = Ledger(database).find_content(issue.id)
        return Account(
            issue=issue,
            is_interrupted=_is_interrupted(database, issue, balance),
            subject=content.subject if content else "",
            sha256=content.sha256 if content else "",
            balance=balance,
            attempts=attempts_of(database, issue, every=every),
            decisions=Planning(database).decisions(issue),
            tried=count_attempts(database, issue),
            evidence=evidence_of(database, issue),
        )
    finally:
        database.close()


def _is_interrupted(database: Database, issue: IssueRow, balance: Balance) -> bool:
    if issue.state not in _UNDER_WAY or is_handed_over(issue, balance.standing):
        return False
    is_waiting = issue.state is IssueState.APPROVED and issue.slot_at > in_ms(read_now())
    return not is_waiting and not is_driven(database.path, issue.id)


def forgotten_newsletters(config: Config) -> list[UnknownNewsletter]:
    """Return newsletters that were sent, or left by readers, and are not in config.toml.

    Who has left a newsletter that is renamed gets it under its new name, and what it told counts
    no more.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    from digest.runs.memory import BREAKING

    database = open_store(config.store.path, create=False)
    try:
        known = newsletters_of(database)
    finally:
        database.close()
    return [
        UnknownNewsletter(name, issues, left)
        for name, (issues, left) in known.items()
        if name not in config.newsletters and name != BREAKING
    ]


def mail_to(config: Config, address: str) -> tuple[str, list[MailRow]]:
    """Return the state of a subscriber and what they got, or did not get, newest first.

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
        return str(found.state), mail_of(database, found.id, found.created_at)
    finally:
        database.close()


def find_issue(
    config: Config, database: Database, name: str, realm: Realm | None = None
) -> IssueRow:
    """Return the issue a person names: `weekly/2026-W34`, or `weekly/2026-W34#2` for a test.

    Of several the real one is meant, then the rehearsal, then the last test.

    Raises:
        NotFoundError: there is none.
    """
    slot, _, copy = name.partition("#")
    newsletter, _, slot = slot.partition("/")
    rows = Ledger(database).all_of_slot(newsletter, slot)
    ahead = None if rows else _slot_of(config, newsletter, slot)
    if ahead:  # known under another name, or still to come
        rows = Ledger(database).all_of_slot(newsletter, ahead.name)
    if copy:
        rows = [row for row in rows if row.realm is Realm.TEST and str(row.copy) == copy]
    there = rows
    if realm:
        rows = [row for row in rows if row.realm is realm]
    if there and not rows:
        kinds = sorted({row.realm.value for row in there})
        raise NotFoundError(
            f"nothing of it is {realm.value if realm else ''}: there is only a {kinds[0]} of it",
            where=name,
            remedy="It uses up no slot, and nothing of it is remembered. See: digest issues",
        )
    if rows:
        # Of tests the last one, of all others the first: what was built anew comes before.
        return rows[-1] if rows[0].realm is Realm.TEST else rows[0]
    if ahead and ahead.moment > read_now():
        raise _not_made(config, database, newsletter, ahead)
    known = [row.name for row in Ledger(database).latest(most=200)]
    raise NotFoundError(
        "there is no such issue in the ledger",
        where=name,
        remedy=f"{did_you_mean(name, known)}See: digest issues",
    )


def _slot_of(config: Config, newsletter: str, name: str) -> "Slot | None":
    """Return the slot of that name, `2026-08-17` for `2026-W34` too; None: there is none."""
    from digest.config.timetables import timetable_of
    from digest.selection.slot import slot_named

    if newsletter not in config.newsletters:
        return None
    try:
        return slot_named(timetable_of(config, newsletter), name)
    except NotFoundError:
        return None


def _not_made(config: Config, database: Database, newsletter: str, slot: "Slot") -> NotFoundError:
    """Return what to say of an issue that is still to come, or never will."""
    from digest.runs.realms import realm_of
    from digest.runs.upcoming import Stage, moments_of, upcoming_of_slot

    realm = realm_of(config, config.delivery.courier)
    pause = Planning(database).pauses(realm).get(newsletter)
    ahead = upcoming_of_slot(newsletter, slot, moments_of(config, newsletter), pause, read_now())
    until = f"{ahead.until:%a %d %b %Y %H:%M}" if ahead.until else ""
    match ahead.stage:
        case Stage.FREE:
            what, remedy = f"is not made: {ahead.reason}", "See the next ones: digest plan"
        case Stage.PAUSED:
            end = f" until {until}" if until else ""
            what = f"is not made: {newsletter} is paused {ahead.reason}{end}"
            remedy = f"Let it come again: digest unpause {newsletter}"
        case Stage.BY_HAND:
            what = f"is not made yet: {newsletter} has no schedule"
            remedy = f"Make and send it: digest send {newsletter} --slot {slot.name}"
        case _:
            what = f"is not made yet{until and f': its content is frozen {until}'}"
            remedy = (
                f"Until then `digest edit {ahead.name}` decides what is in it, and "
                f"`digest pause {newsletter}` keeps it from going out."
            )
    return NotFoundError(what, where=ahead.name, remedy=remedy)
