"""Planned moments of a newsletter, their names, and the windows before them. Pure.

A slot is named by the local period its time lies in: `2026-W34`, `2026-08`, `2026-08-17`,
`2026-08-17T09:00`; never by a UTC instant, so that neither daylight saving nor new zone data can
make a second name for the same slot. The period is the coarsest that never holds two slots of
the schedule (`schedule.py`). Where a clock change skips several of its times, they are one slot,
named by the first.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final

from digest.articles.wall_clock import readings_at, resolve
from digest.errors import NotFoundError
from digest.record import Record
from digest.selection.rules import WindowKind
from digest.selection.schedule import (
    Unit,
    day_unit_of,
    name_of,
    period_holding,
    shortest_distance,
    times_from,
    times_to,
    unit_of,
)
from digest.selection.timetable import Timetable
from digest.selection.window import Window

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
#: More in a row are never skipped: a schedule of nothing but free days.
_MOST_SKIPPED: Final = 400
#: Slots a message lists.
_MOST_NAMED: Final = 7
_COARSENESS: Final[tuple[Unit, ...]] = ("moment", "day", "week", "month")
_WEEK_NAME: Final = re.compile(r"([0-9]{4})-?[Ww]([0-9]{1,2})")
_SLOT_FORMS: Final = "2026-W34, 2026-08, 2026-08-17 or 2026-08-17T09:00"


class Slot(Record):
    """One planned moment of a newsletter."""

    #: Without the newsletter: `2026-W34`.
    name: str
    #: Aware, in the newsletter's zone.
    moment: datetime
    #: Why nothing goes out then: `in skip_dates`, `holiday: Christmas Day`; or "".
    skipped: str = ""


def next_slot(timetable: Timetable, now: datetime) -> Slot:
    """Return the first slot at or after `now` that is not skipped.

    Raises:
        NotFoundError: all are skipped.
    """
    for slot in islice(_slots_from(timetable, now), _MOST_SKIPPED):
        if not slot.skipped:
            return slot
    raise NotFoundError(
        "every slot falls on a day that is skipped",
        where="schedule",
        remedy="Change schedule, skip_dates or holidays in config.toml.",
    )


def last_slot(timetable: Timetable, now: datetime) -> Slot:
    """Return the last slot at or before `now` that is not skipped.

    Raises:
        NotFoundError: there was none yet.
    """
    for slot in islice(_slots_to(timetable, now), _MOST_SKIPPED):
        if not slot.skipped:
            return slot
    first = next_slot(timetable, now)
    raise NotFoundError(
        f"the first slot is still to come: {first.name}, {first.moment:%a %d %b %Y %H:%M}",
        where="schedule",
        remedy="Wait for it, or change the schedule in config.toml.",
    )


def slots_between(timetable: Timetable, after: datetime, until: datetime) -> Iterator[Slot]:
    """Yield the slots in `(after, until]` in order, those that are skipped with the reason."""
    for slot in _slots_from(timetable, _just_after(after)):
        if slot.moment.timestamp() > until.timestamp():
            return
        yield slot


def _slots_from(timetable: Timetable, since: datetime) -> Iterator[Slot]:
    """Yield the slots at or after `since`, in order."""
    plan, zone = timetable.plan, timetable.zone
    unit, earliest = unit_of(plan), since.timestamp()
    for local in times_from(plan, readings_at(since, zone)[0]):
        moment = resolve(local, zone)
        # By instant: comparing two times of one zone would compare wall clocks.
        if moment.timestamp() >= earliest:
            earliest = _just_after(moment).timestamp()
            yield Slot(name_of(unit, local), moment, timetable.free.reason(local.date()))


def _slots_to(timetable: Timetable, until: datetime) -> Iterator[Slot]:
    """Yield the slots at or before `until`, the last one first."""
    before = _just_after(until).timestamp()
    for local in times_to(timetable.plan, readings_at(until, timetable.zone)[1]):
        moment = resolve(local, timetable.zone)
        if moment.timestamp() < before:
            before = moment.timestamp()
            yield next(_slots_from(timetable, moment))  # named by the first time it stands for


def frequency_of(timetable: Timetable) -> str:
    """Return how often a newsletter comes, as readers ask for it: daily, weekly, monthly.

    Daily is whatever comes more often than once a week, monthly what comes every four weeks or
    less often.
    """
    unit = day_unit_of(timetable.plan)
    if unit == "month" or timetable.plan.every >= 28:
        return "monthly"
    return "weekly" if unit == "week" else "daily"


def period_of(timetable: Timetable) -> timedelta:
    """Return the shortest distance of two slots in a row, by the clock on the wall."""
    return shortest_distance(timetable.plan)


def slot_after_week(timetable: Timetable, week: str) -> tuple[Slot, Window]:
    """Return the window of the content of ISO week `week`, and the slot it belongs to.

    Where weeks do not begin on Monday, the content week is the one that holds that ISO week's
    Thursday, as ISO 8601 itself gives a week to the year that holds its Thursday. Where windows
    end at the slots, it is the window that holds that Thursday's noon.

    Raises:
        NotFoundError: `week` is not a week like `2026-W33`, no slot belongs to it, or the
            newsletter's windows are of another length: then the content of a week is no issue.
    """
    rule = timetable.window
    monday = _monday(week)
    if rule.kind is not WindowKind.WEEK and rule.days != 7:
        slot = next_slot(timetable, _day_begins(monday, timetable))
        raise NotFoundError(
            f"the windows of this newsletter are {rule.days} days, not weeks",
            where="--week",
            remedy=f"Name the slot: --slot {slot.name}",
        )
    thursday = monday + 3 * _DAY
    if timetable.schedule and rule.kind is not WindowKind.WEEK:
        noon = resolve(datetime.combine(thursday, time(12)), timetable.zone)
        slot = next(_slots_from(timetable, _just_after(noon)))
        window = window_before(slot, timetable)
        if noon in window:
            return slot, window
    else:
        starts_on = thursday - ((thursday.weekday() - rule.starts_on) % 7) * _DAY
        window = _span(starts_on, starts_on + _WEEK, timetable)
        slot = next(_slots_from(timetable, window.end))
        if window_before(slot, timetable) == window:
            return slot, window
    raise NotFoundError(
        f"no issue of this newsletter draws from the week {week}",
        where="--week",
        remedy=f"Name a slot; the next after that week: --slot {slot.name}",
    )


def slot_named(timetable: Timetable, name: str) -> Slot:
    """Return the slot of that name, under the name the newsletter itself gives it.

    `2026-08-17` is `2026-W34` for a weekly newsletter: a slot has one name only, because the
    name is what makes an issue unique. A slot that is skipped is found as well.

    Raises:
        NotFoundError: `name` has none of the forms of a slot's name, no such day exists, or
            the schedule has no slot then, or several.
    """
    try:
        found = _slots_in(timetable, *_period_named(name, timetable))
        if len(found) == 1:
            return found[0]
        near = [*found] or _nearest(name, timetable)
    except (ValueError, OverflowError, NotFoundError) as error:
        raise NotFoundError(
            f"{name!r} is not the name of a slot",
            where="--slot",
            remedy=f"Write it like {_SLOT_FORMS}.",
        ) from error
    listed = ", ".join(slot.name for slot in near[:_MOST_NAMED])
    raise NotFoundError(
        f"there are several slots in {name!r}" if found else f"there is no slot {name!r}",
        where="--slot",
        remedy=f"{'Name one of them' if found else 'The nearest are'}: {listed}.",
    )


def _slots_in(timetable: Timetable, start: datetime, end: datetime) -> list[Slot]:
    """Return the slots whose times lie in `[start, end)`, both on the wall; not very many."""
    found: list[Slot] = []
    for local in times_from(timetable.plan, start):
        if local >= end or len(found) > _MOST_NAMED:
            break
        slot = next(_slots_from(timetable, resolve(local, timetable.zone)))
        if slot not in found[-1:]:
            found.append(slot)
    return found


def _nearest(name: str, timetable: Timetable) -> list[Slot]:
    start = resolve(_period_named(name, timetable)[0], timetable.zone)
    return [*islice(_slots_to(timetable, start), 1), *islice(_slots_from(timetable, start), 1)]


def _period_named(name: str, timetable: Timetable) -> tuple[datetime, datetime]:
    """Return the period in which the slot of that name lies, on the wall."""
    asked, anchor = _asked(name, timetable)
    own = unit_of(timetable.plan)
    if timetable.schedule and _COARSENESS.index(asked) > _COARSENESS.index(own):
        return period_holding(asked, anchor)
    return period_holding(own, anchor)


def _asked(name: str, timetable: Timetable) -> tuple[Unit, datetime]:
    """Return the kind of period of that name, and the time at which it begins."""
    if _WEEK_NAME.fullmatch(name):
        # Without a schedule a week's first day is the newsletter's own.
        own = 0 if timetable.schedule else timetable.window.starts_on
        return "week", datetime.combine(_monday(name) + own * _DAY, time())
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", name):
        return "month", datetime.fromisoformat(name + "-01")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name):
        return "day", datetime.fromisoformat(name)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", name):
        return "moment", datetime.fromisoformat(name)
    raise ValueError(name)


def week_of(timetable: Timetable, moment: datetime) -> str:
    """Return the week whose content holds `moment`: what `slot_after_week` is asked for."""
    rule = timetable.window
    local = moment.astimezone(timetable.zone)
    starts_on = local.date() - ((local.weekday() - rule.starts_on) % 7) * _DAY
    if _day_begins(starts_on, timetable).timestamp() > local.timestamp():
        starts_on -= _WEEK
    year, week, _ = (starts_on + ((3 - rule.starts_on) % 7) * _DAY).isocalendar()
    return f"{year:04}-W{week:02}"


def window_before(slot: Slot, timetable: Timetable) -> Window:
    """Return the window of `slot`.

    For `SINCE_LAST` this is the first issue's window; the ledger knows where the last one ended.
    """
    rule, zone = timetable.window, timetable.zone
    local = slot.moment.astimezone(zone)
    if rule.kind is WindowKind.WEEK:
        end = local.date() - ((local.weekday() - rule.starts_on) % 7) * _DAY
        if _day_begins(end, timetable).timestamp() > local.timestamp():
            end -= _WEEK
        return _span(end - _WEEK, end, timetable)
    # From the time on the wall, even where a gap moved the slot: windows meet without a hole.
    planned = next(times_from(timetable.plan, readings_at(local, zone)[0]))
    if resolve(planned, zone).timestamp() != local.timestamp():  # no slot of this timetable
        planned = local.replace(tzinfo=None, fold=0)
    return Window(resolve(planned - rule.days * _DAY, zone), local)


def _just_after(moment: datetime) -> datetime:
    # In UTC: on the wall of a zone a microsecond may be an hour.
    return moment.astimezone(UTC) + timedelta(microseconds=1)


def _monday(week: str) -> date:
    match = _WEEK_NAME.fullmatch(week.strip())
    try:
        if match is None:
            raise ValueError(week)  # noqa: TRY301  one place says what a week looks like
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError as error:
        raise NotFoundError(
            f"{week!r} is not a week",
            where="--week",
            remedy="Write it like 2026-W33: the year and the number of the ISO week.",
        ) from error


def _day_begins(day: date, timetable: Timetable) -> datetime:
    """Return the moment at which that day of the newsletter's content begins."""
    return resolve(datetime.combine(day, timetable.window.starts_at), timetable.zone)


def _span(start: date, end: date, timetable: Timetable) -> Window:
    return Window(_day_begins(start, timetable), _day_begins(end, timetable))
