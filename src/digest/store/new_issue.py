"""An issue on its way into the ledger: its values, and the parts that are written with it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.store.queries import read_queries


class AlreadyBreakingError(Exception):
    """A story went out as breaking news before: `args` are its identity and the issue's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article an issue tells or looked at."""

    identity: str
    fingerprint: str
    #: `sent`, `version`, `considered`.
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIssue:
    """An issue to be claimed, with its frozen mail."""

    realm: Realm
    newsletter: str
    slot: str
    #: 0; tests count up.
    copy: int = 0
    state: IssueState = IssueState.APPROVED
    #: Why it is held; or "".
    reason: str = ""
    number: int | None
    courier: str
    #: Milliseconds since 1970, as all times of the store.
    slot_at: int
    window_start: int | None = None
    window_end: int | None
    audience: Audience
    subject: str
    preheader: str
    html: str
    text: str
    sha256: str
    #: `issue.json`.
    manifest: str
    #: `delivery/letter.py`, as JSON.
    envelope: str
    articles: Sequence[Told]
    #: Identities that no other breaking issue may hold; empty for newsletters.
    breaking: Sequence[str] = ()


def issue_values(new: NewIssue, at: int) -> dict[str, object]:
    """Return the columns of the issue's row."""
    return {
        "realm": new.realm.value,
        "newsletter": new.newsletter,
        "slot": new.slot,
        "copy": new.copy,
        "state": new.state.value,
        "reason": new.reason,
        "number": new.number,
        "courier": new.courier,
        "slot_at": new.slot_at,
        "window_start": new.window_start,
        "window_end": new.window_end,
        "audience": json.dumps(new.audience.to_json()),
        "at": at,
    }


def add_parts(connection: sqlite3.Connection, issue_id: int, new: NewIssue) -> None:
    """Write down the mail of an issue, what it tells and what it looked at.

    Raises:
        AlreadyBreakingError: one of its stories went out as breaking news before.
    """
    queries = read_queries("ledger")
    content = {
        name: getattr(new, name)
        for name in ("subject", "preheader", "html", "text", "sha256", "manifest", "envelope")
    }
    connection.execute(queries["add_content"], {"issue": issue_id, **content})
    connection.executemany(
        queries["add_article"],
        [
            {
                "issue": issue_id,
                "identity": told.identity,
                "fingerprint": told.fingerprint,
                "role": told.role,
            }
            for told in new.articles
        ],
    )
    for identity in new.breaking:
        values = {"realm": new.realm.value, "identity": identity}
        before = connection.execute(queries["breaking_issue_of"], values).fetchone()
        if before:
            raise AlreadyBreakingError(identity, before[0])
        connection.execute(queries["add_breaking_story"], {**values, "issue": issue_id})
