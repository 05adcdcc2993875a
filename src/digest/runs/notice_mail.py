"""Carries a mail to one of the publisher's own people, through the configured courier."""

import secrets
from datetime import timedelta
from typing import Final, Literal, NamedTuple, TypeVar

from digest.config.environment import Environment
from digest.config.sending import SendGrid, Smtp
from digest.config.settings import Config
from digest.delivery.classify import without_addresses
from digest.delivery.letter import Handover, Letter, Reader
from digest.delivery.links import Key
from digest.delivery.outcome import (
    Accepted,
    Divide,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)
from digest.errors import DigestError
from digest.record import replace

_Settings = TypeVar("_Settings", SendGrid, Smtp)

#: Whoever ticks waits for these: shorter than for readers' mail, which must not become unknown.
_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 30
#: No link in such a mail is signed.
_NO_KEY: Final = Key("1", b"")


class Fate(NamedTuple):
    """What became of a try."""

    state: Literal["told", "later", "never"]
    #: What went wrong, one line; or "".
    detail: str = ""
    #: How long the other side asks to wait.
    wait: timedelta = timedelta()


def staff_letter(config: Config, name: str, subject: str, html: str, text: str) -> Letter:
    """Return a mail to the publisher's own people.

    Args:
        config: the publisher's settings.
        name: of the notice, `12-held`: where the outbox puts it.
        subject: header-safe.
        html: the HTML part, without tags.
        text: the text part, without tags.
    """
    return Letter(
        issue=f"notices/{name}",
        newsletter="notices",
        subject=subject,
        html=html,
        text=text,
        sender_name=config.sender.name or config.site.name,
        sender_email=config.sender.email,
        reply_to="",
        title=config.site.name,
        list_id="",
        unsubscribe=None,
    )


def carry_mail(
    config: Config, environment: Environment, letter: Letter, position: int, address: str
) -> Fate:
    """Carry a mail to one address through the configured courier; never raises for the world.

    Args:
        config: the publisher's settings.
        environment: keys and passwords.
        letter: of `staff_letter`.
        position: number of the address among those who get it: a file's name in the outbox.
        address: whose it is.
    """
    from digest.runs.couriers import make_courier

    if not letter.sender_email:
        return Fate("later", "there is no address the mail comes from: set [sender] email")
    handover = Handover(
        batch=1, token=secrets.token_hex(16), readers=(Reader(position, address, ""),)
    )
    try:
        courier = make_courier(
            _hasty(config), environment, config.delivery.courier, letter, (_NO_KEY,)
        )
        try:
            return _fate(courier.prepare(handover)())
        finally:
            courier.close()
    except DigestError as error:  # a key is missing; a name that no header holds
        return Fate("later", f"{error.problems[0].where}: {error.problems[0].what}")
    except OSError as error:  # no certificates to trust
        return Fate("later", without_addresses(error.strerror or type(error).__name__))


def _fate(outcome: Outcome) -> Fate:
    match outcome:
        case Accepted():
            return Fate("told")
        case SetAside(readers):
            return Fate("never", f"the address is refused: {readers.get(0, '')}")
        case TryLater(reason, wait):
            return Fate("later", reason, wait or timedelta())
        case Stop(reason) | Refused(reason) | Divide(reason):
            return Fate("later", reason)
        case Unknown(reason):
            # Rather twice than never: these are not readers.
            return Fate("later", f"no clear answer: {reason}")


def _hasty(config: Config) -> Config:
    own = config.delivery
    return replace(
        config, delivery=replace(own, sendgrid=_quick(own.sendgrid), smtp=_quick(own.smtp))
    )


def _quick(own: _Settings) -> _Settings:
    return replace(
        own,
        connect_timeout_seconds=min(own.connect_timeout_seconds, _CONNECT_SECONDS),
        read_timeout_seconds=min(own.read_timeout_seconds, _READ_SECONDS),
    )
