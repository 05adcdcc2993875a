"""Builders of subscribers: files of them, records, stores with them in."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from digest.store.database import Database, open_store
from digest.store.importing import Import, Tally, import_records
from digest.store.leaving import find_subscriber
from digest.subscribers.address import Address, parse_address
from digest.subscribers.lines import FALLBACK, encoding_of
from digest.subscribers.parse import Parsed, parse_subscribers
from digest.subscribers.record import BadRow, ImportRules, Preferences, Record, Subscriber
from digest.subscribers.states import State

#: A Monday, in milliseconds since 1970.
MONDAY_MS = 1_786_312_800_000
RULES = ImportRules(State.ACTIVE, frozenset({"weekly", "sport", "breaking"}))
CONSENT = "I want the weekly letter (form of 2025)"


def make_record(email: str = "anna@example.org", **fields: Any) -> Record:
    """Return a sound record; every field that is not one of its own is a preference."""
    address = parse_address(email)
    assert isinstance(address, Address), address
    own: dict[str, Any] = {"line": 1, "name": "", "created_at": None}
    own |= {name: fields.pop(name) for name in tuple(fields) if name in own}
    wishes: dict[str, Any] = {
        "state": State.ACTIVE, "reason": "", "frequency": "", "categories": "",
        "newsletters": "", "newsletters_left": "", "language": "",
    }  # fmt: skip
    return Record(
        address=address.address,
        key=address.key,
        preferences=Preferences(**(wishes | fields)),
        **own,
    )


def parse(file: str | bytes, rules: ImportRules = RULES) -> Parsed:
    """Return the rows of a file."""
    raw = file.encode() if isinstance(file, str) else file
    text = io.TextIOWrapper(io.BytesIO(raw), encoding_of(raw[:4]), FALLBACK, newline=None)
    found = parse_subscribers(text, rules)
    assert isinstance(found, Parsed), found
    return found


def records(file: str | bytes, rules: ImportRules = RULES) -> list[Record]:
    """Return the rows of a file that has no bad ones."""
    rows = list(parse(file, rules).rows)
    bad = [row for row in rows if isinstance(row, BadRow)]
    assert not bad, bad
    return [row for row in rows if isinstance(row, Record)]


def make_store(folder: Path) -> Database:
    """Return an empty store on the disk."""
    return open_store(str(folder / "digest.db"))


def bring_in(
    database: Database, rows: Iterable[Record | BadRow], *, at: int = MONDAY_MS, **about: Any
) -> Tally:
    """Import rows as a person would."""
    said: dict[str, Any] = {"origin": "import:readers.csv", "consent": CONSENT, "at": at}
    return import_records(database, rows, Import(**(said | about)))


def reader(database: Database, email: str = "anna@example.org") -> Subscriber:
    """Return the subscriber of an address, who must be there."""
    found = find_subscriber(database, email)
    assert found is not None, email
    return found


def state_of(database: Database, email: str = "anna@example.org") -> str:
    """Return where a subscriber stands, with the reason of a suppression."""
    found = reader(database, email)
    return f"{found.state} {found.reason}".strip()


def events(database: Database, email: str | None = None) -> list[tuple[Any, ...]]:
    """Return kind, detail, kind of source and origin of all events, in their order."""
    return database.connection.execute(
        "SELECT event.kind, detail, source.kind, origin FROM consent_event AS event"
        " JOIN consent_source AS source ON source.id = source_id"
        " WHERE :email IS NULL OR subscriber_id ="
        " (SELECT id FROM subscriber WHERE address_key = :email) ORDER BY event.id",
        {"email": email},
    ).fetchall()


def dump(database: Database) -> list[str]:
    """Return everything in a store, as SQL."""
    return list(database.connection.iterdump())
