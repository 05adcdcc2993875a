"""Sends an issue: found or built, checked, shown, and driven to its end. The order of it all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.audience import Audience
from digest.delivery.outcome import Outcome
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.delivery.way import Way
from digest.errors import NotFoundError, NotReadyError
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_newsletter
from digest.runs.choose import Ask, Tick, find_newsletter, find_occasion
from digest.runs.claim import Planned, check_open, claimed, frozen_letter, held
from digest.runs.couriers import link_keys, make_courier
from digest.runs.drive import Drive, Driven, drive
from digest.runs.issues import release_issue
from digest.runs.letters import check_letter
from digest.runs.realms import courier_named, realm_of
from digest.selection.slot import frequency_of
from digest.store.database import Database, open_store
from digest.store.ledger import Ledger
from digest.store.recipients import count_recipients
from digest.store.restored import check_witness
from digest.store.witness import Witness

_MAIL_ONLY = (
    "Readers can unsubscribe by mail only: Gmail and Yahoo want a one-click link from senders of "
    "more than 5,000 mails a day."
)


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
    ask = due(config, replace(ask, newsletter=name), now)
    occasion = find_occasion(config, ask, now)
    if occasion.slot.moment > now:
        raise NotFoundError(
            f"its window is open until {occasion.window.end:%a %d %b %Y %H:%M}",
            where=f"{name}/{occasion.slot.name}",
            remedy=f"See it so far: digest preview {name} --slot {occasion.slot.name}",
        )
    which = courier_named(config, courier)
    realm = realm_of(config, which)
    audience = newsletter_audience(config, name, limits)
    planned = _existing(config, (name, occasion.slot.name), (which, realm))
    if planned:
        return planned
    built = Built.of(run_apart(lambda: build_newsletter(config, ask, now, tick)))
    return plan_built(config, environment, built, (which, realm), audience)


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
    warnings = check_all(config, environment, built, way)
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


def check_all(
    config: Config, environment: Environment, built: Built, way: tuple[CourierName, Realm]
) -> tuple[str, ...]:
    """Return warnings about an issue that may be sent.

    Raises:
        NotReadyError: something is missing without which no mail may leave.
    """
    courier, realm = way
    check_letter(config, built, courier, realm)
    return (*built.warnings, *check_way_out(config, environment, realm))


def plan_resume(
    config: Config, name: str, now: datetime, *, courier: str = "", accept_restore: bool = False
) -> Planned:
    """Return the plan to send what is left of an interrupted or held issue.

    Raises:
        NotFoundError: there is no such issue.
        HeldError: it may not go on.
        NotReadyError: it was begun with a courier of another kind.
    """
    issue = release_issue(config, name, now, accept_restore=accept_restore)
    which = courier_named(config, courier or issue.courier)
    realm = realm_of(config, which)
    if issue.realm is Realm.TEST or realm is not issue.realm:
        raise NotReadyError(
            f"it is a {issue.realm.value} issue, and the courier {which.value} would make it "
            f"a {realm.value} one"
            if issue.realm is not Realm.TEST
            else "a test is not resumed",
            where=issue.name,
            remedy="Make a new test: digest send --to ADDRESS"
            if issue.realm is Realm.TEST
            else f"Name the kind of courier it was begun with: --courier {issue.courier}",
        )
    return Planned(
        name=issue.name,
        realm=realm,
        courier=which,
        issue=issue,
        built=None,
        audience=issue.audience,
        readers=None,
    )


def newsletter_audience(config: Config, name: str, limits: Limits) -> Audience:
    """Return who gets the issues of a newsletter."""
    from digest.config.settings import rules

    newsletter = config.newsletters[name]
    return Audience(
        newsletter=name,
        frequency=frequency_of(rules(newsletter).window),
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
    if planned.issue is not None:  # a new one was checked when it was planned
        check_way_out(config, environment, planned.realm)
    database = _open(config)
    witness = Witness(config.store.path)
    try:
        if planned.realm is Realm.REAL:
            check_witness(database, witness, now)
        issue = claimed(config, database, planned, now)
        if issue.state is IssueState.HELD:
            raise held(issue)
        letter = frozen_letter(database, issue)
        keys = link_keys(environment, realm_of(config, planned.courier))
        courier = make_courier(config, environment, planned.courier, letter, keys)
        try:
            how = Drive(
                courier=courier,
                in_flight=config.delivery.in_flight,
                per_second=config.delivery.per_second,
                most=config.delivery.batch,
                is_stopped=is_stopped,
                tick=tick,
                named=planned.named,
                witness=witness if issue.realm is Realm.REAL else None,
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
    from digest.config.settings import rules
    from digest.selection.slot import last_slot

    rule = rules(config.newsletters[ask.newsletter]).window
    return replace(ask, slot=last_slot(rule, ZoneInfo(config.site.timezone), now).name)


def _existing(
    config: Config,
    slot: tuple[str, str],
    way: tuple[CourierName, Realm],
) -> Planned | None:
    """Return the plan for an issue that stands in the ledger already, or None."""
    courier, realm = way
    database = _open(config)
    try:
        issue = Ledger(database).of_slot(realm, *slot)
    finally:
        database.close()
    if issue is None:
        return None
    check_open(issue)
    return Planned(
        name=issue.name,
        realm=realm,
        courier=courier,
        issue=issue,
        built=None,
        audience=issue.audience,
        readers=None,
    )


def _open(config: Config) -> Database:
    return open_store(config.store.path, create=False)


def check_way_out(config: Config, environment: Environment, realm: Realm) -> Iterable[str]:
    """Return warnings about the readers' way out, once it is known to work.

    Raises:
        NotReadyError: the endpoint is not reached, or there is no key for its links.
    """
    own = config.subscribers
    keys = link_keys(environment, realm)
    if own.unsubscribe is Way.MAILTO:
        return [_MAIL_ONLY]
    if own.unsubscribe is not Way.ENDPOINT or realm is Realm.REHEARSAL:
        return []
    from digest.runs.probe import probe_endpoint

    if wrong := probe_endpoint(own.url, keys):
        raise NotReadyError(
            f"readers could not unsubscribe: {wrong}",
            where=f"{config.path}, [subscribers] url",
            remedy="Start `digest serve`, with the same DIGEST_SECRET, behind a web server that "
            "speaks https under this address.",
        )
    return []
