"""Looks for the mails of batches in doubt in SendGrid's log. Touches the store and the network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from digest.config.sending import CourierName
from digest.delivery.realm import Realm
from digest.errors import NotReadyError
from digest.feedback.logs import (
    MARGIN,
    SCOPE,
    log_query,
    parse_messages,
    parse_token,
    spread,
)
from digest.runs.clock import read_now
from digest.store.database import Database
from digest.store.evidence import Doubt, Proof, doubts_of, find_attempt, prove_accepted
from digest.store.leaving import subscriber_address
from digest.store.ledger import IssueRow, Ledger
from digest.store.times import in_ms, moment_of

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

#: Readers of a batch whose mails are looked for.
READERS: Final = 3
#: Readers looked at until so many with an address are found: some were erased since.
TRIES: Final = 50
#: Pauses between two looks: they double.
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LAST_PAUSE: Final = timedelta(seconds=60)

NOT_FOUND: Final = "not found in SendGrid's log, which proves nothing"
_NO_READER: Final = "the address of none of its readers is known any more"
_NO_LOG: Final = "the courier {courier} keeps no log that can be read back"
_NO_TEST: Final = "the addresses of a test are not kept"


@dataclass(slots=True, kw_only=True)
class Found:
    """What was found until now; stands whatever ends the looking."""

    #: Batch → what came of looking for it.
    said: dict[int, str] = field(default_factory=dict)
    #: Batch that is planned again → on whose word.
    planned: dict[int, str] = field(default_factory=dict)
    #: Batches that were to be sent again, and had arrived before.
    stopped: list[int] = field(default_factory=list)


def why_unread(issue: IssueRow) -> str:
    """Return why nothing of an issue can be read back, or ""."""
    if issue.courier != CourierName.SENDGRID.value:
        return _NO_LOG.format(courier=issue.courier)
    # Its readers are numbered by themselves: those numbers are other people in the store.
    return _NO_TEST if issue.realm is Realm.TEST else ""


class ReadBack:
    """Looks for the mails of one issue."""

    def __init__(
        self, database: Database, issue: IssueRow, api: "SendGridApi", found: Found
    ) -> None:
        self._database = database
        self._issue = issue
        self._api = api
        self._found = found
        self._subject = Ledger(database).content(issue.id).subject

    def go_on(self, wait: timedelta, pause: Callable[[float], None]) -> None:
        """Look until nothing is in doubt any more, or so long.

        Raises:
            NotReadyError: the key may not read the log.
            DigestError: SendGrid does not answer, or wants no more questions for now.
        """
        left, between = wait, _FIRST_PAUSE
        while True:
            for doubt in doubts_of(self._database, self._issue.id):
                self._found.said[doubt.batch] = self._look_for(doubt)
            if left <= timedelta(0) or not doubts_of(self._database, self._issue.id):
                return
            step = min(left, between)
            pause(step.total_seconds())
            left, between = left - step, min(between * 2, _LAST_PAUSE)

    def _look_for(self, doubt: Doubt) -> str:
        """Look for the mails of a few readers of a batch; return what came of it."""
        addresses = self._addresses(doubt)
        since = moment_of(doubt.begun_at) - MARGIN
        for address in addresses:
            query = log_query(address, self._subject, since)
            for path, details in read_mails(self._api, query) if query else ():
                known = find_attempt(self._database, parse_token(details))
                if known is None:
                    continue
                proof = Proof("log", f"read back: {path.rpartition('/')[2]}", in_ms(read_now()))
                self._found.stopped += prove_accepted(self._database, known, proof).stopped
                if known.batch == doubt.batch:
                    return "found in SendGrid's log"
        return NOT_FOUND if addresses else _NO_READER

    def _addresses(self, doubt: Doubt) -> list[str]:
        """Return the addresses of a few readers far apart, as they were mailed to."""
        readers: list[str] = []
        for position in spread(len(doubt.reader_ids), TRIES):
            address = subscriber_address(self._database, doubt.reader_ids[position])
            if address is not None:
                readers.append(address)
            if len(readers) == READERS:
                break
        return [spelling for one in readers for spelling in spelt(one)]


def read_mails(api: "SendGridApi", query: str) -> Iterator[tuple[str, Any]]:
    """Yield path and details of the mails a query finds.

    Raises:
        NotReadyError: the key may not read the log.
        DigestError: SendGrid does not answer, or wants no more questions for now.
    """
    try:
        _, listed = api.post("/v3/logs", {"query": query, "limit": 1000})
        for path in parse_messages(listed):
            _, details = api.get(path)
            yield path, details
    except NotReadyError as error:
        raise NotReadyError(
            "the key may not read SendGrid's log",
            where="SENDGRID_API_KEY",
            remedy=f"Give it the scope {SCOPE}.",
        ) from error


def spelt(address: str) -> tuple[str, ...]:
    """Return an address as the log may spell it.

    The log minds capitals, and nobody says whether SendGrid keeps them.
    """
    return tuple(dict.fromkeys((address, address.lower())))
