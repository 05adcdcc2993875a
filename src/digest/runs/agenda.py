"""What is due for a newsletter, or for breaking stories: the rules of the schedule. Pure.

    slot ahead   cut-off ──► frozen (draft or approved) ──► [handed over] ──► slot ──► sent
    slot over    free day, pause ──► skipped      too late, a later slot was due ──► missed

One look gives one duty at most for each slot; doing it and looking again leads to the next.
"""

import enum
from collections.abc import Container, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from digest.config.operating import Approval
from digest.delivery.states import IssueState
from digest.selection.slot import Slot
from digest.store.ledger import IssueRow
from digest.store.planning import Pause
from digest.store.times import in_ms, moment_of

#: Editors have at least this long to answer, or the whole cut-off where it is shorter.
_SILENCE: Final = timedelta(hours=1)
#: An approved issue this young is in the hands of the command that made it.
_YOUNG: Final = timedelta(minutes=1)

#: Neither given up nor passed over.
_ALIVE: Final = frozenset(
    {IssueState.DRAFT, IssueState.APPROVED, IssueState.SENDING, IssueState.SENT, IssueState.HELD}
)

NOBODY_APPROVED: Final = "nobody has approved it"
LATER_SLOT: Final = "a later slot was due before it could go out"
TOO_LATE: Final = "later than max_lateness"
PAUSED: Final = "paused"


class Kind(enum.Enum):
    """What to do."""

    SKIP = "skip"  #: nothing goes out, as was wanted
    MISS = "miss"  #: nothing goes out, because it is too late
    FREEZE = "freeze"  #: make the issue
    ASK = "ask"  #: show it to the editors
    APPROVE = "approve"  #: nobody has objected
    HOLD = "hold"  #: a person must decide
    SEND = "send"  #: hand over what is left of it, now or ahead of its slot


class Duty(NamedTuple):
    """One thing to do now."""

    kind: Kind
    newsletter: str
    #: Name of the slot.
    slot: str
    #: Milliseconds since 1970.
    moment: int
    #: None: the ledger does not know the slot yet.
    issue: IssueRow | None = None
    reason: str = ""
    #: SEND: leave it with the provider until its slot.
    is_ahead: bool = False
    #: SKIP: its articles are not told later.
    drops_articles: bool = False


class Stages(NamedTuple):
    """How the issues of a newsletter come to their slots."""

    cut_off: timedelta = timedelta(minutes=30)
    #: Zero: at the slot.
    hand_over: timedelta = timedelta()
    approval: Approval = Approval.NONE
    max_lateness: timedelta = timedelta(hours=6)
    #: Wall-clock hours, in `zone` of `due`, in which a planned breaking story waits.
    quiet: tuple[time, time] | None = None
    #: A later one does not make an earlier one too late: breaking stories.
    each_alone: bool = False


def due(  # noqa: PLR0913  all that counts, by name
    newsletter: str,
    *,
    slots: Sequence[Slot],
    rows: Sequence[IssueRow],
    stages: Stages,
    pause: Pause | None,
    to_hand_over: Container[int],
    not_shown: Container[int] = (),
    now: datetime,
) -> list[Duty]:
    """Return what is due for one newsletter, the earliest slot first.

    Args:
        newsletter: its name, or `breaking`.
        slots: those after the last that is known to be settled, up to the cut-off ahead.
        rows: of the ledger: planned for these slots, or not done.
        stages: of the newsletter.
        pause: the last one, over or not; or None.
        to_hand_over: numbers of issues with batches that have not left.
        not_shown: numbers of drafts that no editor was shown.
        now: the present moment, in the publisher's zone.
    """
    names, moments = {row.slot for row in rows}, {row.slot_at for row in rows}
    # By moment, too: a schedule that comes more often than before names the same moment anew.
    open_slots = [
        slot for slot in slots if slot.name not in names and in_ms(slot.moment) not in moments
    ]
    last = 0 if stages.each_alone else _last_due(slots, rows, pause, now)
    duties = list(_of_slots(newsletter, open_slots, stages, pause, now, last))
    for row in rows:
        duty = _of_row(row, stages, pause, now, last)
        if duty is None and row.id in not_shown:
            duty = Duty(Kind.ASK, row.newsletter, row.slot, row.slot_at, row)
        if duty and not (_is_with_provider(row, now) and row.id not in to_hand_over):
            duties.append(duty)
    return sorted(duties, key=lambda duty: duty.moment)


def _last_due(
    slots: Sequence[Slot], rows: Sequence[IssueRow], pause: Pause | None, now: datetime
) -> int:
    """Return the moment of the last slot at which an issue was due; 0: there was none."""
    passed = [
        in_ms(slot.moment)
        for slot in slots
        if not slot.skipped and not _pause_reason(pause, in_ms(slot.moment))
    ]
    passed += [row.slot_at for row in rows if row.state in _ALIVE]
    return max((moment for moment in passed if moment <= in_ms(now)), default=0)


def _is_with_provider(row: IssueRow, now: datetime) -> bool:
    return row.leaves_at is not None and in_ms(now) < row.leaves_at


def _of_slots(  # noqa: PLR0913, PLR0917  the circumstances
    newsletter: str,
    slots: Sequence[Slot],
    stages: Stages,
    pause: Pause | None,
    now: datetime,
    last: int,
) -> Iterator[Duty]:
    """Yield what is due for slots that the ledger does not know yet."""
    for slot in slots:
        moment = in_ms(slot.moment)
        duty = Duty(Kind.SKIP, newsletter, slot.name, moment)
        if reason := slot.skipped or _pause_reason(pause, moment):
            if slot.moment <= now:
                drops = bool(not slot.skipped and pause and not pause.keeps_articles)
                yield duty._replace(reason=reason, drops_articles=drops)
        elif moment < last:
            yield duty._replace(kind=Kind.MISS, reason=LATER_SLOT)
        elif now > slot.moment + stages.max_lateness:
            yield duty._replace(kind=Kind.MISS, reason=TOO_LATE)
        elif now >= slot.moment - stages.cut_off:
            yield duty._replace(kind=Kind.FREEZE)


def _of_row(
    row: IssueRow, stages: Stages, pause: Pause | None, now: datetime, last: int
) -> Duty | None:
    """Return what is due for an issue of the ledger, or None."""
    duty = Duty(Kind.SEND, row.newsletter, row.slot, row.slot_at, row)
    if row.state is IssueState.SENDING:
        return _of_sending(duty, row, stages, now)
    if row.state not in {IssueState.DRAFT, IssueState.APPROVED}:
        return None
    if reason := _pause_reason(pause, row.slot_at):
        drops = bool(pause and not pause.keeps_articles)
        is_over = row.slot_at <= in_ms(now)
        skip = duty._replace(kind=Kind.SKIP, reason=reason, drops_articles=drops)
        return skip if is_over else None
    if row.slot_at < last:
        return duty._replace(kind=Kind.MISS, reason=LATER_SLOT)
    if row.state is IssueState.DRAFT:
        return _of_draft(duty, row, stages, now)
    return _of_approved(duty, row, stages, now)


def _of_approved(duty: Duty, row: IssueRow, stages: Stages, now: datetime) -> Duty | None:
    moment = moment_of(row.slot_at)
    if now < moment:
        is_ahead = stages.hand_over and now >= moment - stages.hand_over
        return duty._replace(is_ahead=True) if is_ahead else None
    if now > latest(row, stages):
        return duty._replace(kind=Kind.MISS, reason=TOO_LATE)
    is_young = row.slot_at <= row.created_at and now < moment_of(row.created_at) + _YOUNG
    return None if is_young or is_quiet(stages.quiet, now) else duty


def _of_draft(duty: Duty, row: IssueRow, stages: Stages, now: datetime) -> Duty | None:
    moment = moment_of(row.slot_at)
    if stages.approval is Approval.NONE:
        return duty._replace(kind=Kind.APPROVE, reason="approval is not asked for any more")
    if stages.approval is Approval.REQUIRED:
        return duty._replace(kind=Kind.HOLD, reason=NOBODY_APPROVED) if now >= moment else None
    if now > moment + stages.max_lateness:
        reason = "no editor could be asked in time" if row.asked_at is None else TOO_LATE
        return duty._replace(kind=Kind.MISS, reason=reason)
    if row.asked_at is None:
        return None  # silence of somebody who was never asked says nothing
    # A hand-over ahead is the end of the silence, too.
    answered = moment_of(row.asked_at) + min(_SILENCE, stages.cut_off)
    is_over = now >= max(moment - stages.hand_over, answered)
    return duty._replace(kind=Kind.APPROVE, reason="nobody has objected") if is_over else None


def _of_sending(duty: Duty, row: IssueRow, stages: Stages, now: datetime) -> Duty | None:
    """Return what is due for an issue that was begun: it goes on where it stopped."""
    if now <= latest(row, stages):
        return duty
    return duty._replace(kind=Kind.HOLD, reason="it was interrupted, and is too late to go on")


def latest(row: IssueRow, stages: Stages) -> datetime:
    """Return until when an issue may go out by itself: a person's yes begins it anew."""
    return moment_of(max(row.slot_at, row.approved_at or 0)) + stages.max_lateness


def _pause_reason(pause: Pause | None, moment: int) -> str:
    if pause is None or not pause.holds(moment):
        return ""
    return f"{PAUSED} by {pause.who}"


def is_quiet(quiet: tuple[time, time] | None, now: datetime) -> bool:
    """Return whether `now`, in the publisher's zone, is in the hours `quiet`; None: never."""
    if quiet is None:
        return False
    begins, ends = quiet
    clock = now.time()
    return begins <= clock < ends if begins < ends else clock >= begins or clock < ends
