"""Sends a frozen issue whose moment has come, unless a person must look first. Touches it all."""

from collections.abc import Iterator
from dataclasses import replace

from digest.config.operating import Approval
from digest.delivery.handover import Ending
from digest.delivery.states import BatchState, IssueState
from digest.errors import HeldError
from digest.runs.agenda import Duty
from digest.runs.changes import Change, changes_since
from digest.runs.claim import plan_existing
from digest.runs.drive import Driven
from digest.runs.gap import gap_reason
from digest.runs.memory import BREAKING
from digest.runs.notice_texts import worded
from digest.runs.outcomes import ON_TIME
from digest.runs.send import send
from digest.runs.shift import SCHEDULE, Did, Shift
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Planning
from digest.store.times import moment_of


def send_due(shift: Shift, duty: Duty) -> Iterator[Did]:
    """Send what is left of an issue; yield what came of it.

    Raises:
        DigestError: see `send`.
    """
    issue = duty.issue
    assert issue is not None  # noqa: S101  only what is frozen can be sent
    if issue.recipients_frozen_at is None:
        reason = ""
        if issue.newsletter != BREAKING:
            reason = gap_reason(shift.config, issue.newsletter, issue.id, shift.now)
        changes = () if reason else _changes(shift, issue)
        reason = reason or _grave(shift, issue, changes)
        if reason:
            yield from hold(shift, duty, reason)
            return
        _mark(shift, issue, changes)
    planned = plan_existing(issue, shift.courier)
    if duty.is_ahead or issue.leaves_at is not None:
        planned = replace(planned, leaves_at=moment_of(duty.moment))
    try:
        driven = send(
            shift.config,
            shift.environment,
            planned,
            shift.now,
            is_stopped=shift.is_stopped,
            tick=shift.tick,
        )
    except HeldError as error:
        yield from _held_meanwhile(shift, duty, error)
        return
    yield from _after(shift, duty, driven)


def hold(shift: Shift, duty: Duty, reason: str) -> Iterator[Did]:
    """Let an issue wait for a person.

    Raises:
        StoreError: the store cannot be written, or another command moved the issue.
    """
    assert duty.issue is not None  # noqa: S101  only what is frozen can be held
    with shift.opened() as database:
        ledger = Ledger(database)
        issue = ledger.issue(duty.issue.id)
        issue = ledger.move(issue, IssueState.HELD, at=shift.at, reason=reason)
        Planning(database).decide(issue, "held", SCHEDULE, shift.at, reason)
    yield Did.of(duty, "held", reason)


def _held_meanwhile(shift: Shift, duty: Duty, error: HeldError) -> Iterator[Did]:
    """Tell of an issue that turned out to be held, as after a restore.

    Raises:
        HeldError: it is not the issue that is held.
    """
    assert duty.issue is not None  # noqa: S101  as above
    with shift.opened() as database:
        issue = Ledger(database).issue(duty.issue.id)
        if issue.state is not IssueState.HELD:
            raise error
    yield Did.of(duty, "held", issue.reason)


def _after(shift: Shift, duty: Duty, driven: Driven) -> Iterator[Did]:
    """Yield what came of it; an account that refuses holds the issue."""
    issue, run = driven.issue, driven.run
    if issue.state is IssueState.SENDING and run.ending is Ending.STOPPED:
        # It does so again in half a minute: a person must look.
        yield from hold(shift, duty, f"{run.reason}. {run.remedy}")
        return
    did = Did.of(duty, issue.state.value, issue.reason)
    did = did._replace(readers=driven.standing.readers.get(BatchState.ACCEPTED, 0))
    if issue.state is IssueState.SENDING:
        if issue.leaves_at and not driven.standing.count(BatchState.PLANNED, BatchState.SENDING):
            did = did._replace(event="handed over")
        else:
            reason = run.reason or "it was stopped"
            did = did._replace(event="unfinished", reason=reason, is_trouble=True)
    yield did


def _changes(shift: Shift, issue: IssueRow) -> tuple[Change, ...]:
    with shift.opened() as database:
        manifest = Ledger(database).content(issue.id).manifest
    # What is dated after its making and before its slot is public by then.
    moment = max(shift.now, moment_of(issue.slot_at))
    return tuple(changes_since(shift.config, manifest, moment))


def _grave(shift: Shift, issue: IssueRow, changes: tuple[Change, ...]) -> str:
    """Return why what became of the articles holds an issue, or ""."""
    newsletter = shift.config.newsletters.get(issue.newsletter)
    is_strict = newsletter is not None and newsletter.approval is Approval.REQUIRED
    grave = [change for change in changes if change.is_withdrawn or is_strict]
    return "; ".join(f"{change.path} {change.what}" for change in grave)


def _mark(shift: Shift, issue: IssueRow, changes: tuple[Change, ...]) -> None:
    """Write down what is worth knowing about an issue that is about to leave."""
    late = shift.now - moment_of(issue.slot_at)
    with shift.opened() as database:
        planning = Planning(database)
        if late > ON_TIME:
            planning.decide(issue, "late", SCHEDULE, shift.at, worded(late))
        for change in changes:
            said = f"{change.path} {change.what}"
            planning.decide(issue, "article changed", SCHEDULE, shift.at, said)
