"""CSS of a mail, cut into rules and declarations; nothing is understood beyond that. Pure."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

#: Property in small letters → value in small letters without `!important`.
Declarations = Mapping[str, str]

_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# A semicolon inside quotes or brackets ends nothing: `url(data:image/png;base64,…)`.
_DECLARATION: Final = re.compile(r"""(?:[^;"'()]|"[^"]*"|'[^']*'|\([^()]*\)|[()"'])+""")
_TOKEN: Final = re.compile(r"""[{};]|"[^"]*"|'[^']*'|\n|[^{};"'\n]+|["']""")
_IMPORTANT: Final = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)


class StyleRule(NamedTuple):
    """One rule of a style sheet; or an at-rule, whose declarations are empty."""

    #: `td.card, td.lead`; `@media (max-width: 599px)`.
    selector: str
    declarations: Declarations
    #: At-rules around it, from the outside in.
    around: tuple[str, ...]
    #: In the sheet, from 1.
    line: int


@lru_cache(maxsize=2048)  # a mail repeats few styles often
def declarations(css: str) -> Declarations:
    """Return the declarations of a `style` attribute or of the inside of a rule."""
    found: dict[str, str] = {}
    if "/*" in css:
        css = _COMMENT.sub("", css)
    for part in _DECLARATION.findall(css):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name:
            found[name] = _IMPORTANT.sub("", value).strip().lower()
    return MappingProxyType(found)


def rules(sheet: str) -> Iterator[StyleRule]:
    """Yield the rules of a style sheet in the order in which they begin."""
    sheet = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), sheet)
    around: list[str] = []
    text, line, begun = "", 1, 1
    for piece in _TOKEN.findall(sheet):
        if piece == "{":
            selector = " ".join(text.split())
            if selector.startswith("@"):
                yield StyleRule(selector, MappingProxyType({}), tuple(around), begun)
            around.append(selector)
            text = ""
        elif piece == "}":
            if around:
                selector = around.pop()
                if not selector.startswith("@") or text.strip():
                    yield StyleRule(selector, declarations(text), tuple(around), begun)
            text = ""
        elif piece == ";" and not _inside_rule(around):
            yield StyleRule(" ".join(text.split()), MappingProxyType({}), tuple(around), begun)
            text = ""
        else:
            if not text.strip() and piece.strip():
                begun = line
            text += piece
            line += piece == "\n"


def _inside_rule(around: list[str]) -> bool:
    """Say whether declarations stand here: in a rule, or in `@font-face` and its kin."""
    if not around:
        return False
    return not around[-1].startswith(("@media", "@supports", "@document", "@layer", "@import"))
