"""Who is told what, when and how often: a real store, a real web server, a real outbox."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chat_server import HOOK, ChatServer, chat_server
from crash.stores import AT, claim, make_config, make_store
from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.notice import Notice
from digest.runs.notices import Delivered, deliver_notices, tell
from digest.store.database import Database, open_store
from digest.store.notices import Undelivered, undelivered

NOW = datetime.fromtimestamp(AT / 1000, UTC)
MINUTE = timedelta(minutes=1)
ANNA, BEN = "anna@press.example", "ben@press.example"


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, chat: ChatServer) -> Iterator["Place"]:
    path = make_store(tmp_path / "digest.db", 3)
    with closing(open_store(str(path))) as database:
        yield Place(tmp_path, database, chat)


class Place:
    """A publisher's machine."""

    def __init__(self, folder: Path, database: Database, chat: ChatServer) -> None:
        self.folder = folder
        self.database = database
        self.chat = chat
        self.environment = Environment(webhook_url=chat.hook)
        self.config = _config(folder)

    def set(self, **notices: Any) -> None:
        self.config = replace(self.config, notices=replace(self.config.notices, **notices))

    def tell(
        self, key: str = "missed weekly/2026-W34", kind: str = "missed", **fields: Any
    ) -> bool:
        at = fields.pop("at", AT)
        values: dict[str, Any] = {"subject": key, "lines": ("It was late.",)}
        notice = Notice(key=key, kind=kind, **values | fields)
        return tell(self.database, self.config, self.environment, notice, at)

    def deliver(self, after: timedelta = timedelta()) -> Delivered:
        return deliver_notices(self.config, self.environment, NOW + after)

    def posted(self) -> list[str]:
        return [asked.json["text"].split("\n")[0] for asked in self.chat.asked]

    def mails(self) -> list[Any]:
        found = sorted(self.folder.rglob("*.eml"))
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in found
        ]

    def undelivered(self, after: timedelta = timedelta()) -> list[Undelivered]:
        return undelivered(self.database, int((NOW + after).timestamp() * 1000))


def _config(folder: Path) -> Config:
    config = make_config(folder / "digest.db")
    delivery = replace(
        config.delivery,
        courier=CourierName.OUTBOX,
        outbox=replace(config.delivery.outbox, path=str(folder / "out")),
    )
    return replace(config, delivery=delivery)


def test_a_notice_goes_to_chat_and_to_every_operator(place: Place) -> None:
    place.set(email=(ANNA, BEN))

    assert place.tell()
    done = place.deliver()
    assert (done.failures, done.messages) == ((), 3)

    (asked,) = place.chat.asked
    assert (asked.method, asked.path, asked.content_type) == ("POST", HOOK, "application/json")
    assert "missed weekly/2026-W34" in asked.json["text"]
    assert sorted(mail["To"] for mail in place.mails()) == [ANNA, BEN]
    assert place.deliver() == Delivered()
