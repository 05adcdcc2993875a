"""Sends a breaking story: one story (or few), now, once."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.config.environment import Environment
from digest.config.settings import BreakingAudience, Config
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import NotReadyError
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_breaking
from digest.runs.claim import Planned, check_open, plan_existing
from digest.runs.memory import BREAKING, recall_told
from digest.runs.realms import courier_named, realm_of
from digest.runs.send import plan_built
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal, in_ms
from digest.store.ledger import IssueRow, Ledger


def build_stories(
    config: Config, names: tuple[str, ...], now: datetime, subject: str = ""
) -> Built:
    """Return the issue of the named stories.

    Raises:
        NotFoundError: an article does not exist, or readers could not open it.
        DigestError: see `build_breaking`.
    """
    return Built.of(run_apart(lambda: build_breaking(config, names, now, subject)))


def plan_breaking(
    config: Config, environment: Environment, built: Built, now: datetime, *, courier: str = ""
) -> Planned:
    """Return what sending these stories would do: a new issue, or the one they went out in.

    Raises:
        NotReadyError: readers have one of them from a newsletter, the day's issues are used up,
            or something is missing.
        HeldError: the issue they went out in waits for a person.
        StoreError: there is no store, or it cannot be read.
    """
    which = courier_named(config, courier)
    realm = realm_of(config, which)
    stories = tuple(identity for identity, _, role in built.articles if role == "sent")
    before = _sent_before(config, realm, _paths(built))
    if before is not None:
        check_open(before)
        return plan_existing(before, which)
    if realm is Realm.REAL:
        _check_new_to_readers(config, built)
    built = replace(built, slot=_free_slot(config, realm, now), slot_at=_public_since(built))
    planned = plan_built(config, environment, built, (which, realm), _audience(config, built))
    return replace(planned, stories=stories)


def _paths(built: Built) -> dict[str, str]:
    """Return identity → path of the stories: people know the path."""
    stories = json.loads(built.manifest)["stories"]
    return {story["identity"]: story["path"] for story in stories}


def _sent_before(config: Config, realm: Realm, stories: Mapping[str, str]) -> IssueRow | None:
    """Return the issue that holds these stories; None when they are new.

    Args:
        config: the publisher's settings.
        realm: whose issues count.
        stories: identity → path.

    Raises:
        NotReadyError: some are new and some are not.
    """
    database = open_store(config.store.path, create=False)
    try:
        ledger = Ledger(database)
        found = {story: ledger.breaking_issue(realm, story) for story in stories}
        issues = {number for number in found.values() if number is not None}
        if not issues:
            return None
        issue = ledger.issue(min(issues))
    finally:
        database.close()
    if None in found.values() or len(issues) > 1:
        told = [stories[story] for story, number in found.items() if number is not None]
        raise NotReadyError(
            f"readers have {', '.join(told)} as breaking news already",
            where=issue.name,
            remedy="Name only stories that are new.",
        )
    return issue


def _check_new_to_readers(config: Config, built: Built) -> None:
    """Raise when a newsletter told one of the stories before."""
    told, paths = recall_told(config, [*config.newsletters, BREAKING]), _paths(built)
    for identity, body, _ in built.articles:
        issue = told.sent.get(identity) or (told.sent_bodies.get(body) if body else None)
        if issue:
            raise NotReadyError(
                f"readers have it from {issue} already",
                where=paths[identity],
                remedy="A story is told once. Write a new article about what is new in it.",
            )


def _free_slot(config: Config, realm: Realm, now: datetime) -> str:
    """Return the next slot of today, `2026-08-17-2`.

    Raises:
        NotReadyError: there were as many breaking issues today as one day may have.
    """
    day = now.astimezone(ZoneInfo(config.site.timezone)).date().isoformat()
    database = open_store(config.store.path, create=False)
    try:
        ledger = Ledger(database)
        slots = ledger.slots_on(realm, BREAKING, day)
        rows = [ledger.of_slot(realm, BREAKING, slot) for slot in slots]
        counted = [row for row in rows if row and _counts(database, row)]
    finally:
        database.close()
    if realm is Realm.REAL and len(counted) >= config.breaking.per_day:
        raise NotReadyError(
            f"{len(counted)} breaking {'issue' if len(counted) == 1 else 'issues'} went out "
            "today, as many as a day may have",
            where=f"{config.path}, [breaking] per_day",
            remedy="Readers leave when everything is urgent. Raise it if this one is.",
        )
    numbers = [int(slot.rpartition("-")[2]) for slot in slots]
    return f"{day}-{max(numbers, default=0) + 1}"


def _counts(database: Database, issue: IssueRow) -> bool:
    """Return whether readers had, or will have, any of an issue."""
    return issue.state is not IssueState.CANCELLED or StoreJournal(database, issue).any_left()


def _public_since(built: Built) -> int:
    """Return since when the oldest of these stories could have been told, in milliseconds.

    A breaking issue has no planned moment. A store that was put back from an older copy may
    have forgotten every issue it could have sent before that: decisions/0003.
    """
    stories = json.loads(built.manifest)["stories"]
    return in_ms(min(datetime.fromisoformat(story["published_at"]) for story in stories))


def _audience(config: Config, built: Built) -> Audience:
    by_category = config.breaking.audience is BreakingAudience.CATEGORY
    return Audience(
        newsletter=BREAKING,
        categories=tuple(built.categories) if by_category else (),
        own_language=config.site.language,
        newsletters=tuple(config.newsletters),
    )
