"""The rule about contrast: words against what lies behind them, by inline styles alone. Pure.

Style sheets are not looked at: what some clients drop must not be what makes words readable.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from digest.rendering.preflight.colours import background_colour, parse_colour
from digest.rendering.preflight.document import Element
from digest.rendering.preflight.finding import Fault, Rule, Severity
from digest.rendering.preflight.mail import Mail
from digest.rendering.theme import contrast

#: WCAG 2.2 §1.4.3: letters of 18 points, or bold ones of 14, are large.
_LEAST, _LEAST_LARGE = 4.5, 3.0
_LARGE, _LARGE_BOLD = 24.0, 18.66
_SIZE: Final = re.compile(r"([\d.]+)(px|pt)?\Z")
_BOLD: Final = frozenset({"bold", "bolder", "600", "700", "800", "900"})
_HEADINGS: Final = {"h1": 32.0, "h2": 24.0, "h3": 18.7}


class _Look(NamedTuple):
    """What an element hands on to those inside."""

    #: `#rrggbb`; "": not known, as half-transparent ones or pictures.
    colour: str = "#000000"
    ground: str = "#ffffff"
    size: float = 16.0
    is_bold: bool = False


def _contrast(mail: Mail) -> Iterator[Fault]:
    looks: dict[Element, _Look] = {}
    first: dict[tuple[str, str, float], tuple[Element, str]] = {}
    many: dict[tuple[str, str, float], int] = {}
    for element, text in _said(mail):
        look = _look(element, looks)
        if not look.colour or not look.ground:
            continue
        is_large = look.size >= _LARGE or (look.is_bold and look.size >= _LARGE_BOLD)
        least = _LEAST_LARGE if is_large else _LEAST
        pair = (look.colour, look.ground, least)
        many[pair] = many.get(pair, 0) + 1
        first.setdefault(pair, (element, text))
    for pair, (element, text) in first.items():
        colour, ground, least = pair
        if (ratio := contrast(colour, ground)) < least:
            more = f", and {many[pair] - 1} more places" if many[pair] > 1 else ""
            yield Fault(
                f'"{" ".join(text.split())[:40]}" in {colour} on {ground} has {ratio:.1f} to 1, '
                f"not {least:g}{more}",
                element.place,
            )


def _said(mail: Mail) -> Iterator[tuple[Element, str]]:
    for element, text in mail.document.texts:
        if not element.is_hidden and any(map(str.isalnum, text)):
            yield element, text
    for element in mail.document.of("img"):
        if element.get("alt") and not element.is_hidden:
            yield element, element.get("alt")


def _look(element: Element, looks: dict[Element, _Look]) -> _Look:
    """Return what an element inherits and says itself."""
    waiting = []
    look = _Look()
    for each in element.around():
        if each in looks:
            look = looks[each]
            break
        waiting.append(each)
    for each in reversed(waiting):
        look = looks[each] = _own(each, look)
    return look


def _own(element: Element, around: _Look) -> _Look:
    style, tag = element.style, element.tag
    colour = style.get("color") or (element.get("color") if tag == "font" else "")
    if colour and colour not in {"inherit", "currentcolor"}:
        around = around._replace(colour=parse_colour(colour))
    elif not colour and tag == "a" and element.get("href"):
        around = around._replace(colour="#0000ee")  # HTML §15.3.10: links as browsers show them
    around = around._replace(ground=_ground(element, around.ground))
    if tag in _HEADINGS:
        around = around._replace(size=_HEADINGS[tag], is_bold=True)
    elif tag in {"b", "strong", "th"}:
        around = around._replace(is_bold=True)
    if found := _SIZE.match(style.get("font-size", "")):
        size = float(found[1]) * (4 / 3 if found[2] == "pt" else 1)
        around = around._replace(size=size)
    if weight := style.get("font-weight"):
        around = around._replace(is_bold=weight in _BOLD)
    return around


def _ground(element: Element, around: str) -> str:
    style = element.style
    if "url(" in style.get("background", "") + style.get("background-image", ""):
        return ""  # nobody knows what the picture shows
    colour = style.get("background-color", "")
    if not colour and "background" in style:
        colour = background_colour(style["background"]) or "none"
    if colour in {"transparent", "inherit", "none", "initial"}:
        return around
    if colour:
        return parse_colour(colour)
    named = element.get("bgcolor")
    return parse_colour(named) if named else around


RULES: Final = (
    Rule(
        id="contrast",
        severity=Severity.WARNING,
        title="words in a colour too near to what lies behind them (4.5 to 1; large ones 3 to 1)",
        why="Many people, and everybody in the sun, cannot read them.",
        source="WCAG 2.2 §1.4.3",
        remedy="Make the words darker or what lies behind them lighter. Colours of "
        "[site.colours] are corrected by themselves: look at templates of your own.",
        look=_contrast,
    ),
)
