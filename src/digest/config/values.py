"""The vocabulary of config.toml: kinds of values, each `Annotated[type, check]`.

The check of a single value returns what is wrong with it, or None. The check of a list or a
table yields all that is wrong; it gets the sound parts only, under their positions or keys, so
that one mistake neither hides another nor makes one.
Pure, apart from `TimeZone`, which looks into the zone database of the system.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from digest.config import addresses, texts, wording
from digest.config.mistake import Wrong, shown
from digest.errors import did_you_mean

_V = TypeVar("_V")
#: Returns what is wrong with a single value, or None.
Check: TypeAlias = Callable[[_V], Wrong | None]


def optional(check: Check[str]) -> Check[str]:
    """Return a check that lets empty text pass."""
    return lambda text: check(text) if text else None


def between(least: int, most: int) -> Check[int]:
    """Return a check of a number's range, both ends included."""

    def check_range(number: int) -> Wrong | None:
        if least <= number <= most:
            return None
        return Wrong(
            f"is not between {least} and {most}", f"Write a number from {least} to {most}."
        )

    return check_range


def worded(parse: Callable[[str], object]) -> Check[str]:
    """Return a check of text that `parse` must understand."""

    def check_wording(text: str) -> Wrong | None:
        parsed = parse(text)
        return parsed if isinstance(parsed, Wrong) else None

    return check_wording


def check_zone(text: str) -> Wrong | None:
    """Name of a zone in the system's zone database."""
    try:
        ZoneInfo(text)
    # What zoneinfo raises depends on the name: "Europe" is a folder, "../x" a bad key.
    except (KeyError, ValueError, OSError):
        return Wrong(
            "is not a time zone this computer knows",
            f'{_nearest_zone(text)}Write a region and a city: "Europe/Berlin".',
        )
    return None


def _nearest_zone(text: str) -> str:
    zones = sorted(available_timezones())
    wanted = text.casefold().replace(" ", "_").replace("-", "_")
    if any(zone.casefold().startswith(f"{wanted}/") for zone in zones):
        return ""  # a region without its city: any guess would be wrong
    for zone in zones:
        # "berlin" means Europe/Berlin, though "Dublin" would be nearer by letters.
        if wanted in (zone.casefold().replace("-", "_"), zone.rpartition("/")[2].casefold()):
            return f"Did you mean {zone!r}? "
    return did_you_mean(text, zones)


def check_schedule(text: str) -> Wrong | None:
    """When a newsletter goes out, in words or as a pattern of cron."""
    from digest.config.schedule_words import parse_schedule  # noqa: PLC0415  where there is one

    return worded(parse_schedule)(text)


def check_holidays(text: str) -> Wrong | None:
    """Country, or country and subdivision, whose public holidays are known."""
    from digest.config.holiday_codes import check_holiday_code  # noqa: PLC0415  few need it

    return check_holiday_code(text)


def check_distinct(parts: Mapping[str | int, str]) -> Iterator[Wrong]:
    """No entry of a list twice, letter case aside."""
    seen: set[str] = set()
    for position, text in parts.items():
        if text.casefold() in seen:
            yield Wrong("stands in this list twice", "Write it once.", (position,))
        seen.add(text.casefold())


def check_distinct_keys(parts: Mapping[str | int, object]) -> Iterator[Wrong]:
    """No key of a table twice, letter case aside."""
    seen: set[str] = set()
    for key in map(str, parts):
        if key.casefold() in seen:
            yield Wrong(f"{shown(key)} stands here twice, but for letter case", "Write it once.")
        seen.add(key.casefold())


def check_provider_categories(parts: Mapping[str | int, str]) -> Iterator[Wrong]:
    """At most nine, none twice: SendGrid takes ten, and the newsletter's name is one."""
    yield from check_distinct(parts)
    if len(parts) > 9:
        yield Wrong("is one too many", "Write at most nine.", (9,))


Line: TypeAlias = Annotated[str, texts.check_line]
LineOrEmpty: TypeAlias = Annotated[str, optional(texts.check_line)]
Phrase: TypeAlias = Annotated[str, texts.check_phrase]
Prose: TypeAlias = Annotated[str, texts.check_prose]
Path: TypeAlias = Annotated[str, texts.check_path]
Template: TypeAlias = Annotated[str, texts.check_template]
TemplateOrEmpty: TypeAlias = Annotated[str, optional(texts.check_template)]
TemplateName: TypeAlias = Annotated[str, texts.check_template_name]
NewsletterName: TypeAlias = Annotated[str, texts.check_newsletter_name]
Language: TypeAlias = Annotated[str, texts.check_language]
LanguageOrEmpty: TypeAlias = Annotated[str, optional(texts.check_language)]
Colour: TypeAlias = Annotated[str, texts.check_colour]
BaseUrl: TypeAlias = Annotated[str, addresses.check_base_url]
Url: TypeAlias = Annotated[str, addresses.check_url]
UrlOrEmpty: TypeAlias = Annotated[str, optional(addresses.check_url)]
UrlPattern: TypeAlias = Annotated[str, addresses.check_url_pattern]
EmailOrEmpty: TypeAlias = Annotated[str, optional(addresses.check_email)]
TimeZone: TypeAlias = Annotated[str, check_zone]
TimeZoneOrEmpty: TypeAlias = Annotated[str, optional(check_zone)]
ScheduleOrEmpty: TypeAlias = Annotated[str, optional(check_schedule)]
HolidaysOrEmpty: TypeAlias = Annotated[str, optional(check_holidays)]
FreeDates: TypeAlias = Annotated[
    tuple[Annotated[str, worded(wording.parse_free_date)], ...], check_distinct
]
WindowText: TypeAlias = Annotated[str, worded(wording.parse_window)]
WeekStart: TypeAlias = Annotated[str, worded(wording.parse_week_start)]
Grace: TypeAlias = Annotated[str, worded(wording.parse_grace)]
Lines: TypeAlias = Annotated[tuple[Line, ...], check_distinct]
PublicUrlOrEmpty: TypeAlias = Annotated[str, optional(addresses.check_public_url)]
HostName: TypeAlias = Annotated[str, addresses.check_host]
Categories: TypeAlias = Annotated[
    tuple[Annotated[str, texts.check_provider_category], ...], check_provider_categories
]
