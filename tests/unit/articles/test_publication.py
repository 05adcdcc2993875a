from datetime import date, datetime

import pytest

from builders import BERLIN, make_reading_rules
from digest.articles.fields import Fields
from digest.articles.publication import expires, published, published_on, undated
from digest.articles.reading_error import ReadingError
from digest.articles.settings import Generator


def day_of(values: dict[str, object], path: str = "x.md", **rules: object) -> date | None:
    found = published(Fields(values, {}), path, make_reading_rules(**rules))
    return found.at.date() if found else None


@pytest.mark.parametrize(
    "name",
    [
        "date",
        "Date",
        "publishDate",
        "pubDate",
        "published",
        "published_date",
        "created",
        "createdAt",
        "published_at",
        "datePublished",
        "article:published_time",
    ],
)
def test_a_date_is_found_under_every_name(name: str) -> None:
    assert day_of({name: "2025-07-21"}) == date(2025, 7, 21)


def test_the_dates_of_mkdocs_are_a_mapping() -> None:
    assert day_of({"date": {"created": "2025-07-21"}}) == date(2025, 7, 21)


@pytest.mark.parametrize("boolean", [True, False, "true", "no"])
def test_published_may_be_a_boolean(boolean: object) -> None:
    assert day_of({"published": boolean, "created": "2025-07-21"}) == date(2025, 7, 21)
    assert day_of({"published": boolean}) is None


def test_a_later_publish_date_holds_an_article_back() -> None:
    assert day_of({"date": "2025-07-01", "publishDate": "2025-07-21"}) == date(2025, 7, 21)
    assert day_of({"date": "2025-07-21", "publishDate": "2025-07-01"}) == date(2025, 7, 21)


def test_the_first_name_wins_and_further_dates_are_not_read() -> None:
    assert day_of({"created": "never", "date": "2025-07-21"}) == date(2025, 7, 21)


def test_the_path_dates_what_the_front_matter_does_not() -> None:
    assert day_of({}, "2025-07-21-x.md") == date(2025, 7, 21)
    assert day_of({"date": "last-modified"}, "2025-07-21-x.md") == date(2025, 7, 21)
    assert day_of({"date": "2025-07-22"}, "2025-07-21-x.md") == date(2025, 7, 22)
    assert day_of({}, "x.md") is None


def test_generators_differ_about_dates_in_paths() -> None:
    assert published_on("2025-07-21-x.md", Generator.NIKOLA) is None
    assert published_on("x-2025-07-21.md", Generator.ELEVENTY) == date(2025, 7, 21)
    assert published_on("x-2025-07-21.md", Generator.HUGO) is None


def test_a_broken_date_is_an_error_whatever_the_path_says() -> None:
    with pytest.raises(ReadingError, match="2026-02-30"):
        day_of({"date": "2026-02-30"}, "2025-07-21-x.md")


@pytest.mark.parametrize("name", ["expiryDate", "unpublishdate", "expires"])
def test_an_expiry_is_found(name: str) -> None:
    found = expires(Fields({name: "2025-08-01"}, {}), BERLIN)

    assert found is not None
    assert found.at == datetime(2025, 8, 1, tzinfo=BERLIN)


@pytest.mark.parametrize("never", ["9999-12-31", date(9999, 12, 31), "2999-01-01T00:00:00Z", ""])
def test_an_expiry_far_away_is_never(never: object) -> None:
    assert expires(Fields({"expiryDate": never}, {}), BERLIN) is None


def test_an_expiry_that_is_no_date_is_an_error() -> None:
    with pytest.raises(ReadingError, match="expirydate is no date we can use: 'later'"):
        expires(Fields({"expiryDate": "later"}, {}), BERLIN)


def test_what_is_missing_is_said() -> None:
    nothing, dynamic = undated(Fields({}, {})), undated(Fields({"date": "today"}, {}))

    assert nothing.what == "the article has no date"
    assert "newsletter: false" in nothing.remedy
    assert dynamic.what == "date names no fixed day: 'today'"
    assert dynamic.field == "date"


def test_jekyll_reads_years_of_two_digits() -> None:
    assert published_on("25-07-21-x.md", Generator.JEKYLL) == date(2025, 7, 21)
    assert published_on("25-07-21-x.md", Generator.HUGO) is None


def test_hugo_reads_a_time_in_the_name() -> None:
    path = "2025-07-21-14-30-00-x.md"
    found = published(Fields({}, {}), path, make_reading_rules(generator=Generator.HUGO))
    other = published(Fields({}, {}), path, make_reading_rules())

    assert found == (datetime(2025, 7, 21, 14, 30, tzinfo=BERLIN), True)
    assert other == (datetime(2025, 7, 21, tzinfo=BERLIN), False)
