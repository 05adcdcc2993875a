"""Working without anybody looking: slots, the process that watches the clock, who is told.

Reads the disk.
"""

import os
from collections.abc import Iterator
from typing import Final

from digest.config.sending import CourierName
from digest.config.timetables import timetable_of
from digest.errors import NotFoundError
from digest.runs.doctor.finding import Case, Finding, Step, ok, warning, wrong
from digest.runs.needs import Watch, needs_of_watch
from digest.runs.plan import coverage_ahead, worded
from digest.selection.slot import next_slot
from digest.store.watch import is_watched, last_touched

_START: Final = "Let `digest schedule` run, or `digest schedule --once` from cron."


def _slots(case: Case) -> Iterator[Finding]:
    check = "schedule.slot"
    for name, newsletter in case.config.newsletters.items():
        try:
            slot = next_slot(timetable_of(case.config, name), case.now)
        except NotFoundError as error:
            problem = error.problems[0]
            yield wrong(check, problem.what, problem.remedy, about=name)
            continue
        found = f"{slot.name}, {slot.moment:%a %d %b %Y %H:%M}"
        if newsletter.schedule:
            yield ok(check, f"{found} ({newsletter.schedule})", about=name)
        else:
            yield ok(check, f"{found}; without a schedule a person sends it", about=name)


def _windows(case: Case) -> Iterator[Finding]:
    check = "schedule.window"
    for name, newsletter in case.config.newsletters.items():
        if not newsletter.schedule:
            continue
        try:
            hole = coverage_ahead(case.config, name, case.now).hole
        except NotFoundError:
            continue  # no slot: told above
        grace = timetable_of(case.config, name).window.grace
        if hole > grace:
            yield warning(
                check,
                f"up to {worded(hole)} between two windows lie in none, and grace is "
                f"{worded(grace)}: what is published then may never be told",
                f'Set window = "since last issue" under [newsletters.{name}], or a longer one.',
                about=name,
            )
        else:
            yield ok(check, "every day is told", about=name)


def _watch(case: Case) -> Iterator[Finding]:
    check = "schedule.watch"
    if not any(newsletter.schedule for newsletter in case.config.newsletters.values()):
        return
    path = case.config.store.path
    looked_at = last_touched(path) if os.path.exists(path) else None
    if looked_at is None:
        yield warning(
            check, "nobody has looked at the clock yet: nothing leaves by itself", _START
        )
        return
    is_running = is_watched(path)
    watch = Watch(is_running=is_running, looked_at=looked_at, is_wanted=True, is_busy=False)
    if needs := list(needs_of_watch(watch, {}, case.now)):
        yield warning(check, f"{needs[0].where}: {needs[0].what}", f"{needs[0].remedy}.")
        return
    who = "digest schedule runs" if is_running else "digest schedule --once"
    yield ok(check, f"{who}, last looked {looked_at:%Y-%m-%d %H:%M} UTC")


def _notices(case: Case) -> Iterator[Finding]:
    environment = case.environment
    ways = [
        f"{len(case.config.notices.email)} by mail" if case.config.notices.email else "",
        "a webhook" if environment.webhook_url else "",
        "a ping" if environment.ping_url else "",
    ]
    if told := ", ".join(filter(None, ways)):
        yield ok("schedule.notices", told)
        return
    yield warning(
        "schedule.notices",
        "nobody is told when an issue is missed or held",
        "Set [notices] email in config.toml, or DIGEST_WEBHOOK_URL in the environment.",
    )


def _hand_over(case: Case) -> Iterator[Finding]:
    for name, newsletter in case.config.newsletters.items():
        if not newsletter.hand_over:
            continue
        if case.config.delivery.courier is CourierName.SMTP:
            yield wrong(
                "schedule.hand_over",
                "a mail server keeps no mail until later: it would leave too early",
                f"Empty hand_over under [newsletters.{name}], or send through SendGrid.",
                about=name,
            )
        else:
            yield ok("schedule.hand_over", f"{newsletter.hand_over} before its slot", about=name)


STEPS: Final[tuple[Step, ...]] = (
    Step(checks=("schedule.slot",), run=_slots),
    Step(checks=("schedule.window",), run=_windows),
    Step(checks=("schedule.watch",), run=_watch),
    Step(checks=("schedule.notices",), run=_notices),
    Step(checks=("schedule.hand_over",), run=_hand_over),
)
