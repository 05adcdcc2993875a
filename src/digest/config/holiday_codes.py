"""Countries on whose public holidays a newsletter does not go out: `DE`, `DE-BE`. Pure."""

import re
from typing import Final

from digest.config.mistake import Wrong
from digest.errors import did_you_mean
from digest.selection.public_holidays import is_country, known_codes

#: Names people write for a country, and its code.
_NAMES: Final = {"UK": "GB", "EN": "GB", "USA": "US", "GERMANY": "DE", "ENGLAND": "GB-ENG"}


def check_holiday_code(text: str) -> Wrong | None:
    """Return what is wrong with a country's code, or None."""
    if re.fullmatch(r"[A-Z]{2}(-\w[\w ]*)?", text) and is_country(text):
        return None
    return Wrong("is not a country whose holidays are known", _remedy(text))


def _remedy(text: str) -> str:
    codes = known_codes()
    country, _, part = text.upper().replace("_", "-").partition("-")
    meant = _NAMES.get(text.upper(), "")
    if country in codes and part and codes[country]:
        parts = codes[country]
        meant = f"{country}-{part}" if part in parts else ""
        hint = f"Did you mean {meant!r}? " if meant else did_you_mean(part, parts)
        return f"{hint}Parts of {country}: {', '.join(parts)}."
    if country in codes:
        meant = country
    hint = f"Did you mean {meant!r}? " if meant else ""
    return f'{hint}Write two capital letters, "DE", or with a part of the country: "DE-BE".'
