"""Style sheets → style attributes, once per issue, without network and without disk.

The only importer of premailer, cssutils and lxml. They are set up as measured: one `<style>` to
be inlined, and one `<style data-premailer="ignore">` that stays as it is (media queries, dark
rules, `[data-ogsc]`, `:hover`, fonts), with `!important` and pixel attributes left alone.
"""

import logging
import re
import sys
from types import ModuleType
from xml.dom import DOMException

from lxml import etree

from digest.errors import RenderingError
from digest.rendering.refused import check_element, check_style

# premailer and cssutils import an HTTP client, which takes as long as they do themselves, to load
# style sheets that must never be loaded here. While they are imported, empty modules answer to
# those names; the one function of them that cssutils calls without a network is given to it.
_OFFLINE = {
    name: ModuleType(name) for name in ("requests", "urllib.request") if name not in sys.modules
}
sys.modules.update(_OFFLINE)
try:
    import cssutils
    from premailer import Premailer
finally:
    for _name in _OFFLINE:
        del sys.modules[_name]
if "urllib.request" in _OFFLINE:
    cssutils.helper.path2url = "file:{}".format

# Values are not validated (mails need what no profile of CSS knows), so no profile is needed:
# with them cssutils compiles the patterns of all properties at first use, for 50 ms.
cssutils.profile.removeProfile(all=True)

#: Whatever premailer 3.10 and cssutils 2.15 were seen to raise at odd CSS: escaped control
#: characters (premailer #213), unknown selectors, at-rules inside @media, deep nesting.
_ODD_CSS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DOMException,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    etree.LxmlError,
)
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_DOCTYPE = re.compile(r"\s*<!doctype", re.IGNORECASE)
_REMEDY = (
    'Simplify the first <style>; put at-rules into <style data-premailer="ignore">. '
    "docs/rendering.md says what belongs where."
)


class _Offline(Premailer):  # type: ignore[misc]  # premailer ships no types
    """Premailer that cannot reach anything, and says what it cannot inline."""

    def _parse_css_string(self, css_body: str, validate: bool = True) -> object:  # noqa: FBT001, FBT002  as premailer calls it
        # allow_network=False stops <link>, but cssutils itself follows @import (measured); it
        # is refused before this, and here once more for a spelling nobody thought of.
        parser = cssutils.CSSParser(fetcher=_fetch_nothing)
        sheet = parser.parseString(css_body, validate=validate)
        for rule in sheet:
            _check_rule(rule)
        return sheet


def inline_styles(document: str) -> str:
    """Return `document` with the rules of its first `<style>` moved into style attributes.

    Comments survive, those for Outlook and the region markers too.

    Raises:
        RenderingError: The document would load, run or embed something (`@import`, `<link>`,
            `<base>`, `<script>` …), or its CSS cannot be inlined.
    """
    _check_document(document)
    try:
        inlined: str = _Offline(
            document,
            strip_important=False,
            disable_basic_attributes=["width", "height"],
            allow_network=False,
            disable_validation=True,
            cssutils_logging_level=logging.CRITICAL,
            cache_css_parsing=True,
        ).transform()
    except _ODD_CSS as error:
        what = f"premailer cannot inline this CSS ({type(error).__name__}: {str(error)[:200]})"
        raise RenderingError(what, where="<style>", remedy=_REMEDY) from error
    # Templates leave empty lines where they leave out a part; a kilobyte of them in a long mail.
    inlined = _EMPTY_LINES.sub("\n", inlined)
    # premailer keeps a doctype only in the spelling lxml would choose; without one, browsers and
    # webmail count boxes the way of 1998.
    if _DOCTYPE.match(document) and not _DOCTYPE.match(inlined):
        return f"<!DOCTYPE html>\n{inlined}"
    return inlined


def _check_document(document: str) -> None:
    """Refuse dangerous elements as premailer's own parser sees them, so that both agree."""
    try:
        root = etree.fromstring(document.strip(), etree.HTMLParser())
    except (etree.LxmlError, ValueError) as error:
        what = f"the mail is not HTML ({error})"
        remedy = "Begin the template with <!doctype html><html>."
        raise RenderingError(what, where="the HTML template", remedy=remedy) from error
    if root is None:
        what, remedy = "the mail is empty", "Write something into the template's <body>."
        raise RenderingError(what, where="the HTML template", remedy=remedy)
    for element in root.iter(etree.Element):
        check_element(element.tag, dict(element.attrib), line=element.sourceline or 0)
        if element.tag == "style":
            check_style("".join(element.itertext()), line=element.sourceline or 0)


def _check_rule(rule: cssutils.css.CSSRule) -> None:
    if rule.type != rule.MEDIA_RULE:
        return
    # premailer 3.10 raises AttributeError here; Gmail drops the block (email-bugs #21).
    for inner in rule.cssRules:
        if inner.type in {inner.MEDIA_RULE, inner.FONT_FACE_RULE, inner.PAGE_RULE}:
            what = f"an at-rule inside @media {rule.media.mediaText}"
            remedy = "Write both conditions into one rule: @media screen and (max-width: 600px)."
            raise RenderingError(what, where="<style>", remedy=remedy)


def _fetch_nothing(url: str) -> None:
    what = f"a style sheet would be loaded from {url[:200]}"
    remedy = "Copy its rules into the template: a mail must be complete."
    raise RenderingError(what, where="<style>", remedy=remedy)
