"""The body of mail/send built the obvious way, for comparison with the fast one."""

import html
from dataclasses import replace
from typing import Any

from digest.delivery.filling import Sign, header_name, prepare_content, shown_name
from digest.delivery.headers import MARK, common_headers, list_unsubscribe
from digest.delivery.letter import Handover, Letter, Reader
from digest.delivery.payload import Options
from digest.delivery.way import Way


def plain_payload(
    letter: Letter, options: Options, sign: Sign, handover: Handover
) -> dict[str, Any]:
    """Return the request as values."""
    way = letter.unsubscribe.way if letter.unsubscribe else None
    if options.click_tracking is not False and way not in {Way.SENDGRID_GROUP, None}:
        href = 'href="__DIGEST_UNSUBSCRIBE_URL__"'
        letter = replace(letter, html=letter.html.replace(href, f'clicktracking="off" {href}'))
    content = prepare_content(letter)
    sender = {"email": letter.sender_email, "name": header_name(letter.sender_name)}
    tracking: dict[str, Any] = {"subscription_tracking": {"enable": False}}
    if options.click_tracking is not None:
        tracking["click_tracking"] = {"enable": options.click_tracking, "enable_text": False}
    if options.open_tracking is not None:
        tracking["open_tracking"] = {"enable": options.open_tracking}
    payload: dict[str, Any] = {
        "personalizations": [_reader(letter, sign, reader) for reader in handover.readers],
        "from": {key: value for key, value in sender.items() if value},
        "subject": letter.subject,
        "content": [
            {"type": "text/plain", "value": content.text},
            {"type": "text/html", "value": content.html},
        ],
        "headers": common_headers(letter),
        "categories": [letter.newsletter, *options.categories],
        "custom_args": {
            "digest_attempt": handover.token,
            "digest_issue": letter.issue,
            "digest_batch": str(handover.batch),
        },
        "tracking_settings": tracking,
    }
    if letter.reply_to:
        payload["reply_to"] = {"email": letter.reply_to}
    if letter.unsubscribe and way is Way.SENDGRID_GROUP:
        payload["asm"] = {"group_id": letter.unsubscribe.group}
    if options.ip_pool:
        payload["ip_pool_name"] = options.ip_pool
    if options.sandbox:
        payload["mail_settings"] = {"sandbox_mode": {"enable": True}}
    if options.send_at is not None:
        payload["send_at"] = options.send_at
    if options.batch_id:
        payload["batch_id"] = options.batch_id
    return payload


def _reader(letter: Letter, sign: Sign, reader: Reader) -> dict[str, Any]:
    content = prepare_content(letter)
    to = {"email": reader.address}
    if name := header_name(reader.name):
        to["name"] = name
    item: dict[str, Any] = {"to": [to], "custom_args": {"digest_reader": str(reader.id)}}
    token = sign(reader.id, reader.address)
    if unsubscribe := list_unsubscribe(letter.unsubscribe):
        item["headers"] = {"List-Unsubscribe": unsubscribe.replace(MARK, token)}
    substitutions = {}
    if content.token:
        substitutions[content.token] = token
    if content.name_in_html:
        substitutions[content.name_in_html] = html.escape(shown_name(reader.name))
    if content.name_in_text:
        substitutions[content.name_in_text] = shown_name(reader.name)
    if substitutions:
        item["substitutions"] = substitutions
    return item
