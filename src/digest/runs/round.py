"""One round of the schedule: everything that is due, one duty after the other, then the notices.

What `digest schedule --once` does, and the service for each newsletter. Touches everything.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from digest.errors import DigestError, HeldError
from digest.runs import notice_texts as texts
from digest.runs.agenda import Duty, Kind
from digest.runs.ahead import settle_departed
from digest.runs.duty import perform
from digest.runs.notices import deliver_notices
from digest.runs.outcomes import begin_telling, tell_outcomes
from digest.runs.shift import Did, Shift
from digest.runs.tick import look
from digest.store.database import open_store
from digest.store.planning import Planning
from digest.store.times import moment_of


def run_round(shift: Shift, clock: Callable[[], datetime], only: str = "") -> Iterator[Did]:
    """Do what is due until nothing is, and yield what was done.

    A duty that fails is not tried again in the same round.

    Args:
        shift: settings, and whether to end.
        clock: asked before every duty, and after: sending takes its time.
        only: a newsletter, or `breaking`; "": all.

    Raises:
        HeldError: the clock is behind the store.
        StoreError: the store cannot be read.
    """
    with shift.opened() as database:  # on its first day the schedule makes the store
        begin_telling(shift, database)
    for issue in settle_departed(shift.config, shift.now):
        yield Did("sent", issue.newsletter, issue.slot)
    tried: set[tuple[Kind, str, str]] = set()
    while not shift.is_stopped():
        shift = replace(shift, now=clock())
        duty = _next(shift, only, tried)
        if duty is None:
            break
        tried.add((duty.kind, duty.newsletter, duty.slot))
        yield from perform(shift, duty)
        yield from tell(replace(shift, now=clock()))
    yield from tell(shift)


def tell(shift: Shift) -> Iterator[Did]:
    """Tell the publisher's people what happened, and yield what could not be told."""
    try:
        with shift.opened() as database:
            tell_outcomes(shift, database)
        delivered = deliver_notices(shift.config, shift.environment, shift.now)
        with shift.opened() as database:
            Planning(database).note_asked(shift.at)
    except DigestError as error:
        yield Did("failed", "", "", f"nobody can be told: {error}", is_trouble=True)
        return
    for failure in delivered.failures:
        yield Did("failed", "", "", f"not told: {failure}", is_trouble=True)


def _next(shift: Shift, only: str, tried: set[tuple[Kind, str, str]]) -> Duty | None:
    with closing(open_store(shift.config.store.path)) as database:
        try:
            duties = look(shift.config, database, shift.now, only)
        except DigestError as error:
            newest = moment_of(Planning(database).newest_moment())
            is_back = isinstance(error, HeldError)
            notice = (
                texts.notice_clock(shift.now, newest)
                if is_back
                else texts.notice_trouble("the schedule", error)
            )
            shift.tell(database, notice)
            raise
    left = (duty for duty in duties if (duty.kind, duty.newsletter, duty.slot) not in tried)
    return next(left, None)
