"""What a reading for a shorter span would have brought, out of one for a longer span. Pure.

Several issues are chosen out of one reading of the folder, each as if it had been read for it
alone: what recurs, and so what is filler, is told from the articles around its window.
"""

from collections.abc import Collection
from datetime import date, datetime

from digest.articles.article import Article
from digest.articles.contents import Contents
from digest.articles.folder import days_of
from digest.articles.reading import SAMPLE
from digest.record import replace


def nearby(
    contents: Contents, span: tuple[datetime, datetime], named: Collection[str] = ()
) -> Contents:
    """Return what `begin_reading` for `span` would bring, as far as `contents` holds it.

    Args:
        contents: of a span that holds this one.
        span: first moment and end, in the publisher's zone.
        named: paths that are read wherever they are dated.
    """
    first, last, before, after = days_of(span)
    near: list[Article] = []
    far: dict[str, list[Article]] = {}
    for article in contents.articles:
        day = f"{article.published_at:%Y-%m-%d}"
        bounds = (before, after) if article.has_time else (first, last)
        if article.path in named or bounds[0] <= day <= bounds[1]:
            near.append(article)
        else:
            far.setdefault(day, []).append(article)
    near += _take_sample(
        far, (date.fromisoformat(first), date.fromisoformat(last)), SAMPLE - len(near)
    )
    outside = {day: list(paths) for day, paths in contents.outside.items()}
    for day, articles in far.items():
        outside.setdefault(day, []).extend(article.path for article in articles)
    return replace(
        contents,
        articles=tuple(sorted(near, key=lambda one: one.path)),
        outside={day: tuple(sorted(paths)) for day, paths in outside.items() if paths},
    )


def _take_sample(
    far: dict[str, list[Article]], days: tuple[date, date], size: int
) -> list[Article]:
    """Move the articles dated nearest to `days` out of `far`; at most `size`."""

    def distance(day: str) -> tuple[int, str]:
        on = date.fromisoformat(day)
        return max((days[0] - on).days, (on - days[1]).days), day

    sample: list[Article] = []
    for day in sorted(far, key=distance) if size > 0 else ():
        room = size - len(sample)
        if room <= 0:
            break
        there = sorted(far[day], key=lambda one: one.path)
        sample += there[:room]
        far[day] = there[room:]
    return sample
