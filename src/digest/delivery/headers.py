"""The list headers of a letter, and the link that ends a subscription. Pure.

`MARK` stands where a reader's token goes, so everything else is made once for a letter. A token
needs no escaping anywhere (`links.py`).
"""

import re
from email.header import Header
from email.utils import quote as quote_phrase
from typing import Final
from urllib.parse import quote, urlsplit

from digest.delivery.letter import Letter, Unsubscribe
from digest.delivery.way import Way
from digest.issue.header import clean_header

#: Stands for a reader's token. No URL and no header can hold it.
MARK: Final = "\0"
#: SendGrid fills it with its own link (docs: Suppressions, raw tags; facts: SendGrid §2.9).
GROUP_TAG: Final = "<%asm_group_unsubscribe_raw_url%>"
# RFC 3986 §2 without "<", ">" and ",", which end or part the URLs of a header (RFC 2369 §2).
_URL_CHARACTERS = ":/?#[]@!$&'()*+;=-._~%"
_ADDRESS_CHARACTERS = "@+!$'*-._~"
# RFC 2919 §2: dot-atoms; at most 255 characters.
_LIST_ID = re.compile(r"(?=.{3,255}\Z)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")


def unsubscribe_link(unsubscribe: Unsubscribe) -> str:
    """Return the URL of a reader's way out, with `MARK` for the token if it has one.

    Raises:
        ValueError: The way is not told. That is a bug of the caller, who must not send then.
    """
    match unsubscribe.way:
        case Way.ENDPOINT:
            return _endpoint(unsubscribe)
        case Way.MAILTO:
            return _mailto(unsubscribe)
        case Way.SENDGRID_GROUP:
            if unsubscribe.group <= 0:
                raise ValueError("unsubscribing by SendGrid's group, and no group is given")
            return GROUP_TAG


def list_unsubscribe(unsubscribe: Unsubscribe | None) -> str:
    """Return List-Unsubscribe's value (RFC 2369 §3.2) with `MARK`s; "": SendGrid's own, or none.

    RFC 8058 §3.1 wants one https URL; a mailto may follow, and mail programs that do not know
    one-click use that.
    """
    if unsubscribe is None:
        return ""
    match unsubscribe.way:
        case Way.ENDPOINT if unsubscribe.mailto:
            return f"<{_endpoint(unsubscribe)}>, <{_mailto(unsubscribe)}>"
        case Way.ENDPOINT:
            return f"<{_endpoint(unsubscribe)}>"
        case Way.MAILTO:
            return f"<{_mailto(unsubscribe)}>"
        case Way.SENDGRID_GROUP:
            return ""


def common_headers(letter: Letter) -> dict[str, str]:
    """Return the headers that are the same for every reader: those of a list, if it is one.

    Raises:
        ConfigError: The newsletter's title cannot stand in a header.
        ValueError: The list id is none.
    """
    if letter.unsubscribe is None:
        # RFC 3834 §5.1: no answering machine writes back.
        return {"Auto-Submitted": "auto-generated"}
    headers = {"List-Id": list_id(letter.title, letter.list_id)}
    # RFC 8058 §3.1: only beside an https URL that takes the POST.
    if letter.unsubscribe.way is Way.ENDPOINT and letter.unsubscribe.url.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def list_id(title: str, identifier: str) -> str:
    """Return the value of List-Id: a phrase, encoded where it must be, and the id (RFC 2919 §3).

    Raises:
        ConfigError: The title cannot stand in a header.
        ValueError: `identifier` is no list id.
    """
    if not _LIST_ID.fullmatch(identifier):
        msg = f"not a list id: {identifier!r}"
        raise ValueError(msg)
    phrase = clean_header(title, "the newsletter's title")
    if not phrase:
        return f"<{identifier}>"
    if phrase.isascii():
        return f'"{quote_phrase(phrase)}" <{identifier}>'
    # RFC 2047 §2: several words of at most 75 characters; the blank between them is not shown.
    words = Header(phrase, "utf-8", header_name="List-Id").encode(linesep="\n")
    return f"{words.replace(chr(10), '')} <{identifier}>"


def _endpoint(unsubscribe: Unsubscribe) -> str:
    parts = urlsplit(unsubscribe.url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        msg = f"the address of the unsubscribe endpoint is not a URL: {unsubscribe.url!r}"
        raise ValueError(msg)
    return quote(unsubscribe.url, safe=_URL_CHARACTERS) + MARK


def _mailto(unsubscribe: Unsubscribe) -> str:
    if "@" not in unsubscribe.mailto:
        msg = f"not an address for unsubscribe mails: {unsubscribe.mailto!r}"
        raise ValueError(msg)
    # RFC 6068 §2: what a mail program writes into the new message.
    address = quote(unsubscribe.mailto, safe=_ADDRESS_CHARACTERS)
    return f"mailto:{address}?subject=unsubscribe%20{MARK}"
