"""The clock against the store and the provider; time zones. Reads the disk, asks the provider."""

import os
import re
import zoneinfo
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import Final

from digest.config.sending import CourierName
from digest.runs.clock import read_now
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, warning, wrong
from digest.runs.doctor.network import sendgrid_host, without_network
from digest.store.checkup import newest_moment
from digest.store.database import VERSION, open_as_it_is, version_of
from digest.store.times import moment_of

#: A jump back of more than this is not the correction of a drift.
JUMP: Final = timedelta(minutes=5)
#: A clock that is kept is never so far off.
OFF: Final = timedelta(seconds=60)
_SET: Final = "Set the clock, and let it be kept: timedatectl set-ntp true"
_ZONE_DAYS: Final = 400
_RELEASE: Final = re.compile(r"(20[0-9]{2})([a-z])")


def _against_store(case: Case) -> Iterator[Finding]:
    path = case.config.store.path
    if not os.path.exists(path):
        yield not_checked("clock.store", "there is no store yet")
        return
    with closing(open_as_it_is(path)) as database:
        if version_of(database) != VERSION:
            yield not_checked("clock.store", "the store is of another version")
            return
        newest = moment_of(newest_moment(database))
    yield judge_store_clock(case.now, newest)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def judge_store_clock(now: datetime, newest: datetime) -> Finding:
    """Return what the newest moment of the store says about the clock.

    Args:
        now: the present moment.
        newest: the latest moment that was written down; 1970: nothing was.
    """
    if newest - now > JUMP:
        return wrong(
            "clock.store",
            f"it is {now:%Y-%m-%d %H:%M} UTC, and the store was written at "
            f"{newest:%Y-%m-%d %H:%M}: the clock has jumped back",
            _SET,
        )
    if newest == _EPOCH:
        return ok("clock.store", f"it is {now:%Y-%m-%d %H:%M} UTC; nothing was written yet")
    return ok(
        "clock.store", f"it is {now:%Y-%m-%d %H:%M} UTC; last written {newest:%Y-%m-%d %H:%M}"
    )


def _against_provider(case: Case) -> Iterator[Finding]:
    from digest.delivery.answer import Answer
    from digest.delivery.couriers.transport import Request, Timeouts, Transport

    host = sendgrid_host(case)
    if missing := without_network(host, case.name_servers):
        yield not_checked("clock.provider", missing)
        return
    wait = Timeouts(connect=timedelta(seconds=4), read=timedelta(seconds=4))
    try:
        transport = Transport(host, wait)
    except ValueError:
        yield not_checked("clock.provider", "DIGEST_SENDGRID_URL is no address")
        return
    try:
        begun = read_now()
        # Without the key: the answer is a refusal, and has a date.
        reply = transport.exchange(Request(method="GET", target="/v3/scopes", headers={}))
        now = read_now()
    finally:
        transport.close()
    if not isinstance(reply, Answer):
        yield not_checked("clock.provider", reply.reason)
        return
    dates = [value for name, value in reply.headers.items() if name.lower() == "date"]
    try:
        there = parsedate_to_datetime(dates[0]).astimezone(UTC)
    except (IndexError, ValueError):
        yield not_checked("clock.provider", "the answer has no date")
        return
    yield judge_provider_clock(begun + (now - begun) / 2, there)


def judge_provider_clock(now: datetime, there: datetime) -> Finding:
    """Return what the provider's time says about the clock."""
    off = now - there
    seconds = int(abs(off).total_seconds())
    found = f"{seconds:,} seconds {'ahead of' if off > timedelta() else 'behind'} SendGrid's"
    if abs(off) > JUMP:
        return wrong("clock.provider", found, _SET)
    if abs(off) > OFF:
        return warning("clock.provider", found, _SET)
    return ok(
        "clock.provider", "within a minute of SendGrid's" if seconds > 1 else "as SendGrid's"
    )


def _zone(case: Case) -> Iterator[Finding]:
    own = (newsletter.timezone for newsletter in case.config.newsletters.values())
    for name in dict.fromkeys((case.config.site.timezone, *filter(None, own))):
        yield ok("clock.zone", _described(name, case.now))


def _described(name: str, now: datetime) -> str:
    zone = zoneinfo.ZoneInfo(name)
    found = f"{name}: {now.astimezone(zone):%a %d %b %Y %H:%M}"
    change = next_change(zone, now)
    if change is None:
        return f"{found}; its clocks do not change within a year"
    before = (change - timedelta(seconds=1)).astimezone(zone)
    by = (change.astimezone(zone).utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
    way = "forward" if by > timedelta() else "back"
    minutes = int(abs(by).total_seconds()) // 60
    return f"{found}; clocks go {way} by {minutes} minutes after {before:%a %d %b %Y %H:%M}"


def next_change(zone: zoneinfo.ZoneInfo, now: datetime) -> datetime | None:
    """Return the first second (UTC) of the next offset within 400 days; None: there is none."""
    start = now.astimezone(UTC).replace(microsecond=0)
    was = start.astimezone(zone).utcoffset()
    for day in range(1, _ZONE_DAYS + 1):
        low, high = start + timedelta(days=day - 1), start + timedelta(days=day)
        if high.astimezone(zone).utcoffset() == was:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            if middle.astimezone(zone).utcoffset() == was:
                low = middle
            else:
                high = middle
        return high
    return None


def _zone_data(case: Case) -> Iterator[Finding]:
    yield zone_data(case.now)


def zone_data(now: datetime | None = None) -> Finding:
    """Return how old the data of the time zones is; `now` None: do not judge it."""
    release, where = _release()
    check = "clock.zone_data"
    if not release:
        return not_checked(check, f"{where} does not say its version")
    found = f"{release} ({where})"
    if now is not None and int(release[:4]) < now.year - 1:
        return warning(
            check,
            f"{found}: rules of daylight saving may have changed since",
            "Bring the system's tzdata up to date: apt-get install --only-upgrade tzdata, or "
            "pip install --upgrade tzdata.",
        )
    return ok(check, found)


def _release() -> tuple[str, str]:
    """Return the release of the data that is used, `2026a`, or ""; and where it is."""
    for folder in zoneinfo.TZPATH:
        if not os.path.exists(os.path.join(folder, "Europe", "London")):
            continue
        # Some systems have one of these, some another, some none.
        for name in ("+VERSION", "tzdata.zi"):
            try:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    said = _RELEASE.search(file.readline())
            except OSError:
                continue
            if said:
                return said[0], folder
        return "", folder
    try:
        year, _, number = metadata.version("tzdata").partition(".")
    except metadata.PackageNotFoundError:
        return "", "the system"
    letter = chr(ord("a") + int(number.partition(".")[0] or 1) - 1)
    return f"{year}{letter}", "the package tzdata"


STEPS: Final[tuple[Step, ...]] = (
    Step(checks=("clock.store",), run=_against_store),
    Step(
        checks=("clock.provider",),
        run=_against_provider,
        network=True,
        # Nobody else answers without being sent mail.
        concerns=lambda config: config.delivery.courier is CourierName.SENDGRID,
    ),
    Step(checks=("clock.zone",), run=_zone),
    Step(checks=("clock.zone_data",), run=_zone_data),
)
