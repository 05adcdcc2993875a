"""Bringing many subscribers in: whole pieces of ten thousand rows, each one transaction.

A crash leaves whole pieces; the same import again finds them there and goes on. Whatever is
imported, and however often, a subscriber only goes forwards (subscribers/states.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from digest.store.database import Database
from digest.store.leaving import add_source, suppress, unsubscribe
from digest.store.queries import read_queries
from digest.subscribers.erasure import erased_hash, key_mark
from digest.subscribers.record import BadRow, Record
from digest.subscribers.states import Reason, State, later, stronger

#: Rows in one transaction.
PIECE: Final = 10_000


@dataclass(slots=True)
class Tally:
    """What became of the rows of an import; each row is counted once.

    The one thing here that is not frozen: it grows while rows come in.
    """

    #: New, and may get mail now or once confirmed.
    added: int = 0
    #: Were pending and are active now.
    confirmed: int = 0
    already_there: int = 0
    #: The same address as an earlier row of this import.
    merged: int = 0
    #: Have left, as the file says or the store knew; they stay so.
    unsubscribed: int = 0
    #: Must never be mailed, as the file says or the store knew; they stay so.
    suppressed: int = 0
    #: Asked to be forgotten; not imported.
    erased: int = 0
    bad: int = 0
    #: Whether anything in the store changed.
    changed: bool = False

    @property
    def rows(self) -> int:
        """All rows there were."""
        return (
            self.added + self.confirmed + self.already_there + self.merged
            + self.unsubscribed + self.suppressed + self.erased + self.bad
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What is said about all rows of one import."""

    #: A kind, and behind a colon the place (`store.leaving.unsubscribe`).
    origin: str
    #: The words readers agreed to.
    consent: str
    #: Milliseconds since 1970.
    at: int
    #: Keys under which erased persons may stand; none are needed while nobody is erased.
    secrets: tuple[bytes, ...] = ()
    #: Gets every bad row.
    refuse: Callable[[BadRow], None] = field(default=lambda _: None)
    #: Called after each piece.
    tick: Callable[[], None] = field(default=lambda: None)


def import_records(database: Database, rows: Iterable[Record | BadRow], about: Import) -> Tally:
    """Bring subscribers into the store; return what became of the rows.

    Args:
        database: the store.
        rows: read as they are needed; a piece of them is in memory at a time.
        about: what holds for all of them.

    Raises:
        StoreError: see `Database.transaction`; the pieces before are in the store.
    """
    tally = Tally()
    source = iter(rows)
    with database.translated():
        database.connection.execute(read_queries("importing")["make_incoming"])
        taking = _Taking(database, about, tally)
    while piece := list(islice(source, PIECE)):
        taking.take(piece)
        about.tick()
    return tally


def any_erased(database: Database) -> bool:
    """Return whether anybody asked to be forgotten."""
    with database.translated():
        row = database.connection.execute(read_queries("leaving")["any_erased"]).fetchone()
    return row is not None


def lacks_key(database: Database, secrets: Iterable[bytes]) -> bool:
    """Return whether somebody may stand under a key that is none of these."""
    marks = {key_mark(secret) for secret in secrets}
    with database.translated():
        rows = database.connection.execute(read_queries("leaving")["erasing_keys"]).fetchall()
    return any(mark not in marks for (mark,) in rows)


def is_erased(database: Database, address_key: str, secrets: Iterable[bytes]) -> bool:
    """Return whether the person of this address asked to be forgotten."""
    query = read_queries("leaving")["is_erased"]
    return any(
        database.connection.execute(query, {"hash": erased_hash(secret, address_key)}).fetchone()
        for secret in secrets
    )


class _Taking:
    """One import under way."""

    def __init__(self, database: Database, about: Import, tally: Tally) -> None:
        self._database = database
        self._about = about
        self._tally = tally
        self._queries = read_queries("importing")
        self._source = 0
        #: Whoever has a greater number came with this import.
        self._first = self._last()

    def take(self, piece: Iterable[Record | BadRow]) -> None:
        """Bring one piece in, whole or not at all."""
        records = self._sound(piece)
        incoming, copies = _merged(records)
        with self._database.transaction() as connection:
            # Inside: nobody can be erased between the look and the writing.
            self._drop_erased(incoming, copies)
            connection.execute(self._queries["clear_incoming"])
            connection.executemany(
                self._queries["add_incoming"],
                [_row(record, copies[key], self._about.at) for key, record in incoming.items()],
            )
            self._suppress(incoming.values())
            last = self._last()
            added = connection.execute(self._queries["add_new"], {"at": self._about.at}).rowcount
            if added:
                self._log_new(last)
            if added == len(incoming) and not self._any_suppression():
                self._count_new(incoming.values(), copies)
            elif self._count(last):
                self._move()
            self._leave(each for each in records if each.key in incoming)

    def _sound(self, piece: Iterable[Record | BadRow]) -> list[Record]:
        records: list[Record] = []
        for row in piece:
            if isinstance(row, BadRow):
                self._tally.bad += 1
                self._about.refuse(row)
            else:
                records.append(row)
        return records

    def _drop_erased(self, incoming: dict[str, Record], copies: dict[str, int]) -> None:
        if not any_erased(self._database):
            return
        gone = [key for key in incoming if is_erased(self._database, key, self._about.secrets)]
        for key in gone:
            del incoming[key]
            self._tally.erased += copies.pop(key)

    def _count_new(self, incoming: Iterable[Record], copies: Mapping[str, int]) -> None:
        """Add a piece to the tally of which every address is new."""
        states = Counter(record.preferences.state for record in incoming)
        for state, addresses in states.items():
            self._add(_kind("", state), addresses)
        self._add("merged", sum(copies.values()) - states.total())

    def _count(self, last: int) -> bool:
        """Add a piece to the tally; return whether the state of anybody there changes."""
        moves = False
        for was, is_ours, wanted, now, addresses, rows in self._database.connection.execute(
            self._queries["count_kinds"], {"first": self._first, "last": last}
        ):
            final = later(State(now), State(wanted))
            moves |= final is not State(now)
            kind = _kind(was, final)
            # The first row of a new address is counted for what it did, others as merged; of
            # several rows that confirm one reader, one does.
            again = rows if is_ours else (0 if was else rows - addresses)
            spare = rows - addresses if kind == "confirmed" and not is_ours else 0
            self._add("merged", again)
            self._add("already_there", spare)
            self._add(kind, rows - again - spare)
        return moves

    def _add(self, kind: str, rows: int) -> None:
        setattr(self._tally, kind, getattr(self._tally, kind) + rows)

    def _any_suppression(self) -> bool:
        query = self._queries["any_suppression"]
        return self._database.connection.execute(query).fetchone() is not None

    def _log_new(self, last: int) -> None:
        values = {"at": self._about.at, "source": self._source_id(), "last": last}
        self._database.connection.execute(self._queries["log_new"], values)

    def _move(self) -> None:
        values = {"at": self._about.at, "source": self._source_id()}
        self._database.connection.execute(self._queries["log_moved"], values)
        self._database.connection.execute(self._queries["move"], values)

    def _suppress(self, records: Iterable[Record]) -> None:
        for record in records:
            if record.preferences.state is State.SUPPRESSED:
                self._tally.changed |= suppress(
                    self._database,
                    record.key,
                    record.preferences.reason,
                    source="person",
                    detail=self._about.origin,
                    at=self._about.at,
                )

    def _leave(self, records: Iterable[Record]) -> None:
        """Those who were there before leave what a row says they have left."""
        for record in records:
            for name in record.preferences.newsletters_left.split("\n")[1:-1]:
                row = self._database.connection.execute(
                    read_queries("leaving")["subscriber_of"], {"key": record.key}
                ).fetchone()
                self._tally.changed |= unsubscribe(
                    self._database, row[0], name, origin=self._about.origin, at=self._about.at
                )

    def _last(self) -> int:
        row = self._database.connection.execute(self._queries["last_subscriber"]).fetchone()
        return int(row[0])

    def _source_id(self) -> int:
        """Return the number of this import; an import that changes nothing has none."""
        if not self._source:
            about = self._about
            self._source = add_source(
                self._database, origin=about.origin, text=about.consent, at=about.at
            )
        self._tally.changed = True
        return self._source


def _kind(was: str, final: State) -> str:
    """Return under what the first row of an address is counted."""
    if final in (State.UNSUBSCRIBED, State.SUPPRESSED):
        return final.value
    if not was:
        return "added"
    return "already_there" if final == was else "confirmed"


def _merged(records: Iterable[Record]) -> tuple[dict[str, Record], dict[str, int]]:
    """Return one record an address, and how many there were.

    The first one counts, as it does between pieces; only its state goes forwards.
    """
    first: dict[str, Record] = {}
    copies: dict[str, int] = {}
    for record in records:
        key = record.key
        known = first.setdefault(key, record)
        copies[key] = copies.get(key, 0) + 1
        if known is not record:
            first[key] = _forwards(known, record)
    return first, copies


def _forwards(known: Record, other: Record) -> Record:
    mine, its = known.preferences, other.preferences
    state = later(mine.state, its.state)
    reasons = [Reason(each.reason) for each in (mine, its) if each.reason]
    reason = stronger(reasons[0], reasons[-1]).value if reasons else ""
    if (state, reason) == (mine.state, mine.reason):
        return known
    return known._replace(preferences=mine._replace(state=state, reason=reason))


def _row(record: Record, copies: int, at: int) -> tuple[object, ...]:
    _, address, key, name, created_at, wishes = record
    return (
        address, key, name, wishes.state.value, wishes.frequency, wishes.categories,
        wishes.newsletters, wishes.newsletters_left, wishes.language,
        at if created_at is None else created_at, copies,
    )  # fmt: skip
