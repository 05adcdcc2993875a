"""Every article of the folder with its state. Reads the content folder."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.articles.article import Article, BadFile, Visibility
from digest.articles.folder import begin_reading
from digest.config.settings import Config
from digest.runs.choose import Tick, parse_as_of, recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the folder holds, newest first."""

    articles: tuple[Article, ...]
    bad: tuple[BadFile, ...]
    unsupported: tuple[str, ...]


def list_articles(
    config: Config,
    *,
    since: str = "",
    until: str = "",
    categories: tuple[str, ...] = (),
    tick: Tick | None = None,
) -> Listing:
    """Read every file whole and return those asked for.

    Args:
        config: the publisher's settings.
        since: first day, `2026-08-10`; empty: no bound.
        until: last day, inclusive; empty: no bound.
        categories: any of these, in any case; empty: all.
        tick: told how many files of how many have been read.

    Raises:
        NotFoundError: a day is no date, or there is no folder.
    """
    zone = ZoneInfo(config.site.timezone)
    first = f"{parse_as_of(since, zone, '--since'):%Y-%m-%d}" if since else ""
    last = f"{parse_as_of(until, zone, '--until'):%Y-%m-%d}" if until else "9999-12-31"
    rules, _ = recognised(config)
    contents = begin_reading(config.content.path, rules, None).contents(tick=tick)
    wanted = {category.casefold() for category in categories}
    articles = [
        article
        for article in contents.articles
        if first <= f"{article.published_at:%Y-%m-%d}" <= last
        and (not wanted or wanted & {name.casefold() for name in article.categories})
    ]
    articles.sort(key=lambda one: (-one.published_at.timestamp(), one.path))
    return Listing(articles=tuple(articles), bad=contents.bad, unsupported=contents.unsupported)


def state_of(article: Article, now: datetime) -> str:
    """Return `public`, or why readers cannot see the article now."""
    if article.visibility is not Visibility.PUBLIC:
        return str(article.visibility.value)
    if article.published_at.timestamp() > now.timestamp():
        return "future"
    if article.expires_at and article.expires_at.timestamp() <= now.timestamp():
        return "expired"
    return "public"
