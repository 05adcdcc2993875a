"""What came of handing over one batch: three kinds, never two. Pure.

Accepted                                 taken, for certain
TryLater, Divide, SetAside,              refused, for certain: nothing of it was taken
Refused, Stop
Unknown                                  anything else (facts: reliability §1.3)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Accepted:
    """The courier took the whole batch; mail may still bounce."""

    #: The provider's name for the request (`X-Message-Id`); or "".
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Refused for now: too many requests, no connection."""

    reason: str
    #: How long the courier asks to wait; None: it does not say.
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Divide:
    """Refused because the request is too large: smaller batches may pass."""

    reason: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Refused because of single readers; the rest may pass without them."""

    #: Position among the batch's readers, from 0 → what is wrong with that reader.
    readers: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for a reason that trying again will not change: a person must look."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Refused, and every other batch would be: the key, the credits, the account."""

    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No clear answer came: the batch may have been taken. Never sent again without evidence."""

    reason: str


Outcome: TypeAlias = Accepted | TryLater | Divide | SetAside | Refused | Stop | Unknown
