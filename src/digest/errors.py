"""What can go wrong for a user, each with its place, its remedy and its exit code. Pure.

    DigestError            1  something the user can put right
    ├── ConfigError        3  config.toml or an issue file is wrong (all mistakes at once)
    ├── ContentError       4  articles are wrong and the command was asked to be strict
    ├── NotFoundError      5  no such newsletter, slot, article or folder
    ├── RenderingError     6  a template cannot be rendered, or does not fit the size budget
    ├── StoreError         7  the store is locked, full, damaged, of another version
    ├── HeldError          8  the issue waits for a person: something is not known or not allowed
    ├── UnfinishedError    9  sending stopped before the end; the same command goes on
    └── NotReadyError     10  something is missing without which no mail may leave

Exit code 0 is success, 2 wrong usage (click's own). Anything else is a bug of ours.
"""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple


class Problem(NamedTuple):
    """One mistake in somebody's input, as a value: collected, then reported together."""

    #: File and place, as the user knows it: `posts/x.md:3`, `config.toml, [site] timezone`.
    where: str
    #: What is wrong, one line, no full stop needed.
    what: str
    #: What to do about it.
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  {self.remedy}"


class DigestError(Exception):
    """Something the user can put right.

    Every message has three parts in this order: where, what is wrong, what to do. The command
    line prints them and leaves with `exit_code`; a traceback on a user's screen is therefore
    always a bug of ours.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        problem = Problem(where, what, remedy)
        super().__init__(str(problem))
        self.problems: tuple[Problem, ...] = (problem,)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "DigestError":
        """Return one error that carries all `problems` (at least one), reported together."""
        every = tuple(problems)
        error = cls(every[0].what, where=every[0].where, remedy=every[0].remedy)
        error.problems = every
        error.args = ("\n".join(map(str, every)),)
        return error


class ConfigError(DigestError):
    """config.toml or an issue file is wrong."""

    exit_code = 3


class ContentError(DigestError):
    """Articles are wrong, and the command was asked to be strict about it."""

    exit_code = 4


class NotFoundError(DigestError):
    """What the user named does not exist."""

    exit_code = 5


class RenderingError(DigestError):
    """A template cannot be rendered, or the mail does not fit its size budget."""

    exit_code = 6


class StoreError(DigestError):
    """The store is locked by another command, full, damaged, or of another version."""

    exit_code = 7


class HeldError(DigestError):
    """The issue waits for a person: what became of some mails is not known, or must be decided."""

    exit_code = 8


class UnfinishedError(DigestError):
    """Sending stopped before the end; nothing is lost, and the same command goes on."""

    exit_code = 9


class NotReadyError(DigestError):
    """Something is missing without which no mail may leave: an address, a key, a way out."""

    exit_code = 10


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return `"Did you mean 'x'? "` for the nearest of `known`, or an empty string."""
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    near = get_close_matches(wrong, list(known), n=1)
    return f"Did you mean {near[0]!r}? " if near else ""
