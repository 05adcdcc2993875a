"""Looks whether an issue went out from a store that is lost. Touches the store and the network.

A store that was put back from an older copy has no attempt to look for. But a mail of the issue
in SendGrid's log whose token this store does not know was sent by the store that is lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from digest.feedback.logs import KEPT, log_query, parse_token, spread
from digest.runs.memory import BREAKING
from digest.runs.read_back import READERS, TRIES, read_mails, spelt
from digest.store.database import Database
from digest.store.evidence import active_reader, count_active, find_attempt, open_readers
from digest.store.ledger import IssueRow, Ledger
from digest.store.recipients import read_batch

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

_TEST: Final = "[test "


@dataclass(frozen=True, slots=True)
class ForgottenMail:
    """A mail of the issue that this store did not send."""

    #: Number of the reader.
    reader: int
    #: SendGrid's name of the mail.
    message_id: str


def forgotten_mails(
    database: Database, issue: IssueRow, api: "SendGridApi", now: datetime
) -> tuple[ForgottenMail, ...]:
    """Return mails of an issue to a few readers that another store sent, one a reader at most.

    Raises:
        NotReadyError: the key may not read the log.
        DigestError: SendGrid does not answer, or wants no more questions for now.
    """
    subject = Ledger(database).content(issue.id).subject
    found = []
    for reader, address in _readers(database, issue):
        for path, details in _mails(api, address, _subjects(issue, subject), now):
            if _is_of(issue, details) and not find_attempt(database, parse_token(details)):
                found.append(ForgottenMail(reader, path.rpartition("/")[2]))
                break
    return tuple(found)


def _subjects(issue: IssueRow, subject: str) -> Sequence[str]:
    """Return the subjects to look for; "" is any.

    The name of a breaking issue is only its number of the day: another story may have had it.
    A newsletter's slot is always the same issue, even if it was built with another subject.
    """
    return (subject,) if issue.newsletter == BREAKING else (subject, "")


def _is_of(issue: IssueRow, details: Any) -> bool:  # noqa: ANN401  what JSON may hold
    """Return whether a mail is of the issue itself, not of a test of it."""
    if not parse_token(details) or str(details.get("subject", "")).startswith(_TEST):
        return False
    name = details["custom_args"].get("digest_issue")
    if issue.newsletter == BREAKING:
        return isinstance(name, str) and name.startswith(f"{BREAKING}/")
    return bool(name == issue.name)


def _mails(
    api: "SendGridApi", address: str, subjects: Sequence[str], now: datetime
) -> Iterator[tuple[str, Any]]:
    """Yield path and details of the mails a reader got while SendGrid's log goes back."""
    for subject in subjects:
        for spelling in spelt(address):
            if query := log_query(spelling, subject, now - KEPT):
                yield from read_mails(api, query)


def _readers(database: Database, issue: IssueRow) -> Iterator[tuple[int, str]]:
    """Yield number and address of a few readers far apart."""
    found = 0
    for number in _numbers(database, issue):
        readers, _ = read_batch(database, issue.audience, [number])
        if readers:
            yield readers[0].id, readers[0].address
            found += 1
        if found == READERS:
            return


def _numbers(database: Database, issue: IssueRow) -> Iterator[int]:
    """Yield numbers of readers this store has not sent it to, far apart."""
    if issue.recipients_frozen_at is not None:
        ids = open_readers(database, issue.id)
        yield from (ids[position] for position in spread(len(ids), TRIES))
    else:
        positions = spread(count_active(database), TRIES)
        yield from (active_reader(database, position) for position in positions)
