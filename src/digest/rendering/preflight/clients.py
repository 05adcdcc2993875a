"""What a client may not show, and when that harms nobody. Pure; the table is `features.py`.

Outlook for Windows (Word) obeys tables and attributes: what they hold is taken care of.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from digest.rendering.preflight.document import Element


def _always(_element: Element) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something a client does not know."""

    #: `display-flex`; stands in docs/preflight.md.
    name: str
    clients: str
    #: Content or layout is lost; else it only looks plainer.
    breaks: bool
    why: str
    source: str
    remedy: str
    #: Property → pattern of values; "*": every property.
    properties: tuple[str, ...] = ()
    value: str = ""
    elements: tuple[str, ...] = ()
    #: Pattern of selectors in style sheets; at-rules are selectors, too.
    selector: str = ""
    #: Says of one element that it is taken care of.
    is_fine: Callable[[Element], bool] = _always
    #: What an element makes of it cannot be told from a style sheet.
    inline_only: bool = False


def word_is_served(element: Element) -> bool:
    """Say whether Word gets a table around an element, or does not get the element."""
    return element.in_ghost or element.not_in_word


def has_width(element: Element) -> bool:
    """Say whether something around an element holds its width in Word."""
    if element.tag in {"table", "body", "html"} or word_is_served(element):
        return True
    if element.get("width").rstrip("px").isdigit():
        return True
    return any(
        each.tag in {"td", "th", "table"}
        and (
            each.get("width").rstrip("px").isdigit() or each.in_ghost or "max-width" in each.style
        )
        for each in element.around()
    )


def floats_well(element: Element) -> bool:
    """Say whether Word floats it, too: it obeys the attribute of pictures and tables."""
    return word_is_served(element) or (
        element.tag in {"img", "table"} and bool(element.get("align"))
    )


def has_colour_behind(element: Element) -> bool:
    """Say whether a colour stands in where the picture behind is not shown."""
    style = element.style
    shorthand = re.search(r"#[0-9a-f]{3,6}\b|\brgb", style.get("background", ""))
    return bool(style.get("background-color") or element.get("bgcolor") or shorthand)


def pads_well(element: Element) -> bool:
    """Say whether Word keeps the room around its words."""
    if element.tag in {"td", "th", "table", "ul", "ol", "body", "html", "img"}:
        return True
    return element.not_in_word or any(
        "mso-padding-alt" in each.style or each.not_in_word for each in element.around()
    )


def not_a_block(element: Element) -> bool:
    """Say whether its width counts in Word, or is held by what stands around it."""
    return element.tag not in {"div", "p", "section", "article"} or word_is_served(element)


def no_column(element: Element) -> bool:
    """Say whether it is no column, or one that stands in a cell of its own in Word."""
    return element.tag not in {"div", "section", "li"} or word_is_served(element)
