"""What the ledger remembers of articles: told to readers, or looked at. Reads only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from digest.store.database import Database
from digest.store.ledger import LOST_AND_CANCELLED
from digest.store.queries import read_queries


@dataclass(frozen=True, slots=True)
class Recollection:
    """What earlier issues did."""

    #: Identity → issue it was told in, the latest.
    sent: dict[str, str]
    #: Fingerprint of a body → issue.
    sent_bodies: dict[str, str]
    #: Identities the newsletter has looked at; None: it has had no issue yet, and so nothing
    #: came too late for one.
    considered: frozenset[str] | None


def recollect(
    database: Database, newsletter: str, told_by: Sequence[str], *, but: int
) -> Recollection:
    """Return what readers were told by some newsletters, and what one of them looked at.

    Args:
        database: the store.
        newsletter: whose looks count.
        told_by: newsletters whose articles count as told.
        but: number of an issue that does not count: the one this is for; 0: none.
    """
    queries = read_queries("ledger")
    with database.translated():
        told = database.connection.execute(
            queries["told"],
            {"newsletters": json.dumps(told_by), "but": but, "lost": LOST_AND_CANCELLED},
        ).fetchall()
        looked_at = database.connection.execute(
            queries["considered"], {"newsletter": newsletter, "but": but}
        ).fetchall()
    sent: dict[str, str] = {}
    bodies: dict[str, str] = {}
    for identity, fingerprint, issue in told:
        sent.setdefault(identity, issue)
        if fingerprint:
            bodies.setdefault(fingerprint, issue)
    considered = frozenset(identity for (identity,) in looked_at) if looked_at else None
    return Recollection(sent, bodies, considered)
