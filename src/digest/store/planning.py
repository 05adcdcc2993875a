"""What the schedule asks the ledger, and writes down: slots, pauses, decisions."""

import json
from typing import NamedTuple

from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger, issue_row
from digest.store.moves import move_issue
from digest.store.queries import read_queries


class Blank(NamedTuple):
    """A slot without an issue."""

    realm: Realm
    newsletter: str
    slot: str
    #: SKIPPED or MISSED.
    state: IssueState
    reason: str
    courier: str
    #: Milliseconds since 1970, as all times of the store.
    slot_at: int
    window_start: int | None
    window_end: int | None
    #: Its articles are not told later.
    drops_articles: bool = False


class Pause(NamedTuple):
    """A newsletter that rests."""

    newsletter: str
    since: int
    #: None: until somebody ends it.
    until: int | None
    keeps_articles: bool
    who: str

    def holds(self, moment: int) -> bool:
        """Return whether a slot at that moment falls into it."""
        return self.since <= moment and (self.until is None or moment < self.until)


class Decision(NamedTuple):
    """What was decided about an issue."""

    kind: str
    who: str
    detail: str
    at: int


class SlotBefore(NamedTuple):
    """How an earlier slot ended."""

    state: IssueState
    window_start: int | None
    window_end: int | None
    drops_articles: bool
    #: Something of it may have reached readers.
    has_left: bool


class Planning:
    """The schedule's view of one store.

    Every method may raise StoreError: see `Database`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = read_queries("planning")

    def rows(self, realm: Realm, newsletter: str, after: int) -> list[IssueRow]:
        """Return issues planned for after a moment, and all that are not done, by moment."""
        values = {"realm": realm.value, "newsletter": newsletter, "after": after}
        with self._database.translated():
            cursor = self._database.connection.execute(self._queries["rows"], values)
            return [issue_row(cursor, row) for row in cursor.fetchall()]

    def add_blank(self, blank: Blank, at: int) -> bool:
        """Write down a slot without an issue; return whether it was new."""
        values = blank._asdict() | {
            "realm": blank.realm.value,
            "state": blank.state.value,
            "audience": json.dumps(Audience(newsletter=blank.newsletter).to_json()),
            "drops_articles": int(blank.drops_articles),
            "at": at,
        }
        with self._database.transaction() as connection:
            return connection.execute(self._queries["add_blank"], values).rowcount == 1

    def drop_articles(self, issue: IssueRow) -> None:
        """Let the articles of a skipped issue not be told later."""
        self._write("set_drops_articles", {"issue": issue.id})

    def approve(
        self, issue: IssueRow, who: str, at: int, detail: str = "", *, by_person: bool = True
    ) -> IssueRow:
        """Let a frozen issue leave, and remember who said so; return it as it then stands.

        Args:
            issue: as it stands.
            who: a person, or the schedule.
            at: milliseconds since 1970.
            detail: why.
            by_person: from a person's word on the issue has all its lateness before it again.

        Raises:
            IllegalMoveError: it cannot be approved.
            StoreError: another command moved it meanwhile.
        """
        decided = {"issue": issue.id, "kind": "approved", "who": who, "detail": detail, "at": at}
        with self._database.transaction() as connection:
            move_issue(connection, issue, IssueState.APPROVED, at=at)
            if by_person:
                values = {"issue": issue.id, "at": at}
                connection.execute(self._queries["set_approved_at"], values)
            connection.execute(self._queries["add_decision"], decided)
        return Ledger(self._database).issue(issue.id)

    def decide(self, issue: IssueRow, kind: str, who: str, at: int, detail: str = "") -> None:
        """Remember what was decided about an issue."""
        values = {"issue": issue.id, "kind": kind, "who": who, "detail": detail, "at": at}
        self._write("add_decision", values)

    def decisions(self, issue: IssueRow) -> list[Decision]:
        """Return what was decided about an issue, in order."""
        with self._database.translated():
            rows = self._database.connection.execute(
                self._queries["decisions"], {"issue": issue.id}
            ).fetchall()
        return [Decision(*row) for row in rows]

    def note_asked(self, at: int) -> None:
        """Write down which editors have got what they were to be asked."""
        self._write("note_asked", {"at": at})

    def last_left(self, realm: Realm, newsletter: str, but: int) -> tuple[str, int] | None:
        """Return the last issue that may have reached readers, and since when; or None.

        Args:
            realm: whose issues count.
            newsletter: its name.
            but: number of an issue that does not count.
        """
        values = {"realm": realm.value, "newsletter": newsletter, "but": but}
        with self._database.translated():
            row = self._database.connection.execute(self._queries["last_left"], values).fetchone()
        return (str(row[0]), int(row[1])) if row else None

    def slots_before(
        self, realm: Realm, newsletter: str, before: int, most: int = 400
    ) -> list[SlotBefore]:
        """Return how the slots before a moment ended, the latest first."""
        values = {
            "realm": realm.value, "newsletter": newsletter, "before": before, "most": most
        }  # fmt: skip
        with self._database.translated():
            rows = self._database.connection.execute(
                self._queries["slots_before"], values
            ).fetchall()
        return [
            SlotBefore(IssueState(state), start, end, bool(drops), bool(left))
            for state, start, end, drops, left in rows
        ]

    def outcomes(self, realm: Realm, since: int) -> list[IssueRow]:
        """Return what ended from a moment on, and what is held and was made from then on."""
        values = {"realm": realm.value, "since": since}
        with self._database.translated():
            cursor = self._database.connection.execute(self._queries["outcomes"], values)
            return [issue_row(cursor, row) for row in cursor.fetchall()]

    def told_keys(self, issue: IssueRow) -> set[str]:
        """Return the keys of the notices there are about an issue."""
        with self._database.translated():
            rows = self._database.connection.execute(
                self._queries["told_keys"], {"issue": issue.id}
            ).fetchall()
        return {key for (key,) in rows}

    def newest_moment(self) -> int:
        """Return the latest moment the store knows of, in milliseconds; 0: none."""
        with self._database.translated():
            (moment,) = self._database.connection.execute(
                self._queries["newest_moment"]
            ).fetchone()
        return int(moment)

    def pauses(self, realm: Realm) -> dict[str, Pause]:
        """Return newsletter → its pause, those that are over included."""
        with self._database.translated():
            rows = self._database.connection.execute(
                self._queries["pauses"], {"realm": realm.value}
            ).fetchall()
        return {row[0]: Pause(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows}

    def set_pause(self, realm: Realm, pause: Pause) -> None:
        """Let a newsletter rest, instead of any pause it had."""
        values = pause._asdict() | {
            "realm": realm.value,
            "keeps_articles": int(pause.keeps_articles),
        }
        self._write("set_pause", values)

    def end_pause(self, realm: Realm, newsletter: str) -> None:
        """Let a newsletter come again."""
        self._write("end_pause", {"realm": realm.value, "newsletter": newsletter})

    def _write(self, query: str, values: dict[str, object]) -> None:
        with self._database.transaction() as connection:
            connection.execute(self._queries[query], values)
