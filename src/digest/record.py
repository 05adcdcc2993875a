"""Frozen values with named fields, declared like dataclasses. Pure.

`dataclasses` imports `inspect` and compiles five methods for every class: for the thirty kinds
of values that choosing a week needs, a fifth of the time it takes. A `Record` has the same
declaration and the same behaviour as `@dataclass(frozen=True)`, with methods that all share.
The stages that run before anything is chosen use it; elsewhere dataclasses are as good.
"""

from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
class Record:
    """A value whose fields are the annotations of its class, in their order.

    A field with a value in its class body may be left out; that value must not be mutable.
    With `class X(Record, kw_only=True)` every field is given by its name.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _by_place: ClassVar[tuple[str, ...]] = ()
    _known: ClassVar[frozenset[str]] = frozenset()
    _required: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._by_place = () if kw_only else cls._fields
        cls._known = frozenset(cls._fields)
        cls._required = frozenset(name for name in cls._fields if not hasattr(cls, name))

    def __init__(self, *by_place: object, **values: object) -> None:
        if by_place:
            names = self._by_place[: len(by_place)]
            if len(names) < len(by_place) or not values.keys().isdisjoint(names):
                raise TypeError(f"{type(self).__name__} takes each field once, by place or name")
            values.update(zip(names, by_place, strict=True))
        if not self._required <= values.keys() <= self._known:
            wrong = sorted(self._required - values.keys() or values.keys() - self._known)
            raise TypeError(f"{type(self).__name__} lacks or does not know: {', '.join(wrong)}")
        self.__dict__.update(values)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check what types do not say; called when all fields are there."""

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be deleted")

    def _values(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self._fields])

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({', '.join(shown)})"

    def _replaced(self, changes: dict[str, object]) -> Self:
        return type(self)(**{**self.__dict__, **changes})


def values_of(record: Record) -> dict[str, object]:
    """Return the fields that were given, by name: the same again makes an equal record."""
    return dict(record.__dict__)


def all_values(record: Record) -> dict[str, Any]:
    """Return every field by name, those that stand at their defaults too."""
    return {name: getattr(record, name) for name in type(record)._fields}


def replace(record: _T, **changes: Any) -> _T:  # noqa: ANN401  each field has a type of its own
    """Return a record like this one but for some fields; of a dataclass, what its own returns."""
    if isinstance(record, Record):
        return record._replaced(changes)  # noqa: SLF001  a function, for fields may have any name
    import dataclasses  # noqa: PLC0415  records are there to do without

    return dataclasses.replace(record, **changes)  # type: ignore[type-var]
