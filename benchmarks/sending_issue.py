"""The issue that `sending_one.py` sends, as the ledger and the courier take it."""

from digest.delivery.audience import Audience
from digest.delivery.letter import Letter, Unsubscribe
from digest.delivery.realm import Realm
from digest.delivery.way import Way
from digest.rendering.reader_links import TAGS
from digest.store.new_issue import NewIssue
from sending_one import HTML, SUBJECT, TEXT

_HTML = HTML.replace("</p>", f'<a href="{TAGS.unsubscribe}">Unsubscribe</a></p>')
_TEXT = f"{TEXT}\nUnsubscribe: {TAGS.unsubscribe}\n"


def letter() -> Letter:
    """Return the letter."""
    return Letter(
        issue="weekly/2026-W34",
        newsletter="weekly",
        subject=SUBJECT,
        html=_HTML,
        text=_TEXT,
        sender_name="The Harbour Courier",
        sender_email="news@harbour.example",
        reply_to="",
        title="The Week in the Harbour",
        list_id="weekly.harbour.example",
        unsubscribe=Unsubscribe(way=Way.ENDPOINT, url="https://letters.harbour.example/u/"),
    )


def new_issue() -> NewIssue:
    """Return the issue, to be claimed."""
    return NewIssue(
        realm=Realm.REAL,
        newsletter="weekly",
        slot="2026-W34",
        number=1,
        courier="sendgrid",
        slot_at=0,
        window_end=0,
        audience=Audience(newsletter="weekly", frequency="weekly"),
        subject=SUBJECT,
        preheader="",
        html=_HTML,
        text=_TEXT,
        sha256="",
        manifest="{}",
        envelope="{}",
        articles=[],
    )
