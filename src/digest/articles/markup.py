"""Marks of Markdown, HTML and their dialects inside a line, and how they go. Pure."""

# ruff: noqa: RUF001, RUF002  these characters are what is shown

import html
import re


def names(spaced: str) -> frozenset[str]:
    """Return the names in `spaced`: long lists of tags read better as one text."""
    return frozenset(spaced.split())


#: Controls (not tab, line feed, carriage return), soft hyphens and other invisible fillers,
#: bidi embeddings, overrides and isolates (Unicode TR 36 §2.6: they make text read as what it is
#: not), private use (icon fonts; also our own marks below), tag characters, lone surrogates.
#: ZWJ, ZWNJ, LRM and RLM stay: emoji, Persian and mixed lines need them.
_CONTROLS = (
    *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD)),
    *((0x180E, 0x180E), (0x200B, 0x200B), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F)),
    *((0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)),
    (0xE0000, 0xE007F),
)
#: Around the text of a link while a block is being read; controls, so nothing shown holds them.
LINK_START, LINK_END = "\x02", "\x03"

#: One tag, comment or declaration. Quoted values and JSX `{…}` may hold ">"; the bounds and
#: the possessive loops keep hostile input linear enough.
TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(/?)([A-Za-z][\w.:-]*)"
    r"(?:[^<>\"'{}]++|\"[^\"]{0,4000}+\"|'[^']{0,4000}+'|\{(?:[^{}]|\{[^{}]*+\}){0,4000}+\})*+>"
    r"|<(/?)([A-Za-z][\w.:-]*)[^<>]*>|</?>|<[!?][^<>]*>",
    re.DOTALL,
)
#: What would be read as a tag if somebody forgot to escape it.
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_CLOSING_ANGLE = re.compile(r"(‹[^<>‹›]*)>")

#: Characters that mean something to the rules below, out of their reach while inside code or
#: behind a backslash (private use: `without_controls` has removed all others).
_MEANING = "\\`*_{}[]()<>#+-.!|~=^:&$@/%'\""
_HIDE = {ord(char): 0xE000 + ord(char) for char in _MEANING}
_SHOW = {there: here for here, there in _HIDE.items()}

_CODE_SPAN = re.compile(r"(?<!`)(`{1,4})(?!`)((?:[^\n]|\n(?!\s*\n)){1,800}?)(?<!`)\1(?!`)")
_LITERAL = re.compile(r"(``)((?:[^\n]|\n(?!\s*\n)){1,800}?)``")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")

#: (what a text must hold for the rule to matter, the rule, its replacement), in order.
Rules = tuple[tuple[str, str, str], ...]
_INLINE: Rules = (
    # Hugo, Liquid, Hexo, MDX comments, Obsidian comments, inline mathematics
    ("{{", r"\{\{[<%].{0,400}?[>%]\}\}|\{\{.{0,400}?\}\}", ""),
    ("{%", r"\{%.{0,400}?%\}", ""),
    ("{/*", r"\{/\*.*?\*/\}", ""),
    ("%%", r"%%.{1,400}?%%", ""),
    ("$$", r"\$\$.{1,400}?\$\$", ""),
    # pictures, footnotes, links: Obsidian, Org, Markdown, references, Pandoc and kramdown
    ("![", r"!\[\[[^\[\]]*\]\]", ""),
    ("![", r"!\[[^\[\]]*\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*[^()]*\)|\[[^\[\]]*\])?", ""),
    ("[^", r"\^?\[\^[^\[\]]*\]", ""),
    ("^[", r"\^\[[^\[\]]*\]", ""),
    ("[[", r"\[\[(?:https?:|file:|id:)[^\[\]]*\]\[([^\[\]]*)\]\]", r"\1"),
    ("[[", r"\[\[[^\[\]|]*\|([^\[\]]*)\]\]", r"\1"),
    ("[[", r"\[\[([^\[\]]*)\]\]", r"\1"),
    ("](", r"\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*[^()]*\)", "\x02\\1\x03"),
    ("][", r"\[([^\[\]]*)\]\[[^\[\]]*\]", "\x02\\1\x03"),
    ("{", r"\{[:.#][^{}]{0,200}\}", ""),
    # emphasis, strikethrough, highlight
    ("*", r"(\*{1,3})(?=[^\s*])([^*]{0,600}?)(?<=[^\s*])\1", r"\2"),
    ("_", r"(?<![^\W_])(_{1,3})(?=[^\s_])(.{0,600}?)(?<=[^\s_])\1(?![^\W_])", r"\2"),
    ("~~", r"~~(?=\S)(.{1,600}?)(?<=\S)~~", r"\1"),
    ("==", r"(?<!=)==(?=[^\s=])([^=]{1,600}?)(?<=\S)==(?!=)", r"\1"),
)
#: reStructuredText roles and references, Org emphasis and links; only in plain-text bodies.
_ROLES: Rules = (
    ("`", r"(?::[\w:+.-]{1,60}:)?`([^`<]{1,400}?)\s*<[^`<>]{1,600}>`_{0,2}", "\x02\\1\x03"),
    ("`", r":[\w:+.-]{1,60}:`[~!]?([^`]{1,400})`", r"\1"),
    ("`", r"(?<!`)`([^`]{1,400})`_{1,2}", "\x02\\1\x03"),
    ("`", r"`([^`]{1,400})`", r"\1"),
    ("]_", r"\s?\[[^\[\]\s]{1,40}\]_", ""),
    ("|", r"\|[A-Za-z][\w ]{0,60}\|_{0,2}", ""),
    ("[fn", r"\[fn:[^\[\]]*\]", ""),
    ("=", r"(?<![\w=])=(?=[^\s=])([^=\n]{1,200}?)(?<=\S)=(?![\w=])", r"\1"),
    ("~", r"(?<![\w~])~(?=[^\s~])([^~\n]{1,200}?)(?<=\S)~(?![\w~])", r"\1"),
)
_URL = re.compile(r"<?\bhttps?://(?:www\.)?([^\s/<>()\[\]?#\x02\x03]+)[^\s<>\x02\x03]*>?")
_MARKED = re.compile(r"[<>&\[\]*_`{}~=|\\$%]|://|[^\S ]|  ")


def without_controls(text: str) -> str:
    """Return `text` without control, bidi-override, private-use and surrogate characters."""
    if text.isprintable():
        return text
    # A class of characters would take 2 ms to compile.
    return "".join([char for char in text if char.isprintable() or not _is_control(ord(char))])


def _is_control(code: int) -> bool:
    return any(first <= code <= last for first, last in _CONTROLS)


def without_inline_marks(text: str) -> str:
    """Return `text` without inline Markdown and its dialects; link texts between link marks.

    Args:
        text: tags gone, code hidden (`with_code_hidden`), entities as they are.
    """
    return _ruled(text, _INLINE)


def without_roles(text: str) -> str:
    """Return `text` without reStructuredText roles and references and Org emphasis.

    Before tags are looked for: "`tide <https://…>`_" holds what looks like one.
    """
    return _ruled(text, _ROLES)


def _ruled(text: str, rules: Rules) -> str:
    # Compiled when first needed, then kept by `re`: compiling all costs 10 ms at every start.
    for needle, rule, instead in rules:
        if needle in text:
            text = re.sub(rule, instead, text, flags=re.DOTALL)
    return text


def with_code_hidden(text: str, *, roles: bool = False) -> str:
    """Return `text` with the contents of code spans and escapes out of every rule's reach."""
    if "`" in text:
        # In reStructuredText one backquote is a role or a reference, two are code.
        span = _LITERAL if roles else _CODE_SPAN
        text = span.sub(lambda code: code[2].strip().translate(_HIDE), text)
    if "\\" in text:
        text = _ESCAPED.sub(lambda escaped: escaped[1].translate(_HIDE), text)
    return text


def settled(text: str) -> str:
    """Return a line whose marks are gone as it will be shown.

    Entities are decoded once, addresses shrink to their host, hidden characters return, and an
    angle bracket that would open a tag becomes "‹": an excerpt is never markup, whoever forgets
    to escape it.
    """
    if "&" in text:
        text = html.unescape(text)
    if "://" in text:
        text = _URL.sub(r"\1", text)
    text = " ".join(text.replace(LINK_START, "").replace(LINK_END, "").split())
    if not text.isprintable():
        text = " ".join(without_controls(text.translate(_SHOW)).split())
    if "<" in text:
        text = _CLOSING_ANGLE.sub(r"\1›", _TAG_LIKE.sub("‹", text))
    return text


def plain_line(text: str) -> str:
    """Return a short text of somebody's front matter as one plain line.

    Its entities are decoded until none is left: feeds escape what was escaped before.
    """
    if not _MARKED.search(text) and text.isprintable():
        return text.strip()
    text = without_controls(text[:4000])
    for _ in range(8):
        before = text
        text = html.unescape(text) if "&" in text else text
        text = with_code_hidden(text)
        text = TAG.sub(_gap, text) if "<" in text else text
        text = settled(without_inline_marks(text))
        if text == before:
            break
    return text


def _gap(tag: re.Match[str]) -> str:
    # "<p>One</p><p>two" must not become "Onetwo", "<b>O</b>ne" must stay one word.
    name = (tag[2] or tag[4] or "").lower()
    return "" if name in _WITHIN_WORDS else " "


_WITHIN_WORDS = names(
    "a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong sub "
    "sup u var wbr"
)
