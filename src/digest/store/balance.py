"""What became of every subscriber an issue was for, as numbers that must add up. Reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from digest.delivery.realm import Realm
from digest.delivery.standing import Standing
from digest.delivery.states import BatchState
from digest.store.database import Database
from digest.store.id_list import unpack_ids
from digest.store.ledger import IssueRow
from digest.store.queries import read_queries

#: Attempts that are listed unless all are wanted.
MOST_ATTEMPTS: Final = 20
#: What came of an issue that was not for a reader.
NOT_FOR: Final = "not among the recipients"
#: What came of an issue that was cancelled at the provider in time.
RECALLED: Final = "called back before it left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The sum of one issue: `candidates` = all that follows."""

    #: Subscribers when the recipients were frozen; None: they are not yet.
    candidates: int | None
    #: What they are: `subscribers`, or `addresses` of a test.
    counted: str = "subscribers"
    standing: Standing
    #: Why the issue is not for a subscriber → how many, when the recipients were frozen.
    excluded: Mapping[str, int] = field(default_factory=dict)
    #: Why a recipient did not get it → how many: unsubscribed since, address refused.
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def recipients(self) -> int:
        """Subscribers the issue was for when the recipients were frozen."""
        return (self.candidates or 0) - sum(self.excluded.values())

    def readers(self, *states: BatchState) -> int:
        """Return how many readers are in batches of these states and not set aside."""
        return sum(self.standing.readers.get(state, 0) for state in states)

    @property
    def is_even(self) -> bool:
        """Whether the sum is right; anything else is damage."""
        there = self.readers(*(state for state in BatchState if state is not BatchState.DIVIDED))
        accounted = there + sum(self.set_aside.values()) + sum(self.excluded.values())
        return self.candidates is None or self.candidates == accounted


class AttemptRow(NamedTuple):
    """One try to hand over a batch; times in milliseconds since 1970."""

    batch: int
    token: str
    started_at: int
    ended_at: int | None
    readers: int
    #: `accepted`, `refused`, `unknown`; None while it runs.
    outcome: str | None
    detail: str
    message_id: str


class EvidenceRow(NamedTuple):
    """What proved or decided the fate of an attempt afterwards."""

    batch: int
    verdict: str
    source: str
    detail: str
    at: int


class MailRow(NamedTuple):
    """What one subscriber got, or did not get, of one issue."""

    #: `weekly/2026-W34`.
    issue: str
    #: `real` or `rehearsal`.
    realm: str
    #: State of the batch, or why the reader was set aside; or `NOT_FOR`, `RECALLED`.
    fate: str
    #: Of the last try; None: there was none.
    at: int | None


def balance_of(database: Database, issue: IssueRow) -> Balance:
    """Return the sum of an issue."""
    queries, values = read_queries("balance"), {"issue": issue.id}
    with database.translated():
        excluded = database.connection.execute(queries["excluded"], values).fetchall()
        aside = database.connection.execute(queries["set_aside"], values).fetchall()
    return Balance(
        candidates=issue.candidates,
        counted="addresses" if issue.realm is Realm.TEST else "subscribers",
        standing=standing_of(database, issue.id),
        excluded=dict(excluded),
        set_aside=dict(aside),
    )


def standing_of(database: Database, issue_id: int) -> Standing:
    """Return where the batches of an issue stand."""
    with database.translated():
        rows = database.connection.execute(
            read_queries("balance")["states_of_batches"], {"issue": issue_id}
        ).fetchall()
    return Standing(
        batches={BatchState(state): batches for state, batches, _ in rows},
        readers={BatchState(state): readers for state, _, readers in rows},
    )


def attempts_of(database: Database, issue: IssueRow, *, every: bool = False) -> list[AttemptRow]:
    """Return the tries of an issue, newest first.

    Without `every` only the last one of each batch that is refused, in doubt or on its way now,
    at most `MOST_ATTEMPTS`.
    """
    values = {"issue": issue.id, "all": every, "most": -1 if every else MOST_ATTEMPTS}
    with database.translated():
        rows = database.connection.execute(read_queries("balance")["attempts"], values).fetchall()
    names = ("batch", "token", "started_at", "ended_at", "readers", "outcome", "detail")
    return [AttemptRow(**dict(zip((*names, "message_id"), row, strict=True))) for row in rows]


def count_attempts(database: Database, issue: IssueRow) -> tuple[int, int]:
    """Return how many tries an issue has had, and how many of them were accepted."""
    with database.translated():
        tried, accepted = database.connection.execute(
            read_queries("balance")["count_attempts"], {"issue": issue.id}
        ).fetchone()
    return int(tried), int(accepted)


def evidence_of(database: Database, issue: IssueRow) -> list[EvidenceRow]:
    """Return what was found out about the attempts of an issue afterwards, in order."""
    with database.translated():
        rows = database.connection.execute(
            read_queries("balance")["evidence"], {"issue": issue.id}
        ).fetchall()
    names = ("batch", "verdict", "source", "detail", "at")
    return [EvidenceRow(**dict(zip(names, row, strict=True))) for row in rows]


def mail_of(database: Database, subscriber: int, since: int | None = None) -> list[MailRow]:
    """Return every issue a subscriber was among the recipients of, newest first.

    Args:
        database: the store.
        subscriber: number of the reader.
        since: milliseconds since 1970; real issues whose recipients were chosen after it, and
            that were not for this reader, are listed too. None: they are not.
    """
    with database.translated():
        rows = database.connection.execute(
            read_queries("balance")["batches_with"], {"subscriber": subscriber}
        ).fetchall()
    found: dict[int, MailRow] = {}
    for _, state, packed, issue, realm, newsletter, slot, aside, at, is_recalled in rows:
        if subscriber not in unpack_ids(packed):
            continue
        if state == BatchState.DIVIDED.value and not aside:
            continue  # the batch made of it tells
        fate = aside or (RECALLED if is_recalled else state)
        found.setdefault(
            issue, MailRow(issue=f"{newsletter}/{slot}", realm=realm, fate=fate, at=at)
        )
    if since is not None:
        with database.translated():
            rows = database.connection.execute(
                read_queries("balance")["real_issues_since"], {"since": since}
            ).fetchall()
        for issue, name in rows:
            found.setdefault(issue, MailRow(name, Realm.REAL.value, NOT_FOR, None))
    return [found[issue] for issue in sorted(found, reverse=True)]


def newsletters_of(database: Database) -> dict[str, tuple[int, int]]:
    """Return newsletters the store knows → real issues, and readers who have left it."""
    queries = read_queries("balance")
    with database.translated():
        issues = dict(database.connection.execute(queries["newsletters_sent"]).fetchall())
        rows = database.connection.execute(queries["newsletters_left"]).fetchall()
    left: Counter[str] = Counter()
    for names, readers in rows:
        left.update(dict.fromkeys(names.split(), readers))
    return {name: (issues.get(name, 0), left[name]) for name in sorted({*issues, *left})}
