"""Spans and moments of the week as config.toml words them: `7 days`, `mon 06:00`. Pure."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final, TypeVar

from digest.config.mistake import Wrong
from digest.selection.rules import WindowKind

_T = TypeVar("_T")

#: Longest window and longest grace in days: a year, leap days included.
LONGEST_DAYS: Final = 366

_DAYS: Final = r"([0-9]{1,4}) days?"
_WEEK_START: Final = r"([a-z]+) ([0-9]{2}):([0-9]{2})"
_SPAN: Final = r"([0-9]{1,4}) (minute|hour|day)s?"
_UNITS: Final[Mapping[str, timedelta]] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_QUIET: Final = r"([0-9]{2}):([0-9]{2}) ?- ?([0-9]{2}):([0-9]{2})"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_WEEKDAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


def parse_window(text: str) -> tuple[WindowKind, int] | Wrong:
    """Return the kind of window and its days: `week`, `N days`, `since last issue`."""
    words = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    if words in ("week", "since last issue") and words != text:
        return Wrong("is not how a window is written", f'Write "{words}".')
    if text == WindowKind.WEEK.value:
        return WindowKind.WEEK, 7
    if text == WindowKind.SINCE_LAST.value:
        return WindowKind.SINCE_LAST, 7
    days = _parse_days(text)
    if days is None or not 1 <= days <= LONGEST_DAYS:
        return Wrong(
            "is not a window",
            f'Write "week", "since last issue", or a number of days from "1 day" to '
            f'"{LONGEST_DAYS} days".',
        )
    return WindowKind.DAYS, days


def parse_week_start(text: str) -> tuple[int, time] | Wrong:
    """Return weekday (Monday is 0) and wall-clock time of `mon 06:00`."""
    match = re.fullmatch(_WEEK_START, text.lower())
    if match:
        day, hour, minute = match[1], int(match[2]), int(match[3])
        weekday = _weekday(day)
        if weekday is not None and hour < 24 and minute < 60:
            return weekday, time(hour, minute)
    return Wrong(
        "is not a day and a time",
        f'Write a day ({", ".join(_WEEKDAYS)}) and a time from 00:00 to 23:59: "mon 00:00".',
    )


def parse_free_date(text: str) -> str | Wrong:
    """Return the day of `2026-12-24`, or of every year's `12-24`, as it stands."""
    remedy = 'Write year, month and day, "2026-12-24"; or month and day for every year, "12-24".'
    match = re.fullmatch(r"([0-9]{4}-)?([0-9]{2}-[0-9]{2})", text)
    try:
        # 2000 was a leap year: 29 February is a day of some years.
        date.fromisoformat(f"{match[1] or '2000-'}{match[2]}" if match else "")
    except ValueError:
        return Wrong("is not a day", remedy)
    return text


def parse_grace(text: str) -> int | Wrong:
    """Return the days of `7 days`; `0 days` means no grace."""
    days = _parse_days(text)
    if days is None or days > LONGEST_DAYS:
        return Wrong(
            "is not a number of days",
            f'Write a number of days from "0 days" to "{LONGEST_DAYS} days".',
        )
    return days


def _parse_days(text: str) -> int | None:
    match = re.fullmatch(_DAYS, text)
    return int(match[1]) if match else None


def _weekday(day: str) -> int | None:
    for names in (_WEEKDAYS, _LONG_WEEKDAYS):
        if day in names:
            return names.index(day)
    return None


def parse_span(text: str) -> timedelta | Wrong:
    """Return the span of `30 minutes`, `6 hours`, `2 days`."""
    match = re.fullmatch(_SPAN, text.lower().strip())
    if match is None:
        return Wrong("is not a span of time", 'Write it like "30 minutes", "6 hours" or "2 days".')
    return int(match[1]) * _UNITS[match[2]]


def parse_quiet_hours(text: str) -> tuple[time, time] | Wrong | None:
    """Return beginning and end of `22:00-07:00`, wall-clock time; None for ""."""
    if not text:
        return None
    match = re.fullmatch(_QUIET, text.strip())
    if match:
        numbers = [int(each) for each in match.groups()]
        if max(numbers[0], numbers[2]) < 24 and max(numbers[1], numbers[3]) < 60:
            begins, ends = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
            if begins != ends:
                return begins, ends
    return Wrong("is not a span of hours", 'Write two times of a day: "22:00-07:00".')


def sound(parsed: _T | Wrong) -> _T:
    """Return what was parsed of a setting that has been checked."""
    if isinstance(parsed, Wrong):
        msg = f"{parsed.what}: a setting that was never checked"
        raise ValueError(msg)  # noqa: TRY004  the type is right, the text in it was not
    return parsed
