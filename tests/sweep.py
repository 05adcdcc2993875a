"""Slots around every clock change of every zone, 2020 to 2036: `make sweep`.

What a wall-clock time means is told here once more, by arithmetic alone: the first instant at
which the clocks read at least that. Slots must be exactly those instants: none earlier, none
doubled, none skipped.
"""

import sys
import time as clock
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from digest.selection.schedule import Schedule
from digest.selection.slot import last_slot, next_slot, slot_named, slots_between
from digest.selection.timetable import Timetable

_QUARTER = timedelta(minutes=15)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_EVERY_DAY = tuple(range(7))
_QUARTERS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45))
EVERY_QUARTER = (
    Schedule(times=_QUARTERS, weekdays=_EVERY_DAY),
    Schedule(cron="*/15 * * * *"),
)


class Change(NamedTuple):
    """One clock change: when, and the offset before and after it."""

    at: datetime
    before: timedelta
    after: timedelta

    def meant(self, local: datetime) -> datetime:
        """Return the first instant at which the clocks read `local` or later."""
        early = (local - self.before).replace(tzinfo=UTC)
        return early if early < self.at else max(self.at, (local - self.after).replace(tzinfo=UTC))

    def quarters(self, margin: timedelta) -> list[datetime]:
        """Return every quarter hour on the wall around the change."""
        naive = self.at.replace(tzinfo=None)
        first = min(naive + self.before, naive + self.after) - margin
        last = max(naive + self.before, naive + self.after) + margin
        quarter = first.replace(minute=first.minute // 15 * 15, second=0)
        found = []
        while quarter <= last:
            found.append(quarter)
            quarter += _QUARTER
        return found


def changes_of(zone: ZoneInfo) -> Iterator[Change]:
    """Yield the clock changes of a zone from 2020 to 2036."""
    at, before = datetime(2020, 1, 1, tzinfo=UTC), _offset(datetime(2020, 1, 1, tzinfo=UTC), zone)
    while at.year < 2037:
        at += _DAY
        after = _offset(at, zone)
        if after != before:
            early, late = at - _DAY, at
            while late - early > _SECOND:
                middle = early + (late - early) // _SECOND // 2 * _SECOND
                early, late = (
                    (middle, late) if _offset(middle, zone) == before else (early, middle)
                )
            yield Change(late, before, after)
            before = after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


class Tally:
    """What a sweep found."""

    def __init__(self) -> None:
        self.zones = self.changes = self.slots = 0
        self.longest = timedelta()
        self.wrong: list[str] = []

    def check(self, what: str, got: object, expected: object) -> None:
        """Note a slot that is not what it must be."""
        self.slots += 1
        if got != expected:
            self.wrong.append(f"{what}: {got}, not {expected}")


def sweep(names: Iterable[str], *, whole: bool) -> Tally:
    """Return what slots around the clock changes of these zones are.

    Args:
        names: of zones.
        whole: ask for every single slot by its name, its moment and the moments around it, and
            for each quarter hour as a daily schedule; else only for what lies between two moments.
            Of zones with the same changes only the first is looked at.
    """
    tally, seen = Tally(), set[tuple[Change, ...]]()
    for name in sorted(names):
        zone = ZoneInfo(name)
        changes = tuple(changes_of(zone))
        tally.zones += 1
        if not whole and changes in seen:
            continue
        seen.add(changes)
        for change in changes:
            tally.changes += 1
            for schedule in EVERY_QUARTER:
                timetable = Timetable(zone=zone, schedule=schedule)
                _check_quarters(tally, timetable, change, whole=whole)
            if whole:
                _check_days(tally, zone, change)
    return tally


def _check_quarters(tally: Tally, timetable: Timetable, change: Change, *, whole: bool) -> None:
    """Check a schedule of every quarter hour around one change."""
    expected: dict[datetime, str] = {}
    for local in change.quarters(timedelta(hours=2)):
        moment = change.meant(local)
        expected.setdefault(moment, local.isoformat(timespec="minutes"))
        read = moment.astimezone(timetable.zone).replace(tzinfo=None)
        tally.longest = max(tally.longest, read - local)
    moments = list(expected)
    found = [
        (slot.moment.astimezone(UTC), slot.name)
        for slot in slots_between(timetable, moments[0] - _SECOND, moments[-1])
    ]
    where = f"{timetable.zone.key} {change.at}"
    tally.slots += len(expected)
    if found != list(expected.items()):
        tally.wrong.append(f"{where}: {found}, not {expected}")
    if not whole:
        return
    for earlier, moment in pairwise(moments):
        now = moment.astimezone(timetable.zone)
        slot = next_slot(timetable, earlier + _SECOND)
        tally.check(where, slot.moment.astimezone(UTC), moment)
        tally.check(where, next_slot(timetable, now), slot)
        tally.check(where, last_slot(timetable, now), slot)
        last = last_slot(timetable, moment - _SECOND)
        tally.check(where, last.moment.astimezone(UTC), earlier)
        tally.check(where, slot_named(timetable, slot.name), slot)


def _check_days(tally: Tally, zone: ZoneInfo, change: Change) -> None:
    """Check each quarter hour around the change as a daily schedule of its own."""
    for local in change.quarters(timedelta(minutes=30)):
        schedule = Schedule(times=(local.time(),), weekdays=_EVERY_DAY)
        timetable = Timetable(zone=zone, schedule=schedule)
        expected = {change.meant(local + day * _DAY): day for day in (-1, 0, 1)}
        between = slots_between(timetable, min(expected) - _SECOND, max(expected))
        found = [slot.moment.astimezone(UTC) for slot in between]
        tally.slots += len(found)
        if found != list(expected):
            tally.wrong.append(f"{zone.key} {local}: {found}, not {list(expected)}")


def main() -> int:
    """Sweep all zones whole, and say what was found."""
    began = clock.perf_counter()
    tally = sweep(available_timezones(), whole=True)
    sys.stdout.write(
        f"{tally.zones} zones, {tally.changes:,} clock changes, {tally.slots:,} slots: "
        f"{len(tally.wrong)} wrong; moved by {tally.longest} at most; "
        f"{clock.perf_counter() - began:.0f} s\n"
    )
    sys.stdout.writelines(f"{wrong}\n" for wrong in tally.wrong[:20])
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
