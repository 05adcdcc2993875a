"""The body of SendGrid's POST /v3/mail/send, built for a thousand readers at a time. Pure.

The fast part of a send. Whatever is the same for all readers is written as JSON once, when the
letter is known; per reader a few texts are joined: address, name, number, token. The body is

    head             {"custom_args":{attempt, issue, batch},"personalizations":[
    personalizations one object a reader
    tail             ],"from":…,"subject":…,"content":[…],…}

and the tail, its largest part, is the same bytes object in every request. A test compares the
result with the plain payload for any readers and letters. What SendGrid asks of it: facts §2.
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any, NamedTuple

import orjson

from digest.delivery.filling import (
    LONGEST_NAME,
    Content,
    Sign,
    header_name,
    prepare_content,
    shown_name,
)
from digest.delivery.headers import MARK, common_headers, list_unsubscribe
from digest.delivery.letter import Handover, Letter, Reader
from digest.delivery.way import Way
from digest.rendering.reader_links import TAGS

# What JSON escapes, what `safe_line` takes out or folds, and ";" and ",", which SendGrid refuses
# in names: a name without any of them stands in the body as it is.
_KINDS = (
    '"\\\\;,=\\x00-\\x09\\x0b-\\x1f\\x7f-\\xa0\u061c\u1680\u2000-\u200a\u200e\u200f\u2028-\u202f\u205f'
    "\u2066-\u2069\u3000\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff"
)
_ODD = re.compile(f"[{_KINDS}]")
#: In a text: what HTML escapes besides.
_ODD_IN_TEXT = re.compile(f"[{_KINDS}<>&']")
#: Blanks that are folded or taken out, and what may spell a tag; found quicker one by one.
_ODD_PAIRS = ("  ", "\n ", " \n", "__")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What SendGrid is asked to do besides carrying the letter."""

    #: Beside the newsletter's own; at most 9, ASCII.
    categories: tuple[str, ...] = ()
    #: Pool of sending addresses, 2 to 64 characters; "": the account's.
    ip_pool: str = ""
    #: Whether links are rewritten to count clicks; None: as the account has it.
    click_tracking: bool | None = None
    #: Whether a picture counts who opens the mail; None: as the account has it.
    open_tracking: bool | None = None
    #: Check everything, send nothing.
    sandbox: bool = False
    #: Unix seconds, at most 72 hours ahead; None: at once.
    send_at: int | None = None
    #: SendGrid's name for what can be cancelled together; "": none.
    batch_id: str = ""
    #: Readers in one request: 1 to 1000.
    most_readers: int = 1000


class Body(NamedTuple):
    """The body of one request in three parts."""

    head: bytes
    personalizations: bytes
    tail: bytes


class Payload:
    """Builds the bodies of one letter.

    Args:
        letter: what everybody gets.
        options: what SendGrid is to do.
        sign: makes the tokens of the unsubscribe links.

    Raises:
        ConfigError: The title cannot stand in a header.
        NotReadyError: A part of the letter has no place for the unsubscribe link.
    """

    def __init__(self, letter: Letter, options: Options, sign: Sign) -> None:
        content = prepare_content(_unclicked(letter, options))
        unsubscribe = list_unsubscribe(letter.unsubscribe)
        self._sign = sign
        self._content = content
        self._issue = _json(letter.issue)
        self._is_ours = letter.unsubscribe is None
        self._tail = b"]," + orjson.dumps(_common(letter, options, content))[1:]
        self._after_number = _after_number(content, unsubscribe).split(MARK)
        self._has_token = bool(content.token or unsubscribe)

    def build(self, handover: Handover) -> Body:
        """Return the body for one try; readers in the order of the hand-over.

        Raises:
            ValueError: An address holds half a character; `filling.unfit_readers` finds those.
        """
        if self._is_ours:
            # No attempt and no reader of the ledger: events of this mail prove nothing there.
            head = f'{{"custom_args":{{"digest_notice":{self._issue}}},"personalizations":['
            rows = ",".join(
                f'{{"to":[{{"email":{_json(one.address)}}}]}}' for one in handover.readers
            )
            return Body(head.encode(), rows.encode(), self._tail)
        # Both are ours, of plain characters.
        head = (
            f'{{"custom_args":{{"digest_attempt":"{handover.token}","digest_issue":{self._issue},'
            f'"digest_batch":"{handover.batch}"}},"personalizations":['
        )
        return Body(head.encode(), self._personalizations(handover.readers), self._tail)

    def _personalizations(self, readers: Sequence[Reader]) -> bytes:
        names = [reader.name for reader in readers]
        sign, after = self._sign if self._has_token else _no_token, self._after_number
        # `join` puts the token into all its places at once.
        rows = [
            f'{{"to":[{{"email":"{address}"{to}}}],"custom_args":{{"digest_reader":"{number}"}}'
            f"{sign(number, address).join(after)}{ending}"
            for (number, address, _), to, ending in zip(
                readers, _to(names), self._endings(names), strict=True
            )
        ]
        return ",".join(rows).encode()

    def _endings(self, names: Sequence[str]) -> Iterable[str]:
        """Return what follows a reader's token: the name, if the letter calls readers by it."""
        in_html, in_text = self._content.name_in_html, self._content.name_in_text
        comma = "," if self._content.token else ""
        if not (in_html or in_text):
            return repeat("}}" if self._content.token else "}", len(names))
        texts = _written(names, _ODD_IN_TEXT, shown_name)
        # Plain names are the same in both.
        markups = names if texts is names else _written(names, _ODD_IN_TEXT, _shown_in_html)
        if in_html and in_text:
            start, middle = f'{comma}"{in_html}":"', f'","{in_text}":"'
            pairs = zip(markups, texts, strict=True)
            return [f'{start}{markup}{middle}{text}"}}}}' for markup, text in pairs]
        start = f'{comma}"{in_html or in_text}":"'
        return [f'{start}{shown}"}}}}' for shown in (markups if in_html else texts)]


def _no_token(_number: int, _address: str) -> str:
    return ""


def _to(names: Sequence[str]) -> Sequence[str]:
    written = _written(names, _ODD, header_name)
    return [f',"name":"{name}"' if name else "" for name in written]


def _shown_in_html(name: str) -> str:
    return html.escape(shown_name(name), quote=True)


def _written(
    names: Sequence[str], odd: re.Pattern[str], write: Callable[[str], str]
) -> Sequence[str]:
    """Return `write` of the names as JSON without quotes; a thousand plain ones need one look."""
    joined = "\n".join(names)
    # A line break inside a name hides from `odd`, not from being counted.
    one_line_each = joined.count("\n") == len(names) - 1
    if one_line_each and len(max(names, key=len)) <= LONGEST_NAME and _is_plain(joined, odd):
        return names
    return [
        name
        if len(name) <= LONGEST_NAME and "\n" not in name and _is_plain(name, odd)
        else _json(write(name))[1:-1]
        for name in names
    ]


def _is_plain(text: str, odd: re.Pattern[str]) -> bool:
    return not (
        text[:1] == " "
        or text[-1:] == " "
        or odd.search(text)
        or any(pair in text for pair in _ODD_PAIRS)
    )


def _after_number(content: Content, unsubscribe: str) -> str:
    """Return what stands between a reader's number and name, with `MARK` for the token."""
    # Substitutions do not reach headers (facts: SendGrid §2.2), so each reader has the whole.
    headers = f',"headers":{{"List-Unsubscribe":"{unsubscribe}"}}' if unsubscribe else ""
    if content.token:
        return f'{headers},"substitutions":{{"{content.token}":"{MARK}"'
    if content.name_in_html or content.name_in_text:
        return f'{headers},"substitutions":{{'
    return headers


def _unclicked(letter: Letter, options: Options) -> Letter:
    """Return the letter with its way out free of click tracking: an attribute of SendGrid's."""
    way = letter.unsubscribe
    if options.click_tracking is False or way is None or way.way is Way.SENDGRID_GROUP:
        return letter
    link = f'href="{TAGS.unsubscribe}"'
    return replace(letter, html=letter.html.replace(link, f'clicktracking="off" {link}'))


def _common(letter: Letter, options: Options, content: Content) -> dict[str, Any]:
    """Return what is the same in every request, keys as in SendGrid's description."""
    sender = {"email": letter.sender_email}
    # Facts, SendGrid §2.1 forbid ";" and "," in readers' names and do not speak of this one: the
    # stricter reading, because a comma must not stop an issue.
    if name := header_name(letter.sender_name):
        sender["name"] = name
    common: dict[str, Any] = {
        "from": sender,
        "subject": letter.subject,
        "content": [
            {"type": "text/plain", "value": content.text},
            {"type": "text/html", "value": content.html},
        ],
        # Facts, SendGrid §2.1: at most ten, each once.
        "categories": list(dict.fromkeys((letter.newsletter, *options.categories)))[:10],
        "headers": common_headers(letter),
        "tracking_settings": _tracking(options if letter.unsubscribe else _untracked(options)),
    }
    if letter.reply_to:
        common["reply_to"] = {"email": letter.reply_to}
    if letter.unsubscribe and letter.unsubscribe.way is Way.SENDGRID_GROUP:
        common["asm"] = {"group_id": letter.unsubscribe.group}
    return common | _asked(options)


def _untracked(options: Options) -> Options:
    return replace(options, click_tracking=False, open_tracking=False)


def _tracking(options: Options) -> dict[str, dict[str, bool]]:
    # Off, or SendGrid adds a footer and List-Unsubscribe headers of its own (facts §2.9).
    settings = {"subscription_tracking": {"enable": False}}
    if options.click_tracking is not None:
        # Never in the text part: there the reader would see the rewritten address.
        settings["click_tracking"] = {"enable": options.click_tracking, "enable_text": False}
    if options.open_tracking is not None:
        settings["open_tracking"] = {"enable": options.open_tracking}
    return settings


def _asked(options: Options) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if options.ip_pool:
        asked["ip_pool_name"] = options.ip_pool
    if options.sandbox:
        asked["mail_settings"] = {"sandbox_mode": {"enable": True}}
    if options.send_at is not None:
        asked["send_at"] = options.send_at
    if options.batch_id:
        asked["batch_id"] = options.batch_id
    return asked


def _json(text: str) -> str:
    return orjson.dumps(text).decode()
