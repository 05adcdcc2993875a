"""What decides when a newsletter's slots are: its schedule, zone, windows and free days. Pure."""

from datetime import date
from zoneinfo import ZoneInfo

from digest.record import Record
from digest.selection.rules import WindowKind, WindowRule
from digest.selection.schedule import Schedule


class FreeDays(Record, kw_only=True):
    """Days on which a newsletter does not go out."""

    #: `2026-12-24`, or `12-24` for every year.
    dates: tuple[str, ...] = ()
    #: Country, or country and subdivision, whose public holidays are free: `DE`, `DE-BE`.
    holidays: str = ""

    def reason(self, day: date) -> str:
        """Return why nothing goes out on `day`, or an empty string."""
        iso = day.isoformat()
        if iso in self.dates or iso[5:] in self.dates:
            return "in skip_dates"
        if self.holidays:
            from digest.selection.public_holidays import holiday_on  # noqa: PLC0415  few need it

            name = holiday_on(self.holidays, day)
            return f"holiday: {name}" if name else ""
        return ""


class Timetable(Record, kw_only=True):
    """When the slots of one newsletter are, and where their windows lie."""

    window: WindowRule = WindowRule()
    #: The newsletter's own, or the publisher's.
    zone: ZoneInfo
    #: None: the first moment after each window.
    schedule: Schedule | None = None
    free: FreeDays = FreeDays()

    @property
    def plan(self) -> Schedule:
        """The schedule, or the one that the windows make."""
        return self.schedule or _after_windows(self.window)


def _after_windows(rule: WindowRule) -> Schedule:
    """Return the schedule of a newsletter that has none: when its day, week or month begins."""
    times = (rule.starts_at,)
    if rule.kind is WindowKind.WEEK or 7 <= rule.days < 28:
        return Schedule(times=times, weekdays=(rule.starts_on,))
    if rule.days >= 28:
        return Schedule(times=times, places=(1,))
    return Schedule(times=times, weekdays=tuple(range(7)))
