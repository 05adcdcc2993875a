"""Articles a person names on the command line → articles. Reads the folder when it must."""

import os
from collections.abc import Sequence

from digest.articles.article import Article
from digest.articles.contents import Contents
from digest.articles.folder import begin_reading
from digest.config.issue_file import IssueFile
from digest.config.matching import match_articles
from digest.config.settings import Config
from digest.errors import NotFoundError, Problem
from digest.runs.choose import recognised


def below_content(config: Config, name: str) -> str:
    """Return the name of an article as the content folder has it.

    A shell completes the path from where one stands: `examples/articles/news/x.md`.
    """
    if "://" in name:
        return name
    inside = os.path.join(config.content.path, "")
    path = os.path.abspath(name)
    return path.removeprefix(inside) if path.startswith(inside) else name


def find_articles(
    config: Config, contents: Contents, names: Sequence[str], *, where: str
) -> list[Article]:
    """Return the articles of those names: path, file name, identity or URL.

    What has been read is looked at first, the whole folder only when a name is not in it.

    Raises:
        NotFoundError: a name fits no article, or several.
    """
    found = _match(contents, names, where)
    if isinstance(found, Problem):
        rules, _ = recognised(config)
        found = _match(begin_reading(config.content.path, rules, None).contents(), names, where)
    if isinstance(found, Problem):
        bad = [file for file in contents.bad if file.path in names]
        problem = bad[0].problem if bad else found
        raise NotFoundError(problem.what, where=problem.where, remedy=problem.remedy)
    return found


def _match(contents: Contents, names: Sequence[str], where: str) -> list[Article] | Problem:
    by_path = {article.path: article for article in contents.articles}
    found = []
    for name in names:
        decisions, warnings = match_articles(
            IssueFile(pin=(name,), path=where), contents.articles, ()
        )
        if warnings:
            return warnings[0]._replace(where=where)
        found.append(by_path[decisions.pin[0]])
    return found
