"""Taking a subscriber out of the store, with or without forgetting the person."""

from digest.store.database import Database
from digest.store.leaving import add_event, add_source, find_subscriber, suppress
from digest.store.queries import read_queries
from digest.subscribers.erasure import erased_hash, key_mark
from digest.subscribers.record import Subscriber


def remove(database: Database, address_key: str, *, origin: str, at: int) -> tuple[bool, bool]:
    """Delete a subscriber; return whether there was one, and whether they are barred now.

    Who had left, wholly or in part, must not come back by the next import: their address goes
    to the suppressions. Who had not may be added again.

    Raises:
        StoreError: see `Database.transaction`.
    """
    with database.transaction():
        found = find_subscriber(database, address_key)
        if found is None:
            return False, False
        has_left = found.state in ("unsubscribed", "suppressed") or bool(found.newsletters_left)
        if has_left:
            detail = "had left when removed"
            suppress(database, address_key, "manual", source="person", detail=detail, at=at)
        _delete(database, found, ("removed", origin), at)
    return True, has_left


def erase(database: Database, address_key: str, secret: bytes, *, origin: str, at: int) -> bool:
    """Forget a person; return whether they were a subscriber.

    All that stays is a keyed hash, by which an import knows whom not to bring back, and events
    of a number that leads nowhere. What was suppressed is forgotten as well: who is erased is
    never imported, and so never mailed.

    Args:
        database: the store.
        address_key: of the address.
        secret: present key of the publisher.
        origin: a kind, and behind a colon the place (`store.leaving.unsubscribe`).
        at: milliseconds since 1970.

    Raises:
        StoreError: see `Database.transaction`.
    """
    queries = read_queries("leaving")
    with database.translated():
        # Deleted bytes are overwritten, not merely marked as free.
        database.connection.execute("PRAGMA secure_delete = ON")
    with database.transaction() as connection:
        found = find_subscriber(database, address_key)
        values = {"key": address_key, "hash": erased_hash(secret, address_key), "at": at}
        connection.execute(queries["add_erased"], values)
        connection.execute(queries["add_erasing_key"], {"mark": key_mark(secret), "at": at})
        connection.execute(queries["delete_suppression"], values)
        if found is not None:
            _delete(database, found, ("erased", origin), at)
    with database.translated():
        # The journal still holds the old pages; where somebody reads, the next one empties it.
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return found is not None


def _delete(database: Database, found: Subscriber, how: tuple[str, str], at: int) -> None:
    kind, origin = how
    source = add_source(database, origin=origin, text="", at=at)
    add_event(database, (found.id, kind, ""), source=source, at=at)
    database.connection.execute(
        read_queries("leaving")["delete_subscriber"], {"subscriber": found.id}
    )
