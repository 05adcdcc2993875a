"""Rules about what every mail must hold, and what none may show: law and templates. Pure."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail
from digest.rendering.reader_links import TAGS

#: Beginning → whole mark: a look for the beginning costs next to nothing.
_MARKS: Final = {
    "{{": re.compile(r"\{\{[^{}]*\}\}"),
    "{%": re.compile(r"\{%[^%]*%\}"),
    "__DIGEST_": re.compile(r"__DIGEST_\w*?__"),
    "*|": re.compile(r"\*\|[A-Z][\w:]*\|\*"),
    "<%": re.compile(r"<%=?[^%>]*%>"),
    # Not in addresses, where `%E3%81` are letters.
    "%": re.compile(r"%(?<![\w%/=&?-]%)[A-Z][A-Z_]{3,}%"),
}
_LEAVE: Final = re.compile(
    r"unsubscri|opt[ -]?out|abmeld|abbestell|austragen|d[ée]sabonn|d[ée]sinscri|"
    r"cancelar (?:la )?suscripci|darse de baja|anular (?:la )?suscripci|disiscri|uitschrijv|"
    r"afmeld|wypisz|odhlás|отписа|退订|退訂|取消订阅|取消訂閱|配信停止|登録解除|구독 취소|"
    r"إلغاء الاشتراك|הסר|preference|manage (?:your )?subscription",
    re.IGNORECASE,
)
#: How an address looks where none is given: a number of a house or a place, beside a name.
_ADDRESS: Final = re.compile(r"\b[A-Z]?\d{1,6}(?:[ -]?[A-Z]{1,3})?\b[ ,]+\w|\w[ ,]+\d{1,6}\b")
_FOOTER: Final = 700


def _unfilled(mail: Mail) -> Iterator[Fault]:
    parts = (("subject", mail.subject or ""), ("HTML", mail.html), ("text", mail.text or ""))
    for name, text in parts:
        seen = set()
        for found in _marks(text):
            mark = found[0]
            if mark in seen or mark in mail.tags or unescape(mark) in mail.told:
                continue
            seen.add(mark)
            line = text.count("\n", 0, found.start()) + 1
            at = Place("the subject") if name == "subject" else Place(f"line {line}, {name} part")
            if name == "HTML":
                at = at._replace(line=line)
            what = f"the {name} holds {mark[:60]!r}: a template was not filled"
            yield Fault(what, at)


def _marks(text: str) -> Iterator[re.Match[str]]:
    for beginning, mark in _MARKS.items():
        if beginning in text:
            yield from mark.finditer(text)


def _leave(mail: Mail) -> Iterator[Fault]:
    html = Place("the HTML part")
    if mail.tags:
        for name, text, at in (
            ("HTML", mail.html, html),
            ("text", mail.text, Place("the text part")),
        ):
            if text and text.strip() and TAGS.unsubscribe not in text:
                yield Fault(f"the {name} part has no unsubscribe link", at)
        return
    links = mail.document.of("a")
    if not any(_LEAVE.search(f"{one.words} {one.get('href')}") for one in links):
        yield Fault("no link says how to unsubscribe", html)


def _address(mail: Mail) -> Iterator[Fault]:
    words = " ".join(mail.document.words.casefold().split())
    if mail.postal_address:
        missing = [line for line in mail.postal_address if _flat(line) not in _flat(words)]
        if missing:
            yield Fault(f'"{missing[0][:60]}" of the address is missing', Place("the HTML part"))
    elif not _ADDRESS.search(mail.document.words[-_FOOTER:]):
        yield Fault(
            "nothing at its end looks like a postal address",
            Place("the HTML part"),
            Severity.WARNING,
        )


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


RULES: Final = (
    Rule(
        id="mark.unfilled",
        severity=Severity.ERROR,
        title="a mark of a template that was not filled: `{{ … }}`, `{% … %}`, `*|FNAME|*`, "
        "`%FIRSTNAME%`, `<%…%>`, `__DIGEST_…__`",
        why="Readers see the machine instead of their name, or a link that leads nowhere.",
        source="docs/rendering.md; email-html.md §2, Entities",
        remedy="Look at your templates, and at the subject in config.toml. Titles and excerpts "
        "of articles may hold such marks.",
        look=_unfilled,
        is_final=True,
    ),
    Rule(
        id="unsubscribe.missing",
        severity=Severity.ERROR,
        title="no link to unsubscribe",
        why="The law of most countries wants one in every mail; readers without one report spam.",
        source="15 U.S.C. §7704(a)(3); GDPR art. 7(3); Google, sender guidelines",
        remedy=f"Your template must hold {TAGS.unsubscribe}, as the packaged footer does.",
        look=_leave,
        is_final=True,
    ),
    Rule(
        id="address.missing",
        severity=Severity.ERROR,
        title="no postal address (in a file: a warning, when nothing looks like one)",
        why="The law of most countries wants one in every mail.",
        source="15 U.S.C. §7704(a)(5); CASL s. 6(2); § 5 DDG (Germany)",
        remedy="Set [site] postal_address, and keep it in the footer of your template.",
        look=_address,
        is_final=True,
    ),
)
