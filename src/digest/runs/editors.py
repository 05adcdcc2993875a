"""Asks the editors: the frozen issue itself, with a box on top, as a notice of their own."""

import hashlib
import re
from typing import Final

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.delivery.letter import Letter
from digest.delivery.notice import Notice, box_html, text_of
from digest.issue.header import safe_line, shortened
from digest.rendering.reader_links import NAME_TAG, TAGS
from digest.runs.notice_mail import staff_letter
from digest.runs.notices import PREVIEW, tell
from digest.runs.preview_box import Besides, box_lines
from digest.store.database import Database
from digest.store.ledger import ContentRow, IssueRow, Ledger
from digest.store.notices import count_of_issue

# An attribute's value may hold ">".
_BODY: Final = re.compile(r"""<body(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?>""", re.IGNORECASE)
#: Editors have subscribed to nothing: the reader's own links lead nowhere.
_NOBODYS: Final = {
    TAGS.unsubscribe: "#",
    TAGS.web_view: "#",
    TAGS.preferences: "#",
    NAME_TAG: "Reader",
}
_NOTHING: Final = Besides()


def ask_editors(  # noqa: PLR0913  as `tell`, and what is shown
    database: Database,
    config: Config,
    environment: Environment,
    issue: IssueRow,
    at: int,
    *,
    besides: Besides = _NOTHING,
) -> bool:
    """Write down that the editors get a preview of an issue as it is frozen now.

    The same content with the same words is not shown twice. Inside the transaction that is open,
    if one is. It leaves with `deliver_notices`.

    Args:
        database: the store.
        config: says who the editors are.
        environment: as for `tell`.
        issue: frozen.
        at: milliseconds since 1970.
        besides: what else is to be said.

    Returns:
        Whether it is new.

    Raises:
        StoreError: see `Database.transaction`.
    """
    content = Ledger(database).content(issue.id)
    number = 1 + count_of_issue(database, issue.id, PREVIEW)
    notice = preview_notice(config, issue, content, number, besides)
    return tell(database, config, environment, notice, at)


def preview_notice(
    config: Config,
    issue: IssueRow,
    content: ContentRow,
    number: int,
    besides: Besides = _NOTHING,
) -> Notice:
    """Return the notice that shows editors a frozen issue for the nth time."""
    lines = tuple(box_lines(config, issue, content, besides))
    # How many readers there are changes by itself, and is no reason to ask again.
    what = "\n".join(
        (content.subject, content.html, content.text, content.manifest, *besides.warnings)
    )
    mark = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    # Mail programs put mails of one subject into one thread, and clip there.
    again = f" {number}" if number > 1 else ""
    return Notice(
        key=f"{PREVIEW} {issue.full_name} {issue.id}: {mark}",
        kind=PREVIEW,
        issue_id=issue.id,
        newsletter=issue.newsletter,
        subject=f"[preview{again}] {content.subject}",
        lines=lines,
    )


def preview_mail(config: Config, content: ContentRow, name: str, subject: str, box: str) -> Letter:
    """Return the mail that shows editors a frozen issue.

    Args:
        config: the publisher's settings.
        content: the frozen mail.
        name: of the notice, `12-preview`.
        subject: of the notice.
        box: its lines.
    """
    html, text = content.html, content.text
    for tag, instead in _NOBODYS.items():
        html, text = html.replace(tag, instead), text.replace(tag, instead)
    found = _BODY.search(html)
    at = found.end() if found else 0
    return staff_letter(
        config,
        name,
        shortened(safe_line(subject)),
        f"{html[:at]}\n{box_html(box)}\n{html[at:]}",
        f"{text_of(box)}\n{'=' * 72}\n\n{text}",
    )
