"""Rules about the text part. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail

_TEXT: Final = Place("the text part")
#: Tags and references as HTML writes them; an article about `<b>` says so in few of them.
_HTML: Final = re.compile(
    r"</?(?:p|div|td|tr|table|span|a|br|img|style|html|body)\b[^<>]{0,200}>|&(?:nbsp|amp|#\d+);"
)
_WORDS: Final = re.compile(r"[^\W\d_]{4,}")
#: Share of the HTML's longer words that the text has, at least (SpamAssassin MPART_ALT_DIFF).
_SHARE: Final = 0.6


def _missing(mail: Mail) -> Iterator[Fault]:
    if mail.text is not None and not mail.text.strip():
        yield Fault("there is no text part", _TEXT)


def _unlike(mail: Mail) -> Iterator[Fault]:
    if not mail.text or not mail.text.strip():
        return
    flat = _flat(mail.text)
    titles = [story for story in mail.stories or () if _flat(story.title) not in flat]
    for story in titles:
        yield Fault(f'the title "{story.title[:60]}" is not in the text part', story.place)
    if titles:
        return
    html = {word.casefold() for word in _WORDS.findall(mail.document.words)}
    text = {word.casefold() for word in _WORDS.findall(mail.text)}
    if html and len(html & text) < _SHARE * len(html):
        share = 100 * len(html & text) // len(html)
        yield Fault(f"it has {share} % of the words of the HTML part", _TEXT)


def _markup(mail: Mail) -> Iterator[Fault]:
    for found in _HTML.finditer(mail.text or ""):
        if found[0] in mail.told:
            continue
        line = (mail.text or "").count("\n", 0, found.start()) + 1
        yield Fault(f"it holds {found[0][:40]!r}", Place(f"line {line}, text part"))
        return


def _flat(text: str) -> str:
    """Return letters and digits alone: lines are broken elsewhere in the text part."""
    return re.sub(r"[\W_]+", "", text.casefold())


RULES: Final = (
    Rule(
        id="text.missing",
        severity=Severity.ERROR,
        title="no text part",
        why="Some readers and programs read nothing else, and spam filters expect it.",
        source="RFC 2046 §5.1.4; SpamAssassin MIME_HTML_ONLY",
        remedy="Give your template a .txt.j2 beside its .html.j2.",
        look=_missing,
        # Without it the text part has no unsubscribe link, and couriers refuse that.
        is_final=True,
    ),
    Rule(
        id="text.unlike",
        severity=Severity.WARNING,
        title="a text part that does not say what the HTML says",
        why="Its readers miss stories; spam filters count it (2.2 points of 5).",
        source="SpamAssassin MPART_ALT_DIFF, measured in email-html.md §3",
        remedy="Let the .txt.j2 tell the same stories as the .html.j2.",
        look=_unlike,
    ),
    Rule(
        id="text.markup",
        severity=Severity.WARNING,
        title="HTML in the text part",
        why="Readers see tags.",
        source="RFC 2046 §4.1.3",
        remedy="Use plain values in the .txt.j2: issue.intro_text, story.excerpt.",
        look=_markup,
    ),
)
