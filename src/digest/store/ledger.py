"""Issues in the ledger: claimed once per slot, frozen, moved from state to state.

A claim is one transaction: the issue, its frozen mail, what it tells and what it looked at. So
there is no issue without content, and `UNIQUE` alone decides who made it.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import StoreError
from digest.store.database import Database
from digest.store.moves import FINAL, move_issue
from digest.store.queries import read_queries

if TYPE_CHECKING:
    from digest.store.new_issue import NewIssue

#: Reason of an issue that was cancelled because a store that is lost has sent it.
LOST_AND_CANCELLED: Final = "cancelled by a person, because the store that sent it is lost"
#: Reason of an issue that was made anew before anything of it left.
REPLACED: Final = "made anew"


class IssueRow(NamedTuple):
    """An issue as it stands in the ledger."""

    id: int
    realm: Realm
    newsletter: str
    slot: str
    copy: int
    state: IssueState
    reason: str
    number: int | None
    courier: str
    slot_at: int
    window_end: int | None
    audience: Audience
    candidates: int | None
    created_at: int
    recipients_frozen_at: int | None
    finished_at: int | None
    window_start: int | None
    #: 1: a skipped slot whose articles are not told later.
    drops_articles: int
    #: When editors were asked, and when a person approved it.
    asked_at: int | None
    approved_at: int | None
    #: Handed over ahead: when the provider lets it leave; None: it leaves when it is handed over.
    leaves_at: int | None
    #: The provider's name for what can be cancelled together; or "".
    provider_batch: str
    #: When it was proven that the provider let nothing of it leave; None: it was not.
    called_back_at: int | None

    @property
    def name(self) -> str:
        """As commands call it: `weekly/2026-W34`."""
        return f"{self.newsletter}/{self.slot}"

    @property
    def full_name(self) -> str:
        """As commands call it; tests have a number: `weekly/2026-W34#2`."""
        return f"{self.name}#{self.copy}" if self.realm is Realm.TEST else self.name

    @property
    def is_final(self) -> bool:
        """Nothing more happens to it by itself."""
        return self.state in FINAL


class ContentRow(NamedTuple):
    """The frozen mail of an issue."""

    issue_id: int
    subject: str
    preheader: str
    html: str
    text: str
    sha256: str
    manifest: str
    envelope: str


class Ledger:
    """The issues of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = read_queries("ledger")

    def claim(self, new: "NewIssue", at: int) -> tuple[IssueRow, bool]:
        """Write an issue down, unless one of its slot stands there already.

        Returns:
            The issue of the slot; and whether it is the new one.

        Raises:
            AlreadyBreakingError: one of its stories went out as breaking news before.
            StoreError: see `Database.transaction`.
        """
        from digest.store.new_issue import add_parts, issue_values  # noqa: PLC0415  only claims

        with self._database.transaction() as connection:
            made = connection.execute(self._queries["claim"], issue_values(new, at))
            if made.rowcount == 1:
                add_parts(connection, int(made.lastrowid or 0), new)
            row = self._of_slot(new.realm, new.newsletter, new.slot, new.copy)
        assert row is not None  # noqa: S101  it was written or found just now
        return row, made.rowcount == 1

    def replace(self, issue: IssueRow, new: "NewIssue", at: int) -> IssueRow:
        """Let a new issue take the slot of a frozen one of which nothing has left.

        The one before stands aside, cancelled: what was approved can always be looked up.

        Raises:
            StoreError: another command changed it meanwhile.
        """
        from digest.store.new_issue import add_parts, issue_values  # noqa: PLC0415  as above

        with self._database.transaction() as connection:
            move_issue(connection, issue, IssueState.CANCELLED, at=at, reason=REPLACED)
            aside = connection.execute(self._queries["stand_aside"], {"issue": issue.id})
            if aside.rowcount != 1:
                raise StoreError(
                    "it is being sent",
                    where=issue.name,
                    remedy=f"It cannot be changed any more. See: digest show {issue.name}",
                )
            made = connection.execute(self._queries["claim"], issue_values(new, at))
            add_parts(connection, int(made.lastrowid or 0), new)
        return self.issue(int(made.lastrowid or 0))

    def make_room(self, realm: Realm, newsletter: str, slot: str) -> None:
        """Let a slot be claimed anew whose issue was cancelled before anything of it left."""
        values = {"realm": realm.value, "newsletter": newsletter, "slot": slot}
        with self._database.transaction() as connection:
            connection.execute(self._queries["make_room"], {**values, "lost": LOST_AND_CANCELLED})

    def issue(self, issue_id: int) -> IssueRow:
        """Return the issue of that number."""
        return self._rows("issue", {"issue": issue_id})[0]

    def of_slot(self, realm: Realm, newsletter: str, slot: str, copy: int = 0) -> IssueRow | None:
        """Return the issue of a slot, or None."""
        with self._database.translated():
            return self._of_slot(realm, newsletter, slot, copy)

    def all_of_slot(self, newsletter: str, slot: str) -> list[IssueRow]:
        """Return every issue of a slot: the real one, rehearsals, tests, in this order."""
        return self._rows("issues_of_slot", {"newsletter": newsletter, "slot": slot})

    def latest(self, newsletter: str = "", most: int = 50) -> list[IssueRow]:
        """Return the last issues, newest first."""
        return self._rows("issues", {"newsletter": newsletter, "most": most})

    def open_issues(self) -> list[IssueRow]:
        """Return the real issues something may still happen to."""
        return self._rows("open_issues", {})

    def content(self, issue_id: int) -> ContentRow:
        """Return the frozen mail of an issue that is known to have one."""
        content = self.find_content(issue_id)
        assert content is not None  # noqa: S101  only skipped and missed slots have none
        return content

    def find_content(self, issue_id: int) -> ContentRow | None:
        """Return the frozen mail of an issue; None: its slot was skipped or missed without."""
        with self._database.translated():
            cursor = self._database.connection.execute(
                self._queries["content"], {"issue": issue_id}
            )
            rows = cursor.fetchall()
        return ContentRow(**_named(cursor, rows[0])) if rows else None

    def move(self, issue: IssueRow, to: IssueState, *, at: int, reason: str = "") -> IssueRow:
        """Move an issue to another state; return it as it then stands.

        Raises:
            IllegalMoveError: `to` cannot follow.
            StoreError: another command moved it meanwhile.
        """
        with self._database.transaction() as connection:
            move_issue(connection, issue, to, at=at, reason=reason)
            if to is IssueState.CANCELLED:
                self._forget_if_unsent(connection, issue.id)
        return self.issue(issue.id)

    def set_courier(self, issue: IssueRow, courier: str) -> None:
        """Write down that an issue goes on with another courier."""
        with self._database.transaction() as connection:
            connection.execute(
                self._queries["set_courier"], {"issue": issue.id, "courier": courier}
            )

    def next_number(self, realm: Realm, newsletter: str) -> int:
        """Return how many issues of a newsletter were sent, and one."""
        return 1 + int(self._one("count_sent", {"realm": realm.value, "newsletter": newsletter}))

    def next_copy(self, realm: Realm, newsletter: str, slot: str) -> int:
        """Return the number of the next test of a slot, from 1."""
        values = {"realm": realm.value, "newsletter": newsletter, "slot": slot}
        return int(self._one("next_copy", values))

    def slots_on(self, realm: Realm, newsletter: str, day: str) -> list[str]:
        """Return the slots `DAY-N` there are of one day, for breaking issues."""
        values = {"realm": realm.value, "newsletter": newsletter, "day": day}
        with self._database.translated():
            rows = self._database.connection.execute(self._queries["slots_on"], values).fetchall()
        return [slot for (slot,) in rows]

    def breaking_issue(self, realm: Realm, identity: str) -> int | None:
        """Return the number of the breaking issue that holds a story, or None."""
        values = {"realm": realm.value, "identity": identity}
        with self._database.translated():
            row = self._database.connection.execute(
                self._queries["breaking_issue"], values
            ).fetchone()
        return int(row[0]) if row else None

    def last_window_end(self, newsletter: str, before: int) -> int | None:
        """Return where the window of the last issue before a moment ended, in milliseconds."""
        found = self._one("last_window_end", {"newsletter": newsletter, "before": before})
        return None if found is None else int(found)

    def fact(self, name: str) -> str:
        """Return what the store knows of itself, or ""."""
        with self._database.translated():
            row = self._database.connection.execute(
                self._queries["fact"], {"name": name}
            ).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Write down what the store knows of itself."""
        with self._database.transaction() as connection:
            connection.execute(self._queries["set_fact"], {"name": name, "value": value})

    def set_fact_once(self, name: str, value: str) -> str:
        """Write a fact down unless it is known already; return what then stands."""
        with self._database.transaction() as connection:
            known = connection.execute(self._queries["fact"], {"name": name}).fetchone()
            if known:
                return str(known[0])
            connection.execute(self._queries["set_fact"], {"name": name, "value": value})
        return value

    def last_attempt(self) -> int:
        """Return the number of the last attempt to send a real issue, 0 before the first."""
        return int(self._one("last_attempt", {}))

    def _forget_if_unsent(self, connection: sqlite3.Connection, issue_id: int) -> None:
        """Let the stories of a cancelled breaking issue be told again, if nothing of it left."""
        left = connection.execute(
            read_queries("journal")["any_left"], {"issue": issue_id}
        ).fetchone()
        if not left:
            connection.execute(self._queries["forget_breaking_stories"], {"issue": issue_id})

    def _of_slot(self, realm: Realm, newsletter: str, slot: str, copy: int) -> IssueRow | None:
        values = {"realm": realm.value, "newsletter": newsletter, "slot": slot, "copy": copy}
        rows = self._rows("issue_of_slot", values)
        return rows[0] if rows else None

    def _rows(self, query: str, values: Mapping[str, object]) -> list[IssueRow]:
        with self._database.translated():
            cursor = self._database.connection.execute(self._queries[query], values)
            return [issue_row(cursor, row) for row in cursor.fetchall()]

    def _one(self, query: str, values: Mapping[str, object]) -> Any:  # noqa: ANN401  SQLite's value
        with self._database.translated():
            row = self._database.connection.execute(self._queries[query], values).fetchone()
        return row[0]


def _named(cursor: sqlite3.Cursor, row: Sequence[Any]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def issue_row(cursor: sqlite3.Cursor, row: Sequence[Any]) -> IssueRow:
    """Return an issue out of a row with all columns of the table."""
    values = _named(cursor, row)
    values["realm"] = Realm(values["realm"])
    values["state"] = IssueState(values["state"])
    values["audience"] = Audience.from_json(json.loads(str(values["audience"])))
    return IssueRow(**values)
