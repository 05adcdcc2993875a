"""Addresses as readers may follow them, and what a publisher's statistics want to know. Pure.

Parameters such as `utm_source` are for links to articles only: never for what belongs to one
reader (unsubscribe, preferences) or leads to the issue itself.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

#: What the values of `[newsletters.NAME.utm]` may name.
VARIABLES: Final = ("newsletter", "slot", "section", "story")

# RFC 3986 §2: reserved and unreserved characters, and "%" of what is encoded already.
_URL_CHARACTERS: Final = ":/?#[]@!$&'()*+,;=-._~%"
_NAME: Final = re.compile(r"\{(\w+)\}")
_GAPS: Final = re.compile(r"[\W_]+")


def address(url: str) -> str:
    """Return `url` if a reader may follow it, else an empty string."""
    url = url.strip()
    if not url.isprintable():  # a line break inside "https" is no https to everybody
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme != "mailto" and not (parts.scheme in {"http", "https"} and parts.hostname):
        return ""
    # Blanks and quotes would end it early in the text part; HTML gets the very same address.
    return quote(url, safe=_URL_CHARACTERS)


def host_of(url: str) -> str:
    """Return the name of the site `url` leads to, without `www.`; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def fill_pattern(pattern: str, values: Mapping[str, str]) -> str:
    """Return `pattern` with `{name}` replaced by its value, percent-encoded."""
    return _NAME.sub(lambda name: quote(values.get(name[1], name[0]), safe=""), pattern)


def tagged(url: str, utm: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Return the address `url` with the parameters of a campaign.

    Its own query and fragment stay as they are, byte for byte; a parameter that it has already
    keeps the author's value.

    Args:
        url: What `address` made; an empty text and `mailto:` come back unchanged.
        utm: `source` → `{newsletter}`, …; empty values are left out.
        values: Variable → value.
    """
    if not url.startswith(("http://", "https://")):
        return url
    parts = urlsplit(url)
    taken = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    added = [
        f"utm_{name}={fill_pattern(quote(value, safe='{}'), values)}"
        for name, value in utm.items()
        if value and f"utm_{name}" not in taken
    ]
    if not added:
        return url
    query = "&".join([*([parts.query] if parts.query else []), *added])
    return urlunsplit(parts._replace(query=query))


def as_value(words: str) -> str:
    """Return `Business & Science` as statistics show it best: `business-science`."""
    return _GAPS.sub("-", words.casefold()).strip("-")
