"""A table of a TOML file → a checked value, or every mistake in it. Pure.

The class is the schema (`table.py`): its fields are the keys, its defaults the defaults, its
types the checks. A type may be text, whole number, an enum (written as one of its values), a
tuple, a mapping with text keys, another table, `Annotated[type, check]` of these, or one `| None`.
"""

import enum
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Final, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from digest.config.mistake import Mistake, Place, Wrong, place_name, shown
from digest.config.table import MISSING, Key, is_table, keys_of
from digest.config.unknown import Homes, read_homes, secrets_below, suggest, unknown_key
from digest.errors import did_you_mean

_T = TypeVar("_T")
_Parts: TypeAlias = Mapping[str | int, object]
# What a type annotation may be is wider than `type`; typing has no name for it.
_Kind: TypeAlias = Any


class _Unsound(enum.Enum):
    """Stands for a value that could not be used; its mistake has been noted."""

    VALUE = "unsound"


_UNSOUND: Final = _Unsound.VALUE
# `int | None` is the one, `Annotated[int, …] | None` the other (one and the same from 3.14 on).
_UNIONS: Final = (UnionType, Union)
_WANTED: Final[Mapping[type, tuple[str, str]]] = {
    str: ("is not text", 'Write text in quotes: "…".'),
    int: ("is not a whole number", "Write digits without quotes."),
}


def check_document(
    document: Mapping[str, object], schema: type[_T], *, given: Mapping[str, object]
) -> _T | list[Mistake]:
    """Return the document as a `schema`, or all mistakes in it.

    Args:
        document: what `tomllib` read.
        schema: a table.
        given: fields of `schema` that do not come from the file.
    """
    checker = _Checker(read_homes(schema, frozenset(given)))
    value = checker.table(document, schema, (), given)
    return checker.mistakes or cast("_T", value)


class _Checker:
    """One pass over one document; collects the mistakes."""

    def __init__(self, homes: Homes) -> None:
        self._homes = homes
        self.mistakes: list[Mistake] = []

    def table(
        self, raw: object, schema: type, place: Place, given: Mapping[str, object]
    ) -> object:
        """Return `raw` as the table `schema`, or `_UNSOUND`."""
        if not isinstance(raw, dict):
            return self._not_a_table(raw, place)
        known = {each.name: each for each in keys_of(schema) if each.name not in given}
        written = self._written(raw, known, place)
        values = {**given, **{name: each.default for name, each in known.items()}}
        for name, each in known.items():
            if name in written:
                key = written[name]
                values[name] = self.value(raw[key], each.type, (*place, key))
            elif values[name] is MISSING:
                values[name] = self._missing(each, place)
        self._check_order(known.values(), values, written, place)
        return _UNSOUND if _UNSOUND in values.values() else schema(**values)

    def value(self, raw: object, kind: _Kind, place: Place) -> object:
        """Return `raw` as a `kind`, or `_UNSOUND`."""
        annotated = cast("object", get_origin(kind)) is Annotated
        inner, check = get_args(kind) if annotated else (kind, None)
        origin = get_origin(inner)
        if origin in _UNIONS:  # `X | None`: TOML has no null, so what is written is an X
            return self.value(raw, get_args(inner)[0], place)
        if origin is tuple:
            return self._list(raw, get_args(inner)[0], check, place)
        if origin is Mapping:
            return self._mapping(raw, get_args(inner), check, place)
        if is_table(inner):
            return self.table(raw, cast("type", inner), place, {})
        if issubclass(inner, enum.Enum):
            return self._word(raw, inner, place)
        return self._scalar(raw, inner, check, place)

    def _written(
        self, raw: Mapping[str, object], known: Iterable[str], place: Place
    ) -> dict[str, str]:
        """Return field → key as written; misspelt keys are noted and read nevertheless."""
        written = {key: key for key in known if key in raw}
        for key, value in raw.items():
            if key in written:
                continue
            meant = suggest(key, known)
            self.mistakes += unknown_key((*place, key), value, known, self._homes)
            # Reading on as what was meant finds the mistakes behind this one.
            if meant:
                written.setdefault(meant, key)
        return written

    def _missing(self, each: Key, place: Place) -> object:
        at = (*place, each.name)
        kind = get_args(each.type)[0] if get_origin(each.type) is Annotated else each.type
        if is_table(kind):
            return self.table({}, cast("type", kind), at, {})
        if get_origin(kind) is Mapping:
            name = place_name((*at, "NAME"), is_table=True)
            return self._note(at, "is missing", f"Add at least one table {name}.", is_table=True)
        example = "10" if kind is int else '"…"'
        above = f"below {place_name(place, is_table=True)}" if place else "at the top"
        return self._note(at, "is missing", f"Add a line {above}: {each.name} = {example}")

    def _check_order(
        self,
        known: Iterable[Key],
        values: dict[str, Any],
        written: Mapping[str, str],
        place: Place,
    ) -> None:
        """Check what one key owes another: `_at_least`, `_needs`."""
        for each in known:
            self._check_need(each, values, place)
            other = each.at_least
            if not other or _UNSOUND in (values[each.name], values[other]):
                continue
            number, least = values[each.name], values[other]
            if number < least:
                remedy = f"Write {shown(least)} or more, or lower {other}."
                default = "" if each.name in written else ", the default,"
                what = f"{shown(number)}{default} is below {other}, which is {shown(least)}"
                values[each.name] = self._note((*place, each.name), what, remedy)

    def _check_need(self, each: Key, values: dict[str, Any], place: Place) -> None:
        needed = each.needs
        if needed and values[each.name] not in (each.default, _UNSOUND) and not values[needed]:
            what = f"means nothing without {needed}, which is empty"
            remedy = f"Set {needed} beside it, or remove this line."
            values[each.name] = self._note((*place, each.name), what, remedy)

    def _list(self, raw: object, kind: _Kind, check: _Kind, place: Place) -> object:
        if isinstance(raw, list):
            parts = self._parts(dict(enumerate(raw)), kind, check, place)
            return parts if parts is _UNSOUND else tuple(cast("_Parts", parts).values())
        if is_table(kind):
            name = place_name((*place, 0), is_table=True).partition(" ")[0]
            remedy = f"Write {name}, with two brackets, above each."
            return self._note(place, f"{shown(raw)} is not a list of tables", remedy)
        example = f"[{shown(raw)}]" if isinstance(raw, str) else '["…", "…"]'
        return self._note(place, f"{shown(raw)} is not a list", f"Write a list: {example}.")

    def _mapping(
        self, raw: object, kinds: tuple[_Kind, _Kind], check: _Kind, place: Place
    ) -> object:
        if not isinstance(raw, dict):
            return self._not_a_table(raw, place)
        _, check_key = get_args(kinds[0])
        for key, value in raw.items():
            wrong = check_key(key)
            if wrong:
                what, is_table = f"{shown(key)} {wrong.what}", isinstance(value, dict)
                self._note((*place, key), what, wrong.remedy, is_table=is_table)
        return self._parts(raw, kinds[1], check, place)

    def _parts(self, raw: _Parts, kind: _Kind, check: _Kind, place: Place) -> object:
        """Return the parts of a list or table under their positions or keys."""
        parts = {at: self.value(each, kind, (*place, at)) for at, each in raw.items()}
        sound = {at: part for at, part in parts.items() if part is not _UNSOUND}
        wrongs = list(check(sound)) if check else []
        for wrong in wrongs:
            self._note_wrong(raw, wrong, place)
        return _UNSOUND if wrongs or len(sound) < len(parts) else sound

    def _word(self, raw: object, words: type[enum.Enum], place: Place) -> object:
        known = [str(word.value) for word in words]
        if isinstance(raw, str) and raw in known:
            return words(raw)
        hint = did_you_mean(raw.lower(), known) if isinstance(raw, str) else ""
        listed = ", ".join(shown(word) for word in known)
        return self._note(
            place,
            f"{shown(raw)} is not one of the words known here",
            f"{hint}Write one of {listed}.",
        )

    def _scalar(self, raw: object, kind: type, check: _Kind, place: Place) -> object:
        # Not isinstance: `true` is an int for Python, and must not be one here.
        if type(raw) is not kind:
            what, remedy = _WANTED[kind]
            return self._note(place, f"{shown(raw)} {what}", remedy)
        wrong = check(raw) if check else None
        return self._note_wrong(raw, wrong, place) if wrong else raw

    def _not_a_table(self, raw: object, place: Place) -> object:
        self.mistakes += secrets_below(raw, place)
        if place and isinstance(place[-1], int):
            name = place_name(place, is_table=True).partition(" ")[0]
        else:
            name = place_name(place, is_table=True)
        remedy = f"Write {name} on a line of its own, and its keys below."
        return self._note(place, f"{shown(raw)} is not a table", remedy)

    def _note_wrong(self, raw: object, wrong: Wrong, place: Place) -> _Unsound:
        part: Any = raw
        for at in wrong.at:
            part = part[at]
        is_table = isinstance(part, dict)
        what = wrong.what if is_table else f"{shown(part)} {wrong.what}"
        return self._note((*place, *wrong.at), what, wrong.remedy, is_table=is_table)

    def _note(self, place: Place, what: str, remedy: str, *, is_table: bool = False) -> _Unsound:
        self.mistakes.append(Mistake(place, what, remedy, is_table))
        return _UNSOUND
