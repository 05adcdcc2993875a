"""What becomes of a mail, told by its address. Pure."""

from enum import StrEnum


class Outcome(StrEnum):
    """What the reader's side does with a mail; the value is how the local part begins."""

    BOUNCED = "bounce"
    BLOCKED = "block"
    DEFERRED = "defer"
    DROPPED = "drop"
    SPAM = "spam"
    UNSUBSCRIBED = "unsubscribe"
    OPENED = "open"
    CLICKED = "click"
    DELIVERED = ""


def outcome_of(email: str) -> Outcome:
    """Return the outcome for an address: `bounce7@example.com` bounces, most are delivered."""
    return next(outcome for outcome in Outcome if email.lower().startswith(outcome.value))
