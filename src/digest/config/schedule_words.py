"""When a newsletter goes out, as config.toml words it: `mon 09:00`, `first fri 16:00`. Pure.

The forms stand in docs/configuration.md, "When it goes out". Names of days may be written out,
letter case and spaces make no difference; what could mean two things is an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Final, TypeVar

from digest.config.mistake import Wrong, shown
from digest.errors import did_you_mean
from digest.selection.schedule import LAST, Schedule

_T = TypeVar("_T")

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
_SETS: Final[Mapping[str, tuple[int, ...]]] = {
    "daily": (0, 1, 2, 3, 4, 5, 6),
    "weekdays": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
}
_PLACES: Final[Mapping[str, int]] = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": LAST,
}
#: What people write, and what it is called here.
_OTHER_WORDS: Final[Mapping[str, str]] = {
    "everyday": "daily",
    "workdays": "weekdays",
    "weekday": "weekdays",
    "weekends": "weekend",
    "midnight": "00:00",
    "noon": "12:00",
    "weekly": "mon",
    "monthly": "first mon",
    "fifth": "last",
}
_FORMS: Final = (
    'Write it like "mon 09:00", "weekdays 07:30", "first mon 09:00", '
    '"every 2 weeks from 2026-01-05 09:00" or "cron: 0 9 * * 1".'
)
_EVERY: Final = r"every ([0-9]{1,4}) (days?|weeks?) from (\S+) (\S+)"
_LONGEST_DAYS: Final = 366


def parse_schedule(text: str) -> Schedule | Wrong:
    """Return the schedule that `text` words, or what is wrong with it and what to write."""
    words = " ".join(re.sub(r"\s*,\s*", ",", text.lower()).split())
    if re.match(r"cron\b|@|[0-9*/,-]+ [0-9*/,-]+ ", words):
        return _cron(words)
    if words.startswith("every "):
        return _every(words)
    days, _, last = words.rpartition(" ")
    if not re.search(r"[0-9]:|:[0-9]", last):
        return _without_time(words)
    if not days:
        return Wrong("names no day", f'Write one before the time: "daily {_padded(last)}".')
    times = _times(last)
    if isinstance(times, Wrong):
        return times
    return _on_days(days, times)


def _on_days(days: str, times: tuple[time, ...]) -> Schedule | Wrong:
    place, _, weekday = days.partition(" ")
    if not weekday:
        return _on_each(days, times)
    if ":" in days:
        return Wrong(
            "has times in two places",
            'Write the days, then the times of each: "mon,thu 09:00,17:00"; or a pattern of cron.',
        )
    if (place, weekday) == ("last", "day"):
        return Schedule(times=times, places=(LAST,))
    places = _each(place, _place)
    weekdays = _each(weekday, _weekday)
    for parsed in (places, weekdays):
        if isinstance(parsed, Wrong):
            return parsed
    return Schedule(times=times, places=_sound(places), weekdays=_sound(weekdays))


def _on_each(days: str, times: tuple[time, ...]) -> Schedule | Wrong:
    if days in _SETS:
        return Schedule(times=times, weekdays=_SETS[days])
    if re.match(r"[0-9]", days):
        places = _each(days, _month_day)
        return places if isinstance(places, Wrong) else Schedule(times=times, places=places)
    weekdays = _each(days, _weekday)
    return weekdays if isinstance(weekdays, Wrong) else Schedule(times=times, weekdays=weekdays)


def _weekday(word: str) -> int | Wrong:
    for names in (_WEEKDAYS, _LONG_WEEKDAYS):
        if word in names:
            return names.index(word)
    known = (*_WEEKDAYS, *_LONG_WEEKDAYS, *_SETS)
    hint = _other(word) or ("" if word in known else did_you_mean(word, known))
    if "-" in word:
        hint = "Name each day, with commas between. "
    return Wrong(
        f"has {shown(word)}, which is no day",
        f"{hint}Write {', '.join(_WEEKDAYS)}, daily, weekdays or weekend.",
    )


def _place(word: str) -> int | Wrong:
    match = re.fullmatch(r"([1-4])(st|nd|rd|th)", word)
    if word in _PLACES or match:
        return int(match[1]) if match else _PLACES[word]
    return Wrong(
        f"has {shown(word)}, which says not which one of the month",
        f"{_other(word) or did_you_mean(word, _PLACES)}Write {', '.join(_PLACES)}.",
    )


def _month_day(word: str) -> int | Wrong:
    match = re.fullmatch(r"([0-9]{1,2})(st|nd|rd|th)", word)
    day = int(match[1]) if match else 0
    if 1 <= day <= 28:
        return day
    if day in (29, 30, 31):
        return Wrong(
            f"has {shown(word)}, a day that not every month has", 'Write "last day 09:00".'
        )
    return Wrong(
        f"has {shown(word)}, which is no day",
        'Write a day of the month from "1st" to "28th", or "last day".',
    )


def _every(words: str) -> Schedule | Wrong:
    example = '"every 2 weeks from 2026-01-05 09:00"'
    match = re.fullmatch(_EVERY, words)
    if not match:
        weekday, _, at = words.removeprefix("every ").partition(" ")
        if weekday in (*_WEEKDAYS, *_LONG_WEEKDAYS, "day"):
            name = "daily" if weekday == "day" else weekday[:3]
            return Wrong("is not a schedule", f'Write "{name} {at or "09:00"}", without "every".')
        return Wrong(
            "is not a schedule",
            f"Write how many days or weeks, the first day and the time: {example}.",
        )
    number, unit, first, at = match.groups()
    days = int(number) * (7 if unit.startswith("week") else 1)
    if not 1 <= days <= _LONGEST_DAYS:
        return Wrong(
            f"has {number} {unit}",
            f"Write 1 to {_LONGEST_DAYS} days or 1 to {_LONGEST_DAYS // 7} weeks: {example}.",
        )
    try:
        begins = date.fromisoformat(first)
    except ValueError:
        begins = date.min
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", first) or not 1970 <= begins.year <= 2199:
        return Wrong(
            f"has {shown(first)}, which is no day of 1970 to 2199",
            f"Write year, month and day: {example}.",
        )
    times = _times(at)
    return times if isinstance(times, Wrong) else Schedule(times=times, every=days, first=begins)


def _cron(words: str) -> Schedule | Wrong:
    example = 'Write "cron:" and minute, hour, day of the month, month, day of the week: '
    example += '"cron: 0 9 * * 1" is Monday at 09:00.'
    if not words.startswith("cron:"):
        return Wrong("is not a schedule", example)
    from digest.selection.cron import check_cron  # noqa: PLC0415  few need cron

    pattern = words.removeprefix("cron:").strip()
    wrong = check_cron(pattern)
    return Wrong(wrong, example) if wrong else Schedule(cron=pattern)


def _without_time(words: str) -> Wrong:
    if not words:
        return Wrong("is not a schedule", _FORMS)
    last = words.rpartition(" ")[2]
    clock = re.fullmatch(r"([0-9]{1,2})(?:[.h:]?([0-9]{2}))?(am|pm|a\.m\.|p\.m\.|h|)", last)
    if clock:
        hour, minute = int(clock[1]), int(clock[2] or 0)
        if clock[3][:1] in ("a", "p") and 1 <= hour <= 12:
            hour = hour % 12 + (12 if clock[3][0] == "p" else 0)
        if hour < 24 and minute < 60:
            return _no_time(last, f'Write "{hour:02}:{minute:02}".')
    if last in _OTHER_WORDS and ":" in _OTHER_WORDS[last]:
        return _no_time(last, f'Write "{_OTHER_WORDS[last]}".')
    if isinstance(_on_days(words, (time(9),)), Schedule):
        return Wrong("names no time", f'Write it behind the day: "{words} 09:00".')
    return Wrong("is not a schedule", f"{_other(words)}{_FORMS}")


def _times(text: str) -> tuple[time, ...] | Wrong:
    return _each(text, _time)


def _time(word: str) -> time | Wrong:
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", word)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return time(int(match[1]), int(match[2]))
    clock = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(am|pm)", word)
    if clock and 1 <= int(clock[1]) <= 12 and int(clock[2]) < 60:
        hour = int(clock[1]) % 12 + (12 if clock[3] == "pm" else 0)
        return _no_time(word, f'Write "{hour:02}:{clock[2]}".')
    if word in ("24:00", "24:0"):
        return _no_time(word, 'Write "00:00", which is the beginning of a day.')
    return _no_time(word, "Write hours and minutes from 00:00 to 23:59.")


def _no_time(word: str, remedy: str) -> Wrong:
    return Wrong(f"has {shown(word)}, which is no time", remedy)


def _padded(word: str) -> str:
    return f"0{word}" if re.match(r"[0-9]:", word) else word


def _other(word: str) -> str:
    meant = _OTHER_WORDS.get(word)
    return f"Did you mean {meant!r}? " if meant else ""


def _each(text: str, parse: Callable[[str], _T | Wrong]) -> tuple[_T, ...] | Wrong:
    """Return what the words between the commas mean, in order; each may stand there once."""
    found: list[_T] = []
    for word in text.split(","):
        parsed = parse(word)
        if isinstance(parsed, Wrong):
            return parsed
        if parsed in found:
            return Wrong(f"names {shown(word)} twice", "Write it once.")
        found.append(parsed)
    return tuple(sorted(found, key=_in_order))


def _in_order(value: object) -> tuple[bool, object]:
    return value == LAST, value  # the last one of the month comes after the others


def _sound(parsed: Sequence[_T] | Wrong) -> tuple[_T, ...]:
    assert not isinstance(parsed, Wrong)  # noqa: S101  the caller has looked
    return tuple(parsed)
