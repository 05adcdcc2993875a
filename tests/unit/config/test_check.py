"""A table and a dataclass make a value or a list of mistakes, never a traceback."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from types import MappingProxyType
from typing import Annotated, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.config.check import check_document
from digest.config.issue_file import IssueFile
from digest.config.mistake import Mistake, place_name, shown
from digest.config.settings import Config
from digest.config.table import Table
from digest.config.values import Line, between, check_distinct


class Fruit(Enum):
    APPLE = "apple"
    PEAR = "pear"


class Box(Table, kw_only=True):
    title: Line
    many: Annotated[int, between(1, 9)] | None = None


class Shop(Table, kw_only=True):
    _at_least = MappingProxyType({"most": "least"})

    name: Line
    fruit: Fruit = Fruit.APPLE
    least: int = 2
    most: int = 5
    words: Annotated[tuple[Line, ...], check_distinct] = ()
    boxes: tuple[Box, ...] = ()
    prices: Mapping[Line, int] = MappingProxyType({})
    first: Box = Box(title="first")
    folder: str


def check(**keys: object) -> Shop | list[Mistake]:
    return check_document({"name": "Corner", **keys}, Shop, given={"folder": "/srv"})


def told(**keys: object) -> list[str]:
    mistakes = check(**keys)
    assert isinstance(mistakes, list)
    return [f"{place_name(each.place, is_table=each.is_table)}: {each.what}" for each in mistakes]


class TestCheckDocument:
    def test_defaults_stand_where_the_file_is_silent(self) -> None:
        assert check() == Shop(name="Corner", folder="/srv")

    def test_every_kind_of_value_is_read(self) -> None:
        shop = check(
            fruit="pear",
            least=3,
            most=3,
            words=["a", "b"],
            boxes=[{"title": "x", "many": 9}, {"title": "y"}],
            prices={"apple": 3},
            first={"title": "one"},
        )

        assert shop == Shop(
            name="Corner",
            fruit=Fruit.PEAR,
            least=3,
            most=3,
            words=("a", "b"),
            boxes=(Box(title="x", many=9), Box(title="y")),
            prices={"apple": 3},
            first=Box(title="one"),
            folder="/srv",
        )

    def test_given_fields_are_no_keys_of_the_file(self) -> None:
        assert told(folder="elsewhere") == ["folder: is not known here"]

    def test_mistakes_come_together(self) -> None:
        mistakes = told(
            fruit="plum",
            least=True,
            words="a",
            boxes=[{"many": 0}, "y", {"title": 1}],
            prices={" ": 1, "apple": "dear"},
            first=[],
        )

        assert mistakes == [
            'fruit: "plum" is not one of the words known here',
            "least: true is not a whole number",
            'words: "a" is not a list',
            "[[boxes]] no. 1 title: is missing".replace("1 title", "1, title"),
            "[[boxes]] no. 1, many: 0 is not between 1 and 9",
            'boxes, no. 2: "y" is not a table',
            "[[boxes]] no. 3, title: 1 is not text",
            '[prices] " ": " " is empty',
            '[prices] apple: "dear" is not a whole number',
            "first: [] is not a table",
        ]

    def test_numbers_are_compared_only_when_both_are_sound(self) -> None:
        assert told(most=1) == ["most: 1 is below least, which is 2"]
        assert told(least=9) == ["most: 5, the default, is below least, which is 9"]
        assert told(least="9", most=1) == ['least: "9" is not a whole number']

    def test_one_unsound_part_does_not_hide_the_next(self) -> None:
        assert told(words=["a", 1, "A"]) == [
            "words, no. 2: 1 is not text",
            'words, no. 3: "A" stands in this list twice',
        ]

    def test_unsound_part_makes_no_mistakes_elsewhere(self) -> None:
        """A section whose categories cannot be read is not one that takes all the rest."""
        sections = [{"title": "News", "categories": [5]}, {"title": "Rest"}]
        document = {"newsletters": {"weekly": {"title": "x", "sections": sections}}}

        mistakes = check_document(document, Config, given=GIVEN[Config])

        assert isinstance(mistakes, list)
        assert [each.what for each in mistakes if each.place[0] == "newsletters"] == [
            "5 is not text"
        ]

    def test_misspelt_key_is_read_as_what_was_meant(self) -> None:
        assert told(Most="many") == [
            "Most: is not known here",
            'Most: "many" is not a whole number',
        ]

    def test_misspelt_key_beside_the_right_one_is_only_reported(self) -> None:
        assert told(most=7, Most="many") == ["Most: is not known here"]

    def test_misspelt_required_key_is_not_missing_too(self) -> None:
        mistakes = check_document({"nme": "Corner"}, Shop, given={"folder": ""})

        assert mistakes == [
            Mistake(
                ("nme",),
                "is not known here",
                "Did you mean 'name'? Known here: name, fruit, least, most, words, boxes, "
                "prices, first.",
            )
        ]

    def test_missing_number_is_asked_for_as_a_number(self) -> None:
        class Count(Table, kw_only=True):
            many: int

        assert check_document({}, Count, given={}) == [
            Mistake(("many",), "is missing", "Add a line at the top: many = 10")
        ]


#: Everything `tomllib` can return.
SCALARS = st.one_of(
    st.text(max_size=8),
    st.text(st.characters(categories=["Cc", "Cf", "Cs"]), max_size=3),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.dates(),
    st.times(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
#: Values that come near to sound ones, so that the depths are reached.
KEYS = st.sampled_from(
    [
        *("site", "content", "newsletters", "weekly", "sections", "title", "categories", "tags"),
        *("name", "base_url", "timezone", "path", "subject", "limit", "max_articles", "window"),
        *("default_covers", "colours", "accent", "boilerplate", "breaking", "sender", "email"),
        *("pin", "move", "blurb", "exclude", "intro", "api_key", "Title", "max-articles", "order"),
    ]
)
NEAR = st.recursive(
    st.sampled_from(["x", "Europe/Berlin", "https://a.example", "week", "ranked", 3, "", "#fff"])
    | SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
GIVEN: Mapping[type, Mapping[str, object]] = {
    Config: {"folder": "", "path": ""},
    IssueFile: {"path": ""},
}


@pytest.mark.parametrize("schema", GIVEN)
class TestAnyDocument:
    @given(document=st.dictionaries(KEYS, NEAR, max_size=5) | st.dictionaries(KEYS, VALUES))
    @example(document={"site": {"base_url": "https://[", "timezone": "../../etc/passwd"}})
    @example(document={"newsletters": {"weekly": {"sections": [{}, {"title": "x"}]}}})
    @example(document={"site": [[[[[[]]]]]]})
    def test_property_any_document_is_a_value_or_mistakes(
        self, schema: type, document: dict[str, Any]
    ) -> None:
        checked = check_document(document, schema, given=GIVEN[schema])

        if not isinstance(checked, list):
            assert isinstance(checked, schema)
            return
        assert checked
        for mistake in checked:
            assert place_name(mistake.place, is_table=mistake.is_table)
            text = mistake.what + mistake.remedy
            assert text.isprintable()
            text.encode()

    @given(value=VALUES | NEAR)
    def test_property_any_value_can_be_shown(self, schema: type, value: object) -> None:
        text = shown(value)

        assert text.isprintable()
        assert len(text) < 700


def test_values_of_every_type_are_shown_as_toml_spells_them() -> None:
    assert shown(value=True) == "true"
    assert shown(math.inf) == "inf"
    assert shown('say "hi" \\') == r'"say \"hi\" \\"'
    assert shown(date(2026, 8, 10)) == "2026-08-10"
    assert shown(time(9, 30)) == "09:30:00"
    assert shown(datetime(2026, 8, 10, tzinfo=UTC)) == "2026-08-10T00:00:00+00:00"
    assert shown([1, [2], {"a": 1}, "b"]) == '[1, […], {…}, "b"]'
    assert shown({}) == "a table"
    assert shown(1 << 20_000) == "a number of thousands of digits"
    assert shown("x" * 99) == f'"{"x" * 59}…"'
    assert shown(object()) == "a object"


def test_secrets_in_values_are_not_shown() -> None:
    assert shown("https://user:p/w@example.org/x") == '"https://…@example.org/x"'
    assert shown("SG.abc-def.ghi_jkl") == '"SG.…"'
