"""Rules about what an inbox shows: subject, the line behind it, the title. Pure."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail
from digest.rendering.reader_links import NAME_TAG

_SUBJECT: Final = Place("the subject")
#: Columns; Chinese and Japanese letters take two.
_LONGEST: Final = 60
#: Letters a subject has at least before capitals are shouting: "WHO", "NASA" are names.
_CAPITALS: Final = 8
#: Inboxes show 85 to 130 characters behind the subject (email-html.md §1, Target).
_SHORT, _LONG = 40, 150


def _empty(mail: Mail) -> Iterator[Fault]:
    if mail.subject is not None and not mail.subject.strip():
        yield Fault("the subject is empty", _SUBJECT)


def _long(mail: Mail) -> Iterator[Fault]:
    columns = sum(map(_columns, mail.subject or ""))
    if columns > _LONGEST:
        yield Fault(f"the subject takes {columns} columns, more than {_LONGEST}", _SUBJECT)


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _capitals(mail: Mail) -> Iterator[Fault]:
    letters = [letter for letter in mail.subject or "" if letter.upper() != letter.lower()]
    if len(letters) >= _CAPITALS and all(map(str.isupper, letters)):
        yield Fault("the subject is all in capitals", _SUBJECT)


def _repeated(mail: Mail) -> Iterator[Fault]:
    before = mail.subject_before.strip()
    if before and (mail.subject or "").strip().casefold() == before.casefold():
        yield Fault("the subject is that of the issue before", _SUBJECT)


def _named(mail: Mail) -> Iterator[Fault]:
    if NAME_TAG in (mail.subject or ""):
        yield Fault(f"the subject holds {NAME_TAG}, which is filled in the mail only", _SUBJECT)


def _no_preheader(mail: Mail) -> Iterator[Fault]:
    if not mail.inbox_line:
        body = mail.document.first("body")
        yield Fault("it has no line for the inbox", body.place if body else Place("the HTML part"))


def _short_preheader(mail: Mail) -> Iterator[Fault]:
    size = sum(map(_columns, mail.inbox_line))
    if 0 < size < _SHORT:
        yield Fault(
            f'"{mail.inbox_line}" takes {size} columns, fewer than {_SHORT}',
            Place("the preheader"),
        )


def _long_preheader(mail: Mail) -> Iterator[Fault]:
    if len(mail.inbox_line) > _LONG:
        yield Fault(
            f"it has {len(mail.inbox_line)} characters, more than {_LONG}", Place("the preheader")
        )


def _title(mail: Mail) -> Iterator[Fault]:
    title = mail.document.first("title")
    at = title.place if title else Place("the HTML part")
    words = " ".join(title.own_text.split()) if title else ""
    subject = " ".join((mail.subject or "").split())
    if not words:
        yield Fault("the HTML part has no title", at)
    elif subject and words != subject:
        yield Fault(f'the title "{words[:60]}" is not the subject "{subject[:60]}"', at)


RULES: Final = (
    Rule(
        id="subject.empty",
        severity=Severity.ERROR,
        title="no subject",
        why="Inboxes show “(no subject)”; filters take it for spam.",
        source="SpamAssassin MISSING_SUBJECT",
        remedy="Write one in the issue file, or under subject in config.toml.",
        look=_empty,
        is_final=True,
    ),
    Rule(
        id="subject.name",
        severity=Severity.ERROR,
        title="the mark of the reader's name in the subject",
        why="One subject goes to all readers of a request: they would see the mark.",
        source="docs/sending.md",
        remedy="Leave the reader's name out of the subject.",
        look=_named,
        is_final=True,
    ),
    Rule(
        id="subject.long",
        severity=Severity.NOTE,
        title="a subject of more than 60 columns",
        why="Telephones cut it after 35 to 45, desks after about 60: the end is not read.",
        source="inboxes as seen; our own",
        remedy="Say what matters first; or write a shorter one: digest edit NEWSLETTER/SLOT.",
        look=_long,
    ),
    Rule(
        id="subject.capitals",
        severity=Severity.WARNING,
        title="a subject all in capitals",
        why="It shouts, is hard to read, and counts as a sign of spam.",
        source="SpamAssassin SUBJ_ALL_CAPS",
        remedy="Write it as a sentence.",
        look=_capitals,
    ),
    Rule(
        id="subject.repeated",
        severity=Severity.WARNING,
        title="the subject of the newsletter's issue before",
        why="Mail programs put both into one thread, hide the new one, and clip there; readers "
        "think they have read it.",
        source="reliability.md §4.3; Gmail, conversations",
        remedy="Let the subject name the lead story: subject in config.toml, or digest edit.",
        look=_repeated,
    ),
    Rule(
        id="preheader.missing",
        severity=Severity.WARNING,
        title="no line for the inbox (preheader) at the beginning of the mail",
        why="Inboxes show the first words instead: “View in browser”, dates, addresses.",
        source="good-email-code, preheader.md; email-html.md §3, Preheader",
        remedy="Write a preheader, and keep the hidden line of the packaged head.",
        look=_no_preheader,
    ),
    Rule(
        id="preheader.short",
        severity=Severity.NOTE,
        title="a preheader under 40 columns",
        why="Inboxes have room for 85 to 130 characters that could win a reader.",
        source="email-html.md §1, Target",
        remedy="Name further stories in it: preheader in config.toml, or digest edit.",
        look=_short_preheader,
    ),
    Rule(
        id="preheader.long",
        severity=Severity.NOTE,
        title="a preheader over 150 characters",
        why="No inbox shows its end, and screen readers read all of it first.",
        source="email-html.md §1, Target",
        remedy="Shorten it: preheader in config.toml, or digest edit.",
        look=_long_preheader,
    ),
    Rule(
        id="head.title",
        severity=Severity.WARNING,
        title="a `<title>` that is missing, or other than the subject",
        why="Spam filters count it (1.1 points of 5), browsers show it.",
        source="SpamAssassin HTML_TITLE_SUBJ_DIFF; axe document-title; email-html.md §3",
        remedy="Write <title>{{ issue.subject }}</title> in your template.",
        look=_title,
    ),
)
