"""Where the next issues of a newsletter stand on their way to their slots. Pure.

    open ──► due ──► asked (a yes is needed) ──► approved ──► handed over ──► sending ──► sent
                     silent (a no is heard)
    free, paused, by hand: the slot passes without an issue that makes itself

What is due is decided in `agenda.py`; this only says it to people.
"""

import enum
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from digest.config.newsletters import cut_off, hand_over
from digest.config.operating import Approval
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.states import IssueState
from digest.record import Record, replace
from digest.selection.slot import Slot
from digest.store.ledger import IssueRow
from digest.store.planning import Pause
from digest.store.times import moment_of


class Stage(enum.Enum):
    """How far a slot has come. Values stand in JSON: add, never rename."""

    OPEN = "open"  #: what reaches the folder may still be in it
    DUE = "due"  #: its content is to be frozen, and is not yet
    ASKED = "waits for approval"
    SILENT = "leaves unless held"
    APPROVED = "approved"
    HANDED_OVER = "handed over"
    SENDING = "sending"
    INTERRUPTED = "interrupted"
    HELD = "held"
    SENT = "sent"
    SKIPPED = "skipped"
    MISSED = "missed"
    CANCELLED = "cancelled"
    FREE = "free day"
    PAUSED = "paused"
    BY_HAND = "by hand"  #: the newsletter has no schedule


class Moments(Record, kw_only=True):
    """How long before its slot an issue reaches each stage."""

    #: None: the newsletter has no schedule.
    freeze: timedelta | None = timedelta(minutes=30)
    #: Zero: at the slot.
    hand_over: timedelta = timedelta()
    approval: Approval = Approval.NONE


class Upcoming(Record):
    """One slot ahead."""

    newsletter: str
    slot: str
    #: Aware, in the newsletter's zone.
    moment: datetime
    stage: Stage
    #: When the stage ends by itself; None: it does not, or at the slot.
    until: datetime | None = None
    #: Why it is free, paused, held, skipped, …; or "".
    reason: str = ""
    #: None: the ledger does not know the slot yet.
    issue: IssueRow | None = None

    @property
    def name(self) -> str:
        """As commands call it: `weekly/2026-W34`."""
        return f"{self.newsletter}/{self.slot}"


_PLAIN: Final = {
    IssueState.SENT: Stage.SENT,
    IssueState.SKIPPED: Stage.SKIPPED,
    IssueState.MISSED: Stage.MISSED,
    IssueState.CANCELLED: Stage.CANCELLED,
    IssueState.HELD: Stage.HELD,
    IssueState.APPROVED: Stage.APPROVED,
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moments_of(config: Config, name: str) -> Moments:
    """Return how long before their slots the issues of a newsletter reach each stage."""
    newsletter = config.newsletters[name]
    # Another courier keeps no mail until its time.
    is_ahead = config.delivery.courier is CourierName.SENDGRID
    return Moments(
        freeze=cut_off(newsletter) if newsletter.schedule else None,
        hand_over=hand_over(newsletter) if is_ahead else timedelta(),
        approval=newsletter.approval,
    )


def upcoming_of_slot(
    newsletter: str, slot: Slot, moments: Moments, pause: Pause | None, now: datetime
) -> Upcoming:
    """Return where a slot stands that the ledger does not know.

    Args:
        newsletter: its name.
        slot: at or after `now`, or not long before.
        moments: of the newsletter.
        pause: the last one, over or not; or None.
        now: the present moment, aware.
    """
    zone = slot.moment.tzinfo
    there = Upcoming(newsletter, slot.name, slot.moment, Stage.OPEN)
    if slot.skipped:
        return replace(there, stage=Stage.FREE, reason=slot.skipped)
    if pause and pause.holds(int(slot.moment.timestamp() * 1000)):
        until = None if pause.until is None else moment_of(pause.until).astimezone(zone)
        return replace(there, stage=Stage.PAUSED, until=until, reason=f"by {pause.who}")
    if moments.freeze is None:
        return replace(there, stage=Stage.BY_HAND)
    # By instant: subtracting on the wall would be an hour wrong across a clock change.
    freezes = (slot.moment.astimezone(UTC) - moments.freeze).astimezone(zone)
    if now.timestamp() < freezes.timestamp():
        return replace(there, until=freezes)
    return replace(there, stage=Stage.DUE)


def upcoming_of_issue(  # noqa: PLR0911  one a stage
    row: IssueRow, moment: datetime, moments: Moments, now: datetime, *, is_driven: bool
) -> Upcoming:
    """Return where an issue stands that the ledger knows.

    Args:
        row: of the ledger.
        moment: its own, in the newsletter's zone.
        moments: of its newsletter.
        now: the present moment, aware.
        is_driven: a process sends it now.
    """
    there = Upcoming(row.newsletter, row.slot, moment, Stage.SENDING, None, row.reason, row)
    match row.state:
        case IssueState.DRAFT:
            is_asked = moments.approval is not Approval.SILENCE_SENDS
            stage = Stage.ASKED if is_asked else Stage.SILENT
            ahead = timedelta() if is_asked else moments.hand_over
            until = (moment.astimezone(UTC) - ahead).astimezone(moment.tzinfo)
            return replace(there, stage=stage, until=until)
        case IssueState.SENDING:
            if is_driven:
                return there
            if row.leaves_at is not None and now < moment_of(row.leaves_at):
                leaves = moment_of(row.leaves_at).astimezone(moment.tzinfo)
                return replace(there, stage=Stage.HANDED_OVER, until=leaves)
            return replace(there, stage=Stage.INTERRUPTED)
        case IssueState.APPROVED if is_driven:
            return there
        case IssueState.APPROVED if moment.timestamp() <= now.timestamp():
            # Its slot is over, and nobody has begun.
            return replace(there, stage=Stage.INTERRUPTED)
    return replace(there, stage=_PLAIN[row.state])


def lateness(row: IssueRow) -> timedelta:
    """Return how long after its slot an issue began to leave; zero: in time, or not at all."""
    if row.recipients_frozen_at is None:
        return timedelta()
    began = row.recipients_frozen_at if row.leaves_at is None else row.leaves_at
    return max(timedelta(), timedelta(milliseconds=began - row.slot_at))


def stretch(slots: Iterable[Upcoming], most: int) -> list[Upcoming]:
    """Return the first slots, up to so many that make themselves an issue.

    Of a row of paused or free ones only the first is worth a line.
    """
    quiet = {Stage.FREE, Stage.PAUSED}
    kept: list[Upcoming] = []
    for one in slots:
        if one.stage not in quiet or not kept or kept[-1].stage is not one.stage:
            kept.append(one)
        most -= one.stage not in quiet
        if most == 0:
            break
    return kept
