"""Looking at subscribers: page by page, and counted."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from digest.store.database import Database
from digest.store.queries import read_queries
from digest.subscribers.record import Subscriber

#: Rows read at a time: what comes in between two pages is seen, and nothing stays locked.
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How many there are."""

    #: State → subscribers in it.
    states: Mapping[str, int]
    #: Reason → suppressed addresses, of subscribers or not.
    suppressions: Mapping[str, int]
    #: Newsletter → subscribers who have left it, and it alone.
    left: Mapping[str, int]
    #: Persons who asked to be forgotten.
    erased: int


def iterate_subscribers(
    database: Database, *, state: str = "", most: int | None = None
) -> Iterator[Subscriber]:
    """Yield subscribers in the order they came.

    Args:
        database: the store.
        state: only those in it; "" is any.
        most: no more than so many; None: all.
    """
    rows = _pages(database, "page", {"state": state})
    yield from (Subscriber(*row) for row in islice(rows, most))


def iterate_readers(database: Database) -> Iterator[tuple[int, str, str]]:
    """Yield number, address and name of every active subscriber, by number."""
    return _pages(database, "reader_page", {})


def count_subscribers(database: Database, state: str = "") -> int:
    """Return how many subscribers are in a state; "" is any."""
    with database.translated():
        row = database.connection.execute(
            read_queries("listing")["count"], {"state": state}
        ).fetchone()
    return int(row[0])


def read_stats(database: Database) -> Stats:
    """Return how many there are of what, as of one moment."""
    queries = read_queries("listing")
    left: Counter[str] = Counter()
    with database.translated():
        connection = database.connection
        connection.execute("BEGIN")
        try:
            for names, readers in connection.execute(queries["left_lists"]):
                left.update(dict.fromkeys(names.split("\n")[1:-1], readers))
            return Stats(
                states=dict(connection.execute(queries["states"]).fetchall()),
                suppressions=dict(connection.execute(queries["suppressions"]).fetchall()),
                left=dict(left.most_common()),
                erased=connection.execute(queries["count_erased"]).fetchone()[0],
            )
        finally:
            connection.execute("ROLLBACK")


def _pages(
    database: Database, name: str, values: Mapping[str, object]
) -> Iterator[tuple[Any, ...]]:
    query = read_queries("listing")[name]
    after = 0
    while True:
        with database.translated():
            rows = database.connection.execute(
                query, {**values, "after": after, "most": _PAGE}
            ).fetchall()
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]
