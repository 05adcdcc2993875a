"""When an article appeared and when it stops being public, from all its dates. Pure."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from digest.articles.dates import Moment, first_instant, parse_moment, path_date, path_moment
from digest.articles.fields import DATE, EXPIRY, Fields, text_of, truth_of
from digest.articles.reading_error import ReadingError
from digest.articles.settings import Generator, ReadingRules

#: Nikola takes no date from a file's name (facts §4.3).
_NO_PATH_DATE = frozenset({Generator.NIKOLA})


def published(fields: Fields, path: str, rules: ReadingRules) -> Moment | None:
    """Return when readers could first see the article; None: nothing says so.

    The front matter's first date wins, then the date in the path. A later `publishDate` beside
    a `date` holds the article back until then (Hugo).

    Raises:
        ReadingError: a date of the front matter is broken.
    """
    moments: list[Moment] = []
    for found in fields.all(DATE):
        # `published` is a date in Hugo and a boolean in Jekyll and Hexo.
        if found.name == "published" and truth_of(found.value) is not None:
            continue
        # Only what may count is read: a broken date further down changes nothing.
        if moments and found.name != "publishdate":
            continue
        moment = parse_moment(found, rules.zone)
        if moment is not None:
            moments.append(moment)
    if moments:
        return max(moments, key=_instant)
    if rules.generator is Generator.HUGO and (moment := path_moment(path, rules.zone)):
        return moment
    day = published_on(path, rules.generator)
    return Moment(first_instant(day, rules.zone), has_time=False) if day else None


def published_on(path: str, generator: Generator) -> date | None:
    """Return the day that a file's path names."""
    if generator in _NO_PATH_DATE:
        return None
    return path_date(
        path,
        anywhere=generator is Generator.ELEVENTY,
        short_years=generator is Generator.JEKYLL,
    )


def expires(fields: Fields, zone: ZoneInfo) -> Moment | None:
    """Return when the article stops being public; None: never.

    Raises:
        ReadingError: the date is broken.
    """
    found = fields.first(EXPIRY)
    # "9999-12-31" is how people write "never".
    if found is None or re.match(r"(?:2[2-9]|[3-9]\d)\d\d(?!\d)", text_of(found.value)):
        return None
    return parse_moment(found, zone)


def undated(fields: Fields) -> ReadingError:
    """Return what to tell the writer of an article that nothing dates."""
    found = fields.first(DATE)
    if found is not None and truth_of(found.value) is None:
        what = f"{found.name} names no fixed day: {text_of(found.value)[:60]!r}"
        return ReadingError(what=what, remedy="Write the day, as in 2025-07-21.", field=found.name)
    return ReadingError(
        what="the article has no date",
        remedy="Add `date: 2025-07-21`; a page that is no article gets `newsletter: false`.",
        line=1,
    )


def _instant(moment: Moment) -> float:
    return moment.at.timestamp()
