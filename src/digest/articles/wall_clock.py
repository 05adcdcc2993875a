"""Wall-clock times of a zone as instants, right across daylight saving. Pure.

A time that a clock change skips means the first instant after the gap; a time that happens
twice means the first of the two (facts: reliability §2, the rule of cron(8)).
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def resolve(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which `zone`'s clocks show `local` (naive), as a time of that zone.

    Raises:
        ValueError: `local` is aware, or lies so near to year 1 or 9999 that it has no instant.
    """
    if local.tzinfo is not None:
        msg = f"a wall-clock time is naive: {local!r}"
        raise ValueError(msg)
    try:
        moment = local.replace(tzinfo=zone, fold=0)
        back = moment.astimezone(UTC).astimezone(zone)
    except OverflowError as error:
        msg = f"no instant for {local!r}"
        raise ValueError(msg) from error
    if back.replace(tzinfo=None) == local:
        return moment
    return _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    # The change lies between the readings of `local` with the offset after and before it.
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0).astimezone(zone)
