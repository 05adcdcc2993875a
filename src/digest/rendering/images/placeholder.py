"""What is drawn for an article without a picture: its category's letters in the site's colours.

A ground and ink of enough contrast, two large shapes, and the first letters of the category. The
look is told by the category, so readers learn it; which of the shapes, by the article, so that no
issue has one drawing twice. It has no white edges and no hairlines: it looks the same on light
and on dark screens. Pure.
"""

import colorsys
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from digest.rendering.theme import readable

#: Hues are turned away from the accent by steps: so many around the circle.
_STEPS: Final = 36
#: Soft enough to stand beside photographs, deep enough for light letters.
_LIGHTNESS: Final = 0.34
_MOST_SATURATION: Final = 0.5
_INK: Final = "#ffffff"
#: How many drawings a category has.
VARIANTS: Final = 12

_Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is to be drawn; equal drawings are equal pictures."""

    #: `#rrggbb`
    ground: str
    #: Colour and corners of each, in shares of width and height.
    shapes: tuple[tuple[str, _Corners], ...]
    #: At most two; may be "".
    letters: str
    ink: str

    @property
    def key(self) -> str:
        """What stands for the drawing in the name of its file."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def drawing_of(category: str, variant: int, accent: str) -> Drawing:
    """Return the drawing of a category.

    Args:
        category: may be "".
        variant: which of its drawings; any whole number.
        accent: the site's colour, `#rrggbb`.
    """
    number = hashlib.sha256(category.casefold().encode(errors="replace")).digest()
    red, green, blue = (channel / 255 for channel in bytes.fromhex(accent.removeprefix("#")))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    # Without a category it is the accent itself.
    hue = (hue + (number[0] % _STEPS) / _STEPS) % 1 if category else hue
    saturation = min(saturation, _MOST_SATURATION)
    ground, near, far = (
        # Some hues are lighter to the eye than others: all are as deep as the letters need.
        readable(_colour(hue, _LIGHTNESS + lighter, saturation), _INK)
        for lighter in (0.0, 0.07, -0.07)
    )
    return Drawing(
        ground=ground,
        shapes=((near, _slope(variant)), (far, _corner(variant))),
        letters=initials(category),
        ink=_INK,
    )


def initials(name: str) -> str:
    """Return the first letters of the first two words, in capitals, without accents; or ""."""
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", name))
    return "".join(unicodedata.normalize("NFD", word)[0] for word in words[:2]).upper()[:2]


def _slope(variant: int) -> _Corners:
    """Return a field below a line that crosses the picture."""
    left = 0.25 + 0.1 * (variant % VARIANTS % 4)
    right = 0.85 - 0.15 * (variant % VARIANTS // 4)
    return ((0.0, left), (1.0, right), (1.0, 1.0), (0.0, 1.0))


def _corner(variant: int) -> _Corners:
    """Return a triangle in one of the upper corners."""
    side = 1.0 if variant % 2 else 0.0
    return ((side, 0.0), (abs(side - 0.35), 0.0), (side, 0.6))


def _colour(hue: float, lightness: float, saturation: float) -> str:
    channels: Sequence[float] = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
