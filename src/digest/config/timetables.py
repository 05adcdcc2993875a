"""From the settings of a newsletter to its timetable. Pure."""

from zoneinfo import ZoneInfo

from digest.config.mistake import Wrong
from digest.config.newsletters import Newsletter, rules
from digest.config.settings import Config
from digest.selection.schedule import Schedule
from digest.selection.timetable import FreeDays, Timetable


def timetable_of(config: Config, name: str) -> Timetable:
    """Return when the slots of the newsletter of that name are, and where their windows lie."""
    newsletter = config.newsletters[name]
    return Timetable(
        window=rules(newsletter).window,
        zone=zone_of(config, name),
        schedule=_schedule_of(newsletter),
        free=FreeDays(dates=newsletter.skip_dates, holidays=newsletter.holidays),
    )


def zone_of(config: Config, name: str) -> ZoneInfo:
    """Return the zone of the newsletter of that name; for any other name the publisher's."""
    newsletter = config.newsletters.get(name)
    return ZoneInfo((newsletter and newsletter.timezone) or config.site.timezone)


def _schedule_of(newsletter: Newsletter) -> Schedule | None:
    if not newsletter.schedule:
        return None
    from digest.config.schedule_words import parse_schedule  # noqa: PLC0415  where there is one

    parsed = parse_schedule(newsletter.schedule)
    if isinstance(parsed, Wrong):
        msg = f"{parsed.what}: a schedule that was never checked"
        raise ValueError(msg)  # noqa: TRY004  the type is right, the text in it was not
    return parsed
