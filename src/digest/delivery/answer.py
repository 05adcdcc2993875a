"""What came back for one HTTP request: an answer, or which kind of none. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Answer:
    """A well-formed answer: status line, headers and body came whole (RFC 9112 §8)."""

    status: int
    #: Names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class NotSent:
    """For certain not one byte of the body left; the same request may be made again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Something left and no whole answer came: the other side may have acted on it."""

    reason: str


Reply: TypeAlias = Answer | NotSent | Lost
