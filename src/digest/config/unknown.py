"""Keys no schema knows: what was probably meant, and secrets that must not stand there. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, TypeAlias, get_args, get_origin

from digest.config.mistake import Mistake, Place, place_name
from digest.config.table import is_table, keys_of

#: Key → the tables that know it.
Homes: TypeAlias = Mapping[str, tuple[str, ...]]

_DEEPEST: Final = 20
_TELLTALE: Final = r"api_?key|passw|passphrase|secret|token|credential|private_?key"


def suggest(key: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `key` almost certainly means, or None."""
    near = _nearest(key, known, 0.8)
    # Two near ones: "articles" means min_articles as little as max_articles.
    return near[0] if near and (len(near) == 1 or near[0] == _plain(key)) else None


def unknown_key(
    place: Place, value: object, known: Iterable[str], homes: Homes
) -> Iterator[Mistake]:
    """Yield what is wrong about a key nobody knows, and about secrets below it.

    Args:
        place: way to the key.
        value: what stands under it; never shown, for it may be a secret.
        known: keys of the table it stands in.
        homes: keys of all tables.
    """
    key = str(place[-1])
    is_table = isinstance(value, dict)
    if _is_secret(key):
        yield _secret(place)
    else:
        hint = _hint(key, known, homes)
        yield Mistake(place, "is not known here", hint, is_table)
    if not suggest(key, known):  # else it is read on, and they are found then
        yield from secrets_below(value, place)


def read_homes(schema: type, given: frozenset[str]) -> Homes:
    """Return every key the table `schema` and those in it know, with their tables."""
    homes: dict[str, tuple[str, ...]] = {}
    for table, key in _keys(schema, ()):
        if table or key not in given:
            name = place_name(table, is_table=True) if table else "the top of the file"
            name = name.removesuffix(" no. 1")
            homes[key] = (*homes.get(key, ()), name)
    return homes


def _keys(kind: Any, table: Place) -> Iterator[tuple[Place, str]]:  # noqa: ANN401  any type
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) is tuple:
        yield from _keys(get_args(kind)[0], (*table, 0))
    elif get_origin(kind) is Mapping:
        yield from _keys(get_args(kind)[1], (*table, "NAME"))
    elif is_table(kind):
        for each in keys_of(kind):
            yield table, each.name
            yield from _keys(each.type, (*table, each.name))


def _hint(key: str, known: Iterable[str], homes: Homes) -> str:
    near = suggest(key, known)
    tables = homes.get(key, ())
    if not near and 1 <= len(tables) <= 2:
        return f"It belongs in {' or '.join(tables)}."
    if not near:
        near = next(iter(_nearest(key, known, 0.6)), None)
    hint = f"Did you mean {near!r}? " if near else ""
    return f"{hint}Known here: {', '.join(known)}."


def _nearest(key: str, known: Iterable[str], cutoff: float) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    return get_close_matches(_plain(key), list(known), n=2, cutoff=cutoff)


def _plain(key: str) -> str:
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def secrets_below(value: object, place: Place) -> Iterator[Mistake]:
    """Yield a mistake for every secret in what is not read any further."""
    # A list as stack, and an end: a hostile file nests deeper than Python's own stack reaches.
    waiting = [(value, place)]
    while waiting:
        value, place = waiting.pop()
        if len(place) > _DEEPEST:
            continue
        if isinstance(value, list):
            waiting += [(each, (*place, at)) for at, each in enumerate(value)]
        elif isinstance(value, dict):
            yield from (_secret((*place, key)) for key in value if _is_secret(key))
            waiting += [(each, (*place, key)) for key, each in value.items()]


def _is_secret(key: str) -> bool:
    return bool(re.search(_TELLTALE, key.lower().replace("-", "_")))


def _secret(place: Place) -> Mistake:
    return Mistake(
        place,
        "looks like a secret, and files get copied and committed",
        "Remove it, and make a new one if others could read it: secrets come only from the "
        "environment.",
    )
