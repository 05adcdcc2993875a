"""A table of a TOML file as a class: its fields are the keys, its defaults the defaults. Pure.

`Record`s, not dataclasses: every command loads all of these classes, and a dataclass costs as
much as a module (docs/decisions/0004).
"""

import enum
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from digest.record import Record


class Missing(enum.Enum):
    """Stands for a default that is not there: the key must be given."""

    VALUE = "missing"


MISSING: Final = Missing.VALUE

#: A table with any keys, when none is given.
NO_ENTRIES: Final[Mapping[str, str]] = MappingProxyType({})


class Table(Record, kw_only=True):
    """One table of the file."""

    # Without types, or they would be fields. Key → key whose number it must not be below; key →
    # key without which it means nothing.
    _at_least = NO_ENTRIES
    _needs = NO_ENTRIES


class Key(NamedTuple):
    """One key of a table."""

    name: str
    #: As it stands in the class: `Annotated[int, between(1, 9)]`.
    type: object
    #: Or `MISSING`.
    default: object
    #: Keys of the same table; or "".
    at_least: str
    needs: str


def keys_of(schema: type[Table]) -> Iterator[Key]:
    """Yield the keys of a table in their order."""
    for name, kind in schema.__annotations__.items():
        default = getattr(schema, name, MISSING)
        at_least, needs = schema._at_least.get(name, ""), schema._needs.get(name, "")  # noqa: SLF001  ours
        yield Key(name, kind, default, at_least, needs)


def is_table(kind: object) -> bool:
    """Return whether a type is a table."""
    return isinstance(kind, type) and issubclass(kind, Table)
