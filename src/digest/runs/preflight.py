"""Preflight of an issue: what is known about it besides its mail. Reads the store and files.

The rules are in `rendering/preflight`; docs/preflight.md lists them.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from digest.config.settings import Config
from digest.errors import DigestError, NotFoundError, Problem
from digest.rendering.preflight.finding import Finding, Severity
from digest.runs.clicks import link_growth

if TYPE_CHECKING:
    from digest.rendering.preflight import Mail
    from digest.runs.build import Built

#: A mail is some kilobytes; what is larger by far is no mail.
_LARGEST: Final = 16 * 1024 * 1024
#: Issues of a newsletter among which the one before is looked for.
_RECENT: Final = 20
_NAMED: Final = 3


def preflight(config: Config, built: "Built") -> list[Finding]:
    """Return what is wrong with a built issue.

    Raises:
        StoreError: the store cannot be read.
    """
    from digest.rendering.preflight import check

    return check(mail_of(config, built))


def mail_of(config: Config, built: "Built") -> "Mail":
    """Return a built issue as preflight sees it, with what is known of its newsletter.

    Raises:
        StoreError: the store cannot be read.
    """
    from digest.rendering.preflight import Mail

    parts = (built.subject, built.preheader, built.html, built.text)
    dated = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=built.slot_at)
    about = known(config, built.newsletter, built.slot, dated)
    return Mail.of_parts(*parts, json.loads(built.manifest), **about)


def known(config: Config, newsletter: str, slot: str, dated: datetime) -> dict[str, Any]:
    """Return what `Mail.of_rendered` may be told about an issue besides its manifest.

    Args:
        config: the publisher's settings.
        newsletter: its name, or `breaking`.
        slot: of the issue.
        dated: when it goes out, aware.

    Raises:
        StoreError: the store cannot be read.
    """
    settings = config.newsletters.get(newsletter)
    lines = (line.strip() for line in config.site.postal_address.splitlines())
    return {
        "dated": dated,
        "postal_address": tuple(line for line in lines if line),
        "subject_before": _subject_before(config, newsletter, slot),
        "least": settings.min_articles if settings else 1,
        "link_growth": link_growth(config),
    }


def read_mail(path: str) -> "Mail":
    """Return the mail in a file: a message (`.eml`), or else an HTML part.

    Raises:
        NotFoundError: it cannot be read, or is no mail.
    """
    from digest.rendering.preflight import Mail

    try:
        with open(path, "rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise NotFoundError(
            f"cannot be read ({error.strerror})",
            where=path,
            remedy="Name a file: issue.html or issue.eml, as digest preview writes them.",
        ) from error
    if len(raw) > _LARGEST:
        raise NotFoundError(
            f"has more than {_LARGEST:,} bytes",
            where=path,
            remedy="Name one mail, not a mailbox.",
        )
    if path.lower().endswith(".eml"):
        return Mail.of_message(raw)
    return Mail.of_html(raw.decode("utf-8-sig", "replace").replace("\r\n", "\n"))


def findings_of(checks: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return the findings that stand in a manifest as `checks`."""
    return [Finding.of_json(dict(values)) for values in checks]


def problems(name: str, found: Iterable[Finding], *, force: bool) -> Iterator[Problem]:
    """Yield what a mail may not be sent with.

    Args:
        name: `weekly/2026-W34`.
        found: what preflight found.
        force: a person sends it all the same: only what the law wants, and marks of templates,
            count still.
    """
    for finding in found:
        if finding.severity is not Severity.ERROR or (force and not finding.is_final):
            continue
        where = finding.path or finding.where
        remedy = finding.remedy
        if not finding.is_final:
            remedy += (
                f" See all: digest check {name.partition('/')[0]}. Send it all the same: --force"
            )
        yield Problem(f"{name}, {where}", f"{finding.what} ({finding.rule})", remedy)


def remarks(found: Iterable[Finding]) -> list[str]:
    """Return what a person should know who sends a mail: errors and warnings, a line each."""
    return [
        f"{finding.what} ({finding.rule}, {finding.path or finding.where})"
        for finding in found
        if finding.severity is not Severity.NOTE
    ]


def reason_to_hold(found: Iterable[Finding]) -> str:
    """Return why preflight lets an issue wait for a person; or ""."""
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if not errors:
        return ""
    rules = list(dict.fromkeys(finding.rule for finding in errors))
    more = f" and {len(rules) - _NAMED} more" if len(rules) > _NAMED else ""
    return f"preflight: {', '.join(rules[:_NAMED])}{more}: {errors[0].what}"


def _subject_before(config: Config, newsletter: str, slot: str) -> str:
    """Return the subject of the last real issue of a newsletter but this one; or ""."""
    if not os.path.exists(config.store.path):
        return ""
    from digest.delivery.realm import Realm
    from digest.store.database import open_store
    from digest.store.ledger import Ledger

    try:
        database = open_store(config.store.path, create=False)
    except DigestError:
        return ""  # a preview needs no store; sending says what is wrong with it
    try:
        ledger = Ledger(database)
        for issue in ledger.latest(newsletter, _RECENT):
            is_other = issue.realm is Realm.REAL and issue.slot != slot
            if is_other and issue.recipients_frozen_at is not None:
                content = ledger.find_content(issue.id)
                return content.subject if content else ""
        return ""
    finally:
        database.close()
