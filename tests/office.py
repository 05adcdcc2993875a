"""A publisher's office: a site that sends through SendGrid, and a store in any state."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from command import make_site
from crash.stores import claim
from digest.config.load import load_config
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.runs.status import Status, read_status
from digest.store.database import Database, open_store
from digest.store.ledger import Ledger
from digest.store.planning import Pause, Planning
from digest.store.recipients import freeze_recipients

BERLIN = ZoneInfo("Europe/Berlin")
#: A Monday, an hour after the slot 2026-W34.
NOW = datetime(2026, 8, 17, 10, tzinfo=BERLIN)
SLOT = datetime(2026, 8, 17, 9, tzinfo=BERLIN)
WEEK = timedelta(days=7)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class Office:
    """A publisher's config.toml and store."""

    def __init__(self, folder: Path) -> None:
        self.site = make_site(folder)
        self.edit("courier", '"sendgrid"')

    def edit(self, key: str, value: str) -> None:
        """Change the first setting of that name."""
        path = self.site / "config.toml"
        text, changed = re.subn(
            rf"(?m)^{key} = .*$", f"{key} = {value}", path.read_text(), count=1
        )
        assert changed, key
        path.write_text(text)

    @property
    def config(self) -> Config:
        return load_config(str(self.site / "config.toml"))

    @property
    def store(self) -> str:
        return str(self.site / "digest.db")

    def write(self, act: Callable[[Database], Any]) -> Any:
        """Let `act` write into the store."""
        with closing(open_store(self.store)) as database:
            return act(database)

    def add(self, slot: str, moment: datetime, state: str = "approved", **fields: Any) -> None:
        """Write an issue down that has not been sent."""
        wanted = {"newsletter": "weekly", "state": IssueState(state), "reason": ""} | fields
        self.write(lambda database: claim(database, slot=slot, slot_at=ms(moment), **wanted))

    def send(self, slot: str, moment: datetime, state: str = "accepted", left: str = "") -> None:
        """Write an issue down that was sent to 30 readers, in batches of ten."""

        def act(database: Database) -> None:
            issue = claim(database, slot=slot, slot_at=ms(moment))
            ledger = Ledger(database)
            freeze_recipients(database, issue.id, issue.audience, 10, ms(moment))
            issue = ledger.move(ledger.issue(issue.id), IssueState.SENDING, at=ms(moment))
            with database.transaction() as connection:
                connection.execute(
                    "UPDATE batch SET state = 'accepted' WHERE issue_id = ?", (issue.id,)
                )
                connection.execute(
                    "UPDATE batch SET state = ? WHERE id = "
                    "(SELECT max(id) FROM batch WHERE issue_id = ?)",
                    (state, issue.id),
                )
            if left:
                ledger.move(issue, IssueState.HELD, at=ms(moment), reason=left)
            elif state == "accepted":
                ledger.move(issue, IssueState.SENT, at=ms(moment))

        self.write(act)

    def status(self, now: datetime = NOW) -> Status:
        return read_status(self.config, now)

    def needs(self, now: datetime = NOW) -> list[tuple[str, str]]:
        return [(f"{need.where}: {need.what}", need.remedy) for need in self.status(now).needs]

    def pause(
        self, until: datetime | None = None, *, since: datetime = NOW, keeps: bool = True
    ) -> None:
        """Let the newsletter rest."""
        pause = Pause("weekly", ms(since) - 1, ms(until) if until else None, keeps, "ana")
        self.write(lambda database: Planning(database).set_pause(Realm.REAL, pause))
