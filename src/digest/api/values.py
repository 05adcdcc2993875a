"""What the API returns: frozen values of plain types. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from digest.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An issue as it would go out now, with links in place of a reader's own."""

    #: `weekly/2026-W34`.
    issue: str
    subject: str
    #: The line many inboxes show behind the subject.
    preheader: str
    #: The HTML part; needs no other file.
    html: str
    #: The plain-text part.
    text: str
    #: The whole message (RFC 5322), to be opened in a mail program.
    message: bytes = field(repr=False)
    #: `issue.json`: every article with its reason, scores, sizes; docs/choosing.md explains them.
    manifest: Mapping[str, Any] = field(repr=False)
    #: Whether it is frozen: what goes out is exactly this.
    is_frozen: bool
    #: Files that were written, by name: `issue.html`, …; empty unless a folder was named.
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a send came to, or would come to."""

    #: `weekly/2026-W34`.
    issue: str
    subject: str
    #: `sent`: every reader's mail is accepted. `handed over`: so it is, and the provider keeps it
    #: until its moment. `planned`: it was a dry run.
    state: str
    #: Who carries it: `sendgrid`, `smtp` or `outbox`.
    courier: str
    #: Whether nothing of it reaches readers, and the slot is not used up.
    is_rehearsal: bool
    #: Readers it is for.
    recipients: int
    #: Readers whose mail was taken, now or before.
    accepted: int
    #: Whether it had been sent before, and nothing was done.
    is_old: bool = False
    #: What a person may want to know: late, stories told before, …
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One thing the schedule did."""

    #: `frozen`, `sent`, `handed over`, `skipped`, `missed`, `held`, `failed`, …
    event: str
    #: `weekly/2026-W34`; "" when it is about no issue.
    issue: str
    #: Why; or "".
    reason: str
    #: Articles that were frozen, readers whose mail was taken; None: it is not about them.
    articles: int | None
    readers: int | None
    #: Whether it stands in the way: the next call tries again.
    is_trouble: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NextIssue:
    """A slot ahead."""

    #: `weekly/2026-W34`.
    issue: str
    #: Aware, in the newsletter's zone.
    moment: datetime
    #: As `digest status --json` has it: `open`, `approved`, `held`, …
    stage: str
    #: When that stage ends by itself; None: it does not, or at its moment.
    until: datetime | None
    #: Why it is held, paused, skipped; or "".
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastIssue:
    """One of the last issues."""

    #: `weekly/2026-W33`.
    issue: str
    #: Its slot; aware, in the newsletter's zone.
    moment: datetime
    #: `sent`, `skipped`, `missed`, `held`, …
    stage: str
    reason: str
    is_rehearsal: bool
    recipients: int
    accepted: int
    #: How long after its slot it left; zero: in time.
    late: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How everything stands: what `digest status` shows."""

    #: Aware, in the publisher's zone.
    now: datetime
    #: What a person must do, each with where, what and remedy; empty: nothing.
    needs: tuple[Problem, ...]
    ahead: tuple[NextIssue, ...]
    #: Newest first.
    last: tuple[LastIssue, ...]
    #: Whether a `digest schedule` watches the clock now.
    is_watched: bool
