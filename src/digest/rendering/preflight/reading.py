"""Rules about reading it: language, direction, headings, head of the document. Pure."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_TOP: Final = Place("line 1, the HTML part", 1)


def _language(mail: Mail) -> Iterator[Fault]:
    html = mail.document.first("html")
    missing = [name for name in ("lang", "dir") if html is None or not html.get(name)]
    if missing:
        yield Fault(f"<html> has no {' and no '.join(missing)}", html.place if html else _TOP)


def _inside(mail: Mail) -> Iterator[Fault]:
    found = {
        name
        for element in mail.document.elements
        if element.parent is not None and element.tag not in {"html", "body"}
        for name in ("lang", "dir")
        if element.get(name)
    }
    missing = [name for name in ("lang", "dir") if name not in found]
    if missing:
        body = mail.document.first("body")
        yield Fault(
            f"no element inside <body> has {' and '.join(missing)}", body.place if body else _TOP
        )


def _no_first(mail: Mail) -> Iterator[Fault]:
    if mail.document.first("h1") is None:
        body = mail.document.first("body")
        yield Fault("it has no <h1>", body.place if body else _TOP)


def _order(mail: Mail) -> Iterator[Fault]:
    for before, heading in pairwise(mail.document.of(*_HEADINGS)):
        if int(heading.tag[1]) > int(before.tag[1]) + 1:
            yield Fault(
                f'<{heading.tag}> "{heading.words[:50]}" follows <{before.tag}>', heading.place
            )


def _empty_heading(mail: Mail) -> Iterator[Fault]:
    for heading in mail.document.of(*_HEADINGS):
        if not heading.words and not heading.is_hidden:
            yield Fault(f"<{heading.tag}> has no words", heading.place)


def _charset(mail: Mail) -> Iterator[Fault]:
    said = ""
    for element in mail.document.of("meta"):
        said = said or element.get("charset")
        if element.get("http-equiv").lower() == "content-type":
            said = said or element.get("content").lower().partition("charset=")[2]
    if said.lower() not in {"utf-8", "utf8"}:
        what = f"it says it is {said}" if said else "it does not say that it is UTF-8"
        yield Fault(what, _TOP)


def _viewport(mail: Mail) -> Iterator[Fault]:
    if not any(element.get("name").lower() == "viewport" for element in mail.document.of("meta")):
        yield Fault("it has no viewport", _TOP)


RULES: Final = (
    Rule(
        id="language.document",
        severity=Severity.WARNING,
        title="`<html>` without `lang` or `dir`",
        why="Screen readers read it in the wrong voice, and clients offer to translate it.",
        source="WCAG 2.2 §3.1.1; axe html-has-lang",
        remedy='Write <html lang="en" dir="ltr">, as the packaged head does.',
        look=_language,
    ),
    Rule(
        id="language.body",
        severity=Severity.WARNING,
        title="no `lang` or no `dir` inside `<body>`",
        why="Webmail drops <html> and <body>, and the language with them.",
        source="good-email-code, template.md; email-html.md §3, Accessibility at large",
        remedy="Put both on the element around the mail, as the packaged head does.",
        look=_inside,
    ),
    Rule(
        id="heading.first",
        severity=Severity.WARNING,
        title="no `<h1>`",
        why="Who reads by headings finds no beginning.",
        source="WCAG 2.2 §1.3.1; axe page-has-heading-one",
        remedy="Write the name of the newsletter, or of its only story, as <h1>.",
        look=_no_first,
    ),
    Rule(
        id="heading.order",
        severity=Severity.WARNING,
        title="a heading that skips a level",
        why="Who reads by headings looks for a part that is not there.",
        source="WCAG 2.2 §1.3.1; axe heading-order",
        remedy="Use the next level: <h2> after <h1>, <h3> after <h2>.",
        look=_order,
    ),
    Rule(
        id="heading.empty",
        severity=Severity.WARNING,
        title="a heading without words",
        why="Screen readers say “heading”, and nothing.",
        source="axe empty-heading",
        remedy="Leave it out, or write a paragraph where only room is wanted.",
        look=_empty_heading,
    ),
    Rule(
        id="head.charset",
        severity=Severity.WARNING,
        title="a document that does not say it is UTF-8",
        why="Letters turn into others, and Gmail clips short mails of another charset.",
        source="HTML §4.2.5.4; email-bugs #41",
        remedy='Write <meta charset="utf-8"> first in <head>.',
        look=_charset,
    ),
    Rule(
        id="head.viewport",
        severity=Severity.WARNING,
        title="no viewport",
        why="Telephones show the mail as wide as a desk, in tiny letters.",
        source="email-html.md §1, Head; CSS Viewport §4",
        remedy='Write <meta name="viewport" content="width=device-width, initial-scale=1">.',
        look=_viewport,
    ),
)
