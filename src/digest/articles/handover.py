"""Articles on their way from one process to another: values that `marshal` carries. Pure.

`pickle` would carry articles as they are, but takes longer to import than to use.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from digest.articles.article import Article, BodyFormat, Visibility, Wishes
from digest.record import values_of

#: The fields of an article, those of kinds of our own as plain values.
Packed = Mapping[str, object]
_MOMENTS = ("published_at", "expires_at")


def packed(article: Article, zone: ZoneInfo) -> Packed | None:
    """Return what `unpacked` makes the same article of; None: its dates are not of `zone`."""
    moments = (article.published_at, article.expires_at)
    if any(moment is not None and moment.tzinfo is not zone for moment in moments):
        return None
    values = values_of(article)
    values["published_at"], values["expires_at"] = (
        moment and _clock(moment) for moment in moments
    )
    values["visibility"] = article.visibility.value
    values["body_format"] = article.body_format.value
    values["wishes"] = values_of(article.wishes)
    return values


def unpacked(packed_article: Packed, zone: ZoneInfo) -> Article:
    """Return the article again, its dates in `zone`."""
    values: dict[str, Any] = dict(packed_article)
    for name in _MOMENTS:
        if values.get(name) is not None:
            values[name] = _moment(values[name], zone)
    values["visibility"] = Visibility(values["visibility"])
    values["body_format"] = BodyFormat(values["body_format"])
    values["wishes"] = Wishes(**values["wishes"])
    return Article(**values)


def _clock(moment: datetime) -> tuple[int, ...]:
    day = moment.year, moment.month, moment.day
    return *day, moment.hour, moment.minute, moment.second, moment.microsecond, moment.fold


def _moment(clock: tuple[int, ...], zone: ZoneInfo) -> datetime:
    *parts, fold = clock
    year, month, day, hour, minute, second, microsecond = parts
    return datetime(year, month, day, hour, minute, second, microsecond, zone, fold=fold)
