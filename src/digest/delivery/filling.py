"""A letter's content made ready for its readers: keys where each reader's own words go. Pure.

What is the same for all readers (the link up to its token, escaped for where it stands) is put
in once; per reader only the token, which needs no escaping, and the name take the keys' places.
SendGrid does that with `substitutions`, the other couriers with `fill`.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from digest.delivery.headers import MARK, unsubscribe_link
from digest.delivery.letter import Letter, Reader
from digest.errors import NotReadyError
from digest.issue.header import safe_line
from digest.rendering.reader_links import NAME_TAG, TAGS, neutralise

#: (number, address) → token: `links.signer`.
Sign: TypeAlias = Callable[[int, str], str]

#: Most characters of a reader's name: escaped twice, it stays far below the 10,000 bytes that
#: SendGrid allows a reader's substitutions (facts: SendGrid §2.1).
LONGEST_NAME = 200
# What ends an address, joins two, or reorders what is shown. No address that receives mail has
# any of them outside quotes, and quoted ones are not subscribed.
_UNFIT = (
    '@\\x00-\\x20\\x7f-\\xa0"(),:;<>\\[\\]\\\\\u2028\u2029\u061c\u200e\u200f\u202a-\u202e'
    "\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff"
)
# RFC 5321 §4.5.3.1: at most 64 octets before the "@", 255 behind it.
_FIT = re.compile(f"[^{_UNFIT}]{{1,64}}@[^{_UNFIT}]{{1,255}}")
_ALL_FIT = re.compile(f"(?:{_FIT.pattern}\n)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The parts of a letter with keys; a key is "" where no part holds it."""

    html: str
    text: str
    #: Stands for the reader's token.
    token: str
    #: Stands for the reader's name, escaped for HTML.
    name_in_html: str
    #: Stands for the reader's name as it is.
    name_in_text: str


def prepare_content(letter: Letter) -> Content:
    """Return the letter's parts with keys that occur nowhere else in it.

    Raises:
        NotReadyError: A part has no place for the unsubscribe link.
        ValueError: The way out is not told, or a tag is left that nobody fills.
    """
    if letter.unsubscribe is None:
        return _as_it_is(letter)
    _check_tags(letter)
    link = unsubscribe_link(letter.unsubscribe)
    token = _unused("__DIGEST_READER__", letter) if MARK in link else ""
    own = link.replace(MARK, token)
    # A tag that SendGrid fills is not escaped: it would not be one any more.
    shown = html.escape(own, quote=True) if not own.startswith("<%") else own
    in_html = _unused("__DIGEST_NAME_H__", letter) if NAME_TAG in letter.html else ""
    in_text = _unused("__DIGEST_NAME_T__", letter) if NAME_TAG in letter.text else ""
    return Content(
        html=letter.html.replace(TAGS.unsubscribe, shown).replace(NAME_TAG, in_html),
        text=letter.text.replace(TAGS.unsubscribe, own).replace(NAME_TAG, in_text),
        token=token,
        name_in_html=in_html,
        name_in_text=in_text,
    )


def fill(content: Content, token: str, name: str) -> tuple[str, str]:
    """Return HTML and text for one reader: the same that SendGrid makes of the substitutions."""
    markup, text = content.html, content.text
    if content.token:
        markup, text = markup.replace(content.token, token), text.replace(content.token, token)
    if content.name_in_html:
        markup = markup.replace(content.name_in_html, html.escape(shown_name(name), quote=True))
    if content.name_in_text:
        text = text.replace(content.name_in_text, shown_name(name))
    return markup, text


def shown_name(name: str) -> str:
    """Return a reader's name for a text: one line, nothing that reorders it or spells a tag.

    Readers write it themselves, in a form that anybody can fill in with anybody's address.
    """
    line = neutralise(safe_line(name))
    # "__" would spell a key and "<%" a tag of SendGrid's.
    line = line.replace("__", "_\u2060_").replace("<%", "<\u2060%")
    return line[:LONGEST_NAME].rstrip()


def header_name(name: str) -> str:
    """Return a reader's name for the header To; SendGrid refuses ";" and "," there."""
    line = " ".join(safe_line(name).replace(";", " ").replace(",", " ").split())
    return line[:LONGEST_NAME].rstrip()


def unfit_readers(readers: Iterable[Reader]) -> Mapping[int, str]:
    """Return the positions of readers whose address cannot stand in a request or a header."""
    addresses = [reader.address for reader in readers]
    lines = "\n".join([*addresses, ""])
    if lines.count("\n") == len(addresses) and _ALL_FIT.fullmatch(lines):
        return {}
    return {
        position: "the address cannot be written in a mail"
        for position, address in enumerate(addresses)
        if not _FIT.fullmatch(address)
    }


def _as_it_is(letter: Letter) -> Content:
    """Return the content of a mail to the publisher's own people, in which nothing is filled."""
    for part in (letter.html, letter.text):
        if neutralise(part) != part:
            msg = f"{letter.issue}: a tag is left in a mail that has nobody's links"
            raise ValueError(msg)
    return Content(html=letter.html, text=letter.text, token="", name_in_html="", name_in_text="")


def _check_tags(letter: Letter) -> None:
    for part, text in (("HTML", letter.html), ("text", letter.text)):
        if TAGS.unsubscribe not in text:
            raise NotReadyError(
                f"the {part} part has no unsubscribe link",
                where=f"the mail of {letter.issue}",
                remedy=f"Put {TAGS.unsubscribe} into the template, as the supplied footer does.",
            )
        if TAGS.web_view in text or TAGS.preferences in text:
            msg = f"{letter.issue}: a tag is left in the {part} part that nobody fills"
            raise ValueError(msg)


def _unused(key: str, letter: Letter) -> str:
    """Return `key`, changed if the letter itself holds it: an article may tell of us."""
    number, found = 0, key
    everything = f"{letter.html}\n{letter.text}\n{letter.subject}\n{letter.reply_to}"
    while found in everything:
        number += 1
        found = f"{key[:-2]}_{number}__"
    return found
