"""The rules of the message as a whole: facts/sendgrid.md §2.1. Pure."""

import base64
import binascii
from collections.abc import Callable, Iterator

from .http_values import Json, Problem
from .rules_reader import (
    MOST_BYTES,
    check_headers,
    check_party,
    check_send_at,
    problem,
    size,
)

_KEYS = frozenset(
    {
        "personalizations",
        "from",
        "reply_to",
        "reply_to_list",
        "subject",
        "content",
        "attachments",
        "template_id",
        "headers",
        "categories",
        "custom_args",
        "send_at",
        "batch_id",
        "asm",
        "ip_pool_name",
        "mail_settings",
        "tracking_settings",
    }
)
_SWITCHES: dict[str, dict[str, dict[str, type]]] = {
    "mail_settings": {
        "bypass_list_management": {"enable": bool},
        "bypass_spam_management": {"enable": bool},
        "bypass_bounce_management": {"enable": bool},
        "bypass_unsubscribe_management": {"enable": bool},
        "footer": {"enable": bool, "text": str, "html": str},
        "sandbox_mode": {"enable": bool},
    },
    "tracking_settings": {
        "click_tracking": {"enable": bool, "enable_text": bool},
        "open_tracking": {"enable": bool, "substitution_tag": str},
        "subscription_tracking": {
            "enable": bool,
            "text": str,
            "html": str,
            "substitution_tag": str,
        },
        "ganalytics": {
            "enable": bool,
            "utm_source": str,
            "utm_medium": str,
            "utm_term": str,
            "utm_content": str,
            "utm_campaign": str,
        },
    },
}


def check_message(
    payload: Json, *, now: float, knows_batch: Callable[[str], bool]
) -> Iterator[Problem]:
    """Yield every problem outside of the personalizations."""
    for key in payload.keys() - _KEYS:
        # Ignored or refused is not known (facts/sendgrid.md §7): the stricter one.
        yield problem(f"Unknown parameter {key}.", key)
    yield from check_party(payload.get("from"), "from", "from")
    yield from _check_replies(payload)
    yield from _check_subject(payload)
    yield from _check_content(payload)
    yield from _check_attachments(payload.get("attachments", []))
    yield from check_headers(payload.get("headers", {}), "headers")
    yield from _check_categories(payload.get("categories", []))
    yield from _check_arguments(payload.get("custom_args", {}))
    if "send_at" in payload:
        yield from check_send_at(payload["send_at"], "send_at", now)
    if "batch_id" in payload:
        batch_id = payload["batch_id"]
        if not isinstance(batch_id, str) or not knows_batch(batch_id):
            yield problem("The batch_id must be a valid batch id.", "batch_id")
    yield from _check_group(payload)
    yield from _check_pool(payload)
    for name in _SWITCHES:
        yield from _check_switches(payload.get(name, {}), name)


def _check_replies(payload: Json) -> Iterator[Problem]:
    if "reply_to" in payload:
        yield from check_party(payload["reply_to"], "reply_to", "reply_to")
    if "reply_to_list" not in payload:
        return
    parties = payload["reply_to_list"]
    if "reply_to" in payload:
        yield problem("Use reply_to or reply_to_list, not both.", "reply_to_list")
    if not isinstance(parties, list) or len(parties) > 1000:
        yield problem("The reply_to_list is an array of at most 1000.", "reply_to_list")
        return
    for number, party in enumerate(parties):
        yield from check_party(party, f"reply_to_list.{number}", "reply_to_list")


def _check_subject(payload: Json) -> Iterator[Problem]:
    subject = payload.get("subject")
    if subject is None:
        items = payload.get("personalizations")
        each_has_one = isinstance(items, list) and all(
            isinstance(item, dict) and item.get("subject") for item in items
        )
        if not each_has_one and "template_id" not in payload:
            yield problem(
                "The subject is required. You can get around this requirement if you use a "
                "template with a subject defined or if every personalization has a subject "
                "defined.",
                "subject",
            )
    elif not isinstance(subject, str) or not subject:
        yield problem("The subject must be a string at least one character in length.", "subject")


def _check_content(payload: Json) -> Iterator[Problem]:
    parts = payload.get("content")
    if parts is None and isinstance(payload.get("template_id"), str):
        return
    if not isinstance(parts, list) or not parts:
        yield problem(
            "Unless a valid template_id is provided, the content parameter is required. There "
            "must be at least one defined content block. We typically suggest both text/plain "
            "and text/html blocks are included, but only one block is required.",
            "content",
        )
        return
    kinds = []
    for number, part in enumerate(parts):
        if not isinstance(part, dict) or part.keys() - {"type", "value"}:
            yield problem("A content block has type and value.", f"content.{number}", "content")
            continue
        kind, value = part.get("type"), part.get("value")
        if not isinstance(value, str) or not value:
            yield problem(
                "The content value must be a string at least one character in length.",
                f"content.{number}.value",
                "content.value",
            )
        if not isinstance(kind, str) or not kind or set(kind) & set(";\r\n"):
            yield problem(
                "The content type must be a string without ; or CRLF characters.",
                f"content.{number}.type",
                "content.type",
            )
        kinds.append(kind)
    rank = {"text/plain": 0, "text/html": 1}
    order = [rank.get(str(kind), 2) for kind in kinds]
    if order != sorted(order) or order.count(0) > 1 or order.count(1) > 1:
        yield problem(
            "If present, text/plain and text/html may only be provided once, text/plain first, "
            "followed by text/html, followed by any other content.",
            "content",
        )


def _check_attachments(attachments: Json) -> Iterator[Problem]:
    if not isinstance(attachments, list):
        yield problem("The attachments must be an array.", "attachments")
        return
    for number, item in enumerate(attachments):
        at = f"attachments.{number}"
        if not isinstance(item, dict):
            yield problem("An attachment is an object.", at, "attachments")
            continue
        if not _is_base64(item.get("content")):
            yield problem("The attachment content must be base64.", f"{at}.content")
        if not item.get("filename"):
            yield problem("The attachment filename is required.", f"{at}.filename")
        for key in ("filename", "type", "content_id"):
            if not isinstance(item.get(key, ""), str) or set(item.get(key, "")) & set(";\r\n"):
                yield problem(f"The attachment {key} may not hold ; or CRLF.", f"{at}.{key}")
        if item.get("disposition", "attachment") not in {"attachment", "inline"}:
            yield problem("The disposition is attachment or inline.", f"{at}.disposition")


def _is_base64(value: Json) -> bool:
    try:
        return isinstance(value, str) and bool(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return False


def _check_categories(categories: Json) -> Iterator[Problem]:
    if not isinstance(categories, list):
        yield problem("The categories must be an array.", "categories")
        return
    if len(categories) > 10:
        yield problem("There is a limit of 10 categories.", "categories")
    for number, category in enumerate(categories):
        if not isinstance(category, str) or not category.isascii() or len(category) > 255:
            yield problem(
                "A category is an ASCII string of at most 255 characters.",
                f"categories.{number}",
                "categories",
            )
        elif category in categories[:number]:
            yield problem("The categories must be unique.", f"categories.{number}", "categories")


def _check_arguments(arguments: Json) -> Iterator[Problem]:
    if not isinstance(arguments, dict):
        yield problem("The custom_args must be an object.", "custom_args")
        return
    for key, value in arguments.items():
        if not isinstance(value, str):
            yield problem("The value must be a string.", f"custom_args.{key}", "custom_args")
    if size(arguments) > MOST_BYTES:
        yield problem("The custom_args may not exceed 10000 bytes.", "custom_args")


def _check_group(payload: Json) -> Iterator[Problem]:
    if "asm" not in payload:
        return
    asm = payload["asm"]
    if not isinstance(asm, dict) or not _is_integer(asm.get("group_id")):
        yield problem("The asm group_id must be an integer.", "asm.group_id", "asm")
        return
    shown = asm.get("groups_to_display", [])
    if not isinstance(shown, list) or len(shown) > 25 or not all(map(_is_integer, shown)):
        yield problem("At most 25 integers.", "asm.groups_to_display", "asm")


def _is_integer(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_pool(payload: Json) -> Iterator[Problem]:
    if "ip_pool_name" in payload:
        pool = payload["ip_pool_name"]
        if not isinstance(pool, str) or not 2 <= len(pool) <= 64:
            yield problem("The ip_pool_name has 2 to 64 characters.", "ip_pool_name")


def _check_switches(settings: Json, name: str) -> Iterator[Problem]:
    if not isinstance(settings, dict):
        yield problem(f"The {name} must be an object.", name)
        return
    for key, values in settings.items():
        known = _SWITCHES[name].get(key)
        if known is None or not isinstance(values, dict):
            yield problem(f"Unknown setting {key}.", f"{name}.{key}", name)
            continue
        for inner, value in values.items():
            if known.get(inner) is not type(value):
                yield problem(f"Wrong setting {inner}.", f"{name}.{key}.{inner}", name)
    bypasses = [key for key in settings if key.startswith("bypass_")]
    if "bypass_list_management" in bypasses and len(bypasses) > 1:
        yield problem("bypass_list_management stands alone.", f"{name}.bypass_list_management")
