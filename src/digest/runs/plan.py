"""The next slots, and what each would hold today. Reads the folder once, and the store."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.errors import NotFoundError, Problem
from digest.runs.choose import Tick, find_newsletter
from digest.runs.memory import BREAKING, recall
from digest.runs.realms import realm_of
from digest.runs.series import Row, play
from digest.runs.upcoming import (
    Moments,
    Stage,
    Upcoming,
    moments_of,
    upcoming_of_issue,
    upcoming_of_slot,
)
from digest.selection.coverage import Coverage, coverage_of
from digest.selection.series import Recalled, Turnout
from digest.selection.slot import Slot, next_slot, slots_between, window_before
from digest.selection.window import Window
from digest.store.database import Database, open_store
from digest.store.driver import is_driven
from digest.store.ledger import IssueRow
from digest.store.overview import stories_told
from digest.store.planning import Pause, Planning
from digest.store.times import moment_of

#: Nothing goes out then, whoever would choose.
_RESTING = frozenset({Stage.FREE, Stage.PAUSED, Stage.SKIPPED, Stage.MISSED})
#: Slots of a newsletter that are looked at, for what lies in no window.
_MANY = 24
_LOOKED_AT = timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One slot ahead."""

    at: Upcoming
    window: Window
    #: Content is frozen, and handed over to SendGrid, then; None: by hand, at the slot, or never.
    freezes_at: datetime | None
    hands_over_at: datetime | None
    #: What would become of it today; None: it is decided already, or nothing goes out.
    turnout: Turnout | None = None
    #: Stories of an issue that is frozen already; None: it is not.
    frozen_stories: int | None = None
    #: How far the clocks have moved since the slot before, or since now.
    clocks_move: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterPlan:
    """The slots of one newsletter ahead."""

    name: str
    title: str
    zone: ZoneInfo
    has_schedule: bool
    slots: tuple[Planned, ...]
    #: What is odd about its windows, in sentences.
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The slots ahead."""

    #: In the publisher's zone.
    now: datetime
    until: datetime
    newsletters: tuple[NewsletterPlan, ...]
    #: Breaking stories that wait for their moment.
    breaking: tuple[Upcoming, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the store says; empty where there is none."""

    pauses: dict[str, Pause]
    rows: dict[tuple[str, str], Upcoming]
    #: Number of an issue → its stories.
    told: dict[int, int]


def plan(
    config: Config, name: str, now: datetime, *, weeks: int, tick: Tick | None = None
) -> Plan:
    """Return the slots of the next weeks, and what each would hold today.

    A slot is judged as at its moment, with what is in the folder now; the ones before it count
    as sent.

    Args:
        config: the publisher's settings.
        name: of a newsletter; "": all.
        now: the present moment, aware.
        weeks: how far ahead; the next slot is there even if it is further.
        tick: told how many files of how many have been read.

    Raises:
        NotFoundError: no such newsletter or folder.
        ConfigError: an issue file is wrong.
        StoreError: the store cannot be read.
    """
    names = [find_newsletter(config.newsletters, name)[0]] if name else list(config.newsletters)
    now = now.astimezone(ZoneInfo(config.site.timezone))
    until = now + timedelta(weeks=weeks)
    known = _read_store(config, now)
    ahead = {each: _ahead(config, each, known, (now, until)) for each in names}
    rows = [row for each in names if (row := _row(config, each, ahead[each], known)) is not None]
    played = {one.newsletter: one for one in play(config, rows, tick=tick)[0]} if rows else {}
    plans = []
    for each in names:
        turnouts = played[each].turnouts if each in played else ()
        plans.append(_newsletter_plan(config, each, ahead[each], turnouts, known, now))
    return Plan(
        now=now,
        until=until,
        newsletters=tuple(plans),
        breaking=tuple(
            one
            for (newsletter, _), one in known.rows.items()
            if newsletter == BREAKING and one.moment.timestamp() > now.timestamp()
        ),
        warnings=tuple(warning for one in played.values() for warning in one.warnings),
    )


def _read_store(config: Config, now: datetime) -> _Known:
    if not os.path.exists(config.store.path):
        return _Known(pauses={}, rows={}, told={})
    realm = realm_of(config, config.delivery.courier)
    with closing(open_store(config.store.path, create=False)) as database:
        planning, at = Planning(database), int(now.timestamp() * 1000)
        rows = [
            _stage_of(config, database, row, now)
            for name in (*config.newsletters, BREAKING)
            for row in planning.rows(realm, name, at)
        ]
        return _Known(
            pauses=planning.pauses(realm),
            rows={(one.newsletter, one.slot): one for one in rows},
            told={one.issue.id: stories_told(database, one.issue.id) for one in rows if one.issue},
        )


def _stage_of(config: Config, database: Database, row: IssueRow, now: datetime) -> Upcoming:
    newsletter = config.newsletters.get(row.newsletter)
    zone = ZoneInfo((newsletter and newsletter.timezone) or config.site.timezone)
    moments = moments_of(config, row.newsletter) if newsletter else Moments(freeze=timedelta())
    moment = moment_of(row.slot_at).astimezone(zone)
    driven = is_driven(database.path, row.id)
    return upcoming_of_issue(row, moment, moments, now, is_driven=driven)


_Ahead = list[tuple[Slot, Upcoming]]


def _ahead(config: Config, name: str, known: _Known, span: tuple[datetime, datetime]) -> _Ahead:
    """Return the slots of a newsletter in the span, and the next one where there is none."""
    now, until = span
    timetable, moments = timetable_of(config, name), moments_of(config, name)
    pause = known.pauses.get(name)
    slots = list(slots_between(timetable, now, until))
    if all(slot.skipped for slot in slots):
        with suppress(NotFoundError):  # nothing but free days, and they are listed
            slots.append(next_slot(timetable, now))
    return [
        (
            slot,
            known.rows.get((name, slot.name)) or upcoming_of_slot(name, slot, moments, pause, now),
        )
        for slot in slots
    ]


def _row(config: Config, name: str, ahead: _Ahead, known: _Known) -> Row | None:
    """Return the slots that are to be played: those nobody has decided about."""
    slots = [(slot, at) for slot, at in ahead if at.issue is None or at.stage in _RESTING]
    pause = known.pauses.get(name)
    pause_drops = pause is not None and not pause.keeps_articles
    if not slots:
        return None
    past = recall(config, name, slots[0][0])
    recalled = Recalled(
        memory=past.memory, number=past.number or 1, last_window_end=past.last_window_end
    )
    rests = {
        slot.name: (
            at.reason or at.stage.value,
            bool(at.issue.drops_articles)
            if at.issue
            else at.stage is Stage.PAUSED and pause_drops,
        )
        for slot, at in slots
        if at.stage in _RESTING
    }
    return Row(
        newsletter=name,
        slots=tuple(slot for slot, _ in slots),
        recalled=recalled,
        rests=rests,
    )


def _newsletter_plan(  # noqa: PLR0913, PLR0917  the circumstances
    config: Config,
    name: str,
    ahead: _Ahead,
    turnouts: Sequence[Turnout],
    known: _Known,
    now: datetime,
) -> NewsletterPlan:
    newsletter, timetable = config.newsletters[name], timetable_of(config, name)
    moments = moments_of(config, name)
    by_slot = {one.slot.name: one for one in turnouts}
    before = now.astimezone(timetable.zone)
    slots = []
    for slot, at in ahead:
        turnout = by_slot.get(slot.name)
        window = turnout.window if turnout else window_before(slot, timetable)
        rests = at.stage in _RESTING
        slots.append(
            Planned(
                at=at,
                window=window,
                freezes_at=None if rests else _before(slot, moments.freeze),
                hands_over_at=None if rests else _before(slot, moments.hand_over or None),
                turnout=None if rests else turnout,
                frozen_stories=known.told.get(at.issue.id) if at.issue else None,
                clocks_move=_offset(slot.moment) - _offset(before),
            )
        )
        before = slot.moment
    return NewsletterPlan(
        name=name,
        title=newsletter.title,
        zone=timetable.zone,
        has_schedule=bool(newsletter.schedule),
        slots=tuple(slots),
        remarks=tuple(_remarks(config, name, now)),
    )


def _remarks(config: Config, name: str, now: datetime) -> Iterator[str]:
    """Yield what is odd about how the windows of a newsletter meet."""
    coverage, grace = coverage_ahead(config, name, now), timetable_of(config, name).window.grace
    if coverage.hole:
        what = f"up to {worded(coverage.hole)} between two windows lie in none"
        if coverage.hole <= grace:
            yield f"{what}; what is published then comes late, as carried over"
        else:
            yield (
                f"{what}, and grace is {worded(grace)}: what is published then may never be told. "
                f'Set window = "since last issue" under [newsletters.{name}]'
            )
    if coverage.overlap:
        yield f"up to {worded(coverage.overlap)} lie in two windows; no article is told twice"


def coverage_ahead(config: Config, name: str, now: datetime) -> Coverage:
    """Return how the windows of a newsletter's next slots meet."""
    timetable = timetable_of(config, name)
    slots = list(islice(slots_between(timetable, now, now + _LOOKED_AT), _MANY))
    return coverage_of(timetable, slots)


def worded(span: timedelta) -> str:
    """Return a span in days, or in hours where it has no whole days."""
    hours = round(span.total_seconds() / 3600)
    if hours % 24:
        return f"{hours} hours"
    return f"{hours // 24} day{'' if hours == 24 else 's'}"


def _before(slot: Slot, span: timedelta | None) -> datetime | None:
    """Return the moment so long before a slot; by instant, for the clocks may change between."""
    if span is None:
        return None
    return (slot.moment.astimezone(UTC) - span).astimezone(slot.moment.tzinfo)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()
