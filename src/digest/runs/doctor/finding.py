"""What a check found, as a value, and all checks there are. Pure."""

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from digest.config.environment import Environment
from digest.config.settings import Config

if TYPE_CHECKING:
    from digest.runs.doctor.name_servers import NameServers


class Result(enum.Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"  #: mail may leave, and somebody should know
    WRONG = "wrong"  #: mail cannot leave, or would not arrive
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says of one thing."""

    #: Key of `CHECKS`.
    check: str
    result: Result
    #: What there is, in one line. Holds no secret and no reader's address.
    found: str
    #: What to do about it; "" where nothing is to be done.
    remedy: str = ""
    #: The newsletter it is about; "": all.
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is examined."""

    config: Config
    environment: Environment
    #: The present moment, aware.
    now: datetime
    #: Who is asked for records of the sender's domain.
    name_servers: "NameServers" = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Some checks that are done together; whatever becomes of it, others are not concerned."""

    #: Keys of `CHECKS`.
    checks: tuple[str, ...]
    run: Callable[[Case], Iterable[Finding]]
    #: It asks somebody outside: done beside the others, and not at all with `--offline`.
    network: bool = False
    #: Whether it is about these settings at all; what is not, is not listed.
    concerns: Callable[[Config], bool] = lambda _config: True


#: What stands before the dot of a check → its heading.
GROUPS: Final[Mapping[str, str]] = {
    "config": "settings",
    "content": "content",
    "issue": "next issue",
    "store": "store",
    "clock": "clock",
    "courier": "courier",
    "images": "pictures",
    "way_out": "way out",
    "law": "law",
    "dns": "domain of the sender",
    "schedule": "schedule",
}

#: Check → what it looks at. docs/doctor.md says the same at length.
CHECKS: Final[Mapping[str, str]] = {
    "config.file": "config.toml",
    "config.secret": "keys of readers' links",
    "config.key": "key or password of the courier",
    "content.folder": "folder of the articles",
    "content.generator": "site generator",
    "content.articles": "articles, and the newest one",
    "content.bad": "files that cannot be read",
    "issue.articles": "articles of the next issue",
    "issue.mail": "the next issue as a mail",
    "store.file": "file of subscribers and sends",
    "store.sound": "damage",
    "store.journal": "how it is written",
    "store.private": "who may read it",
    "store.room": "free space",
    "store.readers": "active subscribers",
    "store.waiting": "issues that wait for a person",
    "store.restored": "older copies",
    "clock.store": "the clock against the store",
    "clock.provider": "the clock against the provider's",
    "clock.zone": "time zones of the newsletters",
    "clock.zone_data": "age of the time zone data",
    "courier.kind": "who carries the mail",
    "courier.open": "the courier lets us in",
    "courier.scopes": "what the key may do",
    "courier.sender": "the sender is known there",
    "courier.credits": "mails left in the plan",
    "courier.group": "unsubscribe group",
    "images.published": "pictures made for mails",
    "way_out.endpoint": "the link to unsubscribe",
    "way_out.mailto": "the address to unsubscribe",
    "law.postal_address": "postal address",
    "law.sender": "address of the sender",
    "law.reply_to": "where answers go",
    "dns.spf": "SPF",
    "dns.dkim": "DKIM",
    "dns.dmarc": "DMARC",
    "dns.mx": "mail to the sender",
    "schedule.slot": "the next slot",
    "schedule.window": "windows that leave days out",
    "schedule.watch": "whether anybody looks at the clock",
    "schedule.notices": "who is told",
    "schedule.hand_over": "hand-over ahead of time",
}


def ok(check: str, found: str, about: str = "") -> Finding:
    """Return that all is well."""
    return Finding(check=check, result=Result.OK, found=found, about=about)


def warning(check: str, found: str, remedy: str, about: str = "") -> Finding:
    """Return that somebody should know."""
    return Finding(check=check, result=Result.WARNING, found=found, remedy=remedy, about=about)


def wrong(check: str, found: str, remedy: str, about: str = "") -> Finding:
    """Return that mail cannot leave, or would not arrive."""
    return Finding(check=check, result=Result.WRONG, found=found, remedy=remedy, about=about)


def not_checked(check: str, why: str, remedy: str = "") -> Finding:
    """Return that nothing is known."""
    return Finding(check=check, result=Result.NOT_CHECKED, found=why, remedy=remedy)
