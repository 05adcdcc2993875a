"""How the publisher's newsletters stand now: what `digest status` shows. Reads the store.

No article is read, and little is imported: whoever looks often waits for nothing.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState
from digest.errors import NotFoundError, Problem, StoreError
from digest.record import Record, replace
from digest.runs.needs import BREAKING, Watch, needs_of_clock, needs_of_issues, needs_of_watch
from digest.runs.realms import realm_of
from digest.runs.upcoming import (
    Moments,
    Stage,
    Upcoming,
    lateness,
    moments_of,
    stretch,
    upcoming_of_issue,
    upcoming_of_slot,
)
from digest.selection.slot import Slot, next_slot, slots_between
from digest.store.database import VERSION, Database, open_store
from digest.store.driver import is_driven
from digest.store.ledger import IssueRow
from digest.store.overview import (
    has_untold,
    issues_in_doubt,
    last_issues,
    open_issues,
    readers_of,
)
from digest.store.planning import Pause, Planning
from digest.store.times import moment_of
from digest.store.watch import is_watched, last_touched

#: Issues that are listed.
_LAST: Final = 5
#: Slots of a newsletter that are looked at; lines for those of all.
_LOOKED_AT, _LINES = 60, 3
#: How far ahead, and how far back slots are missed.
_AHEAD, _BACK = timedelta(days=400), timedelta(days=7)
#: A notice is told again and again; before so many tries nobody need look.
_TRIES: Final = 3


class Past(Record, kw_only=True):
    """One of the last issues."""

    issue: IssueRow
    stage: Stage
    #: In the zone of its newsletter.
    moment: datetime
    #: Readers its courier has taken, and all it was for.
    accepted: int
    recipients: int
    #: How long after its slot it left; zero: in time.
    late: timedelta


class StoreHealth(Record, kw_only=True):
    """How the store is."""

    path: str
    is_there: bool
    size_bytes: int
    version: int | None


class Status(Record, kw_only=True):
    """Everything on one screen."""

    #: In the publisher's zone.
    now: datetime
    needs: tuple[Problem, ...]
    #: By newsletter, in the order of the file; breaking stories that wait come last.
    ahead: tuple[Upcoming, ...]
    #: Newest first.
    last: tuple[Past, ...]
    store: StoreHealth
    watch: Watch
    courier: str
    #: Nothing of it reaches readers.
    is_rehearsal: bool


class _Ledger(Record, kw_only=True):
    """What the store says; empty where there is none."""

    pauses: Mapping[str, Pause] = MappingProxyType({})
    #: By newsletter and slot.
    rows: Mapping[tuple[str, str], Upcoming] = MappingProxyType({})
    last: tuple[Past, ...] = ()
    needs: tuple[Problem, ...] = ()


def read_status(config: Config, now: datetime) -> Status:
    """Return how everything stands.

    A store that cannot be opened is one of its needs: the slots are known without it.

    Args:
        config: the publisher's settings.
        now: the present moment, aware.
    """
    path = config.store.path
    realm = realm_of(config, config.delivery.courier)
    here = now.astimezone(ZoneInfo(config.site.timezone))
    health = _health(path)
    known, version = _Ledger(), None
    needs: list[Problem] = []
    watch = _watch(config, path)
    if health.is_there:
        try:
            with closing(open_store(path, create=False)) as database:
                version = VERSION
                known, watch = _read(config, database, realm, here, watch)
        except StoreError as error:
            needs += error.problems
    ahead, passed = _ahead(config, known, here)
    needs += needs_of_watch(watch, passed, here)
    return Status(
        now=here,
        needs=(*needs, *known.needs),
        ahead=tuple(ahead),
        last=known.last,
        store=replace(health, version=version),
        watch=watch,
        courier=config.delivery.courier.value,
        is_rehearsal=realm is Realm.REHEARSAL,
    )


def is_healthy(config: Config) -> str:
    """Return why the service is not healthy, or an empty string: store open, schedule running.

    Raises:
        StoreError: the store cannot be opened.
    """
    open_store(config.store.path, create=False).close()
    return "" if is_watched(config.store.path) else "no digest schedule runs"


def _health(path: str) -> StoreHealth:
    sizes = [os.path.getsize(each) for each in (path, f"{path}-wal") if os.path.exists(each)]
    is_there = os.path.exists(path)
    return StoreHealth(path=path, is_there=is_there, size_bytes=sum(sizes), version=None)


def _watch(config: Config, path: str) -> Watch:
    return Watch(
        is_running=is_watched(path),
        looked_at=last_touched(path),
        is_wanted=any(each.schedule for each in config.newsletters.values()),
        is_busy=False,
    )


def _read(
    config: Config, database: Database, realm: Realm, now: datetime, watch: Watch
) -> tuple[_Ledger, Watch]:
    """Return what the store says."""
    at, planning = int(now.timestamp() * 1000), Planning(database)
    seen: dict[int, Upcoming] = {}

    def stage_of(row: IssueRow) -> Upcoming:
        if row.id not in seen:
            moment = moment_of(row.slot_at).astimezone(_zone(config, row.newsletter))
            moments = _moments(config, row.newsletter)
            driven = is_driven(database.path, row.id)
            seen[row.id] = upcoming_of_issue(row, moment, moments, now, is_driven=driven)
        return seen[row.id]

    waiting = [stage_of(row) for row in open_issues(database, realm)]
    ahead = [
        stage_of(row)
        for name in (*config.newsletters, BREAKING)
        for row in planning.rows(realm, name, at - int(_BACK.total_seconds() * 1000))
    ]
    watch = replace(
        watch,
        is_busy=any(one.stage is Stage.SENDING for one in waiting),
        is_wanted=watch.is_wanted or any(one.newsletter == BREAKING for one in waiting),
    )
    needs = [
        *needs_of_clock(moment_of(planning.newest_moment()), now),
        *needs_of_issues(waiting, issues_in_doubt(database), watch),
        *_untold(database, at),
    ]
    known = _Ledger(
        pauses=planning.pauses(realm),
        rows={(one.newsletter, one.slot): one for one in ahead},
        last=tuple(
            _past(config, database, stage_of(row))
            for row in last_issues(database, realm, at, _LAST)
        ),
        needs=tuple(needs),
    )
    return known, watch


def _past(config: Config, database: Database, one: Upcoming) -> Past:
    row = one.issue
    assert row is not None  # noqa: S101  it was found in the ledger
    readers = readers_of(database, row)
    newsletter = config.newsletters.get(row.newsletter)
    # By hand there is no moment to be late for.
    late = lateness(row) if newsletter and newsletter.schedule else timedelta()
    return Past(
        issue=row,
        stage=one.stage,
        moment=one.moment,
        accepted=readers.get(BatchState.ACCEPTED, 0),
        recipients=sum(many for state, many in readers.items() if state is not BatchState.DIVIDED),
        late=late,
    )


def _untold(database: Database, now: int) -> Iterator[Problem]:
    """Yield what the publisher's own people were not told."""
    if not has_untold(database):
        return
    from digest.store.notices import undelivered

    lost = [
        one for one in undelivered(database, now) if one.state == "given up" or one.tries >= _TRIES
    ]
    if lost:
        ways = ", ".join(sorted({one.way for one in lost}))
        many = f"{len(lost)} notice{'s' if len(lost) > 1 else ''}"
        yield Problem(
            "notices",
            f"{many} did not reach {ways}: {lost[-1].detail or lost[-1].subject}",
            "digest doctor looks why; see [notices] in config.toml",
        )


def _ahead(
    config: Config, known: _Ledger, now: datetime
) -> tuple[list[Upcoming], dict[str, datetime]]:
    """Return the next slots, and those that passed without anything in the ledger."""
    found: list[Upcoming] = []
    passed: dict[str, datetime] = {}
    each = max(1, _LINES // len(config.newsletters))
    for name, newsletter in config.newsletters.items():
        moments, pause = _moments(config, name), known.pauses.get(name)

        def stage_of(slot: Slot, name: str = name, moments: Moments = moments,
                     pause: Pause | None = pause) -> Upcoming:  # fmt: skip
            there = known.rows.get((name, slot.name))
            return there or upcoming_of_slot(name, slot, moments, pause, now)

        if not newsletter.schedule:
            found += _by_hand(config, name, known, now)
            continue
        timetable = timetable_of(config, name)
        slots = slots_between(timetable, now, now + _AHEAD)
        found += stretch(map(stage_of, islice(slots, _LOOKED_AT)), each)
        for slot in slots_between(timetable, now - _BACK, now):
            if stage_of(slot).stage is Stage.DUE:
                passed[f"{name}/{slot.name}"] = slot.moment
    at = now.timestamp()
    found += [
        one
        for (newsletter, _), one in known.rows.items()
        if newsletter == BREAKING and one.moment.timestamp() > at
    ]
    return found, passed


def _by_hand(config: Config, name: str, known: _Ledger, now: datetime) -> Iterator[Upcoming]:
    """Yield the next slot of a newsletter that has no schedule."""
    try:
        slot = next_slot(timetable_of(config, name), now)
    except NotFoundError:
        return
    there = known.rows.get((name, slot.name))
    yield there or upcoming_of_slot(name, slot, Moments(freeze=None), None, now)


def _moments(config: Config, name: str) -> Moments:
    return moments_of(config, name) if name in config.newsletters else Moments(freeze=timedelta())


def _zone(config: Config, name: str) -> ZoneInfo:
    newsletter = config.newsletters.get(name)
    return ZoneInfo((newsletter and newsletter.timezone) or config.site.timezone)
