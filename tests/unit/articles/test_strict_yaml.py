import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.articles.reading_error import ReadingError
from digest.articles.strict_data import MAX_DEPTH
from digest.articles.strict_yaml import load_yaml


@pytest.mark.parametrize(
    "written",
    [
        "No",
        "yes",
        "on",
        "0123",
        "12:30:45",
        "1_000",
        "2026-02-30",
        "1e3",
        ".inf",
        "0x1F",
        "Null's",
    ],
)
def test_a_scalar_stays_the_text_that_was_written(written: str) -> None:
    assert load_yaml(f"title: {written}") == {"title": written}


@pytest.mark.parametrize("written", ["", "~", "null", "NULL"])
def test_null_is_none_and_quoted_null_is_text(written: str) -> None:
    assert load_yaml(f"title: {written}") == {"title": None}
    assert load_yaml(f"title: '{written}'") == {"title": written}


def test_lists_and_mappings_hold_texts() -> None:
    text = "tags: [a, 1]\ncover:\n  image: x.png\n  sizes:\n    - 1\n    - {w: 2}\nempty: []"

    assert load_yaml(text) == {
        "tags": ["a", "1"],
        "cover": {"image": "x.png", "sizes": ["1", {"w": "2"}]},
        "empty": [],
    }


def test_folded_text_is_one_line() -> None:
    assert load_yaml("title: >-\n  One\n  two\n") == {"title": "One two"}


@pytest.mark.parametrize("nothing", ["", "\n\n", "# only a comment\n"])
def test_no_fields_are_an_empty_mapping(nothing: str) -> None:
    assert load_yaml(nothing) == {}


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("a: 1\nb: &x 2", "the front matter has anchor &x", 4),
        ("a: *x", "the front matter has alias *x", 3),
        ("a: 1\nb: 2\na: 3", "the front matter has field 'a' twice", 5),
        ("a:\n  b: 1\n  b: 2", "the front matter has field 'b' twice", 5),
        ("a: !!python/object:os.system x", "tag:yaml.org,2002:python/object:os.system", 3),
        ("a: !secret x", "the front matter has tag !secret", 3),
        ("- a\n- b", "the front matter is no list of fields", 3),
        ("just text", "the front matter is no list of fields", 3),
        ("? [a, b]\n: c", "the front matter has a field whose name is no text", 3),
        ('"": c', "the front matter has a field whose name is no text", 3),
        (": c", "did not find expected key", 3),
        ("title: C: the story", "mapping values are not allowed in this context", 3),
        ("a: 1\ntitle: @foo", "cannot start any token", 4),
        ("a: 1\ntitle: 'never closed\nb: 2", "found unexpected end of stream", 4),
        ("a: 1\n\tb: 2", "found a tab character", 4),
        ("a: [1, 2\nb: 3", "", 3),
        ("a: b\x07c", "a character that YAML forbids", 3),
        ("a: 1\n...\n---\nb: 2", "the front matter has a second document", 5),
    ],
)
def test_what_is_not_plain_yaml_is_an_error_with_its_line(text: str, what: str, line: int) -> None:
    with pytest.raises(ReadingError) as error:
        load_yaml(text, first_line=3)

    assert what in error.value.what
    assert abs(error.value.line - line) <= (1 if not what or "character" in what else 0)
    assert error.value.remedy.endswith(".")


def test_nesting_ends_at_the_limit() -> None:
    fits = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    too_deep = "a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH

    assert load_yaml(fits)
    with pytest.raises(ReadingError, match="nested more than 20 deep"):
        load_yaml(too_deep)


def test_a_very_deep_nest_is_refused_without_recursion() -> None:
    with pytest.raises(ReadingError):
        load_yaml("a: " + "[" * 60_000)
    with pytest.raises(ReadingError):
        load_yaml("a: " + "{a: " * 15_000)


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abc", "bcd", strict=True)
    )

    with pytest.raises(ReadingError, match="anchor"):
        load_yaml(bomb)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_a_reading_error(text: str) -> None:
    assert isinstance(_loaded(text), dict | ReadingError)


def _loaded(text: str) -> object:
    try:
        return load_yaml(text)
    except ReadingError as error:
        return error


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
        st.from_regex(r"[A-Za-z0-9:_. -]{1,20}", fullmatch=True),
    )
)
def test_quoted_values_come_back_as_written(values: dict[str, str]) -> None:
    text = "\n".join(f'{name}: "{value}"' for name, value in values.items())

    assert load_yaml(text) == values
