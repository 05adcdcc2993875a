import pytest

from digest.articles.article import Visibility
from digest.articles.fields import Fields
from digest.articles.reading_error import ReadingError
from digest.articles.settings import Generator
from digest.articles.visibility import is_about_repository, visibility_of


def of(
    values: dict[str, object], path: str = "posts/x.md", generator: Generator = Generator.PLAIN
) -> Visibility:
    return visibility_of(Fields(values, {}), path, generator)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"draft": "false"},
        {"draft": None},
        {"published": "true"},
        {"published": "2025-07-21"},
        {"status": "published"},
        {"status": "featured"},
        {"visibility": "public"},
        {"unlisted": "no"},
        {"permalink": "/x/"},
        {"render": "true"},
        {"build": {"list": "always", "render": "always"}},
        {"build": "x"},
        {"password": ""},
    ],
)
def test_articles_are_public_unless_something_keeps_them_back(values: dict[str, object]) -> None:
    assert of(values) is Visibility.PUBLIC


@pytest.mark.parametrize(
    "values",
    [
        {"draft": True},
        {"Draft": "yes"},
        {"published": False},
        {"published": "no"},
        {"status": "Draft"},
        {"status": "skip"},
        {"status": "future"},
        {"visibility": "draft"},
        {"params": {"draft": True}},
    ],
)
def test_drafts(values: dict[str, object]) -> None:
    assert of(values) is Visibility.DRAFT


@pytest.mark.parametrize(
    "values",
    [
        {"unlisted": "true"},
        {"hidden": "true"},
        {"headless": True},
        {"status": "hidden"},
        {"visibility": "unlisted"},
        {"build": {"list": "never"}},
        {"_build": {"list": "false"}},
        {"build": {"render": "never"}},
        {"render": False},
        {"permalink": False},
        {"eleventyExcludeFromCollections": "true"},
    ],
)
def test_unlisted_articles(values: dict[str, object]) -> None:
    assert of(values) is Visibility.UNLISTED


@pytest.mark.parametrize(
    "values",
    [
        {"status": "private"},
        {"visibility": "members"},
        {"visibility": "paid"},
        {"visibility": "something new"},
        {"password": "secret"},
        {"private": "true"},
        {"protected": True},
        {"draft": "false", "status": "private", "unlisted": "true"},
    ],
)
def test_private_articles(values: dict[str, object]) -> None:
    assert of(values) is Visibility.PRIVATE


def test_the_stronger_reason_is_named() -> None:
    assert of({"draft": True, "unlisted": True}) is Visibility.DRAFT
    assert of({"draft": True}, "_index.md") is Visibility.NOT_AN_ARTICLE


@pytest.mark.parametrize(
    ("path", "generator", "visibility"),
    [
        ("_drafts/x.md", Generator.PLAIN, Visibility.DRAFT),
        ("_drafts/x.md", Generator.JEKYLL, Visibility.DRAFT),
        ("a/_drafts/b/x.md", Generator.HEXO, Visibility.DRAFT),
        ("posts/_index.md", Generator.HUGO, Visibility.NOT_AN_ARTICLE),
        ("_index.fr.md", Generator.HUGO, Visibility.NOT_AN_ARTICLE),
        ("posts/index.md", Generator.HUGO, Visibility.PUBLIC),
        ("_part.md", Generator.PLAIN, Visibility.NOT_AN_ARTICLE),
        ("_includes/x.html", Generator.PLAIN, Visibility.NOT_AN_ARTICLE),
        ("_private/x.md", Generator.DOCUSAURUS, Visibility.NOT_AN_ARTICLE),
        ("_private/x.md", Generator.PLAIN, Visibility.PUBLIC),
        ("_posts/x.md", Generator.NEXT, Visibility.PUBLIC),
        ("_posts/2025-07-21-x.md", Generator.JEKYLL, Visibility.PUBLIC),
        ("_posts/x.md", Generator.JEKYLL, Visibility.NOT_AN_ARTICLE),
        ("x.md", Generator.JEKYLL, Visibility.NOT_AN_ARTICLE),
        ("2025-07-21-x.md", Generator.JEKYLL, Visibility.PUBLIC),
        ("_recipes/x.md", Generator.JEKYLL, Visibility.PUBLIC),
        ("x.md", Generator.HEXO, Visibility.PUBLIC),
    ],
)
def test_places_and_names_say_it_too(
    path: str, generator: Generator, visibility: Visibility
) -> None:
    assert of({}, path, generator) is visibility
    assert of({"status": "published"}, path, generator) is visibility


def test_what_says_neither_yes_nor_no_is_an_error() -> None:
    with pytest.raises(ReadingError, match="draft is neither true nor false: 'perhaps'"):
        of({"draft": "perhaps"})


def test_files_about_the_repository_are_known_by_name() -> None:
    assert is_about_repository("docs/README.md")
    assert is_about_repository("CHANGELOG")
    assert not is_about_repository("readme-first.md")
