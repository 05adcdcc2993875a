"""The rules of one personalization, and across them: facts/sendgrid.md §2.1 to §2.4. Pure.

Where sources disagree the stricter reading holds, so that what passes here passes there.
Messages are SendGrid's where one was ever published, otherwise ours in its manner.
"""

import re
from collections.abc import Iterator

import orjson

from .http_values import Json, Problem

_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#: RFC 5321 §4.1.2 dot-string, and a domain of two labels or more, in ASCII.
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")

RESERVED_HEADERS = frozenset(
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    }
)
_PERSONALIZATION_KEYS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "headers",
        "substitutions",
        "dynamic_template_data",
        "custom_args",
        "send_at",
    }
)
MOST_BYTES = 10_000
MOST_TAGS = 150
MOST_RECIPIENTS = 1000
SEND_AT_SECONDS = 72 * 3600


def problem(message: str, field: str, help_: str | None = None) -> Problem:
    """Return a problem whose help points to the section of SendGrid's page."""
    return Problem(message, field, _HELP + (help_ or field))


def is_address(value: object) -> bool:
    """Return whether SendGrid would take the address: no unicode, no quotes, a real domain."""
    return isinstance(value, str) and len(value) <= 254 and bool(_ADDRESS.fullmatch(value))


def check_personalizations(payload: Json, *, now: float) -> Iterator[Problem]:
    """Yield every problem of the readers, with the index of each."""
    items = payload.get("personalizations")
    if not isinstance(items, list) or not items:
        yield problem(
            "The personalizations field is required and must have at least one personalization.",
            "personalizations",
        )
        return
    if len(items) > MOST_RECIPIENTS:
        yield problem(
            "The personalization block is limited to 1000 personalizations per API request. "
            f"You have provided {len(items)} personalizations. Please consider splitting this "
            "into multiple requests and resending your request.",
            "personalizations",
        )
    for index, item in enumerate(items):
        at = f"personalizations.{index}"
        if not isinstance(item, dict):
            yield problem("The personalization must be an object.", at, "personalizations")
            continue
        yield from _check_item(item, payload, at, now)
    yield from _check_across([item for item in items if isinstance(item, dict)])


def _check_item(item: Json, payload: Json, at: str, now: float) -> Iterator[Problem]:
    for key in item.keys() - _PERSONALIZATION_KEYS:
        yield problem(f"Unknown parameter {key}.", f"{at}.{key}", "personalizations")
    yield from _check_recipients(item, at)
    if "from" in item:
        yield from check_party(item["from"], f"{at}.from", "from")
    if "subject" in item and not (isinstance(item["subject"], str) and item["subject"]):
        yield problem(
            "The subject must be a string at least one character in length.",
            f"{at}.subject",
            "personalizations.subject",
        )
    if "send_at" in item:
        yield from check_send_at(item["send_at"], f"{at}.send_at", now)
    yield from check_headers(item.get("headers", {}), f"{at}.headers")
    yield from _check_merged_headers(payload.get("headers"), item.get("headers"), at)
    yield from _check_substitutions(item, payload, at)
    yield from check_custom_args(
        payload.get("custom_args", {}), item.get("custom_args", {}), f"{at}.custom_args"
    )


def _check_recipients(item: Json, at: str) -> Iterator[Problem]:
    to = item.get("to")
    if not isinstance(to, list) or not to:
        yield problem(
            "The to array is required for all personalization objects, and must have at least "
            "one email object with a valid email address.",
            f"{at}.to",
            "personalizations.to",
        )
    seen: set[str] = set()
    for kind in ("to", "cc", "bcc"):
        parties = item.get(kind, [])
        if not isinstance(parties, list):
            if kind != "to":
                yield problem(f"The {kind} must be an array.", f"{at}.{kind}")
            continue
        for number, party in enumerate(parties):
            yield from check_party(party, f"{at}.{kind}.{number}", f"personalizations.{kind}")
            address = address_of(party)
            # sendgrid-csharp#995, sendgrid-ruby#436: the comparison ignores case.
            if address and address in seen:
                yield problem(
                    "Each email address in the personalization block should be unique between "
                    "to, cc, and bcc. We found the first duplicate instance of "
                    f"[{party['email']}] in the {at}.{kind} field.",
                    at,
                    "personalizations",
                )
            seen.add(address)


def _check_across(items: list[Json]) -> Iterator[Problem]:
    total = 0
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        addresses = set()
        for kind in ("to", "cc", "bcc"):
            parties = item.get(kind, [])
            if isinstance(parties, list):
                total += len(parties)
                addresses |= {address_of(party) for party in parties}
        for address in addresses - {""}:
            if first.setdefault(address, index) != index:
                yield problem(
                    "Each unique email address in the personalizations array should only be "
                    f"included once. You have included [{address}] more than once.",
                    f"personalizations.{index}.to",
                    "personalizations",
                )
    if total > MOST_RECIPIENTS:
        yield problem(
            "There is a limit of 1000 total recipients (to + cc + bcc) per request.",
            "personalizations",
        )


def address_of(party: Json) -> str:
    """Return the address for comparison, or nothing where there is none."""
    email = party.get("email") if isinstance(party, dict) else None
    return email.lower() if isinstance(email, str) else ""


def check_party(party: Json, at: str, help_: str) -> Iterator[Problem]:
    """Yield the problems of an object with email and name."""
    if not isinstance(party, dict):
        yield problem("An object with an email is required.", at, help_)
        return
    for key in party.keys() - {"email", "name"}:
        yield problem(f"Unknown parameter {key}.", f"{at}.{key}", help_)
    if not is_address(party.get("email")):
        who = "The from email does" if help_ == "from" else "Does"
        yield problem(f"{who} not contain a valid address.", f"{at}.email", help_)
    name = party.get("name", "")
    # `;` and `,` in names: docs.sendgrid.com limitations, dropped from the newer page.
    if not isinstance(name, str) or set(name) & set(";,\r\n"):
        yield problem("The name must be a string without ; or ,.", f"{at}.name", help_)


def check_send_at(value: Json, at: str, now: float) -> Iterator[Problem]:
    """Yield a problem unless it is an integer at most 72 hours ahead."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield problem("The send_at parameter must be an integer.", at, "send_at")
    elif value > now + SEND_AT_SECONDS:
        yield problem("Scheduling more than 72 hours in advance is forbidden.", at, "send_at")


def check_headers(headers: Json, at: str) -> Iterator[Problem]:
    """Yield the problems of an object of headers."""
    if not isinstance(headers, dict):
        yield problem("The headers must be an object.", at, "headers")
        return
    seen: set[str] = set()
    for key, value in headers.items():
        lower = key.lower()
        if lower in RESERVED_HEADERS:
            yield problem(f"The header {key} is reserved.", f"{at}.{key}", "headers")
        if not key.isascii() or not key.isprintable() or not key or set(key) & set(" :"):
            yield problem("Headers must be ASCII without spaces.", f"{at}.{key}", "headers")
        if lower in seen:
            yield problem(f"The header {key} is given twice.", f"{at}.{key}", "headers")
        seen.add(lower)
        if not isinstance(value, str) or set(value) & set("\r\n"):
            yield problem("The header values must be strings.", f"{at}.{key}", "headers")


def _check_merged_headers(top: Json, own: Json, at: str) -> Iterator[Problem]:
    """Yield the names that differ in case alone: the mail would carry the header twice."""
    if not isinstance(top, dict) or not isinstance(own, dict):
        return
    lowered = {key.lower(): key for key in top}
    for key in own:
        if lowered.get(key.lower(), key) != key:
            yield problem(f"The header {key} is given twice.", f"{at}.headers.{key}", "headers")


def _check_substitutions(item: Json, payload: Json, at: str) -> Iterator[Problem]:
    substitutions = item.get("substitutions", {})
    field, help_ = f"{at}.substitutions", "personalizations.substitutions"
    yield from _check_strings(substitutions, field, help_)
    if not isinstance(substitutions, dict) or not substitutions:
        return
    if size(substitutions) > MOST_BYTES:
        yield problem("The total size may not exceed 10000 bytes.", field, help_)
    if len(substitutions) > MOST_TAGS:
        yield problem("There is a limit of 150 substitutions.", field, help_)
    if str(payload.get("template_id", "")).startswith("d-"):
        yield problem("Substitutions may not be used with dynamic templates.", field, help_)


def check_custom_args(top: Json, own: Json, at: str) -> Iterator[Problem]:
    """Yield the problems of the reader's arguments, merged into those of the message."""
    yield from _check_strings(own, at, "custom_args")
    if isinstance(top, dict) and isinstance(own, dict) and own and size(top | own) > MOST_BYTES:
        yield problem("The custom_args may not exceed 10000 bytes.", at, "custom_args")


def _check_strings(values: Json, at: str, help_: str) -> Iterator[Problem]:
    if not isinstance(values, dict):
        yield problem(f"The {at.rpartition('.')[2]} must be an object.", at, help_)
        return
    for key, value in values.items():
        if not isinstance(value, str):
            yield problem("The value must be a string.", f"{at}.{key}", help_)


def size(values: Json) -> int:
    """Return the bytes as they stand in the JSON: the stricter of the two ways to count."""
    return len(orjson.dumps(values))
