"""SVG drawn as pixels. The one module that knows resvg.

Hostile files come here: resvg is memory safe, runs no script and opens no connection, but it would
read pictures of this machine that the drawing names, so every picture that is not inside the file
is taken out before. Called in a process with limits (`making.py`): a drawing may ask for more time
and memory than there is.
"""

import re
import xml.etree.ElementTree as ET
from typing import Final

import resvg_py

from digest.rendering.images.shape import FLATTEST

_HREFS: Final = ("href", "{http://www.w3.org/1999/xlink}href")
#: What resvg unpacks, out of the file itself.
_INSIDE: Final = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp)[;,]", re.IGNORECASE)
_LENGTH: Final = re.compile(r"\s*([0-9.]+(?:e[0-9]+)?)\s*(?:px|pt|pc|mm|cm|in)?\s*")


def png_of(content: bytes, width: int) -> bytes | str:
    """Return the drawing as a PNG of that width, or why there is none.

    It is drawn as large as it is asked for: a drawing has no pixels of its own. Its letters are
    set in the fonts of this machine.

    Raises:
        Exception: whatever parsers raise; MemoryError.
    """
    # Expat loads nothing from elsewhere, and refuses entities that grow (2.4.1 and later).
    root = ET.fromstring(content)  # noqa: S314
    sides = _sides(root)
    if sides and max(sides) > FLATTEST * min(sides):
        return "it is a line"
    for parent in root.iter():
        for child in list(parent):
            if _local(child) in {"image", "feImage"} and not _is_inside(child):
                parent.remove(child)
    has_letters = any(_local(element) == "text" for element in root.iter())
    return resvg_py.svg_to_bytes(
        svg_string=ET.tostring(root, encoding="unicode"),
        width=width,
        skip_system_fonts=not has_letters,
    )


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_inside(image: ET.Element) -> bool:
    return all(_INSIDE.match(image.get(name, "data:image/png,")) for name in _HREFS)


def _sides(root: ET.Element) -> tuple[float, float] | None:
    """Return width and height in whatever unit, for their ratio; None: it does not say."""
    box = root.get("viewBox", "").replace(",", " ").split()
    texts = box[2:4] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    found = [_LENGTH.fullmatch(text) for text in texts]
    sides = [float(each[1]) for each in found if each]
    return (sides[0], sides[1]) if len(sides) == 2 and all(sides) else None
