"""When a newsletter goes out, as wall-clock times without a zone. Pure.

A schedule knows days and times of a calendar on the wall, nothing of daylight saving: what one of
its times means as an instant is `articles/wall_clock.py`'s to say.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from digest.record import Record

#: The coarsest period in which a schedule has at most one time: what its slots are named by.
Unit: TypeAlias = Literal["moment", "day", "week", "month"]

#: Place in the month that stands for the last.
LAST: Final = -1

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
#: Any day will do; this one begins a year and a week.
_SOME_DAY: Final = datetime(2024, 1, 1)  # noqa: DTZ001  a wall-clock time


class Schedule(Record, kw_only=True):
    """Days and the times on each: one of four forms, told apart by the fields that are set.

    Days of the week (`weekdays` alone), days of the month (`places`, alone or with `weekdays`),
    every so many days (`every` and `first`), or `cron`.
    """

    #: In their order, at least one; not for `cron`.
    times: tuple[time, ...] = ()
    #: Monday is 0; in their order.
    weekdays: tuple[int, ...] = ()
    #: Which of the month's weekdays, 1 to 4; without `weekdays` which of its days, 1 to 28;
    #: or `LAST`.
    places: tuple[int, ...] = ()
    #: Days from one to the next; 0: another form.
    every: int = 0
    #: Day from which `every` counts; there is none before.
    first: date = date.min
    #: Five fields of cron.
    cron: str = ""


def times_from(schedule: Schedule, local: datetime) -> Iterator[datetime]:
    """Yield the schedule's times at or after `local` (naive), in order.

    Raises:
        OverflowError, ValueError: the calendar has come to its end.
    """
    if schedule.cron:
        from digest.selection.cron import cron_times_from  # noqa: PLC0415  few need cron

        yield from cron_times_from(schedule.cron, local)
        return
    for day in _days(schedule, local.date(), _DAY):
        for at in schedule.times:
            moment = datetime.combine(day, at)
            if moment >= local:
                yield moment


def times_to(schedule: Schedule, local: datetime) -> Iterator[datetime]:
    """Yield the schedule's times at or before `local` (naive), the last one first.

    Raises:
        OverflowError, ValueError: the calendar has come to its beginning.
    """
    if schedule.cron:
        from digest.selection.cron import cron_times_to  # noqa: PLC0415  few need cron

        yield from cron_times_to(schedule.cron, local)
        return
    for day in _days(schedule, local.date(), -_DAY):
        for at in reversed(schedule.times):
            moment = datetime.combine(day, at)
            if moment <= local:
                yield moment


def _days(schedule: Schedule, day: date, step: timedelta) -> Iterator[date]:
    """Yield the days of the schedule from `day` on, forwards or backwards by whole days."""
    if schedule.every:
        over = (day - schedule.first).days % schedule.every
        if step > timedelta():
            day = max(schedule.first, day + (-over % schedule.every) * _DAY)
        else:
            day -= over * _DAY
        step *= schedule.every
        while day >= schedule.first:
            yield day
            day += step
        return
    is_on = _rule(schedule)
    while True:
        if is_on(day):
            yield day
        day += step


def _rule(schedule: Schedule) -> Callable[[date], bool]:
    weekdays, places = schedule.weekdays, schedule.places
    if not places:
        return lambda day: day.weekday() in weekdays
    if not weekdays:
        return lambda day: day.day in places or (LAST in places and (day + _DAY).day == 1)
    return lambda day: (
        day.weekday() in weekdays
        and ((day.day + 6) // 7 in places or (LAST in places and (day + 7 * _DAY).day <= 7))
    )


def unit_of(schedule: Schedule) -> Unit:
    """Return the coarsest period in which the schedule has at most one time.

    It follows from the words of the schedule, never from a date: the same schedule names its
    slots alike forever.
    """
    if schedule.cron:
        from digest.selection.cron import is_once_a_day  # noqa: PLC0415  few need cron

        once = is_once_a_day(schedule.cron)
    else:
        once = len(schedule.times) == 1
    return day_unit_of(schedule) if once else "moment"


def day_unit_of(schedule: Schedule) -> Unit:
    """Return the coarsest period in which the schedule has at most one day."""
    if schedule.cron:
        from digest.selection.cron import cron_day_unit  # noqa: PLC0415  few need cron

        return cron_day_unit(schedule.cron)
    if schedule.every:
        return "week" if schedule.every >= 7 else "day"
    if not schedule.places:
        return "week" if len(schedule.weekdays) == 1 else "day"
    if len(schedule.places) * max(1, len(schedule.weekdays)) == 1:
        return "month"
    if schedule.weekdays:
        return "week" if len(schedule.weekdays) == 1 else "day"
    return unit_of_month_days(schedule.places)


def unit_of_month_days(days: tuple[int, ...]) -> Unit:
    """Return `week` where days of the month lie so far apart that no week holds two.

    A last day is a negative number, here and for cronsim, and so near to any other.
    """
    later = (*days[1:], days[0] + 28)
    return "week" if min(b - a for a, b in zip(days, later, strict=True)) >= 7 else "day"


def name_of(unit: Unit, local: datetime) -> str:
    """Return the name of the period that holds `local`: `2026-W34`, `2026-08`."""
    if unit == "month":
        return f"{local.year:04}-{local.month:02}"
    if unit == "week":
        year, week, _ = local.isocalendar()
        return f"{year:04}-W{week:02}"
    return local.isoformat(timespec="minutes") if unit == "moment" else local.date().isoformat()


def period_holding(unit: Unit, local: datetime) -> tuple[datetime, datetime]:
    """Return the half-open period of that kind which holds `local`."""
    if unit == "moment":
        return local, local + _MINUTE
    day = datetime.combine(local.date(), time())
    if unit == "day":
        return day, day + _DAY
    if unit == "week":
        monday = day - day.weekday() * _DAY
        return monday, monday + 7 * _DAY
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1)


@lru_cache(maxsize=64)
def shortest_distance(schedule: Schedule) -> timedelta:
    """Return the shortest time there is between two times of the schedule in a row."""
    start = max(_SOME_DAY, datetime.combine(schedule.first, time()))
    times: list[datetime] = []
    for local in times_from(schedule, start):
        times.append(local)
        if len(times) >= 200 or (len(times) >= 3 and local > start + 800 * _DAY):
            break
    return min((later - earlier for earlier, later in pairwise(times)))
