"""A mail as different readers see it: each variant is its HTML, rewritten. Pure.

What is shown stays what is sent but for the named change; one rule is added that marks the place
a link of the page leads to.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Final

#: HTML after which Gmail hides the rest (`rendering.preflight.size`).
CLIP: Final = 99_000

_SCHEME: Final = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SUPPORTED: Final = re.compile(
    r"(color-scheme\s*:\s*)(?:light\s+dark|dark\s+light)", re.IGNORECASE
)
_META: Final = re.compile(
    r'(<meta\s+name="(?:supported-)?color-schemes?"\s+content=")[^"]*(")', re.IGNORECASE
)
_STYLE: Final = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.IGNORECASE | re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG: Final = re.compile(r"<[a-z][^>]*>", re.IGNORECASE)
_PICTURE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE: Final = re.compile(r"""\s(?:src|srcset)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_BACKGROUND: Final = re.compile(r"""(\s)background\s*=(?=\s*["'])""", re.IGNORECASE)
_URL: Final = re.compile(r"url\([^)]*\)", re.IGNORECASE)
_HEAD_END: Final = re.compile(r"</head\s*>", re.IGNORECASE)
_CELL_END: Final = re.compile(rb"</(?:td|p|h[1-6]|li)\s*>", re.IGNORECASE)

_MARK: Final = (
    "<style>:target{outline:3px solid #e0560b!important;outline-offset:3px;"
    "scroll-margin-top:16px}</style>"
)
#: Pictures are turned back, as clients that invert colours leave them alone.
_INVERTED: Final = (
    "<style>html{background:#fff!important;filter:invert(1) hue-rotate(180deg)}"
    "img,[background]{filter:invert(1) hue-rotate(180deg)}</style>"
)
_CLIP_LINE: Final = (
    '<div style="margin:8px 0;border-top:3px dashed #d3222a;padding:4px;font:700 13px/1.3 '
    'sans-serif;color:#d3222a;background:#fff">Gmail cuts the letter about here</div>'
)


def light(html: str) -> str:
    """Return the mail on a light screen, whatever the screen is."""
    return _with(_MARK, _in_scheme(html, "light"))


def dark(html: str) -> str:
    """Return the mail on a dark screen, in a client that does as the mail says."""
    return _with(_MARK, _in_scheme(html, "dark"))


def forced_dark(html: str) -> str:
    """Return the mail in a client that turns its colours around and asks nobody."""
    return _with(_MARK + _INVERTED, _in_scheme(html, "light"))


def without_pictures(html: str) -> str:
    """Return the mail in a client that loads no pictures."""
    html = _PICTURE.sub(lambda found: _SOURCE.sub("", found[0]), html)
    html = _TAG.sub(lambda found: _BACKGROUND.sub(r"\1data-background=", found[0]), html)
    html = _TAG.sub(lambda found: _URL.sub("none", found[0]), html)
    html = _STYLE.sub(lambda found: _URL.sub("none", found[0]), html)
    return _with(_MARK, _in_scheme(html, "light"))


def without_style(html: str) -> str:
    """Return the mail in a client that drops every `<style>`."""
    kept = _COMMENT.sub("", html)  # what only Outlook for Windows reads
    return _with(_MARK, _STYLE.sub("", kept))


VARIANTS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "light": light,
        "dark": dark,
        "forced-dark": forced_dark,
        "no-pictures": without_pictures,
        "no-style": without_style,
    }
)


def with_clip_line(html: str, limit: int = CLIP) -> str:
    """Return the mail with a line where Gmail hides the rest; as it is where it fits."""
    raw = html.encode()
    if len(raw) <= limit:
        return html
    ends = [found.start() for found in _CELL_END.finditer(raw, 0, limit)]
    if not ends:
        return html
    return (raw[: ends[-1]] + _CLIP_LINE.encode() + raw[ends[-1] :]).decode()


def source_page(html: str) -> str:
    """Return a page with the HTML itself, its lines numbered: `#L12` is line 12."""
    lines = "".join(
        f'<li id="L{number}"><code>{escape(line) or " "}</code></li>'
        for number, line in enumerate(html.split("\n"), 1)
    )
    return _plain_page(f"<ol>{lines}</ol>")


def text_page(text: str) -> str:
    """Return a page with the plain-text part."""
    return _plain_page(f"<pre>{escape(text)}</pre>")


def _plain_page(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title>'
        "<style>:root{color-scheme:light dark}body{margin:16px;background:Canvas;"
        "color:CanvasText}pre,code{font:13px/1.6 ui-monospace,monospace;white-space:pre-wrap;"
        "overflow-wrap:anywhere}ol{margin:0;padding-inline-start:4em}li::marker{color:GrayText;"
        "font:12px ui-monospace,monospace}:target{background:Mark;color:MarkText}</style></head>"
        f"<body>{body}</body></html>"
    )


def _in_scheme(html: str, scheme: str) -> str:
    # A width is never below zero: the query holds, or holds nowhere, alone and inside `and`.
    def query(found: re.Match[str]) -> str:
        return "(min-width:0)" if found[1].lower() == scheme else "(max-width:-1px)"

    def rewrite(found: re.Match[str]) -> str:
        return _SUPPORTED.sub(rf"\g<1>{scheme}", _SCHEME.sub(query, found[0]))

    return _META.sub(rf"\g<1>{scheme}\g<2>", _STYLE.sub(rewrite, html))


def _with(head: str, html: str) -> str:
    found = _HEAD_END.search(html)
    at = found.start() if found else len(html)
    return html[:at] + head + html[at:]
