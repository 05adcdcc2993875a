"""What no mail of ours may hold: things that load, run, or lead somewhere dangerous. Pure.

Before inlining, elements and style sheets are checked (`inline.py` walks them with premailer's
own parser). After the last step the whole mail is read once more as a client reads it, comments
for Outlook included, and every address in it is checked.
"""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import NoReturn
from urllib.parse import urlsplit

from digest.errors import RenderingError
from digest.rendering.reader_links import TAGS

_ELEMENTS = frozenset(
    [
        "applet",
        "base",
        "embed",
        "form",
        "frame",
        "frameset",
        "iframe",
        "math",
        "object",
        "script",
        "svg",
    ],
)
#: Attributes whose value is an address. `srcset` and `ping` hold several: refused whole.
_ADDRESSES = frozenset(
    [
        "action",
        "background",
        "cite",
        "data",
        "dynsrc",
        "formaction",
        "href",
        "longdesc",
        "lowsrc",
        "poster",
        "src",
        "xlink:href",
    ],
)
_LISTS = frozenset({"archive", "imagesrcset", "ping", "srcset"})
# Only a click may lead to a mail program; pictures come from the web.
_CLICKED = frozenset({"href", "xlink:href"})
_TAGS = frozenset({TAGS.unsubscribe, TAGS.web_view, TAGS.preferences})

# CSS Syntax 3 §4.3.7: a backslash, up to six digits, one blank; or a backslash and a character.
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|([^\n\r\f]))")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_IMPORT = re.compile(r"@\s*import", re.IGNORECASE)
# The beginning of an address is enough to judge it, and keeps the search linear.
_URL = re.compile(r"url\(([^)]{0,200})", re.IGNORECASE)
_CONDITIONAL = re.compile(r"^\[if[^\]]*\]>(.*)<!\[endif\]$", re.DOTALL | re.IGNORECASE)


def check_element(tag: str, attributes: Mapping[str, str | None], *, line: int) -> None:
    """Check one element, as a parser gave it.

    Raises:
        RenderingError: It loads, runs, embeds or redirects.
    """
    where = f"<{tag}> in line {line} of the mail"
    if tag.lower() in _ELEMENTS:
        _refuse(f"<{tag}> has no place in a mail", where)
    values = {name.lower(): value or "" for name, value in attributes.items()}
    if tag.lower() == "link" and "href" in values:
        _refuse("<link> would load a file", where)
    if tag.lower() == "meta" and values.get("http-equiv", "").strip().lower() == "refresh":
        _refuse("<meta http-equiv=refresh> leads readers away", where)
    for name, value in values.items():
        if name.startswith("on"):
            _refuse(f"{name}= would run a script", where)
        if name == "style":
            check_style(value, line=line)


def check_style(css: str, *, line: int) -> None:
    """Check a style sheet or a style attribute, in every spelling CSS allows.

    Raises:
        RenderingError: It imports a sheet, or names an address that is not http or https.
    """
    where = f"<style> in line {line} of the mail"
    spellings = (css, _unescape(_COMMENT.sub("", css)), _COMMENT.sub("", _unescape(css)))
    for spelling in spellings:
        if _IMPORT.search(spelling.replace("\x00", "")):
            _refuse("@import would load a style sheet", where)
        for found in _URL.finditer(spelling):
            address = found[1].strip(" \t\r\n\f\"'")
            if not _is_web(address):
                _refuse(f"url({address[:80]}) is not an http or https address", where)


def check_mail(document: str, name: str) -> None:
    """Check the finished HTML of a mail: elements, styles, and every address.

    Args:
        document: The whole HTML part.
        name: Its template, for messages.

    Raises:
        RenderingError: An address is neither http, https, mailto, a reader's link nor a place
            in the mail itself, or an element has no place in a mail.
    """
    _Reader(name).read(document)


class _Reader(HTMLParser):
    """Reads a mail as a client does; comments for Outlook are HTML to Outlook."""

    def __init__(self, name: str, first_line: int = 0) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._first_line = first_line
        self._style: list[str] | None = None

    def read(self, document: str) -> None:
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self._first_line + self.getpos()[0]
        check_element(tag, dict(attrs), line=line)
        for attribute, value in attrs:
            self._check_address(tag, attribute, value or "", line)
        if tag == "style":
            self._style = []

    def handle_data(self, data: str) -> None:
        if self._style is not None:
            self._style.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style" and self._style is not None:
            check_style("".join(self._style), line=self._first_line + self.getpos()[0])
            self._style = None

    def handle_comment(self, data: str) -> None:
        if found := _CONDITIONAL.match(data):
            _Reader(self._name, self._first_line + self.getpos()[0] - 1).read(found[1])

    def _check_address(self, tag: str, attribute: str, value: str, line: int) -> None:
        where = f"{self._name}, <{tag} {attribute}> in line {line} of the mail"
        if attribute in _LISTS:
            _refuse(f"{attribute}= holds several addresses; mail programs read one", where)
        if attribute not in _ADDRESSES:
            return
        if attribute in _CLICKED and (value in _TAGS or _is_clickable(value)):
            return
        if not _is_web(value):
            _refuse(f"{value[:80]!r} is not a full http or https address", where)


def _is_clickable(address: str) -> bool:
    # A place in the mail itself, for skip links; "#" alone is the top.
    return address.startswith("#") or _scheme(address) == "mailto" or _is_web(address)


def _is_web(address: str) -> bool:
    if _scheme(address) not in {"http", "https"}:
        return False
    try:
        return bool(urlsplit(address.strip()).hostname)
    except ValueError:
        return False


def _scheme(address: str) -> str:
    scheme, colon, _ = address.strip().partition(":")
    return scheme.lower() if colon else ""


def _unescape(css: str) -> str:
    return _ESCAPE.sub(_character, css)


def _character(match: re.Match[str]) -> str:
    if not match[1]:
        return match[2]
    point = int(match[1], 16)
    return chr(point) if 0 < point < 0x110000 else "\ufffd"


def _refuse(what: str, where: str) -> NoReturn:
    remedy = "Take it out of the template: docs/rendering.md lists what a mail may hold."
    raise RenderingError(what, where=where, remedy=remedy)
