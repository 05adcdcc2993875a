"""Planned moments of a newsletter, their names, and the windows before them. Pure.

A slot is named by the local period its moment lies in: `2026-W34`, `2026-08`, `2026-08-17`,
`2026-08-17T09:00`; never by a UTC instant, so that neither daylight saving nor new zone data can
make a second name for the same slot. Without a schedule a slot is the first moment after its
window.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.articles.wall_clock import resolve
from digest.errors import NotFoundError
from digest.record import Record
from digest.selection.rules import WindowKind, WindowRule
from digest.selection.window import Window

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_WEEK_NAME: Final = re.compile(r"([0-9]{4})-?[Ww]([0-9]{1,2})")
_SLOT_FORMS: Final = "2026-W34, 2026-08, 2026-08-17 or 2026-08-17T09:00"


class Slot(Record):
    """One planned moment of a newsletter."""

    #: Without the newsletter: `2026-W34`.
    name: str
    #: Aware, in the publisher's zone.
    moment: datetime


def next_slot(rule: WindowRule, zone: ZoneInfo, now: datetime) -> Slot:
    """Return the first slot at or after `now`, for a newsletter without a schedule."""
    today = now.astimezone(zone).date()
    for ahead in range(63):  # the longest period is a month
        day = today + ahead * _DAY
        moment = _midnight(day, rule, zone)
        if moment.timestamp() >= now.timestamp() and _begins_period(rule, day):
            return Slot(_name(rule, moment), moment)
    msg = f"no slot within two months of {now}"
    raise AssertionError(msg)


def frequency_of(rule: WindowRule) -> str:
    """Return how often a newsletter comes, as readers ask for it: daily, weekly, monthly."""
    if _is_monthly(rule):
        return "monthly"
    return "weekly" if _is_weekly(rule) else "daily"


def last_slot(rule: WindowRule, zone: ZoneInfo, now: datetime) -> Slot:
    """Return the last slot at or before `now`, for a newsletter without a schedule."""
    today = now.astimezone(zone).date()
    for back in range(63):  # the longest period is a month
        day = today - back * _DAY
        moment = _midnight(day, rule, zone)
        if moment.timestamp() <= now.timestamp() and _begins_period(rule, day):
            return Slot(_name(rule, moment), moment)
    msg = f"no slot in two months before {now}"
    raise AssertionError(msg)


def slot_after_week(rule: WindowRule, zone: ZoneInfo, week: str) -> tuple[Slot, Window]:
    """Return the window of the content of ISO week `week`, and the slot it belongs to.

    Where weeks do not begin on Monday, the content week is the one that holds that ISO week's
    Thursday, as ISO 8601 itself gives a week to the year that holds its Thursday.

    Raises:
        NotFoundError: `week` is not a week like `2026-W33`, or the newsletter's windows are of
            another length: then the content of a week is no issue of it.
    """
    if rule.kind is not WindowKind.WEEK and rule.days != 7:
        raise NotFoundError(
            f"the windows of this newsletter are {rule.days} days, not weeks",
            where="--week",
            remedy=f"Name the slot: --slot {_name(rule, _midnight(_monday(week), rule, zone))}",
        )
    thursday = _monday(week) + 3 * _DAY
    starts_on = thursday - ((thursday.weekday() - rule.starts_on) % 7) * _DAY
    window = _span(starts_on, starts_on + _WEEK, rule.starts_at, zone)
    return Slot(_name(rule, window.end), window.end), window


def slot_named(rule: WindowRule, zone: ZoneInfo, name: str) -> Slot:
    """Return the slot of that name, under the name the newsletter itself gives it.

    `2026-08-17` is `2026-W34` for a weekly newsletter: a slot has one name only, because the
    name is what makes an issue unique.

    Raises:
        NotFoundError: `name` has none of the forms of a slot's name, or no such day exists.
    """
    try:
        day = _day_named(name, rule)
        own = _name(rule, _midnight(day, rule, zone))
        moment = _midnight(_day_named(own, rule), rule, zone)
    except (ValueError, OverflowError, NotFoundError) as error:
        raise NotFoundError(
            f"{name!r} is not the name of a slot",
            where="--slot",
            remedy=f"Write it like {_SLOT_FORMS}.",
        ) from error
    return Slot(own, moment)


def week_of(rule: WindowRule, zone: ZoneInfo, moment: datetime) -> str:
    """Return the week whose content holds `moment`: what `slot_after_week` is asked for."""
    local = moment.astimezone(zone)
    starts_on = local.date() - ((local.weekday() - rule.starts_on) % 7) * _DAY
    if _midnight(starts_on, rule, zone).timestamp() > local.timestamp():
        starts_on -= _WEEK
    year, week, _ = (starts_on + ((3 - rule.starts_on) % 7) * _DAY).isocalendar()
    return f"{year:04}-W{week:02}"


def _day_named(name: str, rule: WindowRule) -> date:
    """Return the first day of the period of that name; a weekly one begins on its own day."""
    if _WEEK_NAME.fullmatch(name):
        return _monday(name) + rule.starts_on * _DAY
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", name):
        return date.fromisoformat(name + "-01")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?", name):
        return datetime.fromisoformat(name).date()
    raise ValueError(name)


def _midnight(day: date, rule: WindowRule, zone: ZoneInfo) -> datetime:
    """Return the moment at which that day of the newsletter begins."""
    return resolve(datetime.combine(day, rule.starts_at), zone)


def window_before(slot: Slot, rule: WindowRule, zone: ZoneInfo) -> Window:
    """Return the window of `slot`.

    For `SINCE_LAST` this is the first issue's window; the ledger knows where the last one ended.
    """
    local = slot.moment.astimezone(zone)
    if rule.kind is WindowKind.WEEK:
        end = local.date() - ((local.weekday() - rule.starts_on) % 7) * _DAY
        if resolve(datetime.combine(end, rule.starts_at), zone).timestamp() > local.timestamp():
            end -= _WEEK
        return _span(end - _WEEK, end, rule.starts_at, zone)
    start = datetime.combine(local.date() - rule.days * _DAY, local.time().replace(fold=0))
    return Window(resolve(start, zone), local)


def _begins_period(rule: WindowRule, day: date) -> bool:
    if _is_monthly(rule):
        return day.day == 1
    return not _is_weekly(rule) or day.weekday() == rule.starts_on


def _is_monthly(rule: WindowRule) -> bool:
    return rule.kind is not WindowKind.WEEK and rule.days >= 28


def _is_weekly(rule: WindowRule) -> bool:
    return rule.kind is WindowKind.WEEK or rule.days >= 7


def _name(rule: WindowRule, moment: datetime) -> str:
    if _is_monthly(rule):
        return f"{moment:%Y-%m}"
    if _is_weekly(rule):
        year, week, _ = moment.isocalendar()
        return f"{year:04}-W{week:02}"
    return f"{moment:%Y-%m-%d}"


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


def _span(start: date, end: date, at: time, zone: ZoneInfo) -> Window:
    return Window(
        resolve(datetime.combine(start, at), zone), resolve(datetime.combine(end, at), zone)
    )
