"""The line of a key, in every way TOML lets one write it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.lines import find_line
from digest.config.mistake import Place, key_name

TEXT = '''# A comment with [brackets], "quotes" and it's fine.
title = "a # no comment"
[a.b]   # named before its parent
one = 1
[a]
"quoted key" = [
  1, # ] no end
  "]",
  [2],
]
two.three = { x = 1, y = [1, 2] }
long = """
[not.a.table]
key = "no key" \\""" still
"""
raw = \'\'\'
[nor.this]\'\'\'\'
last = 'C:\\'

[[list]]
name = 1
[list.sub]
x = 1
[[list.deep]]
y = 1

[[list]]
name = 2
[[list.deep]]
y = 2
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("a", "b"), 3),
        (("a", "b", "one"), 4),
        (("a",), 5),
        (("a", "quoted key"), 6),
        (("a", "quoted key", 2), 6),
        (("a", "two"), 11),
        (("a", "two", "three"), 11),
        (("a", "two", "three", "x"), 11),
        (("a", "long"), 12),
        (("a", "raw"), 16),
        (("a", "last"), 18),
        (("list",), 20),
        (("list", 0), 20),
        (("list", 0, "name"), 21),
        (("list", 0, "sub", "x"), 23),
        (("list", 0, "deep", 0, "y"), 25),
        (("list", 1), 27),
        (("list", 1, "name"), 28),
        (("list", 1, "deep", 0, "y"), 30),
        (("a", "missing"), 5),
        (("not",), None),
        (("nor",), None),
        ((), None),
    ],
)
def test_key_is_found_on_its_line(place: Place, line: int | None) -> None:
    tomllib.loads(TEXT)

    assert find_line(TEXT, place) == line
    assert find_line(TEXT.replace("\n", "\r\n"), place) == line


def test_very_deep_key_is_found_without_delay() -> None:
    assert find_line(".".join("a" * 2_000) + " = 1", ("a", "a")) == 1


STRINGS = st.sampled_from(
    [
        *("1", "true", '"x"', "'x'", '"""\n[x]\ny = 1\n"""', "'''\n#'''", '"#"', "'['"),
        *('["a", # ]\n"]"]', "[[1],\n[2]]", "{ a = 1 }", '""', "''", '"\\""', "2026-08-10"),
    ]
)


@given(
    st.lists(
        st.tuples(st.text(max_size=3), STRINGS, st.sampled_from(["", " # it's [", "\n\n#"])),
        max_size=8,
        unique_by=lambda each: each[0],
    )
)
def test_property_line_holds_the_key(entries: list[tuple[str, str, str]]) -> None:
    """Whatever stands around it, the line that is named begins with the key."""
    # Control characters must be escaped in TOML; key_name does that only for messages.
    entries = [each for each in entries if each[0].isprintable()]
    text = "[t]\n" + "".join(f"{key_name(k)} = {value}{end}\n" for k, value, end in entries)

    for key, _, _ in entries:
        line = find_line(text, ("t", key))
        assert line is not None
        assert text.split("\n")[line - 1].startswith(f"{key_name(key)} = ")
