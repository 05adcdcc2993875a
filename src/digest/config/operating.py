"""What config.toml says about working without anybody looking: `[schedule]`, `[notices]`. Pure.

Schema and defaults as in `settings.py`.
"""

import enum
from datetime import timedelta
from typing import Annotated, TypeAlias

from digest.config.addresses import check_email
from digest.config.mistake import Wrong
from digest.config.table import Table
from digest.config.values import between, check_distinct, worded
from digest.config.wording import parse_quiet_hours, parse_span


class Approval(enum.Enum):
    """Who lets a frozen issue leave."""

    NONE = "none"  #: nobody need to
    REQUIRED = "required"  #: a person; without one it is held
    SILENCE_SENDS = "silence-sends"  #: nobody need to, but anybody asked may hold it


def _between(least: timedelta, most: timedelta, *, or_empty: bool = False) -> object:
    def check(text: str) -> Wrong | None:
        if or_empty and not text:
            return None
        span = parse_span(text)
        if isinstance(span, Wrong):
            return span
        if least <= span <= most:
            return None
        return Wrong(
            f"is not between {_worded(least)} and {_worded(most)}", "Write a span in these bounds."
        )

    return check


def _worded(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {name}{'s' if minutes != size else ''}"
    return f"{minutes} minutes"


_NOTHING = timedelta()
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

Lateness: TypeAlias = Annotated[str, _between(timedelta(minutes=1), 7 * _DAY)]
CutOffOrEmpty: TypeAlias = Annotated[str, _between(_NOTHING, 7 * _DAY, or_empty=True)]
GapOrEmpty: TypeAlias = Annotated[str, _between(_NOTHING, 31 * _DAY, or_empty=True)]
HandOverOrEmpty: TypeAlias = Annotated[
    str, _between(timedelta(minutes=20), 2 * _HOUR, or_empty=True)
]
QuietHoursOrEmpty: TypeAlias = Annotated[str, worded(parse_quiet_hours)]
Addresses: TypeAlias = Annotated[tuple[Annotated[str, check_email], ...], check_distinct]


class Schedule(Table, kw_only=True):
    """`[schedule]`: how `digest schedule` works."""

    #: Later than this a slot is missed: nothing is sent, and somebody is told.
    max_lateness: Lateness = "6 hours"
    #: Two issues of a newsletter are never nearer; empty: half the time between its slots.
    min_gap: GapOrEmpty = ""


class Notices(Table, kw_only=True):
    """`[notices]`: who is told what the schedule did. A webhook: DIGEST_WEBHOOK_URL."""

    #: Addresses of those who look after the sending.
    email: Addresses = ()
    #: So many addresses suppressed by one issue are told as a warning, 1 to 1,000,000.
    suppressions: Annotated[int, between(1, 1_000_000)] = 50
    #: No more mails and webhooks than this in an hour, 1 to 100; the rest comes as one.
    per_hour: Annotated[int, between(1, 100)] = 12
