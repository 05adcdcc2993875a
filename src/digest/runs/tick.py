"""One look at the clock and the ledger: what is due for every newsletter. Reads the store.

A look with nothing due writes nothing. What is written is where the schedule has got to: a slot
counts from the moment a newsletter is first seen with a schedule.
"""

import json
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from digest.config.mistake import Wrong
from digest.config.newsletters import Newsletter, cut_off, hand_over
from digest.config.operating import Approval
from digest.config.schedule_words import parse_schedule
from digest.config.sending import CourierName
from digest.config.settings import Config, max_lateness, quiet_hours
from digest.config.timetables import timetable_of
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.errors import HeldError
from digest.runs.agenda import Duty, Kind, Stages, due
from digest.runs.memory import BREAKING
from digest.runs.notices import PREVIEW
from digest.runs.realms import realm_of
from digest.selection.slot import Slot, slots_between
from digest.selection.timetable import Timetable
from digest.store.database import Database
from digest.store.driver import is_driven
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.notices import count_of_issue
from digest.store.planning import Pause, Planning
from digest.store.times import in_ms, moment_of

#: A clock this far behind the ledger has jumped back.
_BACK: Final = timedelta(minutes=5)
#: Later than any moment: rows after it are only those that are not done.
_NEVER: Final = 2**62
#: How far back the names of slots are known, in periods of the newsletter.
_PERIODS_BACK: Final = 3


class _Known(NamedTuple):
    """Where the schedule of a newsletter has got to."""

    #: `schedule` and time zone as they were.
    schedule: str
    zone: str
    #: Every slot up to here stands in the ledger, or was before there was a schedule.
    since: int


def check_clock(database: Database, now: datetime) -> None:
    """Raise when the clock is behind the ledger: whatever was due then would be due again.

    Raises:
        HeldError: it is.
    """
    newest = moment_of(Planning(database).newest_moment())
    if now < newest - _BACK:
        raise HeldError(
            f"the clock shows {now:%Y-%m-%d %H:%M} UTC, and the store was written at "
            f"{newest:%Y-%m-%d %H:%M} UTC: nothing is begun",
            where="the clock of this computer",
            remedy="Set it (timedatectl). If it is right, wait until it has passed that moment.",
        )


def look(config: Config, database: Database, now: datetime, only: str = "") -> list[Duty]:
    """Return what is due now, the earliest slot first.

    Args:
        config: the publisher's settings.
        database: the store; written to only when a schedule is new or has got further.
        now: the present moment, aware.
        only: a newsletter, or `breaking`; "": all.

    Raises:
        HeldError: see `check_clock`.
        StoreError: the store cannot be read or written.
    """
    check_clock(database, now)
    realm = realm_of(config, config.delivery.courier)
    pauses = Planning(database).pauses(realm)
    duties: list[Duty] = []
    for name, newsletter in config.newsletters.items():
        if newsletter.schedule and only in {"", name}:
            duties += _of_newsletter(config, database, realm, name, pauses.get(name), now)
    if only in {"", BREAKING}:
        zone = ZoneInfo(config.site.timezone)
        stages = Stages(
            max_lateness=max_lateness(config), quiet=quiet_hours(config), each_alone=True
        )
        rows = Planning(database).rows(realm, BREAKING, _NEVER)
        duties += _due(database, BREAKING, (), rows, stages, None, now.astimezone(zone))
    return sorted(duties, key=lambda duty: duty.moment)


def stages_of(config: Config, newsletter: Newsletter) -> Stages:
    """Return how the issues of a newsletter come to their slots."""
    is_sendgrid = config.delivery.courier is CourierName.SENDGRID
    return Stages(
        cut_off=cut_off(newsletter),
        hand_over=hand_over(newsletter) if is_sendgrid else timedelta(),
        approval=newsletter.approval,
        max_lateness=max_lateness(config),
    )


def _of_newsletter(  # noqa: PLR0913, PLR0917  the circumstances
    config: Config,
    database: Database,
    realm: Realm,
    name: str,
    pause: Pause | None,
    now: datetime,
) -> list[Duty]:
    newsletter, timetable = config.newsletters[name], timetable_of(config, name)
    stages = stages_of(config, newsletter)
    ledger, fact = Ledger(database), f"schedule:{realm.value}:{name}"
    wanted = _Known(newsletter.schedule, timetable.zone.key, in_ms(now))
    text = ledger.fact(fact)
    known = _Known(**json.loads(text)) if text else wanted
    duties: list[Duty] = []
    if known[:2] != wanted[:2]:
        # What the schedule before had due is settled by its own times; the new one begins where
        # a slot of it could still go out.
        before = _timetable_before(timetable, known)
        latest = in_ms(now - stages.max_lateness)
        rows = Planning(database).rows(realm, name, known.since)
        slots = [] if before is None else _slots(before, known.since, latest)
        duties = [
            duty
            for duty in _due(database, name, slots, rows, stages, pause, now)
            if duty.kind in {Kind.MISS, Kind.SKIP} and duty.issue is None
        ]
        if not duties:
            known = wanted._replace(since=max(known.since, latest))
    if not duties:
        slots = _slots(timetable, known.since, in_ms(now + stages.cut_off))
        back = known.since - int(_PERIODS_BACK * period_ms(timetable))
        rows = Planning(database).rows(realm, name, back)
        here = now.astimezone(timetable.zone)
        duties = _due(database, name, slots, rows, stages, pause, here)
        known = known._replace(since=_settled(slots, rows, known.since))
    if (said := json.dumps(known._asdict())) != text:
        ledger.set_fact(fact, said)
    return duties


def period_ms(timetable: Timetable) -> float:
    """Return the usual distance of two slots in milliseconds."""
    from digest.selection.slot import period_of

    return period_of(timetable).total_seconds() * 1000


def _due(  # noqa: PLR0913, PLR0917  the circumstances
    database: Database,
    name: str,
    slots: "list[Slot] | tuple[()]",
    rows: list[IssueRow],
    stages: Stages,
    pause: Pause | None,
    now: datetime,
) -> list[Duty]:
    waiting = {
        row.id
        for row in rows
        if row.leaves_at is not None
        and StoreJournal(database, row).standing().count(BatchState.PLANNED, BatchState.SENDING)
    }
    asks = stages.approval is not Approval.NONE
    drafts = [row for row in rows if asks and row.state is IssueState.DRAFT and not row.asked_at]
    duties = due(
        name,
        slots=slots,
        rows=rows,
        stages=stages,
        pause=pause,
        to_hand_over=waiting,
        not_shown={row.id for row in drafts if not count_of_issue(database, row.id, PREVIEW)},
        now=now,
    )
    return [
        duty
        for duty in duties
        if duty.issue is None or not is_driven(database.path, duty.issue.id)
    ]


def _slots(timetable: Timetable, after: int, until: int) -> list[Slot]:
    return list(slots_between(timetable, moment_of(after), moment_of(until)))


def _settled(slots: list[Slot], rows: list[IssueRow], since: int) -> int:
    """Return up to where every slot stands in the ledger."""
    names, moments = {row.slot for row in rows}, {row.slot_at for row in rows}
    for slot in slots:
        moment = in_ms(slot.moment)
        if slot.name not in names and moment not in moments:
            break
        since = moment
    return since


def _timetable_before(timetable: Timetable, known: _Known) -> Timetable | None:
    """Return the timetable that stood before; None: this version does not know its words."""
    schedule = parse_schedule(known.schedule)
    if isinstance(schedule, Wrong):
        return None
    try:
        return Timetable(
            window=timetable.window,
            zone=ZoneInfo(known.zone),
            schedule=schedule,
            free=timetable.free,
        )
    except (KeyError, ValueError, OSError):
        return None
