"""Where a subscriber stands, and where they may go. Pure.

    pending ──► active ──► unsubscribed ──► suppressed
       └──────────┴───────────────┴────────────▲

An import goes forwards only. The order is therefore all there is to know: what an import makes
of a subscriber is the later one of two states, whichever file comes first and however often.
"""

import enum
from collections.abc import Mapping
from typing import Final


class State(enum.StrEnum):
    """Values stand in the store: add, never rename. Later ones beat earlier ones."""

    PENDING = "pending"  #: not confirmed; gets nothing
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"  #: left; only their own word brings them back
    SUPPRESSED = "suppressed"  #: must never be mailed again


class Reason(enum.StrEnum):
    """Why an address is suppressed. Later ones beat earlier ones."""

    INVALID = "invalid"  #: no such address
    BOUNCE = "bounce"  #: its server refused for good
    MANUAL = "manual"  #: a person said so
    COMPLAINT = "complaint"  #: the reader called a mail spam


_STATE_RANK: Final[Mapping[State, int]] = {state: rank for rank, state in enumerate(State)}
_REASON_RANK: Final[Mapping[Reason, int]] = {reason: rank for rank, reason in enumerate(Reason)}


def later(one: State, other: State) -> State:
    """Return the state that beats the other."""
    return max(one, other, key=_STATE_RANK.__getitem__)


def earlier(one: State, other: State) -> State:
    """Return the state that is beaten by the other."""
    return min(one, other, key=_STATE_RANK.__getitem__)


def stronger(one: Reason, other: Reason) -> Reason:
    """Return the reason that stays when both are given."""
    return max(one, other, key=_REASON_RANK.__getitem__)
