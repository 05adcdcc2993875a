"""Whether two issues of a newsletter would come too near to each other. Reads the store."""

from contextlib import closing
from datetime import datetime

from digest.config.settings import Config, min_gap
from digest.config.timetables import timetable_of
from digest.runs.notice_texts import worded
from digest.runs.realms import realm_of
from digest.selection.slot import period_of
from digest.store.database import open_store
from digest.store.planning import Planning
from digest.store.times import moment_of


def gap_reason(config: Config, newsletter: str, but: int, now: datetime) -> str:
    """Return why an issue that begins to leave now is too near to the one before, or "".

    Args:
        config: the publisher's settings.
        newsletter: its name.
        but: number of the issue itself; 0: it is new.
        now: the present moment.

    Raises:
        StoreError: the store cannot be read.
    """
    least = min_gap(config)
    if least is None:
        least = period_of(timetable_of(config, newsletter)) / 2
    realm = realm_of(config, config.delivery.courier)
    with closing(open_store(config.store.path)) as database:
        before = Planning(database).last_left(realm, newsletter, but)
    if before is None:
        return ""
    left = moment_of(before[1])
    if now - left >= least:
        return ""
    return f"{before[0]} went out {worded(now - left)} before, and min_gap is {worded(least)}"
