"""A test: the issue as it is, to addresses a person names; marked, and forgotten by the slot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.delivery.audience import Audience
from digest.delivery.letter import Reader
from digest.delivery.realm import Realm
from digest.errors import NotFoundError, NotReadyError
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_newsletter
from digest.runs.choose import Ask, Tick, find_newsletter
from digest.runs.claim import Planned
from digest.runs.frozen import frozen_built
from digest.runs.ready import check_ready
from digest.runs.realms import courier_named
from digest.runs.send import due
from digest.store.database import open_store
from digest.store.ledger import Ledger
from digest.store.recipients import is_suppressed
from digest.subscribers.address import Refused, parse_address


def plan_test(  # noqa: PLR0913  what a person may want besides, by name
    config: Config,
    environment: Environment,
    ask: Ask,
    addresses: Sequence[str],
    now: datetime,
    *,
    courier: str = "",
    tick: Tick | None = None,
) -> Planned:
    """Return the plan of a test of a newsletter's issue.

    Raises:
        NotFoundError: no such newsletter, slot or address.
        NotReadyError: an address must never be mailed, or something is missing.
        DigestError: the issue cannot be built.
    """
    name, _ = find_newsletter(config.newsletters, ask.newsletter)
    ask = due(config, replace(ask, newsletter=name), now)
    built = frozen_built(config, ask, now)
    if built is None:
        built = Built.of(run_apart(lambda: build_newsletter(config, ask, now, tick)))
    return plan_test_of(config, environment, built, addresses, courier=courier)


def plan_test_of(
    config: Config,
    environment: Environment,
    built: Built,
    addresses: Sequence[str],
    *,
    courier: str = "",
) -> Planned:
    """Return the plan of a test of a built issue.

    Raises:
        NotFoundError: an address is none.
        NotReadyError: an address must never be mailed, or something is missing.
    """
    which = courier_named(config, courier)
    # A test is there to be looked at: errors of preflight are told, and do not stop it.
    warnings = check_ready(config, environment, built, which, force=True)
    readers = _readers(config, addresses)
    database = open_store(config.store.path)
    try:
        number = Ledger(database).next_copy(Realm.TEST, built.newsletter, built.slot)
    finally:
        database.close()
    # A number of its own: mail programs put mails of one subject into one thread, and clip there.
    marked = replace(built, subject=f"[test {number}] {built.subject}", articles=[])
    return Planned(
        name=f"{built.newsletter}/{built.slot}",
        realm=Realm.TEST,
        courier=which,
        issue=None,
        built=marked,
        audience=Audience(newsletter=built.newsletter),
        readers=None,
        warnings=warnings,
        named=readers,
    )


def _readers(config: Config, addresses: Sequence[str]) -> tuple[Reader, ...]:
    parsed = {}
    for text in addresses:
        address = parse_address(text)
        if isinstance(address, Refused):
            raise NotFoundError(address.what, where=f"--to {text}", remedy=address.remedy)
        parsed[address.key] = address.address
    database = open_store(config.store.path)
    try:
        for key, mailbox in parsed.items():
            if is_suppressed(database, key):
                raise NotReadyError(
                    "this address must never be mailed again",
                    where=f"--to {mailbox}",
                    remedy="Name another one. See why: digest who ADDRESS",
                )
    finally:
        database.close()
    return tuple(Reader(number, mailbox, "") for number, mailbox in enumerate(parsed.values(), 1))
