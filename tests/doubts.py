"""Issues sent through the fake SendGrid, with batches in doubt: real parts from end to end."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from command import ROOT, Done, digest
from digest.config.environment import Environment
from digest.config.load import load_config
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.way import Way
from digest.rendering.reader_links import TAGS
from digest.runs.claim import Planned, hash_of
from digest.runs.clock import read_now
from digest.runs.release import release_issue
from digest.runs.send import send
from digest.store.database import Database, open_store
from digest.store.ledger import IssueRow, Ledger
from digest.store.new_issue import NewIssue
from fake_sendgrid import FakeSendGrid
from serving import SECRET

#: Readers of a batch.
BATCH = 4
KEY = "SG.a-key-of-the-tests"
HTML = f'<html><body><p>News.</p><a href="{TAGS.unsubscribe}">Unsubscribe</a></body></html>'
TEXT = f"News.\n\nUnsubscribe: {TAGS.unsubscribe}\n"
SUBJECT = "The week at the harbour"
#: Refused for certain; accepted, and answered with an error; not accepted, the same error.
REFUSED, TAKEN, LOST = "F3a", "F5", "F4a"


def address(reader: int) -> str:
    """Return the address of a reader."""
    return f"Reader{reader}@mail.example"


class Publisher:
    """A folder with settings and a store, whose mail goes to a fake."""

    def __init__(self, folder: Path, fake: FakeSendGrid, *, courier: str = "sendgrid") -> None:
        self.folder = folder
        self.fake = fake
        text = (ROOT / "config.toml").read_text()
        for name, value in (
            ("courier", f'"{courier}"'),
            ("batch", str(BATCH)),
            ("in_flight", "1"),
            ("unsubscribe", '"mailto"'),
            ("mailto", '"leave@courier.example"'),
            ("group", "77"),
        ):
            text, changed = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
            assert changed == 1, name
        (folder / "config.toml").write_text(text)

    @cached_property
    def config(self) -> Config:
        """The settings, as commands load them."""
        return load_config(str(self.folder / "config.toml"))

    @property
    def environment(self) -> Environment:
        """The secrets."""
        return Environment(secret=SECRET, sendgrid_key=KEY, sendgrid_url=self.fake.url)

    @contextmanager
    def store(self) -> Iterator[Database]:
        """Open the store."""
        with closing(open_store(self.config.store.path)) as database:
            yield database

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return rows of the store; of one column only their values."""
        with self.store() as database:
            found = database.connection.execute(query, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def add_readers(self, count: int, spell: str = "Reader{}@mail.example") -> None:
        """Write active readers, numbered from 1."""
        with self.store() as database, database.transaction() as connection:
            connection.executemany(
                "INSERT INTO subscriber"
                " (id, address, address_key, state, created_at, changed_at)"
                " VALUES (?, ?, ?, 'active', 0, 0)",
                (
                    (number, spell.format(number), spell.format(number).lower())
                    for number in range(1, count + 1)
                ),
            )

    def send(self, slot: str = "2026-W34", **fields: Any) -> IssueRow:
        """Claim an issue and send it; return it as it stands then."""
        with self.store() as database:
            issue, _ = Ledger(database).claim(_new(slot, fields), 0)
        return self._drive(issue)

    def resume(self, issue: IssueRow) -> IssueRow:
        """Send what is left of a held issue."""
        with self.store() as database:
            issue = Ledger(database).issue(issue.id)
            return self._drive(release_issue(database, issue, read_now(), accept_restore=False))

    def run(self, *words: str, env: dict[str, str] | None = None) -> Done:
        """Run the command."""
        secrets = {
            "SENDGRID_API_KEY": KEY,
            "DIGEST_SENDGRID_URL": self.fake.url,
            "DIGEST_SECRET": SECRET,
        }
        return digest(self.folder, *words, env=secrets | (env or {}))

    def batches(self) -> dict[int, str]:
        """Return the state of every batch."""
        return dict(self.rows("SELECT id, state FROM batch ORDER BY id"))

    def evidence(self) -> list[tuple[int, str, str]]:
        """Return batch, verdict and source of all evidence."""
        return self.rows(
            "SELECT batch_id, verdict, source FROM evidence"
            " JOIN attempt ON attempt.id = attempt_id ORDER BY evidence.id"
        )

    def state(self, slot: str = "2026-W34") -> str:
        """Return where an issue stands."""
        (found,) = self.rows("SELECT state FROM issue WHERE slot = ?", slot)
        return str(found)

    def events(self, name: str = "events.json", **how: Any) -> str:
        """Write the webhook's posts about everything accepted to a file, one a line."""
        file = self.folder / name
        file.write_bytes(b"".join(body + b"\n" for _, body in self.fake.events(**how)))
        return str(file)

    def _drive(self, issue: IssueRow) -> IssueRow:
        planned = Planned(
            name=issue.name,
            realm=issue.realm,
            courier=CourierName(issue.courier),
            issue=issue,
            built=None,
            audience=issue.audience,
            readers=None,
        )
        return send(self.config, self.environment, planned, read_now()).issue


@contextmanager
def publishing(folder: Path, readers: int = 3 * BATCH, **how: Any) -> Iterator[Publisher]:
    """Run a fake, and a publisher with so many readers."""
    with FakeSendGrid(key=KEY, published_schema=False, **how) as fake:
        publisher = Publisher(folder, fake)
        publisher.add_readers(readers)
        yield publisher


def _new(slot: str, fields: dict[str, Any]) -> NewIssue:
    subject = fields.pop("subject", SUBJECT)
    unsubscribe = {"way": Way.MAILTO.value, "url": "", "mailto": "leave@courier.example"}
    envelope = {
        "sender_name": "Harbour Courier",
        "sender_email": "news@courier.example",
        "reply_to": "",
        "title": "Harbour Weekly",
        "list_id": "weekly.courier.example",
        "unsubscribe": {**unsubscribe, "group": 0},
    }
    values: dict[str, Any] = {
        "realm": Realm.REAL,
        "newsletter": "weekly",
        "number": 1,
        "courier": "sendgrid",
        "slot_at": 0,
        "window_end": 0,
        "audience": Audience(newsletter="weekly", frequency="weekly"),
        "preheader": "",
        "manifest": '{"kind": "newsletter", "stories": []}',
        "articles": [],
    }
    return NewIssue(
        slot=slot,
        subject=subject,
        html=HTML,
        text=TEXT,
        sha256=hash_of(subject, HTML, TEXT),
        envelope=json.dumps(envelope),
        **values | fields,
    )
