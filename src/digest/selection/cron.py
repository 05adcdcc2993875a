"""Patterns of cron, through cronsim, as wall-clock times without a zone. Pure.

cronsim gets naive times only: what a clock change does to them is our rule
(`articles/wall_clock.py`), the same for every form of schedule.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from cronsim import CronSim, CronSimError

from digest.selection.schedule import Unit, unit_of_month_days

_SECOND = timedelta(seconds=1)
_SOME_DAY = datetime(2024, 1, 1)  # noqa: DTZ001  a wall-clock time


def cron_times_from(pattern: str, local: datetime) -> Iterator[datetime]:
    """Yield the pattern's times at or after `local`, in order."""
    # cronsim begins with the second after the one it is given.
    start = (local - timedelta(microseconds=1)).replace(microsecond=0)
    yield from CronSim(pattern, start)


def cron_times_to(pattern: str, local: datetime) -> Iterator[datetime]:
    """Yield the pattern's times at or before `local`, the last one first."""
    yield from CronSim(pattern, local.replace(microsecond=0) + _SECOND, reverse=True)


def check_cron(pattern: str) -> str:
    """Return what is wrong with five fields of cron, or an empty string."""
    fields = pattern.split()
    if len(fields) != 5:
        return f"has {len(fields)} fields"
    try:
        next(CronSim(pattern, _SOME_DAY))
    except CronSimError as error:
        if _is_sound(" ".join([*fields[:3], "*", fields[4]])) and _is_sound(
            " ".join([*fields[:2], "1", *fields[3:]])
        ):
            return "names a day that never comes"
        return f"has a {str(error).lower()}"
    except ValueError:  # a number of thousands of digits
        return "has a number that is too long"
    except StopIteration:
        return "names a day that never comes"
    return ""


def _is_sound(pattern: str) -> bool:
    try:
        CronSim(pattern, _SOME_DAY)
    except (CronSimError, ValueError):
        return False
    return True


def is_once_a_day(pattern: str) -> bool:
    """Return whether the pattern has at most one time on any day."""
    fields = _parsed(pattern)
    return len(fields.hours) * len(fields.minutes) == 1


def cron_day_unit(pattern: str) -> Unit:
    """Return the coarsest period in which the pattern has at most one day, by its fields."""
    fields = _parsed(pattern)
    if not fields.day_and:  # day of month or day of week: the two meet in no order
        return "day"
    days = tuple(sorted(fields.days))
    # Sunday is both 0 and 7; (1, 2) is the second Monday.
    weekdays = {(at[0] % 7, at[1]) if isinstance(at, tuple) else at % 7 for at in fields.weekdays}
    same_weekday = len({at[0] if isinstance(at, tuple) else at for at in weekdays}) == 1
    one_place = len(weekdays) == 1 and isinstance(next(iter(weekdays)), tuple)
    if len(days) == 1 or one_place:
        return "month"
    if same_weekday:
        return "week"
    return unit_of_month_days(days)


@lru_cache(maxsize=64)
def _parsed(pattern: str) -> CronSim:
    return CronSim(pattern, _SOME_DAY)
