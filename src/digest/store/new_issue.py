"""An issue on its way into the ledger. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState


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
