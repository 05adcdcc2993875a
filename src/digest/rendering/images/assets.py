"""The folder of pictures made for mails: names that tell what is in them. Reads and writes it.

A name is the hash of the picture it was made from, of the width, and of how it is made: the same
picture has the same name on every machine, nothing else has to be remembered, and what was
published under a name never changes. Files are never deleted: sent mails show them.
"""

from pathlib import Path
from typing import Final, NamedTuple

from digest.rendering.images.cache import sha256, write_whole
from digest.rendering.images.measure import Kind, Measured, measure
from digest.rendering.images.shape import Size

#: Raised when pictures are made in another way, so that they get new names.
_RECIPE: Final = "1"
_ENDINGS: Final = (".jpg", ".png")
#: A picture that is somewhat too wide is left as it is: bytes are what counts, up to these.
_TOO_WIDE: Final = 1.5
_MOST_BYTES: Final = 300_000
_MOST_BYTES_MOVING: Final = 1_000_000


class Asset(NamedTuple):
    """A picture of the folder."""

    name: str
    size: Size
    size_bytes: int


class Assets:
    """The folder that is published."""

    def __init__(self, folder: str, url: str) -> None:
        self._folder = Path(folder)
        self._url = url.rstrip("/")

    def find(self, stem: str) -> Asset | None:
        """Return the picture of that name; None: it was not made, or is broken."""
        for ending in _ENDINGS:
            name = stem + ending
            try:
                content = (self._folder / name).read_bytes()
            except OSError:
                continue
            found = measure(content)
            if isinstance(found, Measured) and found.size:
                return Asset(name, found.size, len(content))
        return None

    def write(self, stem: str, content: bytes, ending: str, size: Size) -> Asset:
        """Write a picture in one step.

        Raises:
            OSError: it cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / (stem + ending), content)
        return Asset(stem + ending, size, len(content))

    def url(self, asset: Asset) -> str:
        """Return the address under which readers find it."""
        return f"{self._url}/{asset.name}"


def stem_of(what: str, width: int) -> str:
    """Return the name, without ending, of what is made of `what` (a hash) in that width."""
    return sha256(f"{_RECIPE}:{width}:{what}".encode())[:24]


def must_be_made(found: Measured, size_bytes: int, most_width: int) -> bool:
    """Return whether a picture is better made anew than shown as it stands.

    WebP, AVIF and SVG are not shown by Outlook for Windows and in part not by Gmail; Outlook
    ignores which way is up; a portrait is cropped; and what is much too large only costs time.
    """
    if found.size is None or found.kind in {Kind.WEBP, Kind.AVIF, Kind.SVG} or found.turned:
        return True
    width, height = found.size
    if height > width or width > most_width * _TOO_WIDE:
        return found.kind is not Kind.GIF or size_bytes > _MOST_BYTES_MOVING
    # A GIF moves, and would stand still.
    return size_bytes > (_MOST_BYTES_MOVING if found.kind is Kind.GIF else _MOST_BYTES)
