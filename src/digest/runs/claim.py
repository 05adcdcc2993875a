"""An issue on its way into the ledger, and out of it again as the letter that is sent."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime

from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.audience import Audience
from digest.delivery.letter import Letter, Reader
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import HeldError, NotReadyError, StoreError
from digest.runs.build import Built
from digest.runs.letters import envelope_of, letter_of
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger
from digest.store.new_issue import AlreadyBreakingError, NewIssue, Told
from digest.store.recipients import Frozen
from digest.store.restored import REASON, is_doubtful, is_held_by_restore
from digest.store.times import in_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a send is about to do, to be shown before it is done."""

    #: `weekly/2026-W34`.
    name: str
    realm: Realm
    courier: CourierName
    #: The issue as it stands in the ledger; None: it is new.
    issue: IssueRow | None
    #: The new issue; None when there is one.
    built: Built | None
    audience: Audience
    #: Who would get it now; None when the recipients stand already.
    readers: Frozen | None
    warnings: tuple[str, ...] = ()
    #: Readers of a test, who need not be subscribers.
    named: tuple[Reader, ...] = ()
    #: Identities of breaking stories, which go out once.
    stories: tuple[str, ...] = ()
    #: Since when the oldest of them could have been told, in milliseconds; None: since its slot.
    told_since: int | None = None
    #: The schedule sends it then; None: whoever plans it sends it now.
    waits_until: datetime | None = None
    #: State and reason a new issue begins with.
    state: IssueState = IssueState.APPROVED
    reason: str = ""
    #: Handed over to SendGrid before this moment, and kept there until it; None: it is not.
    leaves_at: datetime | None = None
    #: A person lets an interrupted or held issue go on.
    released: bool = False
    #: And says that it was not sent by the store this one is an older copy of.
    accepts_restore: bool = False


def plan_existing(issue: IssueRow, courier: CourierName) -> Planned:
    """Return the plan to go on with an issue that stands in the ledger."""
    return Planned(
        name=issue.name,
        realm=issue.realm,
        courier=courier,
        issue=issue,
        built=None,
        audience=issue.audience,
        readers=None,
    )


def claimed(
    config: Config,
    database: Database,
    planned: Planned,
    now: datetime,
    *,
    makes_room: bool = True,
) -> IssueRow:
    """Return the issue in the ledger: the one that was there, or the new one.

    Args:
        config: the publisher's settings.
        database: the store.
        planned: what is to be sent.
        now: the present moment.
        makes_room: whether a cancelled, skipped or missed slot is begun anew: a person named it.

    Raises:
        NotReadyError: one of its stories went out as breaking news before.
        StoreError: see `Ledger.claim`.
    """
    ledger = Ledger(database)
    if planned.issue is not None:
        issue = ledger.issue(planned.issue.id)
        if issue.courier != planned.courier.value:
            ledger.set_courier(issue, planned.courier.value)
        return ledger.issue(issue.id)
    assert planned.built is not None  # noqa: S101  it is new
    new = new_issue(config, planned, planned.built)
    doubtful_at = new.slot_at if planned.told_since is None else planned.told_since
    if planned.realm is Realm.REAL and is_doubtful(ledger, doubtful_at):
        new = replace(new, state=IssueState.HELD, reason=REASON)
    if planned.realm is Realm.TEST:
        new = replace(new, copy=ledger.next_copy(Realm.TEST, new.newsletter, new.slot))
    if makes_room:
        ledger.make_room(new.realm, new.newsletter, new.slot)
    while True:
        try:
            issue, is_new = ledger.claim(new, in_ms(now))
        except AlreadyBreakingError as error:  # another command was quicker
            story, name = error.args
            raise NotReadyError(
                f"it went out as breaking news a moment ago, in {name}",
                where=_path_of(new, story),
                remedy=f"See: digest show {name}",
            ) from error
        if is_new or not planned.stories or _holds(ledger, issue, planned.stories):
            return issue
        # Somebody else's breaking story took this number of the day meanwhile.
        day, _, number = new.slot.rpartition("-")
        new = replace(new, slot=f"{day}-{int(number) + 1}")


def _holds(ledger: Ledger, issue: IssueRow, stories: tuple[str, ...]) -> bool:
    return all(ledger.breaking_issue(issue.realm, story) == issue.id for story in stories)


def _path_of(new: NewIssue, identity: str) -> str:
    """Return the file of a story, as a person named it."""
    stories = json.loads(new.manifest)["stories"]
    return next((one["path"] for one in stories if one["identity"] == identity), identity)


def new_issue(config: Config, planned: Planned, built: Built) -> NewIssue:
    """Return a built issue as the ledger takes it."""
    return NewIssue(
        realm=planned.realm,
        state=planned.state,
        reason=planned.reason,
        newsletter=built.newsletter,
        slot=built.slot,
        number=built.number,
        courier=planned.courier.value,
        slot_at=built.slot_at,
        window_start=built.window_start,
        window_end=built.window_end,
        audience=planned.audience,
        subject=built.subject,
        preheader=built.preheader,
        html=built.html,
        text=built.text,
        sha256=hash_of(built.subject, built.html, built.text),
        manifest=built.manifest,
        envelope=json.dumps(envelope_of(config, built, planned.courier)),
        articles=[
            Told(identity=identity, fingerprint=body, role=role)
            for identity, body, role in built.articles
        ],
        breaking=planned.stories,
    )


def frozen_letter(database: Database, issue: IssueRow) -> Letter:
    """Return the letter of an issue as it was frozen."""
    content = Ledger(database).content(issue.id)
    if content.sha256 != hash_of(content.subject, content.html, content.text):
        raise StoreError(
            "its frozen mail has changed",
            where=issue.name,
            remedy="Nothing of it is sent. Look at the store: digest store check",
        )
    return letter_of(issue.name, (content.subject, content.html, content.text), content.envelope)


def hash_of(subject: str, html: str, text: str) -> str:
    """Return the SHA-256 of a mail's parts."""
    return hashlib.sha256(f"{subject}\0{html}\0{text}".encode()).hexdigest()


def held(issue: IssueRow, to_send: int | None = None) -> HeldError:
    """Return the error that says what a held issue waits for.

    Args:
        issue: the issue.
        to_send: readers in batches that are still planned; None: not counted.
    """
    if is_held_by_restore(issue):
        remedy = (
            f"Look whether readers have it (digest resolve {issue.name}, your provider's log). "
            f"If not: digest resume {issue.name} --accept-restore. "
            f"If they have: digest cancel {issue.name}"
        )
    else:
        remedy = f"See: digest show {issue.name}. Look for evidence: digest resolve {issue.name}."
        if to_send is None or to_send:
            readers = f" to {to_send:,} readers" if to_send else ""
            remedy += f" Send what is still planned{readers}: digest resume {issue.name}"
    return HeldError(f"is held: {issue.reason}", where=issue.name, remedy=remedy)


def check_open(issue: IssueRow) -> None:
    """Raise for an issue that `send` must leave alone.

    Raises:
        HeldError: it is held or cancelled.
    """
    if issue.state is IssueState.HELD:
        raise held(issue)
    if issue.state is IssueState.CANCELLED:
        raise HeldError(
            "was cancelled; nothing more of it leaves",
            where=issue.name,
            remedy="If nothing of it had left, name its slot to build it anew: "
            f"digest send {issue.newsletter} --slot {issue.slot}",
        )
