"""Stores, issues and settings for tests of sending: a test names only what it is about."""

import base64
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, cast

from digest.config.environment import Environment
from digest.config.load import load_config
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.way import Way
from digest.record import replace
from digest.rendering.reader_links import TAGS
from digest.runs.build import Built
from digest.runs.claim import Planned
from digest.store.database import Database, open_store
from digest.store.ledger import IssueRow, Ledger
from digest.store.new_issue import NewIssue, Told

ROOT = Path(__file__).resolve().parents[2]
SLOT = "2026-W34"
#: 2026-08-17 06:00 UTC in milliseconds.
AT = 1_786_946_400_000
SECRET = f"c1:{base64.b64encode(bytes(range(32))).decode()}"
HTML = f'<html><body><p>News.</p><a href="{TAGS.unsubscribe}">Unsubscribe</a></body></html>'
TEXT = f"News.\n\nUnsubscribe: {TAGS.unsubscribe}\n"

_NEW = NewIssue(
    realm=Realm.REAL,
    newsletter="weekly",
    slot=SLOT,
    number=1,
    courier="sendgrid",
    slot_at=AT,
    window_end=AT,
    audience=Audience(newsletter="weekly", frequency="weekly"),
    subject="The week at the harbour",
    preheader="",
    html=HTML,
    text=TEXT,
    sha256="",
    manifest="{}",
    envelope="{}",
    articles=[Told(identity="posts/a", fingerprint="f", role="sent")],
)
_BUILT = Built(
    newsletter="weekly",
    slot=SLOT,
    title="Harbour Weekly",
    slot_at=AT,
    window_start=AT - 7 * 86_400_000,
    window_end=AT,
    number=1,
    subject="The week at the harbour",
    preheader="",
    html=HTML,
    text=TEXT,
    manifest=json.dumps({"stories": [], "left_out": []}),
    language="en",
    articles=[("posts/a", "f", "sent")],
    stories=[("News", "A")],
)


def address(reader: int) -> str:
    """Return the address of a reader of `add_readers`."""
    return f"reader{reader}@mail.example"


def add_readers(database: Database, numbers: Iterable[int], **fields: str) -> None:
    """Write active readers of these numbers, with some fields changed."""
    values = {"state": "active", "name": "", "frequency": "", **fields}
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    with database.transaction() as connection:
        connection.executemany(
            f"INSERT INTO subscriber (id, address, address_key, {names}, created_at, changed_at)"
            f" VALUES (:id, :address, :address, {marks}, 0, 0)",
            ({"id": number, "address": address(number), **values} for number in numbers),
        )


def make_store(path: Path, readers: int = 0) -> Path:
    """Write a store with so many active readers, numbered from 1."""
    path.write_bytes(_store(readers))
    return path


@cache
def _store(readers: int) -> bytes:
    """Return the file of such a store: making it takes ten times as long as writing it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digest.db"
        with closing(open_store(str(path))) as database:
            add_readers(database, range(1, readers + 1))
        # The last connection has emptied the log into the file.
        return path.read_bytes()


def make_new(**fields: Any) -> NewIssue:
    """Return an issue to be claimed, with some fields changed."""
    return replace(_NEW, **fields)


def claim(database: Database, **fields: Any) -> IssueRow:
    """Claim an issue and return it."""
    return Ledger(database).claim(make_new(**fields), AT)[0]


@cache
def _shipped() -> Config:
    return load_config(str(ROOT / "config.toml"))


def make_config(
    store: Path, *, batch: int = 1000, in_flight: int = 8, read_seconds: float = 0.5
) -> Config:
    """Return settings that send the issues of a store through SendGrid.

    Built here and not read from a file, which could not ask for such a short time-out.
    """
    shipped = _shipped()
    # The annotation says whole seconds, as the file has them; the transport takes any.
    seconds = cast("int", read_seconds)
    return replace(
        shipped,
        store=replace(shipped.store, path=str(store)),
        subscribers=replace(
            shipped.subscribers, unsubscribe=Way.MAILTO, mailto="leave@courier.example"
        ),
        delivery=replace(
            shipped.delivery,
            courier=CourierName.SENDGRID,
            batch=batch,
            in_flight=in_flight,
            sendgrid=replace(shipped.delivery.sendgrid, read_timeout_seconds=seconds),
        ),
    )


def make_environment(url: str, key: str = "SG.fake") -> Environment:
    """Return the secrets of a run against the fake at `url`."""
    return Environment(secret=SECRET, sendgrid_key=key, sendgrid_url=url)


def make_built(slot: str = SLOT, **fields: Any) -> Built:
    """Return a built issue of the weekly newsletter, with some fields changed."""
    return replace(_BUILT, slot=slot, **fields)


def make_planned(slot: str = SLOT, issue: IssueRow | None = None, **fields: Any) -> Planned:
    """Return the plan to send an issue: the one there is, or a new one."""
    return Planned(
        name=f"weekly/{slot}",
        realm=Realm.REAL,
        courier=CourierName.SENDGRID,
        issue=issue,
        built=None if issue else make_built(slot, **fields),
        audience=Audience(newsletter="weekly", frequency="weekly"),
        readers=None,
    )


def child_environment(more: Mapping[str, str] = {}) -> dict[str, str]:
    """Return the environment of a helper process: it finds the tests and the code as we do."""
    own = os.environ.get("PYTHONPATH", "")
    tests = f"{ROOT / 'tests'}{os.pathsep}{own}" if own else str(ROOT / "tests")
    return {**os.environ, "PYTHONPATH": tests, **more}
