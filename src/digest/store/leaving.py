"""Readers who leave: by themselves, or because their address must never be mailed again.

Each function is one transaction of its own, or a part of the one that is open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection

from digest.store.database import Database
from digest.store.queries import read_queries
from digest.subscribers.record import Subscriber
from digest.subscribers.states import Reason, stronger


def unsubscribe(
    database: Database, subscriber_id: int, newsletter: str, *, origin: str, at: int
) -> bool:
    """Take a reader off one newsletter, or off all; return whether that changed anything.

    A suppressed reader stays suppressed; somebody who has left everything has left each part.

    Args:
        database: the store.
        subscriber_id: number of the reader; an unknown one changes nothing.
        newsletter: key in config.toml, `breaking`, or "" for everything.
        origin: where this came from: a kind, and behind a colon the place: `endpoint`,
            `command:anna`. No address of a reader.
        at: milliseconds since 1970.

    Raises:
        ValueError: `newsletter` has a line break in it.
        StoreError: see `Database.transaction`.
    """
    if "\n" in newsletter:
        msg = f"no name of a newsletter: {newsletter!r}"
        raise ValueError(msg)
    queries = read_queries("leaving")
    name = "leave_newsletter" if newsletter else "set_unsubscribed"
    values = {"subscriber": subscriber_id, "name": f"\n{newsletter}\n", "at": at}
    with within(database):
        if not database.connection.execute(queries[name], values).rowcount:
            return False
        source = add_source(database, origin=origin, text="", at=at)
        kind = "left" if newsletter else "unsubscribed"
        add_event(database, (subscriber_id, kind, newsletter), source=source, at=at)
    return True


def suppress(  # noqa: PLR0913  what the table of suppressions holds
    database: Database, address_key: str, reason: str, *, source: str, detail: str, at: int
) -> bool:
    """See that an address is never mailed again; return whether that changed anything.

    Whether or not it is a subscriber's. A stronger reason stays: complaint, manual, bounce,
    invalid.

    Args:
        database: the store.
        address_key: of the address (subscribers/address.py).
        reason: value of a `Reason`.
        source: who says so: `sendgrid`, `events`, `person`.
        detail: what was said, one line.
        at: milliseconds since 1970.

    Raises:
        ValueError: `reason` is none.
        StoreError: see `Database.transaction`.
    """
    wanted = Reason(reason)
    queries = read_queries("leaving")
    values: dict[str, object] = {"key": address_key, "source": source, "detail": detail, "at": at}
    with within(database) as connection:
        row = connection.execute(queries["suppression_of"], values).fetchone()
        known = Reason(row[0]) if row else None
        values["reason"] = final = stronger(known, wanted) if known else wanted
        if final is not known:
            connection.execute(queries["put_suppression"], values)
        changed = connection.execute(queries["set_suppressed"], values).fetchall()
        for (subscriber,) in changed:
            origin = "command" if source == "person" else f"provider:{source}"
            place = add_source(database, origin=origin, text="", at=at)
            add_event(database, (subscriber, "suppressed", final), source=place, at=at)
    return final is not known or bool(changed)


def subscriber_address(database: Database, subscriber_id: int) -> str | None:
    """Return the address of a subscriber; None when there is nobody of that number."""
    with database.translated():
        row = database.connection.execute(
            read_queries("leaving")["address_of"], {"subscriber": subscriber_id}
        ).fetchone()
    return str(row[0]) if row else None


def find_subscriber(database: Database, address_key: str) -> Subscriber | None:
    """Return the subscriber of an address; None when there is none."""
    with database.translated():
        row = database.connection.execute(
            read_queries("leaving")["subscriber_of"], {"key": address_key}
        ).fetchone()
    return Subscriber(*row) if row else None


def add_source(database: Database, *, origin: str, text: str, at: int) -> int:
    """Write down where consent, or its end, came from; return the number of that.

    Args:
        database: the store, in a transaction.
        origin: a kind, and behind a colon the place; see `unsubscribe`.
        text: the words readers agreed to; or "".
        at: milliseconds since 1970.
    """
    kind, _, place = origin.partition(":")
    row = database.connection.execute(
        read_queries("leaving")["add_source"],
        {"at": at, "kind": kind, "origin": place, "text": text},
    ).fetchone()
    return int(row[0])


def add_event(database: Database, event: tuple[int, str, str], *, source: int, at: int) -> None:
    """Write down what happened to a subscriber: number, kind, detail."""
    subscriber, kind, detail = event
    database.connection.execute(
        read_queries("leaving")["add_event"],
        {"subscriber": subscriber, "kind": kind, "detail": detail, "source": source, "at": at},
    )


@contextmanager
def within(database: Database) -> Iterator[Connection]:
    """Give the connection inside the transaction that is open, or inside one of its own."""
    if database.connection.in_transaction:
        yield database.connection
    else:
        with database.transaction() as connection:
            yield connection
