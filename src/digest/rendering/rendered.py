"""What stage 4 makes, and what it is told about the publisher's looks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

#: Most bytes of a mail's HTML in UTF-8, with room for a courier's longer links below the 99,507
#: at which Gmail was seen to clip (`fit.py`).
BUDGET: Final = 90_000
#: Bytes click tracking is taken to add to each link (reliability.md §4.3; SendGrid does not say).
LINK_GROWTH: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The publisher's identity in a mail."""

    site_name: str
    #: Absolute http(s) URL without trailing slash; or "".
    base_url: str = ""
    #: One or several lines; required by law before anything is sent.
    postal_address: str = ""
    #: Absolute http(s) URL of a PNG or JPEG; or "": the name in letters.
    logo: str = ""
    #: The same for dark screens; or "": one logo for both.
    logo_dark: str = ""
    #: Shown width of the logo in pixels.
    logo_width: int = 160
    #: A stack of `fonts.py` by name, or names of fonts, for running text and for titles.
    font: str = "system"
    heading_font: str = "serif"
    #: Pixels by which corners of pictures and of the button are rounded.
    radius: int = 6
    #: Pattern of an issue's address in a browser, `https://…/{newsletter}/{slot}`; or "".
    web_view: str = ""
    #: Names as in `[site.colours]` → `#rrggbb`.
    colours: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedIssue:
    """A mail ready for preview, apart from the reader's own links (see `reader_links.py`)."""

    subject: str
    preheader: str
    #: Whole document with inert tags where the reader's links go.
    html: str
    #: The text part, with the same tags.
    text: str
    #: UTF-8 bytes of `html`.
    size_bytes: int
    #: What was given up to fit the budget, in order: "excerpts shortened", …; empty: nothing.
    steps: tuple[str, ...] = ()
    #: Sentences for the editor about this mail.
    warnings: tuple[str, ...] = ()
