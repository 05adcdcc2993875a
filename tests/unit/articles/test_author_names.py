"""Keys of authors become their names; what is unknown stays as written."""

import pytest

from builders import make_article
from digest.articles.article import BadFile
from digest.articles.author_names import parse_authors, with_names

DOCUSAURUS = (
    b"jane:\n  name: Jane Doe\n  url: https://x.example\njo:\n  title: Pilot\nal: Al Ray\n"
)
MKDOCS = b"authors:\n  jane:\n    name: Jane Doe\n    avatar: x.png\n"


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (DOCUSAURUS, {"jane": "Jane Doe", "al": "Al Ray"}),
        (MKDOCS, {"jane": "Jane Doe"}),
        (b"", {}),
    ],
)
def test_both_forms_are_read(raw: bytes, names: dict[str, str]) -> None:
    assert parse_authors(raw, "authors.yml") == names


@pytest.mark.parametrize(
    ("raw", "where", "what"),
    [
        (b"a: b\njane: [\n", "a/authors.yml:3", "the file is not YAML"),
        (b"\xff", "a/authors.yml:1", "the file is not UTF-8"),
        (b"- jane\n", "a/authors.yml:1", "the file is no list of fields"),
        (b"#" * 1_000_001, "a/authors.yml", "the file is larger than 1 MB"),
    ],
)
def test_a_broken_file_is_a_problem(raw: bytes, where: str, what: str) -> None:
    found = parse_authors(raw, "a/authors.yml")

    assert isinstance(found, BadFile)
    assert found.path == "a/authors.yml"
    assert found.problem.where == where
    assert found.problem.what.startswith(what)


def test_names_take_the_place_of_keys() -> None:
    article = make_article(authors=("jane", "Jane Doe", "unknown"))

    assert with_names(article, {"jane": "Jane Doe"}).authors == ("Jane Doe", "unknown")
    assert with_names(article, {"jo": "Jo"}) is article
