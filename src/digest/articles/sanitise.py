"""HTML of strangers → HTML that is safe in a mail, or plain text. Pure; imports nh3."""

import html
import re

import nh3

from digest.articles.markup import names, without_controls

#: What a Markdown body or an editor's intro may hold. No pictures, no styles, no classes:
#: the templates decide what things look like.
_ALLOWED = names("a p em strong ul ol li br code blockquote")
_SCHEMES = frozenset(("http", "https", "mailto"))
#: Kept by the first pass of `to_text` only to know where words must not grow together.
_BREAKS = names(
    "address article aside blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul"
)
#: Vanish with what they hold.
_SILENT = names(
    "script style figure figcaption iframe noscript svg math template object video audio "
    "canvas textarea select title head"
)
_TAG = re.compile(r"<[^>]*>")


def clean_html(source: str) -> str:
    """Return `source` with nothing but paragraphs, emphasis, lists, code, quotes and links.

    Links lead to absolute http, https or mailto addresses and carry nothing but `href`; what
    is not allowed loses its tag and keeps its words, except scripts, styles, figures and
    frames, which vanish whole.
    """
    return nh3.clean(
        without_controls(source),
        tags=set(_ALLOWED),
        clean_content_tags=set(_SILENT),
        attributes={"a": {"href"}},
        attribute_filter=_absolute_only,
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )


def to_text(source: str) -> str:
    """Return the words of `source` in one line: no tags, entities decoded, whitespace folded."""
    blocks = nh3.clean(
        without_controls(source),
        tags=set(_BREAKS),
        clean_content_tags=set(_SILENT),
        attributes={},
        link_rel=None,
    )
    # nh3 wrote these tags, without attributes: `[^>]*` is exact here.
    return " ".join(without_controls(html.unescape(_TAG.sub(" ", blocks))).split())


def _absolute_only(_tag: str, _attribute: str, value: str) -> str | None:
    # nh3 lets relative addresses pass; in a mail there is nothing they could be relative to.
    scheme, colon, _ = value.strip().partition(":")
    return value.strip() if colon and scheme.casefold() in _SCHEMES else None
