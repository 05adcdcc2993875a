"""Which request meets which fault: by its number, or by chance with a seed.

The table of all faults is in the docstring of the package.
"""

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass

MAIL_SEND = "/v3/mail/send"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a fault does, apart from its bytes on the wire."""

    #: The request is carried out (and stands in the ledger) before things go wrong.
    accepts: bool
    #: Strikes as soon as the headers are read.
    early: bool = False


_REFUSED = Kind(accepts=False)
_ACCEPTED = Kind(accepts=True)

KINDS: dict[str, Kind] = {
    "F1": _ACCEPTED,
    "F2": _REFUSED,
    "F2b": _REFUSED,
    "F3a": _REFUSED,
    "F3b": _REFUSED,
    "F3c": _REFUSED,
    "F3d": _REFUSED,
    "F4a": _REFUSED,
    "F4b": _REFUSED,
    "F4c": _REFUSED,
    "F5": _ACCEPTED,
    "F5b": _ACCEPTED,
    "F6": _ACCEPTED,
    "F6b": _REFUSED,
    "F7": _REFUSED,
    "F7b": Kind(accepts=False, early=True),
    "F8": _ACCEPTED,
    "F9": _REFUSED,
    "F9b": _ACCEPTED,
    "F10": _ACCEPTED,
    "F12": _ACCEPTED,
    "F13": _ACCEPTED,
    "F14": _ACCEPTED,
    "F14b": _ACCEPTED,
    "F15": _ACCEPTED,
    "F16": _REFUSED,
    "F16b": _REFUSED,
    "F17": Kind(accepts=False, early=True),
}
_SHORT = {"F3": "F3a", "F4": "F4a", "F6a": "F6", "F7a": "F7", "F9a": "F9", "F14a": "F14"}
#: Faults that cannot be told from each other by whether the mail went out.
AMBIGUOUS = ("F4a", "F4b", "F4c", "F5", "F5b", "F6", "F7", "F7b", "F8", "F9", "F9b", "F10")
#: What chance chooses from unless told: no redirect, no drip, no stop of the whole issue.
BY_CHANCE = ("F2", "F2b", *AMBIGUOUS, "F13", "F14", "F14b", "F17")


def kind_named(name: str) -> str:
    """Return the full name of a fault, "F3" being "F3a".

    Raises:
        ValueError: there is no such fault on the wire.
    """
    name = _SHORT.get(name, name)
    if name not in KINDS:
        raise ValueError(f"no fault {name}; there are {', '.join(KINDS)}")
    return name


class Plan:
    """Counts the requests of each path and knows what becomes of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._at: dict[tuple[str, int], str] = {}
        self._always: dict[str, str] = {}
        self._probability = 0.0
        self._kinds: tuple[str, ...] = BY_CHANCE
        self._chance = random.Random(0)

    def put(self, kind: str, at: Iterable[int] = (), *, path: str = MAIL_SEND) -> None:
        """Let `kind` happen at the given requests of `path`; without numbers, at all of them."""
        kind, numbers = kind_named(kind), tuple(at)
        with self._lock:
            for number in numbers:
                self._at[path, number] = kind
            if not numbers:
                self._always[path] = kind

    def let_chance(self, probability: float, kinds: Iterable[str] = (), *, seed: int = 0) -> None:
        """Let each mail/send meet a fault with `probability`."""
        chosen = tuple(kind_named(kind) for kind in kinds) or BY_CHANCE
        with self._lock:
            self._probability, self._kinds = probability, chosen
            # A seeded generator: the same run must come again.
            self._chance = random.Random(seed)

    def clear(self) -> None:
        """Let everything go well from here on; the counts go on."""
        with self._lock:
            self._at.clear()
            self._always.clear()
            self._probability = 0.0

    def restart(self) -> None:
        """Clear, and count from 1 again."""
        self.clear()
        with self._lock:
            self._counts.clear()

    def count(self, path: str = MAIL_SEND) -> int:
        """Return how many requests of `path` have begun."""
        with self._lock:
            return self._counts.get(path, 0)

    def next(self, path: str) -> tuple[int, str | None]:
        """Return the number of a request that begins now, and its fault."""
        with self._lock:
            number = self._counts.get(path, 0) + 1
            self._counts[path] = number
            kind = self._at.get((path, number)) or self._always.get(path)
            if kind is None and path == MAIL_SEND and self._probability:
                draw, choice = self._chance.random(), self._chance.choice(self._kinds)
                kind = choice if draw < self._probability else None
            return number, kind
