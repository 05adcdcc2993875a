"""E-mail addresses: one that may be written into a header, and what makes two spellings one.

Nearly every address is plain ASCII, and one pattern decides about it; whatever is not plain goes
to email-validator, which takes thirty times as long. Pure.
"""

import re
import unicodedata
from typing import Final, NamedTuple


class Address(NamedTuple):
    """An address mail can be sent to."""

    #: As mail is addressed to it: local part as given (NFC), domain in small ASCII letters.
    address: str
    #: The same for every spelling of it: small letters in both parts.
    key: str


class Refused(NamedTuple):
    """Why a value was not taken."""

    what: str
    remedy: str


_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# "--" in third place marks an encoded label (RFC 5890 §2.3.1): email-validator looks into those.
_LABEL: Final = r"(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5321 §4.5.3.1: 64 octets before the @, 254 altogether (256 with angle brackets).
# Every top-level domain begins and ends with a letter.
_is_plain: Final = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{3,254}}\Z){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+"
    r"(?!..--)[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z])?"
).fullmatch
#: Blanks that do not look like any, left behind by copying from web pages.
_INVISIBLE: Final = "\u200b\u2060\ufeff"
_LONGEST: Final = 254

_REMEDY: Final = 'Write the bare address, like "anna@example.org".'


def parse_address(text: str) -> Address | Refused:
    """Return the address `text` is, or why it is none.

    Nothing that could break a header passes: no control or direction characters, no blanks, no
    quoted local parts. Whether mail arrives there only sending can tell.
    """
    if _is_plain(text):
        key = text.lower()
        if key == text:
            return Address(text, key)
        local, _, domain = text.rpartition("@")
        return Address(f"{local}@{domain.lower()}", key)
    return _parse_unusual(text)


def split_mailbox(text: str) -> tuple[str, str]:
    """Return name and address of `Anna Berg <anna@example.org>`; of anything else no name."""
    before, bracket, inner = text.strip().rpartition("<")
    if bracket and inner.endswith(">"):
        return before.strip().strip('"'), inner[:-1]
    return "", text


def _parse_unusual(text: str) -> Address | Refused:
    trimmed = text.strip().strip(_INVISIBLE).strip()
    if trimmed != text and _is_plain(trimmed):
        return parse_address(trimmed)
    wrong = _plainly_wrong(trimmed)
    return Refused(wrong, _REMEDY) if wrong else _validated(trimmed)


def _plainly_wrong(text: str) -> str:
    """Return what anybody can see is wrong with an address; or an empty string."""
    if not text:
        return "there is no address"
    # `isprintable` is false for controls, direction marks, lone surrogates and odd blanks.
    if not text.isprintable():
        return "the address has an invisible or control character in it"
    if text.count("@") != 1:
        return "the address has no @" if "@" not in text else "the address has more than one @"
    if set(text) & set(' "<>()[]\\,;:'):
        return "the address has a blank, a quote or one of <>()[]\\,;: in it"
    return f"the address is longer than {_LONGEST} bytes" if len(text.encode()) > _LONGEST else ""


def _validated(text: str) -> Address | Refused:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  costs 30 ms

    try:
        # test_environment lets `.test` pass, which the pattern above lets pass as well.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        return Refused(f"no address: {str(error).rstrip('.')}", _REMEDY)
    domain = found.ascii_domain.lower()
    local = unicodedata.normalize("NFC", found.local_part)
    small = unicodedata.normalize("NFC", local.lower())
    if not domain or max(len(local.encode()), len(small.encode())) > 64:
        return Refused("the part before the @ is longer than 64 bytes", _REMEDY)
    address, key = f"{local}@{domain}", f"{small}@{domain}"
    if max(len(address.encode()), len(key.encode())) > _LONGEST:
        return Refused(f"the address is longer than {_LONGEST} bytes", _REMEDY)
    return Address(address, key)
