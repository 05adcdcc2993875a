"""Evidence about attempts: written down once, and what follows from it for the batches.

A batch in doubt becomes accepted on evidence, and planned on a person's word. When evidence
comes after that word, what has not been handed over again yet never will be; what has is told
by `doubled_batches`.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from digest.delivery.states import BatchState, IllegalMoveError, check_batch_move
from digest.store.database import Database
from digest.store.id_list import unpack_ids
from digest.store.leaving import within
from digest.store.queries import read_queries

#: How a batch whose readers have the mail becomes accepted, by moves that are allowed.
_WAYS: Final[Mapping[BatchState, tuple[BatchState, ...]]] = {
    BatchState.UNKNOWN: (BatchState.ACCEPTED,),
    BatchState.PLANNED: (BatchState.SENDING, BatchState.ACCEPTED),
    BatchState.REFUSED: (BatchState.PLANNED, BatchState.SENDING, BatchState.ACCEPTED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An attempt of this store."""

    id: int
    batch: int
    issue: int
    #: `accepted`, `refused`, `unknown`; None while it runs.
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A batch whose fate is not known."""

    batch: int
    readers: int
    #: Numbers of the frozen readers who were not set aside.
    reader_ids: tuple[int, ...]
    #: Milliseconds since 1970: the first attempt that may have been accepted.
    begun_at: int
    #: The last such attempt: its number.
    attempt: int


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that proves or decides the fate of an attempt."""

    #: `log`, `event`, `person`.
    source: str
    #: Who said it, or which event; no address.
    detail: str
    #: Milliseconds since 1970.
    at: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What a proof has changed."""

    #: Whether this source had not said it before.
    is_new: bool
    #: Batches that were in doubt, and are accepted now.
    cleared: tuple[int, ...] = ()
    #: Batches that were to be handed over again, and never will be.
    stopped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubled:
    """A batch whose readers were handed over before, although a person had said they were not."""

    batch: int
    readers: int
    #: Whether both were accepted for certain.
    is_certain: bool


class ProvenError(Exception):
    """A batch is proven accepted: no word is taken against that. `args` is its number."""


def find_attempt(database: Database, token: str) -> Known | None:
    """Return the attempt of a token; None: there is none in this store."""
    try:
        row = _run(database, "attempt_of_token", {"token": token}).fetchone()
    except UnicodeEncodeError:  # half a character: no token of ours
        return None
    return Known(id=row[0], batch=row[1], issue=row[2], outcome=row[3]) if row else None


def prove_accepted(database: Database, attempt: Known, proof: Proof) -> Moved:
    """Write down that an attempt was accepted, and let its readers' batches follow.

    An attempt whose answer said so already needs no proof, and none is written. A batch that is
    on its way this moment is left to its sender.

    Raises:
        StoreError: see `Database.transaction`.
    """
    if attempt.outcome == "accepted":
        return Moved(is_new=False)
    with within(database):
        values = {"attempt": attempt.id, "verdict": "accepted", "source": proof.source}
        added = _run(
            database, "add_evidence", values | {"detail": proof.detail, "at": proof.at}
        ).rowcount
        cleared, stopped = _follow(database, attempt.batch)
    return Moved(bool(added), cleared, stopped)


def apply_evidence(database: Database, issue_id: int) -> Moved:
    """Let the batches of an issue follow the proofs that are written down already.

    A proof may have come while its batch was on its way.
    """
    cleared: list[int] = []
    stopped: list[int] = []
    with within(database):
        for _, batch in _run(database, "proven_attempts", {"issue": issue_id}).fetchall():
            now_cleared, now_stopped = _follow(database, batch)
            cleared += now_cleared
            stopped += now_stopped
    return Moved(is_new=False, cleared=tuple(cleared), stopped=tuple(stopped))


def take_word(database: Database, doubt: Doubt, proof: Proof) -> None:
    """Plan a batch in doubt again, on a person's word that it was not accepted.

    Raises:
        ProvenError: it is proven accepted.
        IllegalMoveError: it is not in doubt any more.
        StoreError: see `Database.transaction`.
    """
    with within(database):
        if _run(database, "proof_of_batch", {"batch": doubt.batch}).fetchone():
            raise ProvenError(doubt.batch)
        _move(database, doubt.batch, BatchState.UNKNOWN, BatchState.PLANNED)
        values = {"attempt": doubt.attempt, "verdict": "not accepted", "source": proof.source}
        _run(database, "add_evidence", values | {"detail": proof.detail, "at": proof.at})


def doubts_of(database: Database, issue_id: int) -> list[Doubt]:
    """Return the batches of an issue whose fate is not known, in order."""
    with database.translated():
        rows = _run(database, "doubts", {"issue": issue_id}).fetchall()
        return [_doubt(database, row) for row in rows]


def tokens_of(database: Database, batch: int) -> frozenset[str]:
    """Return the tokens of every attempt of a batch."""
    with database.translated():
        rows = _run(database, "attempts_of_batch", {"batch": batch}).fetchall()
    return frozenset(token for (token,) in rows)


def token_of(database: Database, attempt: int) -> str:
    """Return the token of an attempt."""
    with database.translated():
        (token,) = _run(database, "token_of", {"attempt": attempt}).fetchone()
    return str(token)


def doubled_batches(database: Database, issue_id: int) -> list[Doubled]:
    """Return the batches of an issue whose readers have got it twice, or may have."""
    with database.translated():
        rows = _run(database, "doubled", {"issue": issue_id}).fetchall()
    return [Doubled(batch, readers, bool(certain)) for batch, certain, readers in rows]


def open_readers(database: Database, issue_id: int) -> list[int]:
    """Return the numbers of the readers of batches that are not accepted."""
    with database.translated():
        rows = _run(database, "open_readers", {"issue": issue_id}).fetchall()
    return [number for (packed,) in rows for number in unpack_ids(packed)]


def count_active(database: Database) -> int:
    """Return how many readers are active."""
    with database.translated():
        (count,) = _run(database, "count_active", {}).fetchone()
    return int(count)


def active_reader(database: Database, position: int) -> int:
    """Return the number of the active reader at a position, from 0."""
    with database.translated():
        (number,) = _run(database, "active_reader", {"position": position}).fetchone()
    return int(number)


def _follow(database: Database, batch: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Make every batch of these readers accepted; return those cleared and those stopped."""
    cleared: list[int] = []
    stopped: list[int] = []
    for number, state in _run(database, "open_family", {"batch": batch}).fetchall():
        was = BatchState(state)
        (cleared if was is BatchState.UNKNOWN else stopped).append(number)
        for to in _WAYS[was]:
            _move(database, number, was, to)
            was = to
    return tuple(cleared), tuple(stopped)


def _move(database: Database, batch: int, was: BatchState, to: BatchState) -> None:
    check_batch_move(was, to)
    values = {"batch": batch, "was": was.value, "state": to.value}
    if _run(database, "move_batch", values).rowcount != 1:
        msg = f"batch {batch} is not {was.value} any more and cannot become {to.value}"
        raise IllegalMoveError(msg)


def _doubt(database: Database, row: Sequence[Any]) -> Doubt:
    batch, readers, packed, begun_at, attempt = row
    aside = {
        number for (number,) in _run(database, "set_aside_of_batch", {"batch": batch}).fetchall()
    }
    ids = tuple(number for number in unpack_ids(packed) if number not in aside)
    return Doubt(
        batch=batch,
        readers=readers - len(aside),
        reader_ids=ids,
        begun_at=begun_at,
        attempt=attempt,
    )


def _run(database: Database, query: str, values: Mapping[str, object]) -> sqlite3.Cursor:
    return database.connection.execute(read_queries("evidence")[query], values)
