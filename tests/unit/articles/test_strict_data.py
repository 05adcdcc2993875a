import time

import pytest

from digest.articles.reading_error import ReadingError
from digest.articles.strict_data import check_values, load_json, load_toml


def test_numbers_of_json_stay_as_written() -> None:
    assert load_json('{"a": 1.50, "b": 007}'.replace("007", "7"), 1) == {"a": "1.50", "b": "7"}


def test_json_keeps_booleans_null_and_nesting() -> None:
    assert load_json('{"a": [true, null, {"b": "c"}]}') == {"a": [True, None, {"b": "c"}]}


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ('{"a": 1,\n"a": 2}', "has field 'a' twice", 2),
        ('{"a": 1,\n"b" 2}', "is not JSON: Expecting ':' delimiter", 3),
        ("[1]", "is no JSON object", 2),
        ('{"a": "\\ud800"}', "half of a surrogate pair", 2),
        ('{"\\udc00": "a"}', "half of a surrogate pair", 2),
        ('{"a": ' + "[" * 5_000, "nested more than 20 deep", 2),
        ('{"a": ' + "[" * 30 + "]" * 30 + "}", "nested more than 20 deep", 2),
    ],
)
def test_broken_json_is_an_error(text: str, what: str, line: int) -> None:
    with pytest.raises(ReadingError) as error:
        load_json(text, 2)

    assert what in error.value.what
    assert error.value.line == line


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ('a = "x"\na = "y"', "Cannot overwrite a value", 3),
        ("a = 1\nb = = 2", "is not TOML: Invalid value", 3),
        ("a = 2026-02-30", "is not TOML", 2),
        ("a = " + "[" * 5_000, "nested more than 20 deep", 2),
        ("a = " + "[" * 30 + "]" * 30, "nested more than 20 deep", 2),
        ("a." * 25 + "b = 1", "nested more than 20 deep", 2),
        ("a = 99999999999999999999", "more than 64 bits", 2),
        ("a = " + "9" * 5_000, "is not TOML", 2),
        ("a = 0x" + "f" * 5_000, "more than 64 bits", 2),
    ],
)
def test_broken_toml_is_an_error(text: str, what: str, line: int) -> None:
    with pytest.raises(ReadingError) as error:
        load_toml(text, 2)

    assert what in error.value.what
    assert error.value.line == line


def test_a_dotted_key_of_thousands_of_parts_is_refused_at_once() -> None:
    started = time.process_time()

    with pytest.raises(ReadingError, match="nested"):
        load_toml("a." * 30_000 + "a = 1")
    with pytest.raises(ReadingError, match="nested"):
        load_toml("x = {" + "'a' . " * 10_000 + "a = 1}")

    assert time.process_time() - started < 1


def test_a_sentence_of_many_dots_is_no_dotted_key() -> None:
    assert load_toml('a = "One. Two. Three..... ' + "x" * 60_000 + '"')


def test_values_at_the_limit_of_depth_pass() -> None:
    value: object = "deep"
    for _ in range(19):
        value = [value]

    check_values({"a": value}, 1)
    with pytest.raises(ReadingError):
        check_values({"a": [value]}, 1)
