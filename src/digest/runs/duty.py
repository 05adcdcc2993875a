"""Does what is due: skips, misses, freezes, approves, holds, sends. Touches everything.

Whatever ends a process in the middle, the next look finds what is left to do.
"""

from collections.abc import Iterator

from digest.config.timetables import timetable_of
from digest.delivery.states import IssueState
from digest.errors import DigestError
from digest.runs import notice_texts as texts
from digest.runs.agenda import Duty, Kind
from digest.runs.editors import ask_editors
from digest.runs.freeze import build_for, freeze
from digest.runs.preview_box import Besides
from digest.runs.send_due import hold, send_due
from digest.runs.shift import SCHEDULE, Did, Shift
from digest.selection.slot import Slot, window_before
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Blank, Planning
from digest.store.recipients import count_recipients
from digest.store.times import in_ms, moment_of


def perform(shift: Shift, duty: Duty) -> Iterator[Did]:
    """Do what is due, and yield what was done.

    What stands in the way is yielded and told, not raised: other newsletters go on, and the next
    look tries again.
    """
    try:
        match duty.kind:
            case Kind.SKIP | Kind.MISS:
                yield from _pass_over(shift, duty)
            case Kind.FREEZE:
                yield from _freeze(shift, duty)
            case Kind.APPROVE:
                yield from _approve(shift, duty)
            case Kind.HOLD:
                yield from hold(shift, duty, duty.reason)
            case Kind.ASK:
                yield from _ask(shift, duty)
            case Kind.SEND:
                yield from send_due(shift, duty)
    except DigestError as error:
        yield Did.of(duty, "failed", str(error), is_trouble=True)
        _tell_trouble(shift, duty, error)


def _pass_over(shift: Shift, duty: Duty) -> Iterator[Did]:
    """Write down that nothing goes out at a slot."""
    state = IssueState.SKIPPED if duty.kind is Kind.SKIP else IssueState.MISSED
    with shift.opened() as database:
        planning = Planning(database)
        if duty.issue is not None:
            Ledger(database).move(duty.issue, state, at=shift.at, reason=duty.reason)
            if duty.drops_articles:
                planning.drop_articles(duty.issue)
        elif not planning.add_blank(_blank(shift, duty, state), shift.at):
            return  # another process was quicker
    yield Did.of(duty, state.value, duty.reason)


def _blank(shift: Shift, duty: Duty, state: IssueState) -> Blank:
    timetable = timetable_of(shift.config, duty.newsletter)
    moment = moment_of(duty.moment).astimezone(timetable.zone)
    window = window_before(Slot(duty.slot, moment), timetable)
    return Blank(
        realm=shift.realm,
        newsletter=duty.newsletter,
        slot=duty.slot,
        state=state,
        reason=duty.reason,
        courier=shift.courier.value,
        slot_at=duty.moment,
        window_start=in_ms(window.start),
        window_end=in_ms(window.end),
        drops_articles=duty.drops_articles,
    )


def _freeze(shift: Shift, duty: Duty) -> Iterator[Did]:
    # Built in a child process, which must not share an open store: nothing is open here.
    answer = build_for(shift.config, duty.newsletter, duty.slot, shift.now)
    with shift.opened() as database:
        made = freeze(shift, database, duty, answer)
        if not made.is_new:
            return  # another process was quicker
        if made.issue is None:
            yield Did.of(duty, "skipped", made.reason)
            return
        if shift.config.newsletters[duty.newsletter].editors:
            ask(shift, database, made.issue)
        if made.issue.state is IssueState.HELD:
            yield Did.of(duty, "held", made.reason)
            return
    yield Did.of(duty, "frozen")._replace(articles=made.articles)
    if duty.moment <= shift.at and made.issue.state is IssueState.APPROVED:
        # Its moment has come: whoever made it sends it.
        yield from send_due(shift, duty._replace(kind=Kind.SEND, issue=made.issue))


def _ask(shift: Shift, duty: Duty) -> Iterator[Did]:
    """Ask the editors about an issue whose maker was ended before it could."""
    assert duty.issue is not None  # noqa: S101  only what is frozen can be shown
    with shift.opened() as database:
        ask(shift, database, duty.issue)
    yield Did.of(duty, "asked")


def ask(shift: Shift, database: Database, issue: IssueRow, before: str | None = None) -> None:
    """Write down that the editors of a newsletter see an issue before it goes out.

    Args:
        shift: the round.
        database: the store.
        issue: as it is frozen.
        before: manifest of what they saw before; None: nothing.

    Raises:
        StoreError: the store cannot be written.
    """
    readers = count_recipients(database, issue.audience).recipients
    besides = Besides(before=before, readers=readers)
    ask_editors(database, shift.config, shift.environment, issue, shift.at, besides=besides)


def _approve(shift: Shift, duty: Duty) -> Iterator[Did]:
    assert duty.issue is not None  # noqa: S101  only what is frozen can be approved
    with shift.opened() as database:
        Planning(database).approve(duty.issue, SCHEDULE, shift.at, duty.reason, by_person=False)
    yield Did.of(duty, "approved", duty.reason)


def _tell_trouble(shift: Shift, duty: Duty, error: DigestError) -> None:
    """Tell what stands in the way; without a store nobody can be told but by the log."""
    name = f"{duty.newsletter}/{duty.slot}"
    try:
        with shift.opened() as database:
            shift.tell(database, texts.notice_trouble(name, error))
    except DigestError:
        return
