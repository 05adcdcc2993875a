"""Public holidays of countries and their parts, through the library holidays. Pure.

Importing the library takes longer than choosing a week: only newsletters with `holidays` pay.
"""

from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays, list_supported_countries


@lru_cache(maxsize=16)
def _calendar(code: str) -> HolidayBase:
    country, _, part = code.partition("-")
    # Names in English where there are English ones, as all that digest says.
    return country_holidays(country, subdiv=part or None, language="en_US")


def holiday_on(code: str, day: date) -> str:
    """Return the name of the public holiday that `day` is in `DE` or `DE-BE`; or ""."""
    return _calendar(code).get(day) or ""


def is_country(code: str) -> bool:
    """Return whether holidays of `DE` or `DE-BE` are known."""
    try:
        _calendar(code)
    except NotImplementedError:
        return False
    return True


def known_codes() -> dict[str, list[str]]:
    """Return the codes of all countries whose holidays are known, each with those of its parts."""
    return list_supported_countries()
