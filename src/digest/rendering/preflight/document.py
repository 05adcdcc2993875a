"""The HTML part of a mail, read once: elements with their places, words, and what Word sees. Pure.

Read as mail programs read it, not as a validator does: what is not closed is closed, what is
closed twice is passed over. Conditional comments for Outlook are looked into only for the tables
they open: what stands inside such a table has a width in Word, whatever its style says.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final

from digest.rendering.preflight.css import Declarations, declarations
from digest.rendering.preflight.finding import Place

_VOID: Final = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
#: HTML §13.1.2.4: what a start tag ends without a word, up to the nearest of the second set.
_ENDS: Final = {
    "li": ({"li"}, {"ul", "ol"}),
    "td": ({"td", "th"}, {"table"}),
    "th": ({"td", "th"}, {"table"}),
    "tr": ({"td", "th", "tr"}, {"table"}),
    "option": ({"option"}, {"select"}),
}
_BLOCKS: Final = frozenset(
    [
        "p",
        "div",
        "table",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "pre",
    ]
)
_RAW: Final = frozenset({"style", "script", "title", "noscript"})
_GHOST: Final = re.compile(r"<(/?)(table|td)\b([^>]*)>", re.IGNORECASE)
_MSO: Final = re.compile(r"\[if\b[^\]]*\bmso\b[^\]]*\]>(.*)<!\[endif\]", re.IGNORECASE | re.DOTALL)
_NOT_MSO: Final = re.compile(r"\[if\s*!\s*mso\s*\]", re.IGNORECASE)
_SAID: Final = 60


class Element:
    """One element, with what it inherits from those around it."""

    __slots__ = (
        "anchor", "attributes", "children", "in_ghost", "is_hidden", "line", "not_in_word",
        "parent", "style", "tag",
    )  # fmt: skip

    def __init__(
        self, tag: str, attributes: dict[str, str | None], line: int, parent: "Element | None"
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.parent = parent
        self.children: list[Element | str] = []
        self.style: Declarations = declarations(attributes.get("style") or "")
        own = attributes.get("id") or ""
        self.anchor: str = own or (parent.anchor if parent else "")
        self.is_hidden: bool = (parent is not None and parent.is_hidden) or _hides(self)
        #: Inside a table or cell that only Word sees.
        self.in_ghost = False
        #: Inside what Word does not see.
        self.not_in_word = False

    def get(self, name: str) -> str:
        """Return an attribute without blanks around it; "": it is missing or empty."""
        return (self.attributes.get(name) or "").strip()

    @property
    def words(self) -> str:
        """What it says, pictures by their alternative text, in one line."""
        return " ".join("".join(_said(self)).split())

    @property
    def own_text(self) -> str:
        """The text directly inside, as it stands."""
        return "".join(child for child in self.children if isinstance(child, str))

    @property
    def place(self) -> Place:
        """Where it is, for people."""
        named = next((name for name in ("src", "href") if self.get(name)), "")
        value = self.get(named) if named else ""
        shown = f' {named}="{value[:_SAID]}{"…" * (len(value) > _SAID)}"' if value else ""
        return Place(f"line {self.line}, <{self.tag}{shown}>", self.line, self.anchor)

    def around(self) -> Iterator["Element"]:
        """Yield itself, and the elements around it from the inside out."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    def within(self, *tags: str) -> bool:
        """Say whether an element of these tags is around it."""
        return any(each.tag in tags for each in self.around())


class Document(HTMLParser):
    """The elements of a mail in their order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[Element] = []
        #: Element and words, in their order; without style sheets and scripts.
        self.texts: list[tuple[Element, str]] = []
        self.root = Element("#document", {}, 1, None)
        self._open = self.root
        self._ghosts: list[bool] = []
        self._not_in_word = False
        self.feed(html)
        self.close()

    def of(self, *tags: str) -> Iterator[Element]:
        """Yield the elements of these tags."""
        return (element for element in self.elements if element.tag in tags)

    def first(self, tag: str) -> Element | None:
        """Return the first element of a tag."""
        return next(self.of(tag), None)

    @property
    def words(self) -> str:
        """What readers see, one line."""
        seen = (text for element, text in self.texts if not element.is_hidden)
        return " ".join(" ".join(seen).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self._end_others(tag)
        # HTML §13.2.5.33: the first of two attributes of one name counts.
        element = Element(tag, dict(reversed(attrs)), self.getpos()[0], self._open)
        element.in_ghost = any(self._ghosts)
        element.not_in_word = self._not_in_word
        self._open.children.append(element)
        self.elements.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element; `/>` closes only what has no content anyway (HTML §13.1.2.1)."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and what was left open in it."""
        for element in self._open.around():
            if element.tag == tag and element.parent is not None:
                self._open = element.parent
                return
            if element.tag == "table" and tag != "table" and tag not in {"body", "html"}:
                return

    def handle_data(self, data: str) -> None:
        """Take words."""
        self._open.children.append(data)
        if self._open.tag not in _RAW and data.strip():
            self.texts.append((self._open, data))

    def handle_comment(self, data: str) -> None:
        """Look for tables that only Word sees."""
        if found := _MSO.search(data):
            for closes, _, attributes in _GHOST.findall(found[1]):
                if closes and self._ghosts:
                    self._ghosts.pop()
                elif not closes:
                    self._ghosts.append("width" in attributes.lower())
        elif _NOT_MSO.match(data):
            self._not_in_word = True
        elif data.startswith("<![endif]"):
            self._not_in_word = False

    def _end_others(self, tag: str) -> None:
        if tag in _BLOCKS and self._open.tag == "p":
            self.handle_endtag("p")
        if tag not in _ENDS:
            return
        ended, within = _ENDS[tag]
        outermost: Element | None = None
        for element in self._open.around():
            if element.tag in within:
                break
            if element.tag in ended:
                outermost = element
        if outermost is not None and outermost.parent is not None:
            self._open = outermost.parent


def _hides(element: Element) -> bool:
    style = element.style
    return (
        style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or style.get("mso-hide") == "all"
        or element.tag in {"head", "template"}
        or "hidden" in element.attributes
    )


def _said(element: Element) -> Iterator[str]:
    # A stack of its own: a file may nest deeper than Python calls itself.
    waiting: list[Element | str] = list(reversed(element.children))
    while waiting:
        child = waiting.pop()
        if isinstance(child, str):
            yield child
        elif child.tag == "img":
            yield f" {child.get('alt')} "
        elif child.tag not in _RAW:
            if child.tag in _BLOCKS or child.tag in {"br", "td", "tr", "li"}:
                waiting.append(" ")
            waiting += reversed(child.children)
