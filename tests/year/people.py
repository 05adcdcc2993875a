"""What editors and the operator do: they look at the ledger now and then, and give commands.

They see what `digest status` shows, and SendGrid's own account of what it took: whoever says that
a batch did not arrive has looked.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from year.plan import HOUR, MINUTE

#: Runs `digest WORDS`, and returns its exit code.
Command = Callable[..., int]


class Issue(NamedTuple):
    """An issue as a person sees it."""

    id: int
    newsletter: str
    slot: str
    state: str
    slot_at: int
    begun: int | None
    reason: str

    @property
    def name(self) -> str:
        """`weekly/2026-W34`."""
        return f"{self.newsletter}/{self.slot}"


class People:
    """Those who decide, with dice of their own."""

    def __init__(self, store: Path, rng: random.Random, digest: Command) -> None:
        self._store = store
        self._rng = rng
        self._digest = digest
        self._seen: set[tuple[str, int]] = set()

    def edit(self) -> None:
        """Let the editors look at what waits for them: most of it they like."""
        for issue in self._issues("draft"):
            if ("draft", issue.id) in self._seen:
                continue
            dice = self._rng.random()
            if issue.newsletter == "weekly" and dice < 0.5:
                continue  # later, perhaps
            self._seen.add(("draft", issue.id))
            if dice < 0.1 if issue.newsletter == "fridays" else dice < 0.6:
                self._digest("hold", issue.name, "--because", "a name is wrong")
            elif issue.newsletter == "weekly" and dice < 0.95:
                self._digest("approve", issue.name)

    def change_minds(self, now: int) -> None:
        """Let somebody cancel an issue that is to go out within the hour."""
        for issue in self._issues("approved", "sending"):
            is_ahead = now < issue.slot_at <= now + HOUR
            if is_ahead and ("late", issue.id) not in self._seen:
                self._seen.add(("late", issue.id))
                if self._rng.random() < 0.04:
                    self._digest("cancel", issue.name, "--yes")

    def operate(self, now: int, accepted: AbstractSet[str]) -> None:
        """Let the operator see to what needs a person.

        Args:
            now: milliseconds since 1970.
            accepted: tokens of what SendGrid took.
        """
        for issue in self._issues("held"):
            if issue.begun is None:
                if self._rng.random() < 0.6:
                    self._digest("approve", issue.name)
                elif now - issue.slot_at > 20 * HOUR or self._rng.random() < 0.5:
                    self._digest("cancel", issue.name, "--yes")
                continue
            self._digest("resolve", issue.name)
            doubts = set(self._in_doubt(issue))
            if doubts and not doubts & accepted:
                self._digest("resolve", issue.name, "--not-accepted", "all", "--yes")
                doubts = set()
            if not doubts and self._state(issue) in {"held", "sending"}:
                self._digest("resume", issue.name, "--yes")
        for issue in self._issues("sending"):
            if now > issue.slot_at + 30 * MINUTE:
                self._digest("resume", issue.name, "--yes")

    def _issues(self, *states: str) -> list[Issue]:
        marks = ", ".join("?" * len(states))
        return [
            Issue(*row)
            for row in self._rows(
                "SELECT id, newsletter, slot, state, slot_at, recipients_frozen_at, reason"
                f" FROM issue WHERE realm = 'real' AND state IN ({marks}) ORDER BY id",
                *states,
            )
        ]

    def _state(self, issue: Issue) -> str:
        ((state,),) = self._rows("SELECT state FROM issue WHERE id = ?", issue.id)
        return str(state)

    def _in_doubt(self, issue: Issue) -> Iterator[str]:
        for (token,) in self._rows(
            "SELECT token FROM attempt JOIN batch ON batch.id = batch_id"
            " WHERE issue_id = ? AND batch.state = 'unknown'",
            issue.id,
        ):
            yield str(token)

    def _rows(self, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with closing(sqlite3.connect(self._store, timeout=20)) as connection:
            return connection.execute(query, values).fetchall()
