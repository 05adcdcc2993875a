"""What became of the articles of a frozen issue since it was frozen. Reads the content folder."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from digest.articles.article import Article, Visibility
from digest.articles.folder import begin_reading
from digest.config.settings import Config
from digest.runs.apart import run_apart
from digest.runs.choose import recognised


class Change(NamedTuple):
    """What became of one article."""

    #: Path it had, and title.
    path: str
    title: str
    #: `is a draft now`, `has another title`.
    what: str
    #: Readers would find nothing behind its link.
    is_withdrawn: bool


def changes_since(config: Config, manifest: str, now: datetime) -> list[Change]:
    """Return what became of the articles of an issue, in its order.

    Args:
        config: the publisher's settings.
        manifest: `issue.json` of the frozen issue.
        now: the present moment, or that at which it goes out.

    Raises:
        DigestError: the content folder cannot be read.
    """
    stories = json.loads(manifest)["stories"]
    answer = run_apart(lambda: {"changes": list(_changes(config, stories, now))})
    return [Change(*change) for change in answer["changes"]]


def _changes(
    config: Config, stories: Sequence[Mapping[str, Any]], now: datetime
) -> Iterator[Change]:
    if not stories:
        return
    rules, _ = recognised(config)
    dates = [datetime.fromisoformat(story["published_at"]) for story in stories]
    span = (min(dates), max(dates) + timedelta(seconds=1))
    paths = tuple(story["path"] for story in stories)
    contents = begin_reading(config.content.path, rules, span).contents(paths)
    known = {article.identity: article for article in contents.articles}
    if not all(story["identity"] in known for story in stories):
        # A renamed article may have another date, too.
        contents = begin_reading(config.content.path, rules, None).contents()
        known = {article.identity: article for article in contents.articles}
    here = {article.path: article for article in contents.articles}
    bad = {one.path for one in contents.bad}
    for story in stories:
        article = known.get(story["identity"]) or here.get(story["path"])
        if article is None:
            what = "cannot be read any more" if story["path"] in bad else "is gone"
            yield Change(story["path"], story["title"], what, is_withdrawn=True)
            continue
        if what := _withdrawn(article, now):
            yield Change(story["path"], story["title"], what, is_withdrawn=True)
        elif what := _changed(article, story):
            yield Change(story["path"], story["title"], what, is_withdrawn=False)


def _withdrawn(article: Article, now: datetime) -> str:
    """Return why readers would not find an article at `now`, or ""."""
    if article.visibility is not Visibility.PUBLIC:
        return f"is {article.visibility.value} now"
    if article.expires_at is not None and article.expires_at.timestamp() <= now.timestamp():
        return "has expired"
    if article.published_at.timestamp() > now.timestamp():
        return f"is dated {article.published_at:%Y-%m-%d %H:%M} now"
    return ""


def _changed(article: Article, story: Mapping[str, Any]) -> str:
    """Return what else is new about an article, or ""."""
    was = {
        "title": (story["title"], article.title),
        "text": (story["fingerprint"], article.fingerprint),
        "address": (story["url"], article.url),
    }
    changed = [name for name, (before, after) in was.items() if before != after]
    return f"has another {' and '.join(changed)}" if changed else ""
