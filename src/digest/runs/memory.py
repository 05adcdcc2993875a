"""What earlier issues did, out of the ledger. Reads the store where there is one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from digest.config.newsletters import InWeekly
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.selection.eligible import Memory
from digest.selection.slot import Slot, window_before
from digest.store.times import moment_of

if TYPE_CHECKING:
    from digest.store.database import Database
    from digest.store.ledger import Ledger

#: Name under which breaking stories stand in the ledger.
BREAKING = "breaking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a new issue is told of earlier ones."""

    memory: Memory = field(default_factory=Memory)
    #: Sent issues + 1; None without a ledger.
    number: int | None = None
    #: End of the window of the last issue; None: there was none.
    last_window_end: datetime | None = None


def recall(config: Config, newsletter: str, slot: Slot) -> Past:
    """Return what the ledger knows that matters to one issue of a newsletter.

    Raises:
        StoreError: the store cannot be read.
    """
    if not os.path.exists(config.store.path):
        return Past()
    from digest.delivery.realm import Realm
    from digest.store.database import open_store
    from digest.store.ledger import Ledger
    from digest.store.recollection import recollect

    database = open_store(config.store.path, create=False)
    try:
        ledger = Ledger(database)
        row = ledger.of_slot(Realm.REAL, newsletter, slot.name)
        this = row.id if row else 0
        ours = [newsletter, *config.newsletters[newsletter].no_repeat_with]
        marks = config.breaking.in_weekly is InWeekly.MARK
        told = recollect(database, newsletter, [*ours, BREAKING], but=this)
        moment = int(slot.moment.timestamp() * 1000)
        end = ledger.last_window_end(newsletter, moment)
        left_over, dropped = _left_over(database, newsletter, moment)
        considered = told.considered
        if considered is None and left_over:
            considered = frozenset()  # no issue yet, but slots that were to have one
        return Past(
            memory=Memory(
                sent=_without(told.sent, BREAKING if marks else ""),
                sent_bodies=_without(told.sent_bodies, BREAKING if marks else ""),
                considered=considered if _knows_all(config, newsletter, slot, ledger) else None,
                told_before=_only(told.sent, BREAKING) if marks else {},
                left_over_from=left_over,
                dropped_until=dropped,
            ),
            number=row.number if row else ledger.next_number(Realm.REAL, newsletter),
            last_window_end=None if end is None else moment_of(end),
        )
    finally:
        database.close()


def _left_over(
    database: "Database", newsletter: str, moment: int
) -> tuple[datetime | None, datetime | None]:
    """Return where articles begin that slots just before did not tell, and where they may not.

    A slot that was skipped or missed considered nothing: what lay in its window is still to be
    told, unless it was skipped for good (`digest pause --drop-articles`). So it is with one that
    was cancelled before anything of it left.
    """
    from digest.delivery.realm import Realm
    from digest.delivery.states import IssueState
    from digest.store.planning import Planning

    begins: int | None = None
    for before in Planning(database).slots_before(Realm.REAL, newsletter, moment):
        is_cancelled = before.state is IssueState.CANCELLED and not before.has_left
        if before.state not in {IssueState.SKIPPED, IssueState.MISSED} and not is_cancelled:
            break
        if before.drops_articles:
            dropped = None if before.window_end is None else moment_of(before.window_end)
            return None if begins is None else moment_of(begins), dropped
        begins = before.window_start if before.window_start is not None else begins
    return None if begins is None else moment_of(begins), None


def _knows_all(config: Config, newsletter: str, slot: Slot, ledger: "Ledger") -> bool:
    """Return whether the ledger knows every issue that may have told what comes late for this one.

    A store that was put back from an older copy has forgotten issues. What they told looks as if
    it had come too late for the one before.
    """
    from digest.store.restored import restored_at

    timetable = timetable_of(config, newsletter)
    begins = window_before(slot, timetable).start - timetable.window.grace
    return restored_at(ledger) <= begins.timestamp() * 1000


def recall_told(config: Config, newsletters: Sequence[str]) -> Memory:
    """Return what readers of these newsletters have been told, for a breaking story.

    Raises:
        StoreError: the store cannot be read.
    """
    if not os.path.exists(config.store.path):
        return Memory()
    from digest.store.database import open_store
    from digest.store.recollection import recollect

    database = open_store(config.store.path, create=False)
    try:
        told = recollect(database, BREAKING, newsletters, but=0)
    finally:
        database.close()
    return Memory(sent=told.sent, sent_bodies=told.sent_bodies)


def _without(told: dict[str, str], newsletter: str) -> dict[str, str]:
    if not newsletter:
        return told
    return {key: issue for key, issue in told.items() if issue.partition("/")[0] != newsletter}


def _only(told: dict[str, str], newsletter: str) -> dict[str, str]:
    return {key: issue for key, issue in told.items() if issue.partition("/")[0] == newsletter}
