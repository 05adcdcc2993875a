"""When issues are due, told by a naive rule of its own: nothing of the package is asked.

A slot is the first instant at which the clocks of its zone read its day and time, or later.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from year.clock import in_ms

#: All times of the year are multiples of this, and so are the clock changes of its zones.
_STEP = timedelta(minutes=5)
#: No zone is further from UTC.
_FAR = timedelta(hours=15)


class Times(NamedTuple):
    """A schedule: days of the week (0: Monday), one time of the day."""

    weekdays: frozenset[int]
    at: time


class Due(NamedTuple):
    """A slot that must have ended somehow."""

    newsletter: str
    #: Milliseconds since 1970.
    at: int
    #: Nothing may go out: `pause`, `skip date`; or "".
    rests: str = ""


class Rest(NamedTuple):
    """A time in which a newsletter rests."""

    newsletter: str
    since: int
    until: int
    #: What is published meanwhile is told afterwards.
    keeps: bool


class Version(NamedTuple):
    """How a newsletter comes from a moment on."""

    since: int
    times: Times
    #: `MM-DD`.
    skip_dates: frozenset[str] = frozenset()


def slots(
    newsletter: str,
    zone: ZoneInfo,
    versions: Sequence[Version],
    rests: Sequence[Rest],
    span: tuple[int, int],
) -> list[Due]:
    """Return the slots of a newsletter in `[start, end)`."""
    found = []
    ends = [version.since for version in versions[1:]] + [span[1]]
    for version, end in zip(versions, ends, strict=True):
        since = max(version.since, span[0])
        for day, at in _moments(version.times, zone, since, end):
            is_skipped = f"{day:%m-%d}" in version.skip_dates
            paused = any(
                rest.newsletter == newsletter and rest.since <= at < rest.until for rest in rests
            )
            why = "skip date" if is_skipped else "pause" if paused else ""
            found.append(Due(newsletter, at, why))
    return found


def _moments(times: Times, zone: ZoneInfo, since: int, until: int) -> Iterator[tuple[date, int]]:
    day = datetime.fromtimestamp(since / 1000, UTC).date() - timedelta(days=2)
    while True:
        day += timedelta(days=1)
        if day.weekday() not in times.weekdays:
            continue
        at = in_ms(first_instant(datetime.combine(day, times.at), zone))
        if at >= until:
            return
        if at >= since:
            yield day, at


def first_instant(wanted: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clocks of a zone first read `wanted`, or later, in UTC."""
    instant = wanted.replace(tzinfo=UTC) - _FAR
    while instant.astimezone(zone).replace(tzinfo=None) < wanted:
        instant += _STEP
    return instant
