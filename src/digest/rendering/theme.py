"""The colours and letters of a mail, readable whatever the publisher's brand is. Pure.

Two palettes come out: one for light screens, from `[site.colours]`, and one for dark screens,
derived from it. Every colour that carries text has enough contrast to the ground it stands on
(WCAG 2.2 §1.4.3: 4.5 to 1), because a mail cannot ask its reader to move the screen.
"""

import colorsys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from digest.rendering.fonts import make_fonts

#: Names of `[site.colours]` with their defaults: ink on white paper, one calm blue.
DEFAULT_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accent": "#1d4f7c",  # rule at the top, kickers, links, button
        "text": "#1c1f24",
        "muted": "#565c65",  # dates, bylines, footer
        "paper": "#ffffff",  # the letter
        "background": "#f1f2f4",  # around the letter
    }
)

#: WCAG 2.2 §1.4.3 asks 4.5; the rest is for forced dark modes, which shift both sides a little.
CONTRAST: Final = 4.8
# Thin letters of a deep colour glow less on black than the ratio says.
_DARK_CONTRAST: Final = 6.5
_STEPS: Final = 40

_DARK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "#ececee",
        "muted": "#b4b9c1",
        "paper": "#1b1e22",
        "background": "#101214",
    }
)


def make_theme(
    colours: Mapping[str, str],
    language: str,
    *,
    font: str = "system",
    heading_font: str = "serif",
    radius: int = 6,
) -> tuple[dict[str, object], list[str]]:
    """Return the theme of a mail, and one sentence for each colour that had to be corrected.

    Args:
        colours: names as in `DEFAULT_COLOURS` → `#rrggbb`; unknown names are ignored.
        language: BCP 47 tag of the mail: its script decides the letters.
        font: of running text, as `make_fonts` takes it.
        heading_font: of titles.
        radius: pixels by which corners are rounded.
    """
    chosen = {name: colours.get(name, default) for name, default in DEFAULT_COLOURS.items()}
    light = _palette(chosen)
    words = {"accent": light["link"], "text": light["text"], "muted": light["muted"]}
    warnings = [
        f"[site.colours] {name}: words in {chosen[name]} are hard to read on {chosen['paper']}; "
        f"the mail writes them in {used}."
        for name, used in words.items()
        if used != chosen[name]
    ]
    theme: dict[str, object] = {
        "light": light,
        "dark": _dark(chosen),
        "radius": radius,
        **make_fonts(font, heading_font, language),
    }
    return theme, warnings


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, *relative luminance*), 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, *grounds: str, least: float = CONTRAST) -> str:
    """Return `colour`, made as much darker or lighter as it takes to be read on every ground.

    Hue and saturation stay: a brand's blue becomes a lighter blue, not a grey. Where no shade
    reaches `least`, black or white comes nearest.
    """
    poles = {0.0: "#000000", 1.0: "#ffffff"}
    end = max(poles, key=lambda pole: min(contrast(poles[pole], ground) for ground in grounds))
    hue, lightness, saturation = colorsys.rgb_to_hls(*(each / 255 for each in _channels(colour)))
    for step in range(_STEPS):
        shade = lightness + (end - lightness) * step / _STEPS
        channels = colorsys.hls_to_rgb(hue, shade, saturation)
        candidate = _hex(*(channel * 255 for channel in channels)) if step else colour
        if all(contrast(candidate, ground) >= least for ground in grounds):
            return candidate
    return poles[end]


def _dark(chosen: Mapping[str, str]) -> dict[str, str]:
    if _is_dark(chosen["paper"]):
        return _palette(chosen)
    # A deep brand colour would sink into the dark: the bars take its readable shade.
    accent = readable(chosen["accent"], _DARK["paper"], least=_DARK_CONTRAST)
    return _palette({**chosen, **_DARK, "accent": accent})


def _palette(chosen: Mapping[str, str]) -> dict[str, str]:
    paper, background, accent = chosen["paper"], chosen["background"], chosen["accent"]
    link = readable(accent, paper)
    return {
        # The brand colour itself, for the bars; words in it, and the button, are in `link`:
        # forced dark modes turn light buttons dark under their words, dark ones they leave.
        "accent": accent,
        "link": link,
        # Words on the button: whatever reads better on it.
        "on_link": max(("#ffffff", "#000000"), key=lambda words: contrast(words, link)),
        "text": readable(chosen["text"], paper),
        "muted": readable(chosen["muted"], paper),
        # The same words around the letter: in the footer, and in place of a missing picture.
        "outer": readable(chosen["muted"], background),
        "paper": paper,
        "background": background,
        "rule": _mix(paper, chosen["text"], 0.14),
    }


def _is_dark(colour: str) -> bool:
    return contrast(colour, "#ffffff") > contrast(colour, "#000000")


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _mix(colour: str, other: str, share: float) -> str:
    """Return `colour` with `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return _hex(*(a + (b - a) * share for a, b in pairs))


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
