"""Rules about links: each leads somewhere, safely, and says where. Pure."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from digest.rendering.preflight.document import Element
from digest.rendering.preflight.finding import Fault, Rule, Severity
from digest.rendering.preflight.mail import Mail

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
#: What runs, or shows what its sender wants as somebody else's page.
_RUNS: Final = frozenset({"javascript", "vbscript", "data", "file", "blob"})
_FINE: Final = frozenset({"https", "http", "mailto", "tel", "sms", "webcal", "geo"})
#: In small letters, without arrows and full stops. WCAG 2.2 §2.4.4, technique F84.
_VAGUE: Final = frozenset(
    (
        "click here",
        "click",
        "here",
        "more",
        "more info",
        "read",
        "read more",
        "read on",
        "learn more",
        "see more",
        "continue",
        "continue reading",
        "details",
        "link",
        "this link",
        "hier",
        "hier klicken",
        "mehr",
        "mehr erfahren",
        "mehr lesen",
        "weiter",
        "weiterlesen",
        "ici",
        "cliquez ici",
        "en savoir plus",
        "lire la suite",
        "plus",
        "aquí",
        "haz clic aquí",
        "leer más",
        "más",
        "más información",
        "هنا",
        "اضغط هنا",
        "اقرأ المزيد",
        "المزيد",
        "点击这里",
        "點擊這裡",
        "更多",
        "查看更多",
        "阅读更多",
        "閱讀更多",
    )
)
_AROUND: Final = " \t.:!?…»›→>-–—[]()"  # noqa: RUF001  dashes people write


def _links(mail: Mail) -> Iterator[tuple[Element, str]]:
    for element in mail.document.of("a", "area"):
        if "href" in element.attributes and element.get("href") not in mail.tags:
            yield element, element.get("href")


def _scheme(address: str) -> str:
    # Browsers leave out tabs and line breaks before they read it (URL Standard §4.4).
    found = _SCHEME.match(re.sub(r"[\x00-\x20]+", "", address))
    return found[1].lower() if found else ""


def _empty(mail: Mail) -> Iterator[Fault]:
    for element, href in _links(mail):
        if not href:
            yield Fault(f"the link {_said(element)} has no address", element.place)


def _nowhere(mail: Mail) -> Iterator[Fault]:
    ids = {element.get("id") for element in mail.document.elements}
    ids |= {element.get("name") for element in mail.document.of("a")}
    for element, href in _links(mail):
        if href.startswith("#") and (href == "#" or href[1:] not in ids):
            yield Fault(f"the link {_said(element)} leads to {href}, which is not in the mail",
                        element.place)  # fmt: skip


def _relative(mail: Mail) -> Iterator[Fault]:
    for element, href in _links(mail):
        if not href or href.startswith("#") or _is_mark(href):
            continue
        scheme = _scheme(href)
        if not scheme or (scheme in {"http", "https"} and not _host(href)):
            yield Fault(f"{href[:80]!r} is not a full address", element.place)
        elif scheme not in _FINE | _RUNS:
            yield Fault(f"{href[:80]!r} opens in no browser", element.place, Severity.WARNING)


def _script(mail: Mail) -> Iterator[Fault]:
    for element, href in _links(mail):
        if _scheme(href) in _RUNS:
            yield Fault(f"{href[:80]!r} runs, or passes for somebody else's page", element.place)


def _insecure(mail: Mail) -> Iterator[Fault]:
    for element, href in _links(mail):
        if _scheme(href) == "http" and _host(href):
            yield Fault(f"{href[:80]!r} is not https", element.place)


def _twice(mail: Mail) -> Iterator[Fault]:
    first: dict[str, Element] = {}
    told: set[str] = set()
    previous = ""
    for element, href in _links(mail):
        is_next, previous = href == previous, href
        # The home page stands behind logo and name, and behind "more on the web".
        if _scheme(href) not in {"http", "https"} or not _path(href):
            continue
        before = first.setdefault(href, element)
        words = element.words.casefold()
        if before.anchor == element.anchor and (element.anchor or not words or is_next):
            continue  # picture, title and button of one story
        if words and before.words.casefold() != words and href not in told:
            told.add(href)
            yield Fault(
                f"{_said(before)} in line {before.line} and {_said(element)} lead to the same "
                f"{href[:80]}",
                element.place,
            )


def _nameless(mail: Mail) -> Iterator[Fault]:
    for element, _ in _links(mail):
        if not _name(element) and not element.is_hidden and not _is_undescribed(element):
            yield Fault("a link has neither words nor a picture with a description", element.place)


def _is_undescribed(link: Element) -> bool:
    """Say whether a picture in it has no description: `picture.alt` says so."""
    children = [child for child in link.children if isinstance(child, Element)]
    return any(child.tag == "img" and "alt" not in child.attributes for child in children)


def _vague(mail: Mail) -> Iterator[Fault]:
    for element, _ in _links(mail):
        if not element.is_hidden and _name(element).casefold().strip(_AROUND) in _VAGUE:
            yield Fault(f"a link says only {_said(element)}", element.place)


def _name(element: Element) -> str:
    """Return what a screen reader calls a link (accessible name, in short)."""
    return element.get("aria-label") or element.words or element.get("title")


def _said(element: Element) -> str:
    words = _name(element)
    return f'"{words[:50]}{"…" * (len(words) > 50)}"'


def _is_mark(href: str) -> bool:
    return href.startswith(("{{", "{%", "*|", "%", "__DIGEST_", "<%", "[["))


def _host(href: str) -> str:
    try:
        return urlsplit(href).hostname or ""
    except ValueError:
        return ""


def _path(href: str) -> str:
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return parts.path.strip("/") or parts.query


RULES: Final = (
    Rule(
        id="link.empty",
        severity=Severity.ERROR,
        title="a link without an address",
        why="It looks like a link and does nothing, or opens an empty page.",
        source="HTML §4.6.1",
        remedy="Give it an address, or write its words without a link.",
        look=_empty,
    ),
    Rule(
        id="link.nowhere",
        severity=Severity.WARNING,
        title="a link to `#`, or to a place that is not in the mail",
        why="Nothing happens, or a browser opens an empty page.",
        source="HTML §7.4.6.3, finding a fragment",
        remedy="Link to the article on the web, or to the id of an element of this mail.",
        look=_nowhere,
    ),
    Rule(
        id="link.relative",
        severity=Severity.ERROR,
        title="a link that is not a full address (or, a warning, of a kind browsers do not open)",
        why="A mail has no address of its own: the link leads nowhere.",
        source="RFC 3986 §5.1: no base URL in a mail",
        remedy="Write the whole address: https://…; set [site] base_url, or the article's link.",
        look=_relative,
    ),
    Rule(
        id="link.script",
        severity=Severity.ERROR,
        title="an address that runs: `javascript:`, `data:`, `vbscript:`, `file:`, `blob:`",
        why="Clients remove it, spam filters refuse the mail, and where it works it is an attack.",
        source="OWASP, Cross Site Scripting Prevention; SpamAssassin HTML rules",
        remedy="Link to a page on the web: https://….",
        look=_script,
    ),
    Rule(
        id="link.insecure",
        severity=Severity.NOTE,
        title="a link that is not https",
        why="Others on the way can read and change the page, and browsers warn of it.",
        source="RFC 9110 §4.2.2; Chrome, HTTPS-First mode",
        remedy="Write https://… where the site has it.",
        look=_insecure,
    ),
    Rule(
        id="link.twice",
        severity=Severity.WARNING,
        title="the same address under different words in different stories",
        why="One of them was copied and not changed, or a story is told twice.",
        source="WCAG 2.2 §3.2.4; our own",
        remedy="Look which address is meant; leave one of two equal stories out: exclude = […].",
        look=_twice,
    ),
    Rule(
        id="link.nameless",
        severity=Severity.WARNING,
        title="a link without words",
        why="Screen readers read the address letter by letter; with pictures off it is gone.",
        source="WCAG 2.2 §2.4.4; axe link-name",
        remedy="Write words into it, or describe its picture: alt.",
        look=_nameless,
    ),
    Rule(
        id="link.vague",
        severity=Severity.WARNING,
        title='a link that says nothing alone: "read more", "here"',
        why="Screen readers list links without what stands around them.",
        source="WCAG 2.2 §2.4.4, failure F84",
        remedy="Let the title be the link, or add aria-label with the title.",
        look=_vague,
    ),
)  # fmt: skip
