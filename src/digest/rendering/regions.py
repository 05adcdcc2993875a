"""A mail cut into its marked regions, so that parts can be taken out without parsing HTML. Pure.

Templates write `<!--digest:KIND ID-->…<!--/digest:KIND ID-->` around what may be given up to
keep a mail small. Comments pass premailer unchanged, so the regions are still there when the
final size is known; no marker leaves with the mail.
"""

import re
from dataclasses import dataclass, field

from digest.errors import RenderingError, did_you_mean

#: What regions there are; `docs/rendering.md` describes them.
KINDS = (
    "cover", "excerpt", "button", "also", "card", "more-item", "section", "intro", "rest", "count",
)  # fmt: skip

#: As premailer writes it.
_WEB_LINK = 'href="http'
_MARKER = re.compile(r"<!--(/?)digest:([a-z-]+)(?: (\d{1,9}))?-->")


@dataclass(slots=True, kw_only=True)
class Region:
    """One marked part of a mail: the pieces between its two markers."""

    kind: str
    #: Number of the story it belongs to; 0 for what stands alone.
    number: int
    #: Index of its first piece, and behind its last one.
    start: int
    end: int = 0


@dataclass(slots=True)
class Mail:
    """The pieces of a mail between its markers, and their size in UTF-8 bytes.

    A link counts for as many bytes more as a provider makes it longer to count clicks.
    """

    #: Text between markers, in order; joined it is the mail without markers.
    pieces: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    #: In the order in which they begin.
    regions: list[Region] = field(default_factory=list)
    #: Sum of `sizes`, kept up to date.
    size: int = 0
    #: Bytes each web link may grow.
    link_growth: int = 0

    @property
    def html(self) -> str:
        """The mail as it stands now, without markers."""
        return "".join(self.pieces)

    def size_of(self, piece: str) -> int:
        """Return the bytes a piece counts for."""
        grown = self.link_growth * piece.count(_WEB_LINK) if self.link_growth else 0
        return len(piece.encode()) + grown

    def put(self, at: int, piece: str) -> None:
        """Replace one piece."""
        size = self.size_of(piece)
        self.size += size - self.sizes[at]
        self.pieces[at], self.sizes[at] = piece, size

    def remove(self, region: Region) -> bool:
        """Empty `region` with all it holds; say whether there was anything left in it."""
        before = self.size
        for at in range(region.start, region.end):
            if self.sizes[at]:
                self.put(at, "")
        return self.size != before

    def append(self, piece: str) -> None:
        """Add the next piece while a mail is read."""
        self.pieces.append(piece)
        self.sizes.append(self.size_of(piece))
        self.size += self.sizes[-1]


def parse_regions(document: str, where: str = "the HTML part", *, link_growth: int = 0) -> Mail:
    """Return `document` cut at its region markers.

    Args:
        document: HTML with region markers.
        where: The template it was made from, for messages.
        link_growth: Bytes each web link counts for besides.

    Raises:
        RenderingError: Markers do not nest, are not closed, or name no kind of region.
    """
    mail = Mail(link_growth=link_growth)
    open_regions: list[Region] = []
    behind = 0
    for marker in _MARKER.finditer(document):
        mail.append(document[behind : marker.start()])
        behind = marker.end()
        closes, kind, number = marker[1] == "/", marker[2], int(marker[3] or 0)
        if kind not in KINDS:
            reason = f"no region is called so. {did_you_mean(kind, KINDS)}".rstrip()
            raise _error(where, marker[0], reason)
        if not closes:
            region = Region(kind=kind, number=number, start=len(mail.pieces))
            open_regions.append(region)
            mail.regions.append(region)
            continue
        if not open_regions or (open_regions[-1].kind, open_regions[-1].number) != (kind, number):
            reason = "it closes no open region: regions nest, like elements."
            raise _error(where, marker[0], reason)
        open_regions.pop().end = len(mail.pieces)
    mail.append(document[behind:])
    if open_regions:
        marker_left = f"<!--digest:{open_regions[-1].kind} {open_regions[-1].number}-->"
        raise _error(where, marker_left, "this region is never closed.")
    return mail


def strip_markers(text: str) -> str:
    """Return `text` without region markers; for the text part, which has no regions."""
    return _MARKER.sub("", text)


def _error(where: str, marker: str, reason: str) -> RenderingError:
    remedy = f"{reason} docs/rendering.md lists the regions."
    return RenderingError(f"a region marker is wrong: {marker}", where=where, remedy=remedy)
