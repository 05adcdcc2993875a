"""The reader's own links: inert tags while a mail is made, filled in when it is sent. Pure.

A mail is rendered once per issue, but every reader has an unsubscribe link of their own. So
templates write a tag where such a link goes, and delivery replaces it per reader. The tags are
plain ASCII words without a character that HTML, URLs, Jinja, premailer (which percent-encodes
`<%tag%>` and `{{ tag }}` inside `href`) or quoted-printable would touch.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLinks:
    """Where one reader's links go: full URLs, or the tags that stand for them."""

    #: Page that ends the subscription.
    unsubscribe: str
    #: The same issue in a browser.
    web_view: str
    #: Page to choose categories and frequency.
    preferences: str


#: What templates are given in place of a reader's links.
TAGS = ReaderLinks(
    unsubscribe="__DIGEST_UNSUBSCRIBE_URL__",
    web_view="__DIGEST_WEB_VIEW_URL__",
    preferences="__DIGEST_PREFERENCES_URL__",
)

#: Becomes the reader's name when a mail is sent; in text only, never in an attribute.
NAME_TAG = "__DIGEST_READER_NAME__"

_NAMES = ("unsubscribe", "web_view", "preferences")
_NAME_OF = {getattr(TAGS, name): name for name in _NAMES}
_TAG = re.compile("|".join(map(re.escape, _NAME_OF)))
_ANY_TAG = re.compile("|".join(map(re.escape, (*_NAME_OF, NAME_TAG))))
# RFC 3986 §2: reserved and unreserved characters, and "%" of what is encoded already.
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=-._~%"
# U+2060 WORD JOINER: shows nothing, breaks no line, and ends the tag's spelling.
_INERT = "_\u2060_"


def fill_html(document: str, links: ReaderLinks) -> str:
    """Return the HTML part with one reader's links, escaped for a quoted attribute.

    Raises:
        ValueError: A link is missing or is no http, https or mailto URL. That is a bug of the
            caller: a mail without its unsubscribe link must not leave.
    """
    return _fill(document, links, lambda url: html.escape(url, quote=True))


def fill_text(text: str, links: ReaderLinks) -> str:
    """Return the text part with one reader's links, as they are typed into a browser.

    Raises:
        ValueError: As `fill_html`.
    """
    return _fill(text, links, lambda url: url)


def neutralise(text: str) -> str:
    """Return `text` with every spelling of a tag made inert.

    For whatever comes from articles, editors and settings: an article about this very program
    must not hand its readers each other's unsubscribe links.
    """
    return _ANY_TAG.sub(lambda match: match[0].replace("__", _INERT, 1), text)


def _fill(text: str, links: ReaderLinks, escape: Callable[[str], str]) -> str:
    urls = {getattr(TAGS, name): escape(_checked(name, links)) for name in _NAMES}
    return _TAG.sub(lambda match: urls[match[0]], text)


def _checked(name: str, links: ReaderLinks) -> str:
    url: str = getattr(links, name)
    parts = urlsplit(url)
    whole = parts.netloc if parts.scheme in {"http", "https"} else parts.path
    if parts.scheme not in {"http", "https", "mailto"} or not whole:
        msg = f"the reader's {name} link is not an http, https or mailto URL: {url!r}"
        raise ValueError(msg)
    # Blanks, quotes and line ends cannot leave the attribute or the line they stand in.
    return quote(url, safe=_URL_CHARACTERS)
