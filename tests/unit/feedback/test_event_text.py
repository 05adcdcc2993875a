"""Files of events, in every form people keep them."""

import json
import time
import tracemalloc
from collections.abc import Iterator
from itertools import repeat
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feedback.event_text import MOST_BYTES, Found, TooLargeError, split_events
from digest.feedback.events import Bad

OPEN = {"event": "open", "url_offset": {"index": 0}, "reason": 'a "}" \\ {'}
CLICK = {"event": "click", "category": ["weekly"]}
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
EVENTS = st.dictionaries(st.text(), st.recursive(SCALARS, st.lists, max_leaves=4), max_size=4).map(
    lambda more: {"event": "open", **more}
)


def split(text: bytes | str) -> list[Found]:
    raw = text.encode() if isinstance(text, str) else text
    return list(split_events(raw.splitlines(keepends=True) if raw else []))


def values(text: bytes | str) -> list[Any]:
    return [found.value for found in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"{json.dumps(OPEN)}\n{json.dumps(CLICK)}\n",
        f"{json.dumps(OPEN)}\r\n\r\n{json.dumps(CLICK)}",
        f"{json.dumps([OPEN])}\n{json.dumps([CLICK])}\n",
        json.dumps([OPEN, CLICK]),
        json.dumps([OPEN, CLICK], indent=4),
        json.dumps([OPEN], indent=1) + "\n" + json.dumps([CLICK], indent=1),
        json.dumps(OPEN, indent=2) + "\n" + json.dumps(CLICK, indent=2),
        f"[{json.dumps(OPEN)},\r\n{json.dumps(CLICK)}]\r\n",
        f"[{json.dumps(OPEN)}\r\n,{json.dumps(CLICK)}\r\n]\r\n",
        f"[{json.dumps(OPEN)}\r\n]\r\n[\r\n{json.dumps(CLICK)}]\r\n",
        f"\ufeff{json.dumps(OPEN)}\n[{json.dumps(CLICK)}\n]",
    ],
)
def test_every_form_holds_the_same_events(text: str) -> None:
    assert values(text) == [OPEN, CLICK]


@pytest.mark.parametrize("text", ["", "\n\n", "[]", "[\n]\n", "[]\n[]\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert values(text) == []


def test_places() -> None:
    text = f"[{json.dumps(OPEN)}, 1]\n" + json.dumps([CLICK], indent=1) + "\n{nonsense}\n"

    assert [found.place for found in split(text)] == [
        "line 1, event 1", "line 1, event 2", "line 3", "line 10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("torn", "faults"),
    [
        ('{"event": "op', 1),
        ('[{"event": "op', 1),
        ('[{"event": "open"},', 0),
        ("[" * 50_000, 1),
        ("{" * 50_000, 1),
        ('{"a":' * 5_000, 1),
        ("}}}}", 1),
        (
            '{"event": "x", "email": "\ud800"}'.encode("utf-8", "surrogatepass").decode("latin-1"),
            0,
        ),
        ("email,name", 1),
        ('{"event": NaN}', 1),
        ('{"event": "open", "n": 1e999999}', 1),
    ],
)
def test_a_torn_line_costs_no_other_event(torn: str, faults: int) -> None:
    before, after = json.dumps(OPEN), json.dumps(CLICK)

    found = values(f"{before}\n{torn}\n{after}\n{before}\n")

    bad = [value for value in found if isinstance(value, Bad)]
    good = [value for value in found if value in (OPEN, CLICK)]
    assert good == [OPEN, CLICK, OPEN]
    assert bad == [Bad("it is no JSON")] * faults


def test_an_array_that_is_cut_off_is_one_fault() -> None:
    text = json.dumps([OPEN, CLICK, OPEN], indent=2)

    assert values(text[:-60]) == [OPEN, CLICK, Bad("it is no JSON")]


def test_text_that_is_no_utf8_is_bad() -> None:
    assert values(b'{"event": "\xff"}\n') == [Bad("it is no JSON")]


def test_a_line_that_cannot_be_held() -> None:
    with pytest.raises(TooLargeError, match="2"):
        list(split_events([b"{}\n", b"x" * (MOST_BYTES + 1)]))


@pytest.mark.parametrize("unit", [b'"', b'\\"', b"{", b'{"', b"[", b",", b'"\\'])
def test_long_lines_of_anything_take_no_longer_than_they_are(unit: bytes) -> None:
    line = unit * (2_000_000 // len(unit))
    begin = time.process_time()

    list(split_events([line, b"{" + line[:900_000]]))

    assert time.process_time() - begin < 5


def test_an_event_that_never_ends_is_given_up() -> None:
    lines = [b"{\n", *repeat(b'"a": [\n', 160_000), orjson.dumps(OPEN)]

    found = [each.value for each in split_events(lines)]

    assert found[-1] == OPEN
    assert found[0] == Bad("it is no JSON")


def test_memory_stays_flat() -> None:
    def lines(count: int) -> Iterator[bytes]:
        yield b"["
        for _ in range(count):
            yield from (b"{\n", b'"event": "open",\n', b'"email": "anna@example.org"\n', b"},\n")

    def peak(count: int) -> int:
        tracemalloc.start()
        assert sum(1 for _ in split_events(lines(count))) == count
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(3_000) < peak(100) + 20_000


@given(st.lists(st.lists(EVENTS, max_size=3), max_size=4), st.integers(0, 3))
def test_property_no_event_is_lost_or_made(posts: list[list[Any]], form: int) -> None:
    wanted = [event for post in posts for event in post]
    text = {
        0: b"\n".join(orjson.dumps(event) for event in wanted),
        1: b"\n".join(orjson.dumps(post) for post in posts),
        2: b"\n".join(orjson.dumps(post, option=orjson.OPT_INDENT_2) for post in posts),
        3: b"".join(
            b"[" + b",\r\n".join(orjson.dumps(event) for event in post) + b"]\r\n"
            for post in posts
        ),
    }[form]

    assert [found.value for found in split_events(text.split(b"\n"))] == wanted


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",\\ \n:a1', max_size=80).map(str.encode))
def test_hostile_bytes_never_raise(text: bytes) -> None:
    for found in split_events(text.split(b"\n")):
        assert found.line >= 1
