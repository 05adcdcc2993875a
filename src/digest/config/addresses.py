"""Checks of addresses in config.toml: the site's, pictures', e-mail, patterns of links. Pure.

A check returns what is wrong with a value, or None.
"""

import re
from typing import Final

from digest.articles.settings import PLACEHOLDERS
from digest.config.mistake import Wrong
from digest.errors import did_you_mean

# RFC 3986 §2 and §3: no blank, quote, angle bracket or backslash anywhere in an address.
_HOST: Final = r"(?:[^\s/?#@:\\<>\"'`\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PART: Final = r"[^\s?#\\<>\"`]*"
_BASE_URL: Final = rf"(?i:https?)://{_HOST}(?:/{_PART})?"
_URL: Final = rf"{_BASE_URL}(?:\?{_PART})?(?:#{_PART})?"


def check_base_url(text: str) -> Wrong | None:
    """Address of the site: absolute, without user, query and fragment."""
    if text.isprintable() and re.fullmatch(_BASE_URL, text):
        return None
    remedy = 'Write it like "https://www.example.org".'
    if text.isprintable() and re.fullmatch(_URL, text):
        return Wrong("has a part behind ? or #", remedy)
    return _wrong_url(text, remedy)


def check_public_url(text: str) -> Wrong | None:
    """Address that mail programs call: https, but on this machine itself."""
    wrong = check_base_url(text)
    if wrong:
        return wrong
    # RFC 8058 §3: the link for one-click unsubscribing is an https one.
    if re.match(r"(?i:https://|http://(?:127\.0\.0\.1|localhost)(?:[:/]|$))", text):
        return None
    return Wrong("does not begin with https://", 'Write it like "https://letters.example.org".')


def check_host(text: str) -> Wrong | None:
    """Name or address of a machine, without scheme and port."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|[0-9A-Fa-f:.]{2,45}", text):
        return None
    return Wrong(
        "is not the name of a machine", 'Write it like "mail.example.org" or "127.0.0.1".'
    )


def check_url(text: str) -> Wrong | None:
    """Absolute http(s) address."""
    if text.isprintable() and re.fullmatch(_URL, text):
        return None
    return _wrong_url(text, 'Write it like "https://www.example.org/picture.png".')


def _wrong_url(text: str, remedy: str) -> Wrong:
    scheme, colon, rest = text.partition("://")
    if not colon or scheme.lower() not in ("http", "https"):
        return Wrong("is not an absolute http or https address", remedy)
    if "@" in re.split(r"[/?#]", rest)[0]:
        return Wrong("holds a user name or password, which readers would see", remedy)
    return Wrong("is not an address a browser can open", remedy)


def check_email(text: str) -> Wrong | None:
    """Shape of an address; whether mail arrives there only sending can tell."""
    local, _, domain = text.rpartition("@")
    plain = local and domain and text.isprintable() and not set(text) & set(' <>,;:"()')
    # RFC 5321 §4.5.3.1.3: 256 octets, less the angle brackets.
    if plain and text.count("@") == 1 and len(text.encode()) <= 254:
        return None
    return Wrong("is not an e-mail address", 'Write the bare address: "editor@example.org".')


def check_url_pattern(text: str) -> Wrong | None:
    """Pattern of the addresses of articles: no blanks, each word in its pair of brackets."""
    fixed = re.sub(r"\{\w+\}", "", text)
    if set(fixed) & set(" {}<>\"'\\") or not fixed.isprintable():
        return Wrong(
            "is not a pattern of addresses", 'Write it like "{base}/posts/{slug}", without blanks.'
        )
    for name in re.findall(r"\{(\w+)\}", text):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            hint = did_you_mean(name, PLACEHOLDERS)
            return Wrong(f"names {{{name}}}, which no address has", f"{hint}Known are {known}.")
    return None
