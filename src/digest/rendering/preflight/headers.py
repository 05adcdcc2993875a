"""Rules about the headers of a whole message. Pure; they say nothing where there are none."""

from collections.abc import Iterator
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from digest.rendering.preflight.finding import Fault, Place, Rule, Severity
from digest.rendering.preflight.mail import Mail


def _place(name: str) -> Place:
    return Place(f"the header {name}")


def _leave(mail: Mail) -> Iterator[Fault]:
    if mail.headers is None:
        return
    value = mail.headers.get("list-unsubscribe", "")
    if not value:
        yield Fault("there is none", _place("List-Unsubscribe"))
    elif not _leads_somewhere(value):
        yield Fault(f"{value[:60]!r} holds no https and no mailto address",
                    _place("List-Unsubscribe"))  # fmt: skip


def _leads_somewhere(value: str) -> bool:
    return "<https:" in value.lower() or "<mailto:" in value.lower()


def _one_click(mail: Mail) -> Iterator[Fault]:
    # Without the first header this one means nothing; `header.unsubscribe` says so.
    if mail.headers is None or not _leads_somewhere(mail.headers.get("list-unsubscribe", "")):
        return
    post = mail.headers.get("list-unsubscribe-post", "")
    if post.replace(" ", "") != "List-Unsubscribe=One-Click":
        yield Fault(f"it says {post!r}" if post else "there is none",
                    _place("List-Unsubscribe-Post"))  # fmt: skip
    elif "<https:" not in mail.headers["list-unsubscribe"].lower():
        yield Fault("List-Unsubscribe has no https address to post to",
                    _place("List-Unsubscribe-Post"))  # fmt: skip


def _from(mail: Mail) -> Iterator[Fault]:
    if mail.headers is None:
        return
    value = mail.headers.get("from", "")
    addresses = [address for _, address in getaddresses([value])]
    if not addresses or not all("@" in address for address in addresses):
        yield Fault(f"{value!r} holds no address" if value else "there is none", _place("From"))


def _date(mail: Mail) -> Iterator[Fault]:
    if mail.headers is None:
        return
    value = mail.headers.get("date", "")
    try:
        parsedate_to_datetime(value)
    except ValueError:
        yield Fault(f"{value!r} is no date" if value else "there is none", _place("Date"))


def _message_id(mail: Mail) -> Iterator[Fault]:
    if mail.headers is None:
        return
    value = mail.headers.get("message-id", "").strip()
    if not (value.startswith("<") and value.endswith(">") and "@" in value):
        yield Fault(f"{value!r} is no id" if value else "there is none", _place("Message-ID"))


def _order(mail: Mail) -> Iterator[Fault]:
    kinds = [kind for kind in mail.parts if kind in {"text/plain", "text/html"}]
    if kinds[:2] == ["text/html", "text/plain"]:
        yield Fault("the HTML part stands before the text part", Place("the parts of the message"))


RULES: Final = (
    Rule(
        id="header.unsubscribe",
        severity=Severity.WARNING,
        title="no `List-Unsubscribe`",
        why="Gmail and Yahoo want it from senders of 5,000 mails a day, and show it as a button.",
        source="RFC 2369 §3.2; Google, sender guidelines",
        remedy="Send it with digest: its couriers write the header. Previews have none.",
        look=_leave,
    ),
    Rule(
        id="header.one_click",
        severity=Severity.WARNING,
        title="`List-Unsubscribe` without one-click",
        why="Gmail and Yahoo want it from senders of 5,000 mails a day.",
        source="RFC 8058 §3.1; Google, sender guidelines",
        remedy="Set [subscribers] url, so that mails carry List-Unsubscribe-Post.",
        look=_one_click,
    ),
    Rule(
        id="header.from",
        severity=Severity.ERROR,
        title="no address in `From`",
        why="Servers refuse such a message.",
        source="RFC 5322 §3.6.2; Gmail 550 5.7.1",
        remedy="Set [sender] email.",
        look=_from,
    ),
    Rule(
        id="header.date",
        severity=Severity.ERROR,
        title="no `Date`, or one that is none",
        why="Mail programs sort it anywhere; filters count it.",
        source="RFC 5322 §3.6.1; SpamAssassin MISSING_DATE, INVALID_DATE",
        remedy="Send it with digest, or let your mail server add the date.",
        look=_date,
    ),
    Rule(
        id="header.id",
        severity=Severity.WARNING,
        title="no `Message-ID`, or one that is none",
        why="Answers find no thread; Gmail refuses some.",
        source="RFC 5322 §3.6.4; SpamAssassin MISSING_MID",
        remedy="Send it with digest, or let your mail server add the id.",
        look=_message_id,
    ),
    Rule(
        id="header.order",
        severity=Severity.WARNING,
        title="the HTML part before the text part",
        why="Mail programs show the last part they can: readers see the plain one.",
        source="RFC 2046 §5.1.4",
        remedy="Write text/plain first.",
        look=_order,
    ),
)
