import pytest

from digest.articles.fields import (
    COVER,
    DATE,
    SUMMARY,
    TAGS,
    TITLE,
    Fields,
    Found,
    address_in,
    listed,
    text_of,
    truth_of,
)
from digest.articles.reading_error import ReadingError


def of(values: dict[str, object], **defaults: object) -> Fields:
    return Fields(values, defaults)


@pytest.mark.parametrize("name", ["coverImage", "CoverImage", "cover_image", "cover-image"])
def test_names_ignore_case_hyphens_and_underscores(name: str) -> None:
    assert of({name: "x.png"}).text(COVER) == "x.png"


def test_the_first_alias_that_is_not_empty_wins() -> None:
    fields = of({"description": "third", "summary": "second", "excerpt": "", "subtitle": None})

    assert fields.text(SUMMARY) == "second"


def test_an_alias_may_be_a_field_of_a_mapping() -> None:
    assert of({"date": {"created": "2026-08-11"}}).first(("date.created",)) == Found(
        "date.created", "2026-08-11"
    )
    assert of({"cover": {"Alt_Text": "x"}}).first(("cover.alttext",)) is not None


@pytest.mark.parametrize("further", ["params", "extra", "taxonomies"])
def test_fields_below_params_extra_and_taxonomies_are_found(further: str) -> None:
    assert of({further: {"Tags": ["a"]}}).first(TAGS) == Found("tags", ["a"])
    assert of({"tags": ["top"], further: {"tags": ["a"]}}).first(TAGS) == Found("tags", ["top"])


def test_defaults_of_the_folder_serve_what_the_file_leaves_out() -> None:
    fields = of({"Title": "Own"}, title="Folder's", tags=["a"])

    assert fields.text(TITLE) == "Own"
    assert fields.first(TAGS) == Found("tags", ["a"])


def test_nothing_is_found_in_nothing() -> None:
    fields = of({})

    assert fields.first(DATE) is None
    assert fields.text(TITLE) == ""
    assert fields.line(TITLE) == ""
    assert fields.truth("draft") is None


@pytest.mark.parametrize(("value", "kind"), [(["a"], "list"), ({"a": "b"}, "mapping")])
def test_what_must_be_one_text_is_no_list_and_no_mapping(value: object, kind: str) -> None:
    with pytest.raises(ReadingError, match=f"title is a {kind}, not one text"):
        of({"title": value}).line(TITLE)


def test_elsewhere_a_list_gives_its_first_text() -> None:
    assert of({"excerpt": [None, "", "First", "Second"]}).text(SUMMARY) == "First"
    assert of({"excerpt": {"a": "b"}, "summary": "x"}).text(SUMMARY) == "x"


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (["a", " b ", "", None, "a"], ("a", "b")),
        ("a, b,, c", ("a", "b", "c")),
        ("Doe, J; Roe, R", ("Doe, J", "Roe, R")),
        ("one two", ("one two",)),
        ([["Sport", "Football"], "News"], ("Sport", "Football", "News")),
        ([{"label": "A", "permalink": "/a"}, {"name": "B"}], ("A", "B")),
        ({"name": "Jane", "picture": "j.png"}, ("Jane",)),
        ({"jane": {"name": "Jane"}, "joe": "x"}, ("Jane", "joe")),
        ([{"picture": "j.png"}], ()),
        ([2026, True, 1.5], ("2026", "true", "1.5")),
    ],
)
def test_lists_are_read_in_all_their_shapes(value: object, texts: tuple[str, ...]) -> None:
    assert listed(Found("tags", value)) == texts


def test_a_missing_list_is_empty() -> None:
    assert listed(None) == ()


def test_spaces_separate_only_plural_fields_of_jekyll() -> None:
    assert listed(Found("tags", "one two"), by_space=True) == ("one", "two")
    assert listed(Found("tags", "one two, three"), by_space=True) == ("one two", "three")
    assert listed(Found("category", "News Desk"), by_space=True) == ("News Desk",)


def test_a_comma_in_a_singular_field_is_a_comma() -> None:
    assert listed(Found("category", "Arts, Culture")) == ("Arts, Culture",)
    assert listed(Found("author", "Jane Doe, PhD")) == ("Jane Doe, PhD",)
    assert listed(Found("authors", "Jane, Joe")) == ("Jane", "Joe")


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (True, True),
        ("Yes", True),
        ("on", True),
        (1, True),
        (False, False),
        ("No", False),
        ("0", False),
        ("2026-08-11", None),
        (["true"], None),
        (None, None),
    ],
)
def test_yes_and_no_are_understood(value: object, answer: object) -> None:
    assert truth_of(value) is answer


def test_a_yes_or_no_field_that_says_neither_is_an_error() -> None:
    with pytest.raises(ReadingError, match="draft is neither true nor false: 'maybe'"):
        of({"draft": "maybe"}).truth("draft")


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("x.png", "x.png"),
        (["", "a.png", "b.png"], "a.png"),
        ({"url": "u.png", "alt": "x"}, "u.png"),
        ({"Image": "i.png"}, "i.png"),
        ([{"src": "s.png"}], "s.png"),
        ({"alt": "x"}, ""),
        (5, ""),
        (None, ""),
    ],
)
def test_an_address_is_found_in_every_shape(value: object, address: str) -> None:
    assert address_in(value) == address


def test_the_text_of_a_mapping_is_empty() -> None:
    assert text_of({"a": "b"}) == ""
    assert text_of([[], ["x"]]) == "x"


@pytest.mark.parametrize(
    ("own", "default"),
    [
        ({"authors": ["Jo"]}, {"author": "Folder"}),
        ({"description": "Own."}, {"excerpt": "Folder's."}),
        ({"image": "own.png"}, {"cover": "folder.png"}),
        ({"image": "own.png"}, {"coverAlt": "The folder's picture"}),
        ({"taxonomies": {"categories": ["own"]}}, {"category": "folder"}),
        ({"params": {"draft": "false"}}, {"draft": "true"}),
        ({"author": ""}, {"author": "Folder"}),
    ],
)
def test_a_file_has_its_word_under_any_name_of_a_field(
    own: dict[str, object], default: dict[str, object]
) -> None:
    assert of(own, **default).values == of(own).values


def test_defaults_may_have_further_fields() -> None:
    assert of({"title": "x"}, params={"cover": "x.png"}).text(COVER) == "x.png"
    assert of({}, author="A", authors="B").values == {"author": "A", "authors": "B"}
