"""Sends an issue: found or built, checked, shown, and driven to its end. The order of it all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.delivery.audience import Audience
from digest.delivery.outcome import Outcome
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import NotFoundError, NotReadyError, did_you_mean
from digest.runs.ahead import ahead_of, write_ahead
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_newsletter
from digest.runs.choose import Ask, Tick, find_newsletter, find_occasion
from digest.runs.claim import (
    Planned,
    check_open,
    claimed,
    frozen_letter,
    held,
    plan_existing,
)
from digest.runs.couriers import link_keys, make_courier
from digest.runs.drive import Drive, Driven, drive
from digest.runs.issues import forgotten_newsletters
from digest.runs.ready import check_ready, check_way_out
from digest.runs.realms import courier_named, realm_of
from digest.runs.release import check_release, release_issue
from digest.selection.slot import frequency_of, last_slot
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.ledger import LOST_AND_CANCELLED, Ledger
from digest.store.recipients import BY_LIMIT, count_recipients, known_categories
from digest.store.restored import check_witness
from digest.store.witness import Witness

_LIMITS_LATE = "its recipients were chosen when it was begun: --limit-to of now changes nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Readers a person wants an issue to go to, of those who would get it; "" : all."""

    category: str = ""
    language: str = ""


def plan_send(  # noqa: PLR0913  what a person may want besides, by name
    config: Config,
    environment: Environment,
    ask: Ask,
    now: datetime,
    *,
    courier: str = "",
    limits: Limits = Limits(),
    tick: Tick | None = None,
) -> Planned:
    """Return what `send` would do: with the issue of the slot, or with one built for it.

    Raises:
        NotFoundError: no such newsletter or slot, or its window is open still.
        NotReadyError: the mail, the readers' way out or the sender is not complete.
        HeldError: the issue waits for a person.
        StoreError: there is no store, or it cannot be read.
        DigestError: the issue cannot be built.
    """
    name, _ = find_newsletter(config.newsletters, ask.newsletter)
    named = bool(ask.slot or ask.week)
    ask = due(config, replace(ask, newsletter=name), now)
    occasion = find_occasion(config, ask, now)
    if occasion.slot.moment > now:
        is_open = occasion.window.end > now
        until = occasion.window.end if is_open else occasion.slot.moment
        raise NotFoundError(
            f"its {'window is open until' if is_open else 'slot is not before'} "
            f"{until:%a %d %b %Y %H:%M}",
            where=f"{name}/{occasion.slot.name}",
            remedy=f"See it so far: digest preview {name} --slot {occasion.slot.name}",
        )
    which = courier_named(config, courier)
    realm = realm_of(config, which)
    audience = newsletter_audience(config, name, limits)
    planned = _existing(config, (name, occasion.slot.name), (which, realm), named=named)
    if planned:
        said = (_LIMITS_LATE,) if limits != Limits() else ()
        return replace(planned, warnings=said)
    check_limits(config, limits)
    built = Built.of(run_apart(lambda: build_newsletter(config, ask, now, tick)))
    planned = plan_built(config, environment, built, (which, realm), audience)
    return replace(planned, warnings=(*planned.warnings, *_warnings(config, planned, limits)))


def plan_built(
    config: Config,
    environment: Environment,
    built: Built,
    way: tuple[CourierName, Realm],
    audience: Audience,
) -> Planned:
    """Return what sending a new issue would do, once everything it needs is there.

    Raises:
        NotReadyError: something is missing.
        StoreError: the store cannot be read.
    """
    courier, realm = way
    warnings = check_ready(config, environment, built, courier)
    database = _open(config)
    try:
        readers = count_recipients(database, audience)
    finally:
        database.close()
    if not readers.recipients:
        said = ", ".join(f"{many:,} {why}" for why, many in readers.excluded.items()) or "none"
        raise NotReadyError(
            f"there is nobody to send it to ({readers.candidates:,} subscribers: {said})",
            where=f"{built.newsletter}/{built.slot}",
            remedy="Import subscribers: digest subscribers import FILE",
        )
    return Planned(
        name=f"{built.newsletter}/{built.slot}",
        realm=realm,
        courier=courier,
        issue=None,
        built=built,
        audience=audience,
        readers=readers,
        warnings=warnings,
    )


def plan_resume(
    config: Config, name: str, *, courier: str = "", accept_restore: bool = False
) -> Planned:
    """Return the plan to send what is left of an interrupted or held issue; changes nothing.

    Raises:
        NotFoundError: there is no such issue.
        HeldError: it may not go on.
        NotReadyError: it is a test, or was begun with a courier of another kind.
    """
    issue = check_release(config, name, accept_restore=accept_restore)
    if issue.realm is Realm.TEST:
        raise NotReadyError(
            "a test is not resumed",
            where=issue.full_name,
            remedy=f"Make a new one: digest send {issue.newsletter} --to ADDRESS",
        )
    which = courier_named(config, courier or issue.courier)
    realm = realm_of(config, which)
    if realm is not issue.realm:
        raise NotReadyError(
            f"it is a {issue.realm.value} issue, and the courier {which.value} would make it "
            f"a {realm.value} one",
            where=issue.name,
            remedy=f"Name the kind of courier it was begun with: --courier {issue.courier}",
        )
    planned = plan_existing(issue, which)
    return replace(planned, released=True, accepts_restore=accept_restore)


def newsletter_audience(config: Config, name: str, limits: Limits) -> Audience:
    """Return who gets the issues of a newsletter."""
    newsletter = config.newsletters[name]
    return Audience(
        newsletter=name,
        frequency=frequency_of(timetable_of(config, name)),
        categories=(limits.category.casefold(),) if limits.category else (),
        language=limits.language,
        own_language=newsletter.language or config.site.language,
    )


def send(  # noqa: PLR0913  how to do it, by name
    config: Config,
    environment: Environment,
    planned: Planned,
    now: datetime,
    *,
    is_stopped: Callable[[], bool] = lambda: False,
    tick: Callable[[Outcome, int], object] = lambda _outcome, _readers: None,
) -> Driven:
    """Claim the issue if it is new, and send what is left of it.

    Raises:
        NotReadyError: readers could not unsubscribe, or have one of its stories already.
        HeldError: the store is an older copy of itself, and the issue may have been sent.
        DigestError: see `drive` and `make_courier`.
    """
    database = _open(config)
    witness = Witness(config.store.path)
    try:
        if planned.realm is Realm.REAL:
            check_witness(database, witness, now)
        issue = claimed(config, database, planned, now)
        letter = frozen_letter(database, issue)
        if planned.issue is not None:  # a new one was checked when it was planned
            check_way_out(config, environment, letter.unsubscribe, planned.courier)
        keys = link_keys(environment, planned.courier)
        issue = write_ahead(config, environment, database, replace(planned, issue=issue), now)
        ahead = ahead_of(issue)
        courier = make_courier(config, environment, planned.courier, letter, keys, ahead=ahead)
        try:
            # The last step before anything leaves: whatever is wrong above changes no state.
            if planned.released:
                issue = release_issue(database, issue, now, accept_restore=planned.accepts_restore)
            if issue.state is IssueState.HELD:
                raise held(issue)
            how = Drive(
                courier=courier,
                in_flight=config.delivery.in_flight,
                per_second=config.delivery.per_second,
                most=config.delivery.batch,
                is_stopped=is_stopped,
                tick=tick,
                named=planned.named,
                witness=witness if issue.realm is Realm.REAL else None,
                ahead=ahead,
            )
            return drive(database, issue, how)
        finally:
            courier.close()
    finally:
        witness.close()
        database.close()


def due(config: Config, ask: Ask, now: datetime) -> Ask:
    """Return `ask` with the last slot there was, unless a person names one."""
    if ask.slot or ask.week:
        return ask
    return replace(ask, slot=last_slot(timetable_of(config, ask.newsletter), now).name)


def _existing(
    config: Config, slot: tuple[str, str], way: tuple[CourierName, Realm], *, named: bool
) -> Planned | None:
    """Return the plan for an issue that stands in the ledger already, or None.

    A cancelled issue of which nothing left makes room for a new one when a person names its slot.
    """
    courier, realm = way
    database = _open(config)
    try:
        ledger = Ledger(database)
        issue = ledger.of_slot(realm, *slot)
        if issue is None:
            return None
        is_cancelled = issue.state is IssueState.CANCELLED and issue.reason != LOST_AND_CANCELLED
        if named and is_cancelled and not StoreJournal(database, issue).any_left():
            return None
    finally:
        database.close()
    check_open(issue)
    return plan_existing(issue, courier)


def check_limits(config: Config, limits: Limits) -> None:
    """Raise for a category that no section and no reader has: most likely a slip.

    Raises:
        NotFoundError: there is no such category.
    """
    if not limits.category:
        return
    database = _open(config)
    try:
        known = known_categories(database)
    finally:
        database.close()
    for newsletter in config.newsletters.values():
        known |= {name.casefold() for each in newsletter.sections for name in each.categories}
    if limits.category.casefold() not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise NotFoundError(
            f"no section and no reader has the category {limits.category!r}",
            where="--limit-to",
            remedy=f"{did_you_mean(limits.category.casefold(), known)}There is: {listed}.",
        )


def _warnings(config: Config, planned: Planned, limits: Limits) -> list[str]:
    said = [
        f"newsletter {one.name!r} is not in config.toml any more: {one.left:,} readers who left "
        f"it and what its {one.issues:,} issues told count no more (was it renamed?)"
        for one in forgotten_newsletters(config)
    ]
    readers = planned.readers
    left_out = readers.excluded.get(BY_LIMIT, 0) if readers else 0
    if limits != Limits() and planned.realm is Realm.REAL:
        said.append(
            f"{left_out:,} readers are left out by --limit-to and will never get this issue: a "
            "slot is sent once"
        )
    return said


def _open(config: Config) -> Database:
    return open_store(config.store.path, create=False)
