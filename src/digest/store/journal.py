"""The journal of one issue's batches in SQLite: `delivery/journal.py` says what it owes."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from digest.delivery.journal import Planned
from digest.delivery.letter import Handover, Reader
from digest.delivery.outcome import (
    Accepted,
    Divide,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)
from digest.delivery.standing import Standing
from digest.delivery.states import BatchState, IllegalMoveError, IssueState, check_batch_move
from digest.store.balance import standing_of
from digest.store.database import Database
from digest.store.id_list import unpack_ids
from digest.store.ledger import IssueRow
from digest.store.queries import read_queries
from digest.store.recipients import batch_row, read_batch
from digest.store.times import in_ms, moment_of
from digest.store.witness import Witness

_LOST: Final = "the sender ended before an answer was written down"


class StoreJournal:
    """The batches of one issue of one store."""

    def __init__(
        self,
        database: Database,
        issue: IssueRow,
        *,
        witness: Witness | None = None,
        named: Sequence[Reader] = (),
    ) -> None:
        """Keep the journal of an issue.

        Args:
            database: the store.
            issue: whose batches.
            witness: of the store, for real issues.
            named: readers of a test, who are no subscribers; their numbers are those frozen.
        """
        self._database = database
        self._issue = issue
        self._witness = witness
        self._named = {reader.id: reader for reader in named}
        self._queries = read_queries("journal")
        self._attempts = 0

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold everything written inside together; on the disk when it ends."""
        return self._database.transaction()

    def recover(self, now: datetime) -> int:
        """Make `unknown` what an ended sender left in `sending`; return how many batches."""
        with self.transaction():
            issue = {"issue": self._issue.id}
            self._run("lost_attempts", issue | {"at": in_ms(now), "detail": _LOST})
            lost = self._run("lost_batches", issue).rowcount
            self._run("wait_no_longer", issue)
        return lost

    def next_planned(self, now: datetime) -> Planned | None:
        """Return the next batch that may be handed over now, or None."""
        with self._database.translated():
            # Before the rows: what changes while they are read makes them old, too.
            version = self._database.data_version()
            row = self._run("next_planned", {"issue": self._issue.id, "at": in_ms(now)}).fetchone()
            if row is None:
                return None
            batch, packed = row
            readers, gone = self._readers(unpack_ids(packed))
        return Planned(batch, tuple(readers), tuple(gone), version)

    def _readers(self, ids: list[int]) -> tuple[list[Reader], list[tuple[int, str]]]:
        if self._named:
            return [self._named[number] for number in ids], []
        return read_batch(self._database, self._issue.audience, ids)

    def earliest_planned(self) -> datetime | None:
        """Return from when on the next planned batch may be tried, or None."""
        with self._database.translated():
            (at,) = self._run("earliest_planned", {"issue": self._issue.id}).fetchone()
        return None if at is None else moment_of(at)

    def is_current(self, planned: Planned) -> bool:
        """Return whether nobody else has written to the store since `planned` was read."""
        return self._database.data_version() == planned.version

    def begin(self, planned: Planned, token: str, now: datetime) -> bool:
        """Write an attempt down, inside a transaction; return whether anybody is left to get it.

        Raises:
            IllegalMoveError: the batch is not planned any more: somebody else hands it over.
        """
        # Who was set aside at an earlier try and has come back since gets it.
        self._run("forget_aside", {"batch": planned.batch})
        self._set_aside(planned.batch, planned.gone, now)
        if not planned.readers:
            self._move(planned.batch, BatchState.PLANNED, BatchState.SENDING)
            self._move(planned.batch, BatchState.SENDING, BatchState.REFUSED)
            self._move(planned.batch, BatchState.REFUSED, BatchState.DIVIDED)
            return False
        self._move(planned.batch, BatchState.PLANNED, BatchState.SENDING)
        added = self._run(
            "add_attempt",
            {
                "batch": planned.batch,
                "token": token,
                "at": in_ms(now),
                "readers": len(planned.readers),
            },
        )
        self._attempts = int(added.lastrowid or 0)
        return True

    def note_left(self) -> None:
        """Remember outside of the store how many attempts there were; after the transaction."""
        if self._witness is not None:
            self._witness.note(self._attempts)

    def conclude(self, handover: Handover, outcome: Outcome, now: datetime) -> None:
        """Write down what came of an attempt, inside a transaction.

        Raises:
            IllegalMoveError: the attempt is not open any more.
        """
        match outcome:
            case Accepted():
                self._end(handover, "accepted", "", now, outcome.message_id)
                self._move(handover.batch, BatchState.SENDING, BatchState.ACCEPTED)
            case Unknown():
                self._end(handover, "unknown", outcome.reason, now)
                self._move(handover.batch, BatchState.SENDING, BatchState.UNKNOWN)
            case TryLater():
                self._end(handover, "refused", outcome.reason, now)
                not_before = in_ms(now + outcome.wait) if outcome.wait else 0
                self._move(handover.batch, BatchState.SENDING, BatchState.PLANNED, not_before)
            case Stop():
                self._end(handover, "refused", outcome.reason, now)
                self._move(handover.batch, BatchState.SENDING, BatchState.PLANNED)
            case Refused():
                self._end(handover, "refused", outcome.reason, now)
                self._move(handover.batch, BatchState.SENDING, BatchState.REFUSED)
            case Divide():
                self._end(handover, "refused", outcome.reason, now)
                self._divide(handover, now, outcome.reason)
            case SetAside():
                self._end(handover, "refused", f"{len(outcome.readers)} readers set aside", now)
                self._without(handover, outcome, now)

    def issue_state(self) -> IssueState:
        """Return where the issue stands."""
        with self._database.translated():
            (state,) = self._run("state_of_issue", {"issue": self._issue.id}).fetchone()
        return IssueState(state)

    def standing(self) -> Standing:
        """Return where the batches stand."""
        return standing_of(self._database, self._issue.id)

    def any_left(self) -> bool:
        """Return whether anything of the issue left, or may have."""
        with self._database.translated():
            row = self._run("any_left", {"issue": self._issue.id}).fetchone()
        return row is not None

    def last_refusal(self) -> str:
        """Return what was answered to a refused batch, or ""."""
        with self._database.translated():
            row = self._run("last_refusal", {"issue": self._issue.id}).fetchone()
        return str(row[0]) if row else ""

    def requeue_refused(self) -> int:
        """Plan refused batches again, on a person's word; return how many."""
        with self.transaction():
            return self._run("requeue_refused", {"issue": self._issue.id}).rowcount

    def _divide(self, handover: Handover, now: datetime, reason: str) -> None:
        ids = [reader.id for reader in handover.readers]
        self._move(handover.batch, BatchState.SENDING, BatchState.REFUSED)
        if len(ids) == 1:
            # Nothing smaller than one reader: this mail itself is too large.
            self._set_aside(handover.batch, [(ids[0], reason)], now)
        else:
            self._add_children(handover.batch, (ids[: len(ids) // 2], ids[len(ids) // 2 :]))
        self._move(handover.batch, BatchState.REFUSED, BatchState.DIVIDED)

    def _without(self, handover: Handover, outcome: SetAside, now: datetime) -> None:
        bad = [(handover.readers[at].id, why) for at, why in outcome.readers.items()]
        rest = [
            reader.id for at, reader in enumerate(handover.readers) if at not in outcome.readers
        ]
        self._set_aside(handover.batch, bad, now)
        self._move(handover.batch, BatchState.SENDING, BatchState.REFUSED)
        self._add_children(handover.batch, (rest,))
        self._move(handover.batch, BatchState.REFUSED, BatchState.DIVIDED)

    def _add_children(self, parent: int, parts: Iterable[list[int]]) -> None:
        add = read_queries("recipients")["add_batch"]
        for ids in parts:
            if ids:
                self._database.connection.execute(add, batch_row(self._issue.id, ids, parent))

    def _set_aside(self, batch: int, gone: Iterable[tuple[int, str]], now: datetime) -> None:
        for reader, reason in gone:
            values = {"batch": batch, "subscriber": reader, "issue": self._issue.id}
            self._run("add_aside", values | {"reason": reason, "at": in_ms(now)})

    def _move(self, batch: int, was: BatchState, to: BatchState, not_before: int = 0) -> None:
        check_batch_move(was, to)
        values = {"batch": batch, "was": was.value, "state": to.value, "not_before": not_before}
        if self._run("set_batch", values).rowcount != 1:
            msg = f"batch {batch} is not {was.value} any more and cannot become {to.value}"
            raise IllegalMoveError(msg)

    def _end(
        self, handover: Handover, outcome: str, detail: str, now: datetime, message_id: str = ""
    ) -> None:
        values = {
            "token": handover.token,
            "outcome": outcome,
            "detail": detail,
            "at": in_ms(now),
            "message_id": message_id,
        }
        if self._run("end_attempt", values).rowcount != 1:
            msg = f"the attempt {handover.token} is not open any more"
            raise IllegalMoveError(msg)

    def _run(self, query: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        return self._database.connection.execute(self._queries[query], values)
