"""A site with a store of sent issues, for timing what looks at them."""

import shutil
from dataclasses import replace
from pathlib import Path

from digest.delivery.handover import Surroundings, hand_over
from digest.delivery.letter import Handover
from digest.delivery.outcome import Accepted
from digest.delivery.pace import Pace
from digest.delivery.states import IssueState
from digest.runs.clock import read_now
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.ledger import Ledger
from digest.store.recipients import freeze_recipients
from sending_issue import new_issue
from sending_one import readers

_ROOT = Path(__file__).resolve().parent.parent
_ISSUES = 50
_READERS = 1000


class _Taker:
    """A courier that takes everything."""

    most_readers = 1000

    def prepare(self, handover: Handover) -> "type[Accepted]":
        """Return what accepts a batch."""
        assert handover.readers
        return Accepted

    def close(self) -> None:
        """Do nothing."""


def make_ledger(folder: Path) -> Path:
    """Write a config.toml and a store of sent issues; return the config."""
    shutil.copy(_ROOT / "config.toml", folder)
    database = open_store(str(folder / "digest.db"))
    with database.transaction() as connection:
        connection.executemany(
            "INSERT INTO subscriber (address, address_key, name, state, created_at, changed_at)"
            " VALUES (?, ?, ?, 'active', 0, 0)",
            ((address, address, name) for _, address, name in readers(_READERS)),
        )
    for number in range(1, _ISSUES + 1):
        _send(database, f"2026-W{number:02}", 10 if number % 5 == 1 else 1000)
    database.close()
    return folder / "config.toml"


def _send(database: Database, slot: str, most: int) -> None:
    ledger = Ledger(database)
    issue, _ = ledger.claim(replace(new_issue(), slot=slot), 0)
    freeze_recipients(database, issue.id, issue.audience, most, 0)
    issue = ledger.move(issue, IssueState.SENDING, at=0)
    numbers = iter(range(10_000))
    around = Surroundings(
        now=read_now, monotonic=lambda: 0.0, token=lambda: f"{slot}-{next(numbers)}"
    )
    hand_over(StoreJournal(database, issue), _Taker(), Pace(1, 0, lambda: 0.0), around)
    ledger.move(issue, IssueState.SENT, at=1)
