"""Sends an issue: found or built, checked, shown, and driven to its end. The order of it all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.delivery.audience import Audience
from digest.delivery.outcome import Outcome
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import HeldError, NotFoundError, NotReadyError
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
from digest.runs.gap import gap_reason
from digest.runs.limits import (
    EVERYBODY,
    LIMITS_LATE,
    Limits,
    check_limits,
    newsletter_audience,
    send_warnings,
)
from digest.runs.ready import check_ready, check_way_out
from digest.runs.realms import courier_named, realm_of
from digest.runs.release import check_release, release_issue
from digest.selection.slot import last_slot
from digest.store.database import Database, open_store
from digest.store.journal import StoreJournal
from digest.store.ledger import LOST_AND_CANCELLED, IssueRow, Ledger
from digest.store.recipients import count_recipients
from digest.store.restored import check_witness
from digest.store.witness import Witness

_PASSED_OVER = frozenset({IssueState.SKIPPED, IssueState.MISSED})
_UNAPPROVED = "nobody has approved it yet: whoever sends it does"


def plan_send(  # noqa: PLR0913  what a person may want besides, by name
    config: Config,
    environment: Environment,
    ask: Ask,
    now: datetime,
    *,
    courier: str = "",
    limits: Limits = EVERYBODY,
    force: bool = False,
    tick: Tick | None = None,
) -> Planned:
    """Return what `send` would do: with the issue of the slot, or with one built for it.

    With `force` also when readers have had another one only just, or preflight found errors.

    Raises:
        NotFoundError: no such newsletter or slot, or its window is open still.
        NotReadyError: the mail, the readers' way out or the sender is not complete.
        HeldError: the issue waits for a person, or is too near to the one before.
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
        said = (LIMITS_LATE,) if limits != EVERYBODY else ()
        planned = replace(planned, warnings=(*planned.warnings, *said))
    if not force and realm is Realm.REAL and (planned is None or _is_new(planned)):
        _check_gap(config, name, occasion.slot.name, planned, now)
    if planned:
        return planned
    check_limits(config, limits)
    built = Built.of(run_apart(lambda: build_newsletter(config, ask, now, tick)))
    planned = plan_built(config, environment, built, (which, realm), audience, force=force)
    return replace(planned, warnings=(*planned.warnings, *send_warnings(config, planned, limits)))


def plan_built(  # noqa: PLR0913  what it is, and how to do it by name
    config: Config,
    environment: Environment,
    built: Built,
    way: tuple[CourierName, Realm],
    audience: Audience,
    *,
    force: bool = False,
) -> Planned:
    """Return what sending a new issue would do, once everything it needs is there.

    With `force` also when preflight found errors (docs/preflight.md).

    Raises:
        NotReadyError: something is missing.
        StoreError: the store cannot be read.
    """
    courier, realm = way
    warnings = check_ready(config, environment, built, courier, force=force)
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
        if issue.state in _PASSED_OVER:
            if not named:
                raise _passed_over(issue)
            if ledger.find_content(issue.id) is None:
                return None
    finally:
        database.close()
    check_open(issue)
    planned = plan_existing(issue, courier)
    if issue.state is IssueState.DRAFT:
        planned = replace(planned, warnings=(_UNAPPROVED,))
    return replace(planned, released=issue.state in {IssueState.DRAFT, *_PASSED_OVER})


def _passed_over(issue: IssueRow) -> HeldError:
    return HeldError(
        f"was {issue.state.value}: {issue.reason}",
        where=issue.name,
        remedy="Name its slot to send it all the same: "
        f"digest send {issue.newsletter} --slot {issue.slot}",
    )


def _is_new(planned: Planned) -> bool:
    return planned.issue is not None and planned.issue.recipients_frozen_at is None


def _check_gap(
    config: Config, newsletter: str, slot: str, planned: Planned | None, now: datetime
) -> None:
    but = planned.issue.id if planned and planned.issue else 0
    if reason := gap_reason(config, newsletter, but, now):
        raise HeldError(
            reason,
            where=f"{newsletter}/{slot}",
            remedy="Wait, or send it all the same: --force. See: digest issues",
        )


def _open(config: Config) -> Database:
    return open_store(config.store.path, create=False)
