"""Sends a breaking story: one story (or few), now, once."""

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.articles.wall_clock import resolve
from digest.config.environment import Environment
from digest.config.newsletters import BreakingAudience
from digest.config.sending import CourierName
from digest.config.settings import Config, quiet_hours
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import NotFoundError, NotReadyError
from digest.runs.agenda import is_quiet
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_breaking
from digest.runs.claim import Planned, check_open, claimed, plan_existing
from digest.runs.memory import BREAKING, recall_told
from digest.runs.notice_texts import moment_of
from digest.runs.person import read_user
from digest.runs.realms import courier_named, realm_of
from digest.runs.send import plan_built
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Planning
from digest.store.restored import check_witness
from digest.store.times import in_ms
from digest.store.witness import Witness

#: A story that waits longer than this is no news.
_LONGEST_AHEAD: Final = timedelta(days=7)


def build_stories(
    config: Config, names: tuple[str, ...], now: datetime, subject: str = ""
) -> Built:
    """Return the issue of the named stories.

    Raises:
        NotFoundError: an article does not exist, or readers could not open it.
        DigestError: see `build_breaking`.
    """
    return Built.of(run_apart(lambda: build_breaking(config, names, now, subject)))


def moment_named(config: Config, text: str, now: datetime) -> datetime:
    """Return the moment a person means with `18:00` or `2026-08-17 18:00`: the next such one.

    Raises:
        NotFoundError: it is no moment, it is over, or more than a week ahead.
    """
    zone = ZoneInfo(config.site.timezone)
    here = now.astimezone(zone)
    try:
        if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
            clock = time.fromisoformat(text.rjust(5, "0"))
            days = (here.date(), here.date() + timedelta(days=1))
            moments = [resolve(datetime.combine(day, clock), zone) for day in days]
            moment = next(each for each in moments if each > now)
        else:
            moment = datetime.fromisoformat(text)
            if len(text) < len("2026-08-17T18:00"):
                raise ValueError(text)  # noqa: TRY301  one place says what a moment looks like
            moment = moment if moment.tzinfo else resolve(moment, zone)
    except (ValueError, OverflowError) as error:
        raise NotFoundError(
            f"{text!r} is not a moment",
            where="--at",
            remedy='Write a time, "18:00", or a day and a time, "2026-08-17 18:00".',
        ) from error
    if not now < moment <= now + _LONGEST_AHEAD:
        is_over = moment <= now
        raise NotFoundError(
            f"{text!r} is {'over' if is_over else 'more than a week ahead'}",
            where="--at",
            remedy="Name a moment of the next seven days.",
        )
    return moment


def check_quiet(config: Config, moment: datetime) -> None:
    """Raise for a moment in the quiet hours, in which no breaking story leaves by itself.

    Raises:
        NotReadyError: it is.
    """
    hours = quiet_hours(config)
    here = moment.astimezone(ZoneInfo(config.site.timezone))
    if hours is None or not is_quiet(hours, here):
        return
    begins, ends = hours
    raise NotReadyError(
        f"it is {here:%H:%M}, and from {begins:%H:%M} to {ends:%H:%M} readers sleep",
        where=f"{config.path}, [breaking] quiet_hours",
        remedy=f"Plan it: --at {ends:%H:%M}. Or send it all the same: --now",
    )


def put_down(config: Config, planned: Planned, now: datetime) -> IssueRow:
    """Write a planned breaking story into the ledger, for the schedule to send.

    Raises:
        NotReadyError: one of its stories went out meanwhile.
        StoreError: the store cannot be written.
    """
    with closing(open_store(config.store.path, create=False)) as database:
        if planned.realm is Realm.REAL:
            check_witness(database, Witness(config.store.path), now)
        issue = claimed(config, database, planned, now)
        Planning(database).decide(issue, "planned", read_user(), in_ms(now))
        return issue


def plan_breaking(  # noqa: PLR0913  what a person may want besides, by name
    config: Config,
    environment: Environment,
    built: Built,
    now: datetime,
    *,
    courier: str = "",
    at: datetime | None = None,
    force: bool = False,
) -> Planned:
    """Return what sending these stories would do: a new issue, or the one they went out in.

    Args:
        config: the publisher's settings.
        environment: keys.
        built: the issue of the stories.
        now: the present moment.
        courier: instead of that in config.toml.
        at: when it shall go out; None: now.
        force: even if preflight found errors.

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
        return _planned_before(config, before, which, at, now)
    if realm is Realm.REAL:
        _check_new_to_readers(config, built)
    moment = at or now
    told_since = _public_since(built)
    built = replace(built, slot=_free_slot(config, realm, moment), slot_at=in_ms(moment))
    audience = _audience(config, built)
    planned = plan_built(config, environment, built, (which, realm), audience, force=force)
    return replace(planned, stories=stories, told_since=told_since, waits_until=at)


def _planned_before(
    config: Config, issue: IssueRow, which: CourierName, at: datetime | None, now: datetime
) -> Planned:
    """Return the plan of an issue that is there: to go on with it, or to leave it for its moment.

    Raises:
        NotReadyError: it is planned for another moment.
    """
    planned = plan_existing(issue, which)
    is_ahead = issue.state is IssueState.APPROVED and issue.slot_at > in_ms(now)
    if at is None or not is_ahead:
        return planned
    if issue.slot_at != in_ms(at):
        raise NotReadyError(
            f"it is planned already, for {moment_of(config, BREAKING, issue.slot_at)}",
            where=issue.name,
            remedy=f"To move it: digest cancel {issue.name}, and plan it anew. Without --at it "
            "goes out at once.",
        )
    return replace(planned, waits_until=at)


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
