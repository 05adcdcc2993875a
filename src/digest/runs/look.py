"""What a person should know before an issue is sent. Reads the store."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.config.timetables import zone_of
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState
from digest.runs.claim import Planned
from digest.store.balance import balance_of
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.ledger import Ledger
from digest.store.recipients import count_recipients
from digest.store.restored import will_be_held
from digest.store.times import moment_of
from digest.store.witness import Witness

#: Later than this, a person should know that it is late.
_LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is shown before it is sent."""

    subject: str
    preheader: str
    #: Section, day and title of each story, in reading order.
    stories: tuple[tuple[str, str, str], ...]
    #: Planned moment, in the newsletter's zone; None for breaking stories that go now.
    moment: datetime | None
    #: How late it is; zero when it is not.
    late: timedelta
    #: UTF-8 bytes of the HTML part.
    size_bytes: int
    #: Who will get it now.
    readers: int
    #: When the mail was frozen: later changes are not in it. None: it is new.
    frozen_at: datetime | None
    #: Where the mail goes instead of the provider; or "".
    server: str
    warnings: tuple[str, ...]


def look_at(config: Config, environment: Environment, planned: Planned, now: datetime) -> Outlook:
    """Return what a planned send will be.

    Raises:
        StoreError: the store cannot be read.
    """
    zone = zone_of(config, planned.name.partition("/")[0])
    database = open_store(config.store.path)
    try:
        if planned.issue is None:
            assert planned.built is not None  # noqa: S101  one of the two is there
            subject, preheader = planned.built.subject, planned.built.preheader
            html, manifest = planned.built.html, json.loads(planned.built.manifest)
            readers = planned.readers.recipients if planned.readers else len(planned.named)
            slot_at, frozen_at = planned.built.slot_at, None
        else:
            issue = planned.issue
            content = Ledger(database).content(issue.id)
            subject, preheader = content.subject, content.preheader
            html, manifest = content.html, json.loads(content.manifest)
            slot_at, frozen_at = issue.slot_at, _moment(issue.created_at, zone)
            if issue.recipients_frozen_at is None:
                readers = count_recipients(database, issue.audience).recipients
            else:
                readers = balance_of(database, issue).readers(BatchState.PLANNED)
        doubt = _doubt(config, database, planned, slot_at)
    finally:
        database.close()
    moment = _moment(slot_at, zone)
    is_planned = planned.issue is not None and moment > now
    is_breaking = manifest.get("kind") == "breaking"
    late = timedelta() if is_breaking or now - moment < _LATE else now - moment
    return Outlook(
        subject=subject,
        preheader=preheader,
        stories=tuple(
            (story["place"], story["published_at"][:10], story["title"])
            for story in manifest.get("stories", ())
        ),
        moment=moment if is_planned or not is_breaking else planned.waits_until,
        late=late,
        size_bytes=len(html.encode()),
        readers=readers,
        frozen_at=frozen_at,
        server=environment.sendgrid_url if planned.courier is CourierName.SENDGRID else "",
        warnings=(
            *planned.warnings,
            *doubt,
            *(_old_news(manifest, now) if is_breaking else ()),
        ),
    )


def has_begun(config: Config, planned: Planned) -> bool:
    """Return whether anything of an issue has left, or may have.

    Raises:
        StoreError: the store cannot be read.
    """
    if planned.issue is None:
        return False
    database = open_store(config.store.path, create=False)
    try:
        return StoreJournal(database, planned.issue).any_left()
    finally:
        database.close()


def _doubt(config: Config, database: Database, planned: Planned, slot_at: int) -> tuple[str, ...]:
    """Return a warning when the issue will be held, because the store may be an older copy."""
    is_new_or_open = planned.realm is Realm.REAL and not planned.accepts_restore
    # An issue that stands in the ledger is held by what is found out now, not by its slot.
    moment = (planned.told_since or slot_at) if planned.issue is None else 0
    if is_new_or_open and will_be_held(database, Witness(config.store.path), moment):
        return ("it will be held: the store seems to be an older copy, and readers may have it",)
    return ()


def _old_news(manifest: Mapping[str, Any], now: datetime) -> list[str]:
    """Return a warning for every breaking story that is days old."""
    found = []
    for story in manifest.get("stories", ()):
        age = now - datetime.fromisoformat(story["published_at"])
        if age > _LATE:
            found.append(f'"{story["title"]}" is {age.days} days old')
    return found


def _moment(at_ms: int, zone: ZoneInfo) -> datetime:
    return moment_of(at_ms).astimezone(zone)
