"""What mail/send refuses: the exact rules behind a fast path for what is plainly right. Pure.

A body of 1000 plain readers is judged in a few passes that run in C; anything unusual goes
through the exact rules, so the fast path may say "not sure" but never "right" to a wrong body.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from operator import itemgetter

import orjson

from .http_values import Json, Problem
from .rules_message import check_message
from .rules_reader import MOST_BYTES, MOST_TAGS, check_headers, check_personalizations, size

_PLAIN_KEYS = frozenset({"to", "headers", "substitutions", "custom_args"})
_PLAIN_PARTY = frozenset({"email", "name"})
_PLAIN_ADDRESSES = re.compile(
    r"(?:[A-Za-z0-9_]{1,20}(?:[.+-][A-Za-z0-9_]{1,20}){0,2}"
    r"@(?:[a-z0-9]{1,30}(?:-[a-z0-9]{1,15})?\.){1,3}[a-z]{2,20}\n)+"
)


def problems_of(payload: Json, *, now: float, knows_batch: Callable[[str], bool]) -> list[Problem]:
    """Return everything SendGrid would object to; nothing means 202."""
    return list(_problems(payload, now, knows_batch))


def _problems(payload: Json, now: float, knows_batch: Callable[[str], bool]) -> Iterator[Problem]:
    if not isinstance(payload, dict):
        yield Problem("Bad Request")
        return
    yield from check_message(payload, now=now, knows_batch=knows_batch)
    if not are_plain(payload):
        yield from check_personalizations(payload, now=now)


def are_plain(payload: Json) -> bool:
    """Return True only where the exact rules would find nothing in the personalizations.

    Wrong types make one of the passes raise: they are for the exact rules to name.
    """
    items = payload.get("personalizations")
    if not isinstance(items, list) or not 1 <= len(items) <= 1000:
        return False
    if str(payload.get("template_id", "")).startswith("d-"):
        return False
    try:
        return (
            set().union(*map(dict.keys, items)) <= _PLAIN_KEYS
            and _are_people([party for (party,) in map(itemgetter("to"), items)])
            and _are_headers(_each(items, "headers"), payload.get("headers", {}))
            and _are_texts(_each(items, "substitutions"), MOST_BYTES, MOST_TAGS)
            and _are_texts(
                _each(items, "custom_args"), MOST_BYTES - size(payload.get("custom_args", {}))
            )
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _each(items: Json, key: str) -> list[Json]:
    return [item[key] for item in items if key in item]


def _are_people(parties: list[Json]) -> bool:
    if not set().union(*map(dict.keys, parties)) <= _PLAIN_PARTY:
        return False
    lines = "\n".join([party["email"] for party in parties]) + "\n"
    names = "".join([party.get("name", "") for party in parties])
    return (
        _PLAIN_ADDRESSES.fullmatch(lines) is not None
        and len(set(lines.lower().split("\n"))) == len(parties) + 1
        and not any(mark in names for mark in ";,\r\n")
    )


def _are_texts(objects: list[Json], most_bytes: int, most: int | None = None) -> bool:
    "".join(chain.from_iterable(map(dict.values, objects)))
    return max(map(len, map(orjson.dumps, objects)), default=0) <= most_bytes and max(
        map(len, objects), default=0
    ) <= (most or most_bytes)


def _are_headers(objects: list[Json], top: Json) -> bool:
    values = "".join(chain.from_iterable(map(dict.values, objects)))
    spellings = {name.lower(): name for name in top}
    return (
        "\r" not in values
        and "\n" not in values
        and all(
            spellings.get(name.lower(), name) == name and not any(check_headers({name: ""}, ""))
            for name in set().union(*objects)
        )
        and not any(
            len({name.lower() for name in names}) < len(names)
            for names in set(map(tuple, objects))
        )
    )
