"""How large a picture is shown, and which are no pictures for a mail. Pure.

No picture is shown higher than it is wide: a portrait over the whole width of a letter would fill
a screen before the first word. A picture made by us is cropped to a square, mostly at its foot,
because faces are at the top; one that is shown as it stands is made narrower instead.
"""

from typing import Final, NamedTuple

#: Smaller ones count readers or draw lines.
LEAST_SIDE: Final = 16
#: A banner of ten to one is the flattest thing that still shows something.
FLATTEST: Final = 10
#: More are not unpacked: 150 MB of memory. Today's cameras make 24 to 50 million.
MOST_PIXELS: Final = 50_000_000
#: Of what is cut off a portrait, so much is cut off at its head.
_AT_HEAD: Final = 0.2


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width:,} by {self.height:,} pixels"


class Box(NamedTuple):
    """What is kept of a picture."""

    left: int
    top: int
    right: int
    bottom: int


def wrong_size(size: Size) -> str:
    """Return why a picture of this size is none for a mail; "" when it is."""
    if min(size) < LEAST_SIDE:
        return f"it is only {size}"
    if max(size) > FLATTEST * min(size):
        return f"with {size} it is a line"
    if size.width * size.height > MOST_PIXELS:
        return f"with {size} it is too large to be opened"
    return ""


def shown_size(size: Size, width: int) -> Size:
    """Return the size a picture is shown in where there is room for `width` pixels."""
    if size.height > size.width:
        return Size(max(1, round(width * size.width / size.height)), width)
    return Size(width, max(1, round(width * size.height / size.width)))


def kept_box(size: Size) -> Box | None:
    """Return what is kept of a portrait: a square; None: all of the picture."""
    if size.height <= size.width:
        return None
    top = round((size.height - size.width) * _AT_HEAD)
    return Box(0, top, size.width, top + size.width)


def made_size(size: Size, most_width: int) -> Size:
    """Return the size a picture is made in: at most so wide, never enlarged."""
    width, height = size.width, min(size.height, size.width)
    if width <= most_width:
        return Size(width, height)
    return Size(most_width, max(1, round(height * most_width / width)))
