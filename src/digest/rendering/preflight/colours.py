"""Colours as CSS writes them → `#rrggbb`, for computing contrast. Pure."""

import re
from functools import lru_cache
from typing import Final

#: CSS Color 4 §6.1: those that mails use.
_NAMED: Final = {
    "aqua": "#00ffff", "black": "#000000", "blue": "#0000ff", "brown": "#a52a2a",
    "crimson": "#dc143c", "cyan": "#00ffff", "darkblue": "#00008b", "darkgray": "#a9a9a9",
    "darkgreen": "#006400", "darkgrey": "#a9a9a9", "darkred": "#8b0000", "dimgray": "#696969",
    "dimgrey": "#696969", "fuchsia": "#ff00ff", "gold": "#ffd700", "gray": "#808080",
    "green": "#008000", "grey": "#808080", "indigo": "#4b0082", "ivory": "#fffff0",
    "lightblue": "#add8e6", "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "lime": "#00ff00",
    "magenta": "#ff00ff", "maroon": "#800000", "midnightblue": "#191970", "navy": "#000080",
    "olive": "#808000", "orange": "#ffa500", "pink": "#ffc0cb", "purple": "#800080",
    "red": "#ff0000", "royalblue": "#4169e1", "silver": "#c0c0c0", "slategray": "#708090",
    "slategrey": "#708090", "steelblue": "#4682b4", "teal": "#008080", "tomato": "#ff6347",
    "white": "#ffffff", "whitesmoke": "#f5f5f5", "yellow": "#ffff00",
}  # fmt: skip
_HEX: Final = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})\Z")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*\)\Z")
#: A background as a shorthand: its colour may stand among other words.
_PARTS: Final = re.compile(r"rgba?\([^)]*\)|[^\s(),]+(?:\([^)]*\))?")


@lru_cache(maxsize=512)
def parse_colour(text: str) -> str:
    """Return `#rrggbb`; "" for what is no opaque colour, or none known here.

    Args:
        text: in small letters: `#fff`, `rgb(1, 2, 3)`, `navy`; attributes also write `ffffff`.
    """
    text = text.strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if found := _HEX.match(text):
        digits = found[1]
        return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    if found := _RGB.match(text):
        channels = [min(255, int(channel)) for channel in found.groups()]
        return "#" + "".join(f"{channel:02x}" for channel in channels)
    return ""


@lru_cache(maxsize=512)
def background_colour(text: str) -> str:
    """Return the colour in a `background` shorthand; "": there is none known here."""
    return next((colour for part in _PARTS.findall(text) if (colour := parse_colour(part))), "")
