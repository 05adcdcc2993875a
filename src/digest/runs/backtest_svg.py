"""A picture of what the last issues would have been: a bar for each, by category. Writes a file.

Plain SVG without scripts, fonts or anything from elsewhere. It says in words what it shows, and
tells the categories apart by order and number as well as by colour; light and dark screens get
colours of their own.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from digest.config.settings import Config
from digest.errors import DigestError
from digest.runs.backtest import Backtest, stories_of
from digest.selection.series import Turnout

_SPACE: Final = 'xmlns="http://www.w3.org/2000/svg"'
_WIDTH: Final = 960
_LEFT, _RIGHT, _TOP, _BARS = 48, 16, 64, 260
#: Categories with a colour of their own; the others share the last.
_COLOURS: Final = (
    ("#1f6fb5", "#6fb3f2"),
    ("#b8540a", "#f29a5e"),
    ("#2c8049", "#74d194"),
    ("#7d46b0", "#c6a2f2"),
    ("#94700a", "#e3bd55"),
    ("#b33464", "#f28cb0"),
    ("#23777f", "#79cbd4"),
    ("#6a6f76", "#a9aeb5"),
)
_REST: Final = "others"
#: Characters of a name and a title.
_NAME, _TITLE = 26, 120
#: Not allowed in XML 1.0, escaped or not.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLE: Final = """\
text { font: 13px system-ui, sans-serif; fill: #1c1f24 }
.head { font-size: 18px; font-weight: 600 }
.quiet { fill: #565c65; font-size: 12px }
.in { fill: #ffffff; font-size: 11px; text-anchor: middle }
.paper { fill: #ffffff }
.line { stroke: #d5d8dc; stroke-width: 1 }
.none { fill: none; stroke: #8a9099; stroke-dasharray: 3 3 }
"""
_DARK: Final = """\
text { fill: #e8eaed }
.quiet { fill: #a9aeb5 }
.in { fill: #14171a }
.paper { fill: #14171a }
.line { stroke: #3a3f46 }
"""


def write_svg(config: Config, found: Backtest, path: str = "") -> str:
    """Draw the picture into a file; return its path.

    Args:
        config: the publisher's settings.
        found: what the issues would have been.
        path: of the file; "": the usual one, beside the previews.

    Raises:
        DigestError: the file cannot be written.
    """
    path = path or os.path.join(config.folder, "preview", found.newsletter, "backtest.svg")
    part = f"{path}.part"
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(part, "w", encoding="utf-8") as file:
            file.write(svg_of(found))
        os.replace(part, path)
    except OSError as error:
        raise DigestError(
            f"cannot be written ({error.strerror})",
            where=path,
            remedy="Name a file in a folder you may write to: --svg FILE",
        ) from error
    return path


def svg_of(found: Backtest) -> str:
    """Return the picture. Pure."""
    names = _names(found)
    legend = list(_legend(found, names))
    height = _TOP + _BARS + 52 + 22 * ((len(legend) + 3) // 4)
    first, last = found.turnouts[0].slot.name, found.turnouts[-1].slot.name
    head = f"{found.title}: {first} to {last}, stories by category"
    parts = [
        f'<svg {_SPACE} viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{_escaped(head)}</title>',
        f'<desc id="desc">{_escaped(_described(found))}</desc>',
        f"<style>{_STYLE}{_colours()}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        f'<text class="head" x="{_LEFT}" y="32">{_escaped(_cut(head, 90))}</text>',
        *_grid(_most(found)),
        *_bars(found, names),
        *legend,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _names(found: Backtest) -> dict[str, int]:
    """Return category, casefolded → number of its colour: most stories first."""
    told = [one.name.casefold() for one in found.categories if one.stories]
    most = len(_COLOURS) - 1
    own = told if len(told) <= most + 1 else told[:most]
    return {name: number for number, name in enumerate(own)}


def _described(found: Backtest) -> str:
    """Return in words what the picture shows."""
    said = []
    for one in found.turnouts:
        counts = Counter(each.article.category or "none" for each in stories_of(one))
        by_category = ", ".join(f"{name} {many}" for name, many in counts.most_common())
        stories = len(stories_of(one))
        said.append(
            f"{one.slot.name}: {stories} stories ({by_category})"
            if stories
            else f"{one.slot.name}: {one.fate.value}, {one.reason}"
        )
    return ". ".join(said) + "."


def _colours() -> str:
    light = "".join(f".c{number} {{ fill: {one} }}\n" for number, (one, _) in enumerate(_COLOURS))
    dark = "".join(f".c{number} {{ fill: {one} }}\n" for number, (_, one) in enumerate(_COLOURS))
    return f"{light}@media (prefers-color-scheme: dark) {{\n{_DARK}{dark}}}\n"


def _most(found: Backtest) -> int:
    return max(1, *(len(stories_of(one)) for one in found.turnouts))


def _grid(most: int) -> Iterator[str]:
    """Yield lines and numbers at the left: one for every story, or every so many."""
    step = 1 if most <= 6 else 2 if most <= 12 else 5 if most <= 30 else 20
    for stories in range(0, most + 1, step):
        y = _y(stories, most)
        yield f'<line class="line" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text class="quiet" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{stories}</text>'


def _bars(found: Backtest, names: Mapping[str, int]) -> Iterator[str]:
    most, count = _most(found), len(found.turnouts)
    place = (_WIDTH - _LEFT - _RIGHT) / count
    width = max(1.0, min(56.0, place * 0.72))
    every = -(-count // 14)  # so many labels fit
    for number, one in enumerate(found.turnouts):
        x = round(_LEFT + place * (number + 0.5) - width / 2, 1)
        yield f"<g><title>{_escaped(_said(one))}</title>"
        yield from _bar(one, names, (x, round(width, 1)), most)
        if number % every == 0:
            y, middle = _TOP + _BARS + 18, round(x + width / 2, 1)
            yield _centred(middle, y, one.slot.name)
        yield "</g>"


def _bar(
    one: Turnout, names: Mapping[str, int], place: tuple[float, float], most: int
) -> Iterator[str]:
    x, width = place
    rest = len(_COLOURS) - 1
    counts = Counter(names.get(each.article.category.casefold(), rest) for each in stories_of(one))
    below = 0
    for colour in sorted(counts):
        top, bottom = _y(below + counts[colour], most), _y(below, most)
        high = round(bottom - top - 1, 1)
        yield f'<rect class="c{colour}" x="{x}" y="{top}" width="{width}" height="{high}"/>'
        if high >= 13 and width >= 12:
            middle, y = round(x + width / 2, 1), round(top + high / 2 + 4, 1)
            yield f'<text class="in" x="{middle}" y="{y}">{counts[colour]}</text>'
        below += counts[colour]
    if not below:
        y, base = _TOP + _BARS - 40, _TOP + _BARS
        yield f'<rect class="none" x="{x}" y="{y}" width="{width}" height="{base - y}"/>'
        if width >= 40:
            middle = round(x + width / 2, 1)
            yield _centred(middle, y - 6, one.fate.value)


def _centred(x: float, y: float, text: str) -> str:
    return f'<text class="quiet" x="{x}" y="{y}" text-anchor="middle">{_escaped(text)}</text>'


def _legend(found: Backtest, names: Mapping[str, int]) -> Iterator[str]:
    spelled = {one.name.casefold(): one.name for one in found.categories}
    shown: Sequence[tuple[str, int]] = [
        *((spelled[name] or "none", number) for name, number in names.items()),
        *([(_REST, len(_COLOURS) - 1)] if len(names) == len(_COLOURS) - 1 else []),
    ]
    for number, (name, colour) in enumerate(shown):
        x = _LEFT + (number % 4) * 225
        y = _TOP + _BARS + 44 + 22 * (number // 4)
        yield (
            f'<g><rect class="c{colour}" x="{x}" y="{y}" width="14" height="14"/>'
            f'<text x="{x + 20}" y="{y + 12}">{_escaped(_cut(name, _NAME))}</text></g>'
        )


def _said(one: Turnout) -> str:
    stories = len(stories_of(one))
    if not stories or one.selection is None or one.selection.lead is None:
        return f"{one.slot.name}: {one.fate.value}, {one.reason}"
    return f"{one.slot.name}: {stories} stories. {_cut(one.selection.lead.article.title, _TITLE)}"


def _y(stories: int, most: int) -> float:
    return round(_TOP + _BARS - _BARS * stories / most, 1)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _escaped(text: str) -> str:
    """Return text as it may stand in XML, in an element or between double quotes."""
    text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
