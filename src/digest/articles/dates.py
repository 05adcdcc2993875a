"""Dates as people and site generators write them → moments in the publisher's zone. Pure.

Every form of facts §4.3. A day without a time is that day in the publisher's zone, not midnight
in Greenwich; a time without a zone is in the publisher's zone.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from digest.articles.fields import Found, text_of
from digest.articles.reading_error import ReadingError
from digest.articles.wall_clock import resolve

#: Earlier and later years are slips; the upper one keeps every sum of dates in range.
_YEARS = range(1000, 2200)

#: Values that name no day: they change with every build (Quarto, Eleventy), or are Go's zero.
_DYNAMIC = frozenset(
    {"today", "now", "yesterday", "tomorrow", "created", "modified"}
    | {"lastmodified", "gitcreated", "gitlastmodified"}
)
_ZERO = "0001-01-01"

_TIME = (
    r"(?:(?:[Tt]|\s*,\s*|\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\b\.?)?"
    r"\s*(?P<zone>[Zz]|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z][A-Za-z0-9_+/-]*)?"
    # Go and JavaScript name the zone again after its offset: `+0200 CEST`, `GMT+0200 (CEST)`
    r"(?:\s+(?:[A-Z]{3,5}|\([^()]*\)))?)?\s*\Z"
)
_WEEKDAY = r"(?:[A-Za-z]{3,9}\.?,?\s+)?"
_YEAR_FIRST = r"(?P<year>\d{4})(?P<dash>[-/.])(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2})" + _TIME
_COMPACT = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:T(?P<clock>\d{4}(?:\d\d)?)(?P<z>Z?))?\Z"
#: `15 Oct 2023`, RFC 5322 §3.3 `Mon, 21 Jul 2025 10:00:00 +0200`
_DAY_FIRST = (
    _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<name>[A-Za-z]{3,9})\.?,?[\s-]+"
    r"(?P<year>\d{4})" + _TIME
)
#: `Jul 08 2022`, `July 8, 2022`
_MONTH_FIRST = (
    _WEEKDAY + r"(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"(?P<year>\d{4})" + _TIME
)
#: `5/22/2021` (Quarto): month first
_US = r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})" + _TIME
#: In names of files
_YEAR, _SHORT_YEAR, _CLOCK = r"\d{4}", r"\d{4}|\d\d", r"-\d\d-\d\d-\d\d"
#: The usual form, for its own sake: the others take a millisecond to compile.
_ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
_FORMS = (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST, _US)

_MONTHS = "january february march april may june july august september october november december"
#: RFC 5322 §4.3; other abbreviations have several meanings.
_ABBREVIATIONS = {"z": 0, "ut": 0, "utc": 0, "gmt": 0} | {
    f"{name}{kind}t": hours + (kind == "d")
    for name, hours in (("e", -5), ("c", -6), ("m", -7), ("p", -8))
    for kind in "sd"
}


_Day = TypeVar("_Day", bound=date)


class Moment(NamedTuple):
    """When something was published."""

    #: Aware, in the publisher's zone.
    at: datetime
    #: False: only the day is known, and `at` is its first instant.
    has_time: bool


def parse_moment(found: Found, zone: ZoneInfo) -> Moment | None:
    """Return the moment a field names; None: it names none (`last-modified`).

    Raises:
        ReadingError: it is no date, or none that exists.
    """
    value = _of_mapping(found.value) if isinstance(found.value, Mapping) else found.value
    text = text_of(value) if not isinstance(value, list) else "a list"
    if is_dynamic(text):
        return None
    try:
        moment = _of_typed(value, zone) or _parse(text, zone)
    except (ValueError, OverflowError, LookupError, OSError) as error:
        # LookupError: ZoneInfoNotFoundError; OSError: a folder of zones ("America/Indiana").
        raise _no_date(found, text, str(error.args[0] if error.args else error)) from error
    if moment is None:
        raise _no_date(found, text, "")
    return moment


def is_dynamic(text: str) -> bool:
    """Return whether `text` stands for a date that changes with every build, or for none."""
    if text[:1].isdigit() or len(text) > 40:
        return text.startswith(_ZERO)
    return re.sub(r"[\s_-]", "", text).casefold() in _DYNAMIC


@lru_cache(maxsize=64)  # the articles of a week share its days
def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of `day` in `zone`, also where the clocks skip midnight."""
    return resolve(datetime.combine(day, time(0)), zone)


def path_date(path: str, *, anywhere: bool = False, short_years: bool = False) -> date | None:
    """Return the date in a file's name or folders, as generators read it; None: there is none.

    `2025-07-21-name.md`, `2025-07-21-name/index.md`, `2025/07/21/name.md`; facts §4.3.

    Args:
        path: below the content folder.
        anywhere: the first date wherever it stands (Eleventy), not only where a part begins.
        short_years: `25-07-21-name.md` is of 2025 (Jekyll).
    """
    if anywhere:
        found = re.search(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)", path)
        return _existing(found) if found else None
    form = rf"({_SHORT_YEAR if short_years else _YEAR})-(\d{{1,2}})-(\d{{1,2}})(?!\d)"
    for part in reversed(path.split("/")):
        found = re.match(form, part)
        if found and (day := _existing(found)):
            return day
    found = re.search(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})(?=[/-])", path)
    return _existing(found) if found else None


def path_moment(path: str, zone: ZoneInfo) -> Moment | None:
    """Return the moment in Hugo's `2025-07-21-14-30-00-name.md`; None: no time stands there."""
    for part in reversed(path.split("/")):
        found = re.match(rf"(\d{{4}})-(\d\d)-(\d\d){_CLOCK}(?!\d)", part)
        if found:
            year, month, day, hour, minute, second = map(int, found[0].split("-"))
            try:
                on = _checked(date(year, month, day))
                moment = datetime.combine(on, time(hour, minute, second), zone)
            except ValueError:
                continue
            return Moment(_settled(moment, zone), has_time=True)
    return None


def without_date(name: str, *, short_years: bool = False, clock: bool = False) -> str:
    """Return a file's name without the date it begins with: `2025-07-21-x` → `x`.

    Args:
        name: without suffix.
        short_years: the year may have two digits (Jekyll).
        clock: a time may follow, `-14-30-00` (Hugo).
    """
    year, time_of_day = _SHORT_YEAR if short_years else _YEAR, f"(?:{_CLOCK})?" if clock else ""
    form = rf"^(?:{year})-\d{{1,2}}-\d{{1,2}}{time_of_day}(?:T[\d:.-]*Z?)?[-_ ]+(?=.)"
    return re.sub(form, "", name)


def _existing(found: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in found.groups())
    year += 2000 if len(found[1]) == 2 else 0
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _of_mapping(value: Mapping[str, object]) -> object:
    """Return the date of MkDocs' `date: {created: …, updated: …}`."""
    for name in ("created", "published", "publish", "any"):
        if name in value:
            return value[name]
    return ""


def _of_typed(value: object, zone: ZoneInfo) -> Moment | None:
    """Return the moment of a TOML date, which has a type already."""
    if isinstance(value, datetime):
        return Moment(_settled(_checked(value), zone), has_time=True)
    if isinstance(value, date):
        return Moment(first_instant(_checked(value), zone), has_time=False)
    return None


def _parse(text: str, zone: ZoneInfo) -> Moment | None:
    if len(text) > 80:
        return None
    if re.match(_ISO_DAY, text):
        return Moment(first_instant(_checked(date.fromisoformat(text)), zone), has_time=False)
    if found := re.match(_COMPACT, text):
        return _of_compact(found, zone)
    for form in _FORMS:
        found = re.match(form, text)
        if found and (day := _day(found.groupdict())):
            if found["hour"] is None:
                return Moment(first_instant(day, zone), has_time=False)
            clock, offset = _clock(found), _offset(found["zone"], zone)
            return Moment(_settled(datetime.combine(day, clock, offset), zone), has_time=True)
    return None


def _of_compact(found: re.Match[str], zone: ZoneInfo) -> Moment:
    day = _checked(date(int(found["year"]), int(found["month"]), int(found["day"])))
    digits = found["clock"]
    if digits is None:
        return Moment(first_instant(day, zone), has_time=False)
    clock = time(int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0))
    offset: tzinfo = UTC if found["z"] else zone
    return Moment(_settled(datetime.combine(day, clock, offset), zone), has_time=True)


def _day(parts: Mapping[str, str | None]) -> date | None:
    name = parts.get("name")
    month = _month(name) if name else int(parts["month"] or 0)
    if not month:
        return None
    return _checked(date(int(parts["year"] or 0), month, int(parts["day"] or 0)))


def _month(name: str) -> int:
    """Return the number of an English month, full or cut to three or more letters; else 0."""
    wanted = name.casefold()
    months = _MONTHS.split()
    return next((n for n, month in enumerate(months, 1) if month.startswith(wanted)), 0)


def _clock(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            msg = "hour must be in 1..12 before am or pm"
            raise ValueError(msg)
        hour = hour % 12 + (12 if half in "pP" else 0)
    second, part = int(found["second"] or 0), (found["part"] or "")[:6].ljust(6, "0")
    return time(hour, int(found["minute"]), second, int(part))


def _offset(text: str | None, zone: ZoneInfo) -> tzinfo:
    """Return the zone that a date names itself, else the publisher's."""
    if not text:
        return zone
    if (hours := _ABBREVIATIONS.get(text.casefold())) is not None:
        return timezone(timedelta(hours=hours))
    signed = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", text)
    if signed:
        if int(signed[3] or 0) > 59:
            msg = "minutes of an offset must be below 60"
            raise ValueError(msg)
        ahead = timedelta(hours=int(signed[2]), minutes=int(signed[3] or 0))
        return timezone(-ahead if signed[1] == "-" else ahead)
    if "/" not in text:
        msg = f"{text} is no zone"
        raise ValueError(msg)
    return ZoneInfo(text)


def _settled(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return `moment` in `zone`; a time that the clocks skip becomes the one they show."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).astimezone(zone)


def _checked(day: _Day) -> _Day:
    if day.year not in _YEARS:
        msg = f"the year {day.year} is outside {_YEARS[0]} to {_YEARS[-1]}"
        raise ValueError(msg)
    return day


def _no_date(found: Found, text: str, why: str) -> ReadingError:
    shown = repr(text[:60]) if text else "no text"
    return ReadingError(
        what=f"{found.name} is no date we can use: {shown}" + (f" ({why[:100]})" if why else ""),
        remedy="Write year-month-day, as in 2025-07-21 or 2025-07-21 09:30.",
        field=found.name,
    )
