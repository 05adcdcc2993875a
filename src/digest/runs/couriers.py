"""Makes the courier of a letter out of config.toml and the environment."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from digest.config.environment import Environment
from digest.config.secrets import parse_keys
from digest.config.sending import CourierName, OnOff, Region, Switch
from digest.config.settings import Config
from digest.delivery.courier import Courier
from digest.delivery.letter import Letter
from digest.delivery.links import UNSUBSCRIBE, Key, signer
from digest.runs.clock import read_now

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

_Sign = Callable[[int, str], str]

_HOSTS = {Region.GLOBAL: "https://api.sendgrid.com", Region.EU: "https://api.eu.sendgrid.com"}
_SWITCHES = {Switch.ON: True, Switch.OFF: False, Switch.ACCOUNT: None}


class Ahead(NamedTuple):
    """What SendGrid is told of an issue that is handed over ahead of its time."""

    #: Milliseconds since 1970; None: it leaves when it is handed over.
    leaves_at: int | None = None
    #: SendGrid's name for what can be cancelled together; or "".
    provider_batch: str = ""


#: Of an issue that leaves when it is handed over.
AT_ONCE: Final = Ahead()


def link_keys(environment: Environment, courier: CourierName) -> tuple[Key, ...]:
    """Return the keys that sign readers' links, the present one first.

    Raises:
        NotReadyError: DIGEST_SECRET is missing or wrong.
    """
    if courier is CourierName.OUTBOX and not environment.secret:
        # Nobody gets these links; a key of the moment makes them look as they will.
        return (Key("1", os.urandom(32)),)
    return parse_keys(environment.secret)


def make_courier(  # noqa: PLR0913  how, by name
    config: Config,
    environment: Environment,
    name: CourierName,
    letter: Letter,
    keys: tuple[Key, ...],
    *,
    ahead: Ahead = AT_ONCE,
) -> Courier:
    """Return what carries a letter; SendGrid keeps it until its moment if it has one.

    Raises:
        NotReadyError: a key or password is missing.
    """
    sign = signer(keys[0], UNSUBSCRIBE, letter.newsletter)
    match name:
        case CourierName.SENDGRID:
            return _sendgrid(config, environment, letter, sign, ahead)
        case CourierName.SMTP:
            return _smtp(config, environment, letter, sign)
        case CourierName.OUTBOX:
            return _outbox(config, letter, sign)


def _sendgrid(
    config: Config, environment: Environment, letter: Letter, sign: _Sign, ahead: Ahead
) -> Courier:
    from digest.delivery.couriers.sendgrid import SendGridCourier
    from digest.delivery.payload import Options

    own = config.delivery.sendgrid
    options = Options(
        categories=own.categories,
        ip_pool=own.ip_pool,
        click_tracking=_SWITCHES[own.click_tracking],
        open_tracking=_SWITCHES[own.open_tracking],
        sandbox=own.sandbox is OnOff.ON,
        # Never a second too early. A moment that has passed stays: then it leaves at once.
        send_at=None if ahead.leaves_at is None else -(-ahead.leaves_at // 1000),
        batch_id=ahead.provider_batch,
        most_readers=config.delivery.batch,
    )
    api = sendgrid_api(config, environment)
    return SendGridCourier(letter, api, options=options, sign=sign, now=read_now)


def sendgrid_api(
    config: Config, environment: Environment, *, most_wait: timedelta | None = None
) -> "SendGridApi":
    """Return SendGrid's API for the key in the environment.

    Args:
        config: the publisher's settings.
        environment: the key is in it.
        most_wait: for an answer, at most; None: as config.toml says.

    Raises:
        NotReadyError: there is no key.
        ConfigError: DIGEST_SENDGRID_URL is set, and is no address of this machine.
    """
    from digest.delivery.couriers.sendgrid_api import SendGridApi
    from digest.delivery.couriers.transport import Timeouts

    own = config.delivery.sendgrid
    timeouts = Timeouts(
        connect=timedelta(seconds=own.connect_timeout_seconds),
        read=min(filter(None, (most_wait, timedelta(seconds=own.read_timeout_seconds)))),
    )
    host = environment.sendgrid_url or _HOSTS[own.region]
    return SendGridApi(environment.sendgrid_key, host=host, timeouts=timeouts)


def _smtp(config: Config, environment: Environment, letter: Letter, sign: _Sign) -> Courier:
    from digest.delivery.couriers.smtp import SmtpCourier
    from digest.delivery.couriers.smtp_session import Security, Server

    own = config.delivery.smtp
    server = Server(
        host=own.host,
        port=own.port,
        security=Security(own.security.value),
        username=own.username,
        password=environment.smtp_password,
        connect_timeout=timedelta(seconds=own.connect_timeout_seconds),
        read_timeout=timedelta(seconds=own.read_timeout_seconds),
    )
    return SmtpCourier(letter, server, sign=sign, now=read_now)


def _outbox(config: Config, letter: Letter, sign: _Sign) -> Courier:
    from digest.delivery.couriers.outbox import OutboxCourier, Shelf

    own = config.delivery.outbox
    shelf = Shelf(folder=Path(own.path), messages=own.messages, most_readers=config.delivery.batch)
    return OutboxCourier(letter, shelf, sign=sign, now=read_now)
