"""Rules about bytes: what Gmail clips. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail
from digest.rendering.rendered import BUDGET

#: Gmail was seen to clip from 99,507 bytes on (email-bugs #41).
CLIP: Final = 99_000
_C1: Final = re.compile("[\x80-\x9f]")
_HTML: Final = Place("the HTML part")


def _clip(mail: Mail) -> Iterator[Fault]:
    size = len(mail.html.encode(errors="replace"))
    links = sum(_is_web(element.get("href")) for element in mail.document.of("a"))
    reserve = links * mail.link_growth
    if size + reserve < BUDGET:
        return
    said = f"it has {size:,} bytes"
    if reserve:
        said += f", and click tracking may add {reserve:,} to its {links:,} links"
    if size + reserve >= CLIP:
        yield Fault(f"{said}: Gmail clips from {CLIP:,} on", _HTML)
    else:
        yield Fault(f"{said}: near to where Gmail clips", _HTML, Severity.WARNING)


def _is_web(href: str) -> bool:
    return href.lower().startswith(("http:", "https:"))


def _characters(mail: Mail) -> Iterator[Fault]:
    if found := _C1.search(mail.html):
        line = mail.html.count("\n", 0, found.start()) + 1
        yield Fault(f"U+{ord(found[0]):04X} is a control character", Place(f"line {line}", line))


RULES: Final = (
    Rule(
        id="size.clip",
        severity=Severity.ERROR,
        title="a mail that Gmail clips (99,000 bytes), or nearly (90,000)",
        why="Gmail hides what comes after about 102 KB, the unsubscribe link first, and drops "
        "the styles. Links grow when a provider counts clicks: 250 bytes each are set aside.",
        source="email-bugs #41 (clips from 99,507 bytes on), #56; Mailchimp: 102 KB",
        remedy="Let it hold fewer articles, shorten your templates, or set click_tracking = "
        '"off" under [delivery.sendgrid].',
        look=_clip,
    ),
    Rule(
        id="size.characters",
        severity=Severity.WARNING,
        title="a C1 control character",
        why="Gmail clips even short mails that hold one.",
        source="email-bugs #41, #113; Unicode C1 controls",
        remedy="Write the letter that was meant: text in Windows-1252 was read as Latin-1.",
        look=_characters,
    ),
)
