"""The body of an article → its paragraphs as plain text, read lazily from the top. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.articles.article import BodyFormat
from digest.articles.markup import (
    LINK_END,
    LINK_START,
    TAG,
    names,
    settled,
    with_code_hidden,
    without_inline_marks,
    without_roles,
)

#: Characters of a body that are looked at. The furniture of the archive's worst site is 2,000
#: characters long, and one link tag there up to 900.
READ_AT_MOST = 6_000


class Block(NamedTuple):
    """A paragraph of a body before its lines are joined."""

    #: Plain text, whitespace folded, none empty; at least one.
    lines: tuple[str, ...]
    #: Nearly all of its words are links: a list of them, not prose.
    is_links: bool = False

    @property
    def text(self) -> str:
        """The paragraph in one line."""
        return " ".join(self.lines)


def blocks(body: str, body_format: BodyFormat, *, everything: bool = False) -> Iterator[Block]:
    """Yield the paragraphs of `body` in order, working no further than the reader asks.

    Headings, code, tables, lists, quotes and pictures are no paragraphs; where a body has
    nothing else, they are. Only the beginning is read (`READ_AT_MOST`).

    Args:
        body: what follows the front matter.
        body_format: how it is written.
        everything: also what stands in headings, lists, tables and quotes.
    """
    text = body[:READ_AT_MOST].replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > READ_AT_MOST:
        # A tag cut in two would come out as text.
        text = text[: max(text.rfind(">"), text.rfind("\n"), READ_AT_MOST - 1000) + 1]
    found = False
    for block in _blocks(text, body_format, everything=everything):
        found = True
        yield block
    if not found and not everything:
        yield from _blocks(text, body_format, everything=True)


def _blocks(text: str, body_format: BodyFormat, *, everything: bool) -> Iterator[Block]:
    roles = body_format is BodyFormat.TEXT
    marked = body_format is not BodyFormat.HTML
    if marked:
        text = _without_constructs(text, _PLAIN_CONSTRUCTS if roles else _CONSTRUCTS)
        text = with_code_hidden(text, roles=roles)
        text = without_roles(text) if roles else text
    for run in _html_runs(text, everything=everything) if "<" in text else (text,):
        for raw in _BLANK_LINES.split(run):
            if marked:
                # First the lines, which marks at their beginning tell apart; then what may
                # reach over several lines, like the text of a link.
                prose = "\n".join(_prose_lines(raw, roles=roles, everything=everything))
                lines = without_inline_marks(prose).split("\n")
            else:
                lines = split_lines(raw)
            yield from _as_block(lines)


def _as_block(lines: list[str]) -> Iterator[Block]:
    is_links = any(LINK_START in line for line in lines) and _is_links("\n".join(lines))
    plain = tuple(filter(None, map(settled, lines)))
    if plain:
        yield Block(plain, is_links)


def split_lines(text: str) -> list[str]:
    """Return the lines of `text`; a run of four spaces within a line also ends one.

    Pages pasted as text often part their furniture by such runs only.
    """
    if "    " not in text:
        return text.split("\n")
    return [piece for line in text.split("\n") for piece in line.strip().split("    ")]


def _is_links(text: str) -> bool:
    # Counted in letters: separators between links ("|", "·", ",") are nothing.
    outside = sum(map(str.isalnum, _LINKED.sub("", text)))
    return outside * 5 <= sum(map(str.isalnum, text))


_LINKED = re.compile(f"{LINK_START}[^{LINK_START}{LINK_END}]*{LINK_END}")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*?(?=[^\S\n]*\S|\Z)")

# ---------------------------------------------------------------------------------- HTML

#: Gone with all they hold, always.
_SILENT = names(
    "script style figure figcaption iframe noscript svg math template object video audio canvas "
    "form button select textarea nav footer head title dialog"
)
#: The page's machinery: gone even when everything else is wanted.
_MACHINERY = names("script style noscript svg template head title textarea")
#: No paragraphs: gone, unless everything is wanted.
_NO_PROSE = names("h1 h2 h3 h4 h5 h6 pre table ul ol dl menu blockquote aside header")
_BREAKS = names(
    "p div section article main details summary hr address center hgroup body html li tr td th "
    "dd dt caption"
)
_ENDS_WITH_BLOCK = _SILENT | _NO_PROSE | _BREAKS
_RAW = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title")
}


def _html_runs(text: str, *, everything: bool) -> Iterator[str]:
    """Yield the text between block tags; links stand between link marks."""
    silent = _MACHINERY if everything else _SILENT | _NO_PROSE
    parts: list[str] = []
    at = 0
    while tag := TAG.search(text, at):
        parts.append(text[at : tag.start()])
        at = tag.end()
        name = (tag[2] or tag[4] or "").lower()
        closes = bool(tag[1] or tag[3])
        if name == "a":
            parts.append(LINK_END if closes else LINK_START)
        elif name == "br":
            parts.append("\n")
        elif name in _ENDS_WITH_BLOCK:
            yield "".join(parts)
            parts.clear()
            if name in silent and not closes and not tag[0].endswith("/>"):
                at = _end_of_element(text, name, at)
    parts.append(text[at:])
    yield "".join(parts)


def _end_of_element(text: str, name: str, start: int) -> int:
    """Return where the element ends that was opened before `start`; never closed: the end."""
    if raw := _RAW.get(name):
        closing = raw.search(text, start)
        return closing.end() if closing else len(text)
    depth = 1
    for tag in TAG.finditer(text, start):
        if (tag[2] or tag[4] or "").lower() != name:
            continue
        if tag[1] or tag[3]:
            depth -= 1
            if not depth:
                return tag.end()
        elif not tag[0].endswith("/>"):
            depth += 1
    return len(text)


# ------------------------------------------------------- Markdown, its dialects, plain text

_Constructs = tuple[tuple[str, str], ...]
_UNTIL_INDENT_ENDS = r"(?:\n(?:[ \t]*$|(?: {2,}|\t)[^\n]*))*+"
#: (what a text must hold for the rule to matter, the rule): constructs of several lines.
_CONSTRUCTS: _Constructs = (
    ("```", r"^[ \t]*(`{3,})[^`\n]*\n.*?(?:^[ \t]*\1`*[ \t]*$|\Z)"),
    ("~~~", r"^[ \t]*(~{3,})[^\n]*\n.*?(?:^[ \t]*\1~*[ \t]*$|\Z)"),
    ("$$", r"^[ \t]*\$\$.*?\$\$[ \t]*$"),
    (
        "{%",
        (
            r"\{%-?\s*(highlight|codeblock|code|comment|math|mermaid)\b.*?"
            r"(?:\{%-?\s*end\1\s*-?%\}|\Z)"
        ),
    ),
    (
        "{{",
        r"\{\{([<%])\s*(highlight|code|mermaid)\b.*?(?:\{\{[<%]\s*/\2\s*[>%]\}\}|\Z)",
    ),
    (
        ":::",
        (
            r"^:{3,}[ \t]*\{?[.#]?(?i:note|tip|info|warning|danger|caution|important|details|"
            r"callout)\b.*?(?:^:{3,}[ \t]*$|\Z)"
        ),
    ),
    ("!!!", rf"^!!![ \t][^\n]*{_UNTIL_INDENT_ENDS}"),
    ("???", rf"^\?\?\?\+?[ \t][^\n]*{_UNTIL_INDENT_ENDS}"),
    (
        "import ",
        r"^import\s+(?:[\w*{}\s,$]+\s+from\s+)?['\"][^'\"\n]*['\"];?[ \t]*$",
    ),
    (
        "export ",
        r"^export\s+(?:const|let|var|function|default|async|class|\{|\*).*?(?=^\s*$|\Z)",
    ),
)
_PLAIN_CONSTRUCTS: _Constructs = (
    ("..", r"^\.\.(?:[ \t][^\n]*)?$(?:\n(?:[ \t]*$|[ \t]+[^\n]*))*+"),
    ("::", r"(?<=::)[ \t]*\n\s*\n[ \t]+[^\n]*(?:\n(?:[ \t]*$|[ \t]+[^\n]*))*+"),
    (
        "#+",
        r"(?i)^[ \t]*#\+begin_(\w+).*?(?:^[ \t]*#\+end_\1[^\n]*$|\Z)",
    ),
    ("#+", r"^[ \t]*#\+[^\n]*$"),
    (":", r"^:[\w -]{1,40}:(?:[ \t][^\n]*)?$"),
)


def _without_constructs(text: str, constructs: _Constructs) -> str:
    # Compiled when first needed, then kept by `re`, like the rules in `markup.py`.
    for needle, construct in constructs:
        if needle in text:
            text = re.sub(construct, "\n", text, flags=re.MULTILINE | re.DOTALL)
    return text


#: Lines that are no text of a paragraph: headings, rules, references, attributes, fences.
_NO_TEXT = re.compile(
    r"[ \t]{0,3}(?:\#{1,6}(?:[ \t]|$)|\*{1,6}[ ]+[A-Z].{0,80}$(?<!\.)|(?:[-*_][ \t]*){3,}$"
    r"|\[[^\[\]]+\]:(?:\s|$)|\{[:.\#%][^{}]*\}[ \t]*$|\[\[?_?toc_?\]?\]$"
    r"|:{3,}|/{3,}|={3}[ ]\")",
    re.IGNORECASE | re.VERBOSE,
)
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)]|\[[ xX]\])[ \t]+")
_STARTS_LIST = re.compile(r"[ \t]{0,3}(?:[-*+•]|1[.)])[ \t]+")
_UNDERLINE = re.compile(r"[ \t]{0,3}([=\-~^\"'`#*+.])\1{2,}[ \t]*$")
_TABLE = re.compile(r"[ \t]{0,3}(?:\||[-:| ]*-{3}[-:| ]*\|)")
_CODE = re.compile(
    r"[{};=<>]|\(\)|^\s*(?:def|class|import|from|function|var|let|const|sudo|\$|#|//)\b"
)


def _prose_lines(raw: str, *, roles: bool, everything: bool) -> list[str]:
    """Return the lines of a block that belong to a paragraph."""
    lines = raw.split("\n")
    if everything:
        return [_LIST_ITEM.sub("", line.lstrip(" \t>#|")) for line in lines]
    first = next(filter(str.strip, lines), "")
    if _LIST_ITEM.match(first) or (_is_indented(first) and _CODE.search(first)):
        return []
    kept: list[str] = []
    for line in lines:
        if _UNDERLINE.match(line) or _TABLE.match(line):
            # What stands above is a heading, or the head of a table.
            kept.clear()
        elif kept and _STARTS_LIST.match(line):
            break
        elif not _NO_TEXT.match(line) and not line.lstrip().startswith(">"):
            kept += split_lines(line)
    if roles and kept and kept[-1].rstrip().endswith("::"):
        kept[-1] = kept[-1].rstrip()[:-1]
    return kept


def _is_indented(line: str) -> bool:
    return line.startswith(("    ", "\t"))
