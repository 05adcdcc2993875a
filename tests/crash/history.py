"""What happened: the store's side and the provider's side of the same issue, as plain values.

Both are read after the fact and from files, so that nothing the sender believes gets in.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

from digest.store.id_list import unpack_ids


class Mailed(NamedTuple):
    """One request the provider accepted."""

    #: Milliseconds since 1970.
    at: float
    attempt: str
    issue: str
    readers: tuple[int, ...]
    #: Of what all its readers share.
    content: str
    #: Unix seconds, and the name it can be cancelled by; None: it left at once.
    send_at: int | None = None
    provider_batch: str | None = None


class Batch(NamedTuple):
    """One batch of the ledger."""

    id: int
    parent: int | None
    state: str
    readers: tuple[int, ...]


class Attempt(NamedTuple):
    """One attempt of the ledger."""

    batch: int
    token: str
    started_at: int
    readers: int
    outcome: str | None


class Said(NamedTuple):
    """What was found out about an attempt afterwards."""

    token: str
    verdict: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One issue, seen from both sides."""

    name: str
    state: str
    candidates: int | None
    excluded: int
    batches: tuple[Batch, ...]
    attempts: tuple[Attempt, ...]
    #: Batch → readers set aside of it.
    aside: Mapping[int, frozenset[int]]
    evidence: tuple[Said, ...]
    mailed: tuple[Mailed, ...]
    #: Reader → milliseconds when their unsubscribing was on the disk.
    left: Mapping[int, float] = field(default_factory=dict)
    #: What is wrong with the file itself.
    damage: tuple[str, ...] = ()
    #: Issues of this newsletter and slot that mail readers.
    issues: int = 1


def read_history(
    store: Path,
    mailed: tuple[Mailed, ...],
    *,
    newsletter: str = "weekly",
    slot: str,
    left: Mapping[int, float] | None = None,
) -> History | None:
    """Return the history of a real issue; None when it was never claimed."""
    name = f"{newsletter}/{slot}"
    # A connection of its own without any setting of ours.
    with closing(sqlite3.connect(store)) as connection:
        found = connection.execute(
            "SELECT id, state, candidates FROM issue"
            " WHERE realm = 'real' AND newsletter = ? AND slot = ?",
            (newsletter, slot),
        ).fetchall()
        if not found:
            return None
        ((issue, state, candidates), *_) = found
        of_issue = "WHERE batch.issue_id = ?"
        aside: dict[int, set[int]] = {}
        for batch, reader in connection.execute(
            "SELECT batch_id, subscriber_id FROM set_aside WHERE issue_id = ?", (issue,)
        ):
            aside.setdefault(batch, set()).add(reader)
        (excluded,) = connection.execute(
            "SELECT coalesce(sum(readers), 0) FROM excluded WHERE issue_id = ?", (issue,)
        ).fetchone()
        return History(
            name=name,
            state=state,
            candidates=candidates,
            excluded=excluded,
            batches=tuple(
                Batch(number, parent, where, tuple(unpack_ids(packed)))
                for number, parent, where, packed in connection.execute(
                    f"SELECT id, parent_id, state, reader_ids FROM batch {of_issue}", (issue,)
                )
            ),
            attempts=tuple(
                Attempt(*row)
                for row in connection.execute(
                    "SELECT batch_id, token, started_at, attempt.readers, outcome FROM attempt"
                    f" JOIN batch ON batch.id = batch_id {of_issue} ORDER BY attempt.id",
                    (issue,),
                )
            ),
            aside={batch: frozenset(readers) for batch, readers in aside.items()},
            evidence=tuple(
                Said(*row)
                for row in connection.execute(
                    "SELECT token, verdict, evidence.source FROM evidence"
                    " JOIN attempt ON attempt.id = attempt_id"
                    f" JOIN batch ON batch.id = batch_id {of_issue}",
                    (issue,),
                )
            ),
            mailed=tuple(one for one in mailed if one.issue == name),
            left=dict(left or {}),
            damage=tuple(_damage(connection)),
            issues=len(found),
        )


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield str(said)
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {row[0]} refers to nothing"


def read_mailed(ledger: Path, offset: int = 0) -> tuple[Mailed, ...]:
    """Return what stands in the fake's own file, from a byte on."""
    with ledger.open("rb") as file:
        file.seek(offset)
        return tuple(_mailed(json.loads(line)) for line in file)


def _mailed(line: Mapping[str, object]) -> Mailed:
    readers = line["readers"]
    assert isinstance(readers, list)
    first = readers[0]["args"]
    return Mailed(
        float(str(line["at"])) * 1000,
        str(line["attempt"]),
        first["digest_issue"],
        tuple(int(reader["args"]["digest_reader"]) for reader in readers),
        f"{line['subject']} {line['content_sha256']}",
        cast("int | None", line["send_at"]),
        cast("str | None", line["batch_id"]),
    )
