import pytest

from digest.articles.article import Wishes
from digest.articles.fields import Fields
from digest.articles.reading_error import ReadingError
from digest.articles.wishes import wishes_of


def of(**values: object) -> Wishes:
    return wishes_of(Fields(values, {}))


def test_most_articles_wish_nothing() -> None:
    assert of() == Wishes()
    assert of(newsletter="true", digest="true") == Wishes()


@pytest.mark.parametrize(
    "values",
    [
        {"newsletter": "false"},
        {"newsletter": False},
        {"digest": "no"},
        {"digest": {"include": "false"}},
        {"newsletter": "false", "digest": {"include": "true"}},
    ],
)
def test_an_article_may_stay_at_home(values: dict[str, object]) -> None:
    assert of(**values).include is False


def test_an_article_may_be_pinned_placed_and_described() -> None:
    wishes = of(
        digest={"Pin": "2", "section": " Harbour ", "blurb": "A **fine** &amp; short text"}
    )

    assert wishes == Wishes(pin=2, section="Harbour", blurb="A fine & short text")


@pytest.mark.parametrize(
    ("pin", "place"), [("true", 1), (True, 1), (3, 3), ("false", None), ("", None), (None, None)]
)
def test_a_pin_is_a_place_or_a_yes(pin: object, place: int | None) -> None:
    assert of(digest={"pin": pin, "include": True}).pin == place


def test_fields_of_the_same_name_that_are_not_ours_change_nothing() -> None:
    assert of(digest="sha256:ab", newsletter="weekly") == Wishes()


@pytest.mark.parametrize(
    ("digest", "what", "remedy"),
    [
        (
            {"inclued": "false"},
            "digest has no 'inclued'",
            "Did you mean 'include'? Known are include, pin, section, blurb.",
        ),
        ({"pin": "soon"}, "digest.pin is no place: 'soon'", "Write `pin: 1`, `pin: 2` …"),
        ({"pin": "-1"}, "digest.pin is no place: '-1'", "Write `pin: 1`, `pin: 2` …"),
        ({"pin": "²"}, "digest.pin is no place: '²'", "Write `pin: 1`, `pin: 2` …"),
        (
            {"include": "perhaps"},
            "digest.include is neither true nor false",
            "Write `include: false`.",
        ),
        ({"blurb": ["a"]}, "digest.blurb is not one text", "Write digest.blurb on one line."),
    ],
)
def test_slips_in_our_own_mapping_are_errors(
    digest: dict[str, object], what: str, remedy: str
) -> None:
    with pytest.raises(ReadingError) as error:
        of(digest=digest)

    assert (error.value.what, error.value.remedy) == (what, remedy)
    assert error.value.field == "digest"
