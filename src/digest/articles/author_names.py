"""The file of authors that articles name by a key: `authors: [jane]` → Jane Doe. Pure.

jane: {name: Jane Doe, …}               Docusaurus, authors.yml
authors: {jane: {name: Jane Doe, …}}    MkDocs Material, .authors.yml
"""

from collections.abc import Mapping

from digest.articles.article import Article, BadFile
from digest.articles.containers import decode
from digest.articles.fields import text_of
from digest.articles.identity import as_shown
from digest.articles.reading_error import ReadingError
from digest.articles.strict_yaml import load_yaml
from digest.errors import Problem
from digest.record import replace

#: Names of the file; the second ending is as common.
FILES = frozenset({"authors.yml", ".authors.yml", "authors.yaml", ".authors.yaml"})
#: A thousand authors with their biographies.
_MOST_BYTES = 1_000_000


def parse_authors(raw: bytes, path: str) -> Mapping[str, str] | BadFile:
    """Return key → name of a file of authors, or what is wrong with it. Never raises."""
    shown = as_shown(path)
    try:
        found = _load(raw)
    except ReadingError as error:
        where = f"{shown}:{error.line}" if error.line else shown
        what = as_shown(error.what).replace("the front matter", "the file")
        return BadFile(shown, Problem(where, what, error.remedy))
    inner = found.get("authors")
    authors = inner if isinstance(inner, Mapping) else found
    names = {
        key: text_of(author.get("name") if isinstance(author, Mapping) else author)
        for key, author in authors.items()
    }
    return {key: name for key, name in names.items() if name}


def _load(raw: bytes) -> Mapping[str, object]:
    if len(raw) > _MOST_BYTES:
        raise ReadingError(what="the file is larger than 1 MB", remedy="Keep only names in it.")
    return load_yaml(decode(raw))


def with_names(article: Article, names: Mapping[str, str]) -> Article:
    """Return the article with its authors' names for their keys; unknown ones stay as written."""
    authors = tuple(dict.fromkeys(names.get(author, author) for author in article.authors))
    return article if authors == article.authors else replace(article, authors=authors)
