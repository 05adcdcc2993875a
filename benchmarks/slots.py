"""How many slots around clock changes come twice or not at all: digest against APScheduler."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from digest.selection.schedule import Schedule
from digest.selection.slot import slots_between
from digest.selection.timetable import Timetable
from timing import Goal, Section, parse_options, report, table

_DAY = timedelta(days=1)
_HALF_HOUR = timedelta(minutes=30)
_YEARS = (2026, 2027)
_ABOUT = """\
Weekly slots at each half hour from the noon before to the noon after every clock change of
2026 and 2027, in {zones} zones that have one: {slots:,} slots. Each is asked for within the three
days before and after it, in which it must come once, and never before the clocks read its time.
*CronTrigger* is APScheduler's, asked as its scheduler asks it."""


class Asked(NamedTuple):
    """One weekly slot beside a clock change."""

    zone: ZoneInfo
    #: On the wall, naive.
    local: datetime


class Found(NamedTuple):
    """What became of all slots, and how long that took."""

    counts: Counter[str]
    microseconds: float


def main() -> int:
    """Ask both for the same slots, count and print."""
    options = parse_options(__doc__ or "", rounds=1)
    names = sorted(available_timezones())[:: 20 if options.quick else 1]
    asked = [each for name in names for each in _around_changes(ZoneInfo(name))]
    ours, theirs = _count(asked, _digest), _count(asked, _cron_trigger)
    section = Section(
        title="Slots around clock changes",
        script="slots.py",
        about=_ABOUT.format(zones=len({each.zone for each in asked}), slots=len(asked)).replace(
            "\n", " "
        ),
        tables=[
            table(
                ("", "once", "twice", "not at all", "too early", "µs a slot"),
                [_row("digest", ours), _row("CronTrigger", theirs)],
            )
        ],
        goals=[
            Goal("slots of digest that come twice", ours.counts["twice"], 0, ""),
            Goal("slots of digest that do not come", ours.counts["not at all"], 0, ""),
            Goal("slots of digest that come too early", ours.counts["too early"], 0, ""),
        ],
    )
    return report(section, options)


def _around_changes(zone: ZoneInfo) -> Iterator[Asked]:
    noon = datetime(_YEARS[0], 1, 1, 12)  # noqa: DTZ001  a wall-clock time
    while noon.year <= _YEARS[-1]:
        if _offset(noon, zone) != _offset(noon + _DAY, zone):
            yield from (Asked(zone, noon + number * _HALF_HOUR) for number in range(48))
        noon += _DAY


def _offset(local: datetime, zone: ZoneInfo) -> timedelta | None:
    return local.replace(tzinfo=zone).utcoffset()


def _count(asked: Sequence[Asked], fires: Callable[[Asked], list[datetime]]) -> Found:
    counts: Counter[str] = Counter()
    begun = time.perf_counter()
    came = [fires(each) for each in asked]
    took = time.perf_counter() - begun
    for each, moments in zip(asked, came, strict=True):
        counts[("not at all", "once", "twice")[min(len(moments), 2)]] += 1
        reads = (moment.astimezone(each.zone).replace(tzinfo=None) for moment in moments)
        counts["too early"] += any(read < each.local for read in reads)
    return Found(counts, took / len(asked) * 1_000_000)


def _span(asked: Asked) -> tuple[datetime, datetime]:
    middle = asked.local.replace(tzinfo=asked.zone).astimezone(UTC)
    return middle - 3 * _DAY, middle + 3 * _DAY


def _digest(asked: Asked) -> list[datetime]:
    schedule = Schedule(times=(asked.local.time(),), weekdays=(asked.local.weekday(),))
    timetable = Timetable(zone=asked.zone, schedule=schedule)
    return [slot.moment for slot in slots_between(timetable, *_span(asked))]


def _cron_trigger(asked: Asked) -> list[datetime]:
    trigger = CronTrigger(
        day_of_week=asked.local.weekday(),
        hour=asked.local.hour,
        minute=asked.local.minute,
        timezone=asked.zone,
    )
    now, until = _span(asked)
    fires: list[datetime] = []
    while True:
        fire = trigger.get_next_fire_time(fires[-1] if fires else None, now)
        if fire is None or fire > until:
            return fires
        fires.append(fire)
        now = fire.astimezone(UTC)


def _row(name: str, found: Found) -> tuple[str, ...]:
    kinds = ("once", "twice", "not at all", "too early")
    return (name, *(f"{found.counts[kind]:,}" for kind in kinds), f"{found.microseconds:,.0f}")


if __name__ == "__main__":
    sys.exit(main())
