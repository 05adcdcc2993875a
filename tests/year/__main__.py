"""`python -m year`: a simulated year, the race for slots, the service in real time, kills.

Prints what became of every slot and reader; leaves with 1 when a promise is broken. Everything of
a simulated year follows from its seed: `--seed` shows a bad one again, `--keep` its folder.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from fake_sendgrid import FakeSendGrid
from year.kills import CASES, sweep
from year.race import once_each, race
from year.service import Publisher, run_minutes, utc_now
from year.whole import live

_HEADS = (
    *("seed", "slots", "sent", "late", "skipped", "missed", "held", "cancelled", "kills"),
    *("suspends", "mails", "twice", "lost", "seconds"),
)


def main() -> int:
    """Run what is asked for; 1 when something is broken."""
    parser = argparse.ArgumentParser(prog="python -m year", description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="1 and 2 without")
    parser.add_argument("--start", default="2026-01-05", metavar="MONDAY")
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the folders here")
    parser.add_argument("--only", choices=["year", "race", "service", "kills"], default="")
    parser.add_argument("--step", type=int, default=11, help="of the kills; 1: every statement")
    options = parser.parse_args()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        if options.only in {"", "year"}:
            seeds = options.seed or [1, 2]
            faults += _years(folder, seeds, options.start, options.weeks)
        if options.only in {"", "race"}:
            faults += _races(folder / "race")
        if options.only in {"", "service"}:
            faults += _service(folder / "service", 3)
        if options.only in {"", "kills"}:
            faults += _kills(folder / "kills", options.step)
    for fault in faults:
        _say(f"BROKEN {fault}")
    return 1 if faults else 0


def _years(folder: Path, seeds: list[int], start: str, weeks: int) -> Iterator[str]:
    _say(f"| {' | '.join(_HEADS)} |\n| {'---: | ' * len(_HEADS)}".rstrip())
    for seed in seeds:
        begun = time.monotonic()
        verdict = live(folder / f"year-{seed}", seed, start, weeks)
        found = verdict.figures
        values = [
            *(seed, found.slots, found.sent, found.late, found.skipped, found.missed, found.held),
            *(found.cancelled, found.kills, found.suspends, found.mails, found.twice, found.lost),
            round(time.monotonic() - begun),
        ]
        _say(f"| {' | '.join(f'{value:,}' for value in values)} |")
        yield from (f"seed {seed}: {fault}" for fault in verdict.faults)


def _races(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True)
    raced = race(folder / "race.db", 16, 1000)
    _say(
        f"\n16 processes took the same 1,000 slots, half of them as issues, half as missed: "
        f"{raced.issues:,} issues, {raced.not_once} not once, {len(raced.errors)} errors."
    )
    if raced != (1000, 0, ()):
        yield f"race: {raced}"
    slot = utc_now().replace(second=0, microsecond=0)
    with FakeSendGrid(latency=0.05) as fake:
        publisher = Publisher(folder, fake, f"{slot.minute} {slot.hour} * * *", 30)
        publisher.write_stories(slot - timedelta(minutes=3), slot)
        publisher.begin_at(slot - timedelta(seconds=1))
        ended = once_each(publisher.site.config, 16, publisher.variables)
        publisher.close()
        codes = sorted({code for code, _ in ended})
        copies = set(fake.copies().values())
        issues = list(publisher.issues().values())
    _say(f"16 times `digest schedule --once` at once: {issues}, exit codes {codes}.")
    if (issues, codes, copies) != (["sent"], [0], {1}):
        yield f"16 commands: {issues}, {codes}, copies {copies}"


def _service(folder: Path, minutes: int) -> Iterator[str]:
    folder.mkdir(parents=True)
    with FakeSendGrid(latency=0.2) as fake:
        publisher = Publisher(folder, fake, "* * * * *", 12)
        kills = run_minutes(publisher, minutes)
        publisher.close()
        issues = publisher.issues()
        copies = Counter(
            (mail.args["digest_issue"], mail.email)
            for mail in fake.mails()
            if "digest_issue" in mail.args
        )
    states = sorted(set(issues.values()))
    heard = [publisher.heard.count(f"{word}=1") for word in ("READY", "WATCHDOG", "STOPPING")]
    _say(
        f"The service over {len(issues)} slots a minute apart, killed {kills} times: "
        f"{', '.join(states)}; "
        f"readers {publisher.batches()}; systemd heard READY, WATCHDOG, STOPPING {heard} times."
    )
    publisher.lines()
    if set(copies.values()) != {1}:
        yield f"service: copies {copies}"
    if not set(states) <= {"sent", "held", "missed", "draft", "approved"} or len(issues) < minutes:
        yield f"service: {issues}"
    if "@" in publisher.said():
        yield "service: an address stands in the log"
    if not all(heard):
        yield f"service: systemd heard {heard}"


def _kills(folder: Path, step: int) -> Iterator[str]:
    _say(f"\n| killed at each {step}th statement | kills | in doubt | seconds |")
    _say("| --- | ---: | ---: | ---: |")
    for number, case in enumerate(CASES):
        begun = time.monotonic()
        (place := folder / str(number)).mkdir(parents=True)
        swept = sweep(place, case, step=step)
        seconds = round(time.monotonic() - begun)
        _say(f"| {case.name} | {swept.kills} | {swept.in_doubt} | {seconds} |")
        yield from swept.faults


def _say(text: str) -> None:
    sys.stdout.write(text + os.linesep)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
