"""The cells of a row: text → what the store keeps, or why not. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from digest.errors import did_you_mean
from digest.subscribers.address import Refused
from digest.subscribers.states import Reason, State

#: Longest name and longest entry of a list, in characters.
_LONGEST_NAME: Final = 200
_LONGEST_ENTRY: Final = 100
_MOST_ENTRIES: Final = 100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_FREQUENCIES: Final[Mapping[str, str]] = {
    "": "", "any": "", "all": "", "always": "", "every": "", "everything": "",
    "daily": "daily", "day": "daily", "everyday": "daily", "immediate": "daily",
    "immediately": "daily", "instant": "daily", "instantly": "daily", "realtime": "daily",
    "weekly": "weekly", "week": "weekly", "everyweek": "weekly",
    "monthly": "monthly", "month": "monthly", "everymonth": "monthly",
}  # fmt: skip


class Standing(NamedTuple):
    """What a row says about where its reader stands."""

    #: None: nothing.
    state: State | None
    #: Of SUPPRESSED; else None.
    reason: Reason | None = None


_STANDINGS: Final[Mapping[str, Standing]] = {
    "": Standing(None),
    **dict.fromkeys(
        ("active", "subscribed", "confirmed", "enabled", "true", "yes", "y", "1", "optedin"),
        Standing(State.ACTIVE),
    ),
    **dict.fromkeys(("pending", "unconfirmed", "notconfirmed"), Standing(State.PENDING)),
    **dict.fromkeys(
        ("unsubscribed", "optedout", "inactive", "disabled", "false", "no", "n", "0", "left"),
        Standing(State.UNSUBSCRIBED),
    ),
    **dict.fromkeys(
        ("suppressed", "blocked", "blocklisted", "blacklisted", "manual", "banned"),
        Standing(State.SUPPRESSED, Reason.MANUAL),
    ),
    **dict.fromkeys(
        ("bounced", "bounce", "hardbounced", "hardbounce", "cleaned"),
        Standing(State.SUPPRESSED, Reason.BOUNCE),
    ),
    **dict.fromkeys(
        ("complained", "complaint", "spam", "spamreport"),
        Standing(State.SUPPRESSED, Reason.COMPLAINT),
    ),
    "invalid": Standing(State.SUPPRESSED, Reason.INVALID),
}
_SAID: Final = ("active", "pending", "unsubscribed", "suppressed", "bounced", "complained")


def bare(text: str) -> str:
    """Return `text` as words are compared: small letters and digits only."""
    return "".join(filter(str.isalnum, text.casefold()))


def parse_name(text: str) -> str:
    """Return a name without what could break a header, its blanks single, at most 200 characters.

    A joiner inside a word (Persian, Hindi) stays; direction marks do not.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:_LONGEST_NAME].rstrip()
    kept = "".join(each if each.isprintable() or each in "\u200c\u200d" else " " for each in text)
    return " ".join(kept.split())[:_LONGEST_NAME].rstrip()


def parse_frequency(text: str) -> str | Refused:
    """Return "daily", "weekly", "monthly", or "" for any."""
    found = _FREQUENCIES.get(bare(text))
    if found is not None:
        return found
    near = did_you_mean(bare(text), filter(None, _FREQUENCIES))
    return Refused(
        f"unknown frequency {_shown(text)}", f"{near}Write daily, weekly, monthly or nothing."
    )


def parse_standing(text: str) -> Standing | Refused:
    """Return what the word of a status column says."""
    found = _STANDINGS.get(bare(text))
    if found is not None:
        return found
    near = did_you_mean(bare(text), _SAID)
    return Refused(f"unknown status {_shown(text)}", f"{near}Write one of {', '.join(_SAID)}.")


def parse_reason(text: str) -> Reason | None:
    """Return the reason of a suppression; None where there is none we know."""
    return next((each for each in Reason if each.value == bare(text)), None)


def parse_language(text: str) -> str | Refused:
    """Return a BCP 47 tag, or "" for none."""
    tag = text.strip().replace("_", "-")
    if not tag or re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", tag):
        return tag
    return Refused(f"unknown language {_shown(text)}", 'Write a tag like "de" or "pt-BR".')


def parse_list(text: str, what: str) -> tuple[str, ...] | Refused:
    """Return the entries of a list: in their order, none twice, without blanks around them.

    Args:
        text: entries apart by line breaks, by `|`, by `;` or by commas: the first of these that
            occurs counts, so that an entry may hold the later ones.
        what: what the entries are, for the message.
    """
    mark = next((each for each in "\n|;," if each in text), "\n")
    entries = tuple(dict.fromkeys(filter(None, map(str.strip, text.split(mark)))))
    for entry in entries:
        if len(entry) > _LONGEST_ENTRY or not entry.isprintable() or "|" in entry:
            return Refused(
                f"{what} {_shown(entry)} is too long, or has a control character or | in it",
                f"Write up to {_LONGEST_ENTRY} plain characters.",
            )
    if len(entries) > _MOST_ENTRIES:
        return Refused(f"there are more than {_MOST_ENTRIES} {what} entries", "Write fewer.")
    return entries


def list_text(entries: tuple[str, ...]) -> str:
    r"""Return a list as the store keeps it: `""` or `"\nweekly\nsport\n"`."""
    return "\n" + "\n".join(entries) + "\n" if entries else ""


def parse_moment(text: str) -> int | Refused | None:
    """Return milliseconds since 1970; None for an empty text. Without a zone it is UTC."""
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _epoch_moment(text)
    # Arithmetic, because `timestamp` cannot tell the first days of year 1 in every zone.
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(
        milliseconds=1
    )


def _epoch_moment(text: str) -> int | Refused:
    if text.isascii() and text.isdecimal() and 9 <= len(text) <= 13:
        return int(text) if len(text) > 11 else int(text) * 1000
    return Refused(
        f"the date {_shown(text)} cannot be read", 'Write it like "2026-08-17" or leave it out.'
    )


def _shown(text: str) -> str:
    short = text if len(text) <= 40 else f"{text[:40]}…"
    return repr(short)
