"""What waits for a person, and what that person can type. Pure.

Everything here is said with a command; what the schedule does by itself is not here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from digest.errors import Problem
from digest.record import Record
from digest.runs.upcoming import Stage, Upcoming
from digest.store.overview import InDoubt

#: Under this name breaking stories stand in the ledger (`memory.py`, which is slow to import).
BREAKING: Final = "breaking"
#: A service that has not looked for so long, and sends nothing, hangs: it looks twice a minute.
_HANGS: Final = timedelta(minutes=15)
#: Whoever looks now and then has looked at least once a day, and soon after each slot.
_RARE, _SOON = timedelta(hours=25), timedelta(minutes=15)
#: A clock this far behind the store has jumped back (`tick.py` begins nothing then).
_BACK: Final = timedelta(minutes=5)
#: How the reason begins of an issue held because the store is an older copy (`restored.py`).
_RESTORED: Final = "the store was put back from an older copy"


class Watch(Record, kw_only=True):
    """Whether anybody looks at the clock."""

    #: A `digest schedule` runs.
    is_running: bool
    #: When it, or a `--once`, last ended a look; None: never.
    looked_at: datetime | None
    #: A newsletter has a schedule, or a breaking story waits for its moment.
    is_wanted: bool
    #: An issue is being sent by a process.
    is_busy: bool


def needs_of_issues(
    open_issues: Sequence[Upcoming], in_doubt: Sequence[InDoubt], watch: Watch
) -> Iterator[Problem]:
    """Yield what issues wait for."""
    doubts = {one.issue.id: one for one in in_doubt}
    for one in open_issues:
        doubt = doubts.pop(one.issue.id, None) if one.issue else None
        match one.stage:
            case Stage.HELD:
                yield Problem(one.name, f"held: {one.reason}", _of_held(one, doubt))
            case Stage.ASKED:
                when = f" by {one.until:%a %d %b %H:%M}" if one.until else ""
                yield Problem(
                    one.name,
                    f"nobody has approved it; it is held if nobody does{when}",
                    f"{_look_at(one)}, then digest approve {one.name}, or digest hold {one.name}",
                )
            case Stage.INTERRUPTED if not watch.is_running:
                yield Problem(
                    one.name,
                    "interrupted, and nobody sends what is left",
                    f"digest resume {one.name}",
                )
            case Stage.INTERRUPTED | Stage.SENDING:
                pass  # whoever sends it finds out
            case _ if doubt:
                yield _of_doubt(doubt)
            case _:
                pass
    for doubt in doubts.values():
        yield _of_doubt(doubt)


def _of_held(one: Upcoming, doubt: InDoubt | None) -> str:
    name = one.name
    if one.reason.startswith(_RESTORED):
        return (
            f"digest resolve {name} looks whether readers have it. If not: digest resume {name} "
            f"--accept-restore; if they have: digest cancel {name}"
        )
    if doubt:
        return f"digest resolve {name} looks for proof of {_batches(doubt)}"
    if one.issue and one.issue.recipients_frozen_at is None:
        return f"{_look_at(one)}, then digest approve {name}, or digest cancel {name}"
    return f"digest show {name}, then digest resume {name}, or digest cancel {name}"


def _look_at(one: Upcoming) -> str:
    """Return what shows the mail of an issue."""
    if one.newsletter == BREAKING:
        return f"digest show {one.name}"
    return f"digest preview {one.newsletter} --slot {one.slot}"


def _of_doubt(doubt: InDoubt) -> Problem:
    name = doubt.issue.full_name
    return Problem(
        name, f"nobody knows what became of {_batches(doubt)}", f"digest resolve {name}"
    )


def _batches(doubt: InDoubt) -> str:
    batches = f"{doubt.batches:,} {'batch' if doubt.batches == 1 else 'batches'}"
    return f"{batches} with {doubt.readers:,} {'reader' if doubt.readers == 1 else 'readers'}"


def needs_of_watch(
    watch: Watch, passed: Mapping[str, datetime], now: datetime
) -> Iterator[Problem]:
    """Yield what is wrong with the schedule.

    Where nobody has ever looked, nobody is missed: issues go out by hand.

    Args:
        watch: whether anybody looks.
        passed: name of a slot that nobody has dealt with → its moment.
        now: the present moment, aware.
    """
    if watch.looked_at is None or not watch.is_wanted:
        return
    silence = now - watch.looked_at
    start = "digest schedule, or digest schedule --once from cron"
    if watch.is_running:
        if silence > _HANGS and not watch.is_busy:
            yield Problem(
                "digest schedule", f"runs, and has done nothing for {span(silence)}",
                "See its log, and start it again",
            )  # fmt: skip
        return
    for name, moment in passed.items():
        if watch.looked_at < moment < now - _SOON:
            yield Problem(name, f"was due {moment:%a %d %b %H:%M}, and nobody has looked", start)
            return
    if silence > _RARE:
        yield Problem("digest schedule", f"nobody has looked for {span(silence)}", start)


def needs_of_clock(newest: datetime, now: datetime) -> Iterator[Problem]:
    """Yield that the clock is behind the store.

    Args:
        newest: the latest moment the store knows of, aware.
        now: the present moment.
    """
    if now < newest - _BACK:
        yield Problem(
            "the clock of this computer",
            f"is {span(newest - now)} behind the store: nothing is begun",
            "Set it: timedatectl. If it is right, wait until it has passed "
            f"{newest.astimezone(now.tzinfo):%Y-%m-%d %H:%M}",
        )


def span(much: timedelta) -> str:
    """Return a span as people say it: `3 days`, `5 minutes`, `12 seconds`."""
    seconds = max(0, int(much.total_seconds()))
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds // size} {name}{'s' if seconds // size > 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
