"""Begins to read the publisher's folder, and brings back what it holds. Reads the disk.

The look at the heads (`scan.py`) begins here, before anything that parses is imported: a child
looks while this process imports. What is found is read in `reading.py`.
"""

import os
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.articles.head import Days
from digest.articles.scan import Scan, begin_scan
from digest.articles.settings import ReadingRules
from digest.errors import NotFoundError

if TYPE_CHECKING:
    from digest.articles.contents import Contents

#: A day written in one zone is the day before or after in another; where the zones may be more
#: than 24 hours apart (UTC-12 to UTC+14), it is two days.
_MARGIN, _WIDE_MARGIN = timedelta(days=1), timedelta(days=2)
_FAR_FROM_UTC = timedelta(hours=10)


def begin_reading(
    folder: str, rules: ReadingRules, span: tuple[datetime, datetime] | None
) -> "Reading":
    """Start to read `folder` beside the caller's own work (see `begin_scan`).

    Args:
        folder: path of the content folder.
        rules: how files become articles.
        span: first moment and end of what is asked for; None: every file is read whole.

    Raises:
        NotFoundError: there is no such folder, or it cannot be listed.
    """
    try:
        os.close(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except OSError as error:
        raise _no_folder(folder, error) from error
    days = None
    if span:
        start, end = (_local(moment, rules.zone) for moment in span)
        days = days_of((start, end))
    return Reading(folder, rules, days, begin_scan(folder, days))


class Reading:
    """A folder that is being read."""

    def __init__(
        self, folder: str, rules: ReadingRules, days: Days | None, scanned: Callable[[], Scan]
    ) -> None:
        self._folder = folder
        self._rules = rules
        self._days = days
        self._scanned = scanned

    def contents(
        self, wanted: Collection[str] = (), tick: Callable[[int, int], object] | None = None
    ) -> "Contents":
        """Wait for the look at the heads, read what it asks for, and return everything.

        Args:
            wanted: names (path, file name, with or without suffix) that are read whole
                wherever they are dated: what an editor pins, or a breaking story.
            tick: told how many files of how many have been read, after each.

        Raises:
            NotFoundError: the folder has gone meanwhile.
        """
        from digest.articles.reading import Found, read_found  # noqa: PLC0415  while a child looks

        try:
            found = self._scanned()
        except OSError as error:
            raise _no_folder(self._folder, error) from error
        root = os.path.realpath(self._folder)
        return read_found(Found(root, found, self._days), self._rules, wanted, tick)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # at the two ends of time
        return moment


def days_of(span: tuple[datetime, datetime]) -> Days:
    """Return the days a file may name that is published within the half-open span.

    Args:
        span: in the publisher's zone.
    """
    start, end = span[0], span[1] - timedelta(microseconds=1)
    far = any(abs(moment.utcoffset() or timedelta()) > _FAR_FROM_UTC for moment in span)
    margin = _WIDE_MARGIN if far else _MARGIN
    first, last = start.date(), end.date()
    # At the two ends of time there is no day before and after.
    before = first - min(margin, first - date.min)
    after = last + min(margin, date.max - last)
    return first.isoformat(), last.isoformat(), before.isoformat(), after.isoformat()


def _no_folder(folder: str, error: OSError) -> NotFoundError:
    return NotFoundError(
        f"the content folder cannot be read ({error.strerror})",
        where=folder,
        remedy="Set [content] path in config.toml to the folder that holds your articles.",
    )
