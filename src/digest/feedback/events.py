"""One event of SendGrid's Event Webhook → what it says of us. Pure.

An event says up to two things: that the attempt whose token it carries was accepted, whatever
its kind (facts: reliability §3.3), and that its reader must not be mailed any more, or wants no
more. Events come lost, doubled and shuffled; nothing here depends on their order.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from digest.subscribers.address import Refused, parse_address
from digest.subscribers.states import Reason

#: How reasons of `dropped` begin: SendGrid has put the address on a list before. Others concern
#: the mail ("Spam Content", "Invalid SMTPAPI header") and say nothing about the reader.
_DROPPED: Final = (
    ("bounced address", Reason.BOUNCE),
    ("spam reporting address", Reason.COMPLAINT),
)
_LONGEST_KIND: Final = 40
_LONGEST_DETAIL: Final = 200


@dataclass(frozen=True, slots=True)
class Suppress:
    """The address must never be mailed again."""

    reason: Reason
    #: What was said, one line.
    detail: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The reader wants no more."""

    #: Key in config.toml, or `breaking`; "": everything.
    newsletter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one event says."""

    #: `delivered`, `open`, …; kinds we do not know are kinds all the same.
    kind: str
    #: The attempt it belongs to; "": it belongs to no mail of ours.
    token: str
    #: The reader's address as the store knows it; "": it names none.
    address_key: str = ""
    #: What becomes of the reader.
    effect: Suppress | Leave | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What tells our newsletters from others that use the same account."""

    #: Names readers may leave.
    newsletters: Container[str]
    #: SendGrid's unsubscribe group; 0: none.
    group: int


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a value is no event."""

    what: str


Parsed: TypeAlias = Event | Bad


def parse_event(value: object, ours: Ours) -> Parsed:
    """Return what an event says, or why it is none.

    Args:
        value: as JSON holds it; hostile.
        ours: what is ours.
    """
    if not isinstance(value, dict):
        return Bad("it is no JSON object")
    kind = value.get("event")
    if not isinstance(kind, str) or not kind.isprintable() or not 0 < len(kind) <= _LONGEST_KIND:
        return Bad("it has no event that is a word")
    token = value.get("digest_attempt", "")
    if not isinstance(token, str):
        return Bad("its digest_attempt is no text")
    effect = _effect(kind, value, ours)
    if effect is None:
        return Event(kind=kind, token=token)
    address = value.get("email")
    parsed = parse_address(address) if isinstance(address, str) else None
    if parsed is None or isinstance(parsed, Refused):
        # Its token proves what it proves, whoever the reader is.
        return Event(kind=kind, token=token) if token else Bad("its email is no address")
    return Event(kind=kind, token=token, address_key=parsed.key, effect=effect)


def one_line(text: object) -> str:
    """Return a foreign text as one short line that can be printed; "" for what is no text."""
    if not isinstance(text, str):
        return ""
    shown = "".join(each if each.isprintable() else " " for each in text[:_LONGEST_DETAIL])
    return " ".join(shown.split())


def _effect(kind: str, value: dict[str, Any], ours: Ours) -> Suppress | Leave | None:
    match kind:
        case "bounce":
            # `blocked` is for now and for this server: SendGrid tries again next time, and so do
            # we (facts: SendGrid §2.9).
            return (
                Suppress(Reason.BOUNCE, one_line(value.get("reason")))
                if value.get("type") == "bounce"
                else None
            )
        case "dropped":
            return _dropped(one_line(value.get("reason")))
        case "spamreport":
            return Suppress(Reason.COMPLAINT, "spam report")
        case "unsubscribe":  # SendGrid's own link: off everything of the account
            return Leave("")
        case "group_unsubscribe":
            return _left_group(value, ours)
        case _:
            return None


def _dropped(reason: str) -> Suppress | Leave | None:
    said = reason.casefold()
    if said == "invalid":
        return Suppress(Reason.INVALID, reason)
    if said.startswith("unsubscribed address"):
        return Leave("")
    for beginning, why in _DROPPED:
        if said.startswith(beginning):
            return Suppress(why, reason)
    return None


def _left_group(value: dict[str, Any], ours: Ours) -> Leave | None:
    group = value.get("asm_group_id")
    if not ours.group or isinstance(group, bool) or group != ours.group:
        return None
    issue = value.get("digest_issue")
    newsletter = issue.partition("/")[0] if isinstance(issue, str) else ""
    # A mail of our group that names no newsletter of ours: then the group is all there is.
    return Leave(newsletter if newsletter in ours.newsletters else "")
