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


def readings_at(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return two wall-clock times (naive): from the first on they may mean `moment` or later.

    Every time before the first means an earlier instant, every time after the second a later one.
    Mostly both are what the clocks show at `moment`. At the end of a gap the first is where the
    gap began; while an hour happens the second time, the second is as far ahead.
    """
    local = moment.astimezone(zone)
    now = _offset(local)
    just_before = _offset((moment.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone))
    shown = local.replace(tzinfo=None, fold=0)
    skipped = max(timedelta(), now - just_before)
    repeated = _offset(local.replace(fold=0)) - now if local.fold else timedelta()
    return shown - skipped, shown + repeated


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()
