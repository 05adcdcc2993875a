"""Who gets an issue: frozen once as batches, looked at again before each batch leaves."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from digest.delivery.audience import Audience
from digest.delivery.letter import Reader
from digest.store.database import Database
from digest.store.id_list import pack_ids
from digest.store.queries import read_queries

#: Why an issue is not for a reader whom a person left out.
BY_LIMIT: Final = "left out by --limit-to"
_EVERYBODY: Final = {"first": 1, "last": 2**62}
#: Rows read from SQLite at a time.
_CHUNK: Final = 10_000


class Frozen(NamedTuple):
    """What freezing the recipients of an issue found."""

    #: All subscribers there were.
    candidates: int
    recipients: int
    #: Why an issue is not for a subscriber → how many.
    excluded: Mapping[str, int]


def freeze_recipients(
    database: Database, issue_id: int, audience: Audience, most: int, at: int
) -> Frozen | None:
    """Write down who gets an issue, as batches of at most `most` readers.

    All of it is one transaction: either the recipients stand, and their sum with the excluded
    ones is the number of subscribers, or nothing does.

    Returns:
        What was found; None when they were frozen already.

    Raises:
        StoreError: see `Database.transaction`.
    """
    queries = read_queries("recipients")
    with database.transaction() as connection:
        if connection.execute(queries["are_frozen"], {"issue": issue_id}).fetchone():
            return None
        excluded: Counter[str] = Counter()
        batch: list[int] = []
        recipients = 0
        for reader, _, _, reason in _subscribers(database, audience, _EVERYBODY):
            if reason:
                excluded[reason] += 1
                continue
            recipients += 1
            batch.append(reader)
            if len(batch) == most:
                connection.execute(queries["add_batch"], batch_row(issue_id, batch))
                batch.clear()
        if batch:
            connection.execute(queries["add_batch"], batch_row(issue_id, batch))
        connection.executemany(
            queries["add_excluded"],
            [
                {"issue": issue_id, "reason": reason, "readers": readers}
                for reason, readers in excluded.items()
            ],
        )
        candidates = recipients + excluded.total()
        connection.execute(
            queries["set_recipients_frozen"],
            {"issue": issue_id, "candidates": candidates, "at": at},
        )
    return Frozen(candidates, recipients, dict(excluded))


def freeze_named(
    database: Database, issue_id: int, numbers: list[int], most: int, at: int
) -> None:
    """Write down the readers of a test, who are named and no subscribers.

    Raises:
        StoreError: see `Database.transaction`.
    """
    queries = read_queries("recipients")
    with database.transaction() as connection:
        for start in range(0, len(numbers), most):
            row = batch_row(issue_id, numbers[start : start + most])
            connection.execute(queries["add_batch"], row)
        connection.execute(
            queries["set_recipients_frozen"],
            {"issue": issue_id, "candidates": len(numbers), "at": at},
        )


def count_recipients(database: Database, audience: Audience) -> Frozen:
    """Return what freezing would find; writes nothing."""
    excluded: Counter[str] = Counter()
    recipients = 0
    with database.translated():
        for _, _, _, reason in _subscribers(database, audience, _EVERYBODY):
            if reason:
                excluded[reason] += 1
            else:
                recipients += 1
    return Frozen(recipients + excluded.total(), recipients, dict(excluded))


def known_categories(database: Database) -> set[str]:
    """Return every category a reader has named, casefolded."""
    with database.translated():
        rows = database.connection.execute(read_queries("recipients")["categories"]).fetchall()
    return {name for (lines,) in rows for name in str(lines).split("\n") if name}


def is_suppressed(database: Database, address_key: str) -> bool:
    """Return whether an address must never be mailed again, whoever asks."""
    with database.translated():
        found = database.connection.execute(
            read_queries("recipients")["suppressed"], {"key": address_key}
        ).fetchone()
    return found is not None


def read_batch(
    database: Database, audience: Audience, ids: list[int]
) -> tuple[list[Reader], list[tuple[int, str]]]:
    """Return the readers of a frozen batch as they are now.

    Args:
        database: the store.
        audience: of the issue.
        ids: the frozen readers, ascending.

    Returns:
        Those who still get it; and those who do not any more, with the reason.
    """
    span = {"first": ids[0], "last": ids[-1]}
    is_dense = ids[-1] - ids[0] + 1 == len(ids)
    wanted = None if is_dense else frozenset(ids)
    rows = database.connection.execute(
        read_queries("recipients")["readers"], {**_parameters(audience), **span}
    ).fetchall()
    if wanted is not None:
        rows = [row for row in rows if row[0] in wanted]
    # tuple.__new__ makes a Reader of a row without another call of Python.
    new = tuple.__new__
    readers = [new(Reader, row[:3]) for row in rows if not row[3]]
    if len(readers) == len(ids):
        return readers, []
    gone = [(row[0], row[3]) for row in rows if row[3]]
    there = {row[0] for row in rows}
    return readers, gone + [(reader, "removed") for reader in ids if reader not in there]


def batch_row(issue_id: int, ids: list[int], parent: int | None = None) -> dict[str, object]:
    """Return the values of a new batch of these readers, ascending."""
    return {
        "issue": issue_id,
        "parent": parent,
        "readers": len(ids),
        "first": ids[0],
        "last": ids[-1],
        "ids": pack_ids(ids),
    }


def _subscribers(
    database: Database, audience: Audience, span: Mapping[str, int]
) -> Iterator[tuple[int, str, str, str]]:
    cursor = database.connection.execute(
        read_queries("recipients")["readers"], {**_parameters(audience), **span}
    )
    cursor.arraysize = _CHUNK
    while rows := cursor.fetchmany():
        yield from rows


def _parameters(audience: Audience) -> dict[str, object]:
    return {
        "newsletter": f"\n{audience.newsletter}\n",
        "newsletters": json.dumps(audience.newsletters) if audience.newsletters else None,
        "frequencies": " ".join(audience.wanted_frequencies),
        "categories": json.dumps(audience.categories) if audience.categories else None,
        # A newsletter is for every category; only a person limits it.
        "other_categories": "wants other categories" if audience.newsletters else BY_LIMIT,
        "other_language": BY_LIMIT,
        "language": audience.language,
        "own_language": audience.own_language,
    }
