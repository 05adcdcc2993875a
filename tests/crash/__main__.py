"""`python -m crash`: kills senders a thousand times, and prints what became of the readers.

`--short` is what CI runs: every point of one sending, and some of everything else.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from crash.ahead import call_back_killed, each_point, hand_over_killed
from crash.claimers import faults_of, race
from crash.scenarios import (
    PATTERNS,
    Range,
    Verdict,
    every_point,
    full_disk,
    kill_randomly,
    locked,
    ranges,
    restored,
    stepped_clock,
    two_at_once,
)
from crash.senders import faking, starting
from crash.stores import make_store

_HEADS = (
    *("sendings", "starts", "kills", "readers", "accepted", "duplicates", "lost"),
    *("set aside", "unknown"),
)
_Plan = Mapping[str, Iterator[Verdict]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of each."""

    patterns: int
    step_of_pairs: int
    big: int
    small: int
    doubles: int
    clocks: int
    disks: int
    locks: int
    restores: int
    #: Of what is handed over ahead of its time.
    step_ahead: int


_SHORT = Size(
    patterns=1,
    step_of_pairs=12,
    big=0,
    small=3,
    doubles=4,
    clocks=2,
    disks=4,
    locks=2,
    restores=3,
    step_ahead=9,
)
_LONG = Size(
    patterns=len(PATTERNS),
    step_of_pairs=1,
    big=4,
    small=80,
    doubles=60,
    clocks=30,
    disks=40,
    locks=15,
    restores=25,
    step_ahead=1,
)


def main() -> int:
    """Run everything, print a table; 1 when an invariant is broken."""
    parser = argparse.ArgumentParser(prog="python -m crash", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faults: list[str] = []
    totals = [0] * (len(_HEADS) + 2)
    begun = time.monotonic()
    _say(f"| {' | '.join(['scenario', *_HEADS, 'of them delivered', 'seconds'])} |")
    _say(f"| --- {'| ---: ' * (len(_HEADS) + 2)}|")
    with starting() as senders, faking() as fake, ranges(senders, fake) as at:
        size = _SHORT if options.short else _LONG
        for name, verdicts in _plan(at, random.Random(options.seed), size).items():
            row = _row(name, verdicts, faults)
            totals = [total + value for total, value in zip(totals, row, strict=True)]
        slots = 100 if options.short else 1000
        race_faults = faults_of(race(make_store(at.folder / "race.db"), 16, slots), slots)
        faults += race_faults
    _line("all", [*totals[:-1], round(time.monotonic() - begun)])
    _say(
        f"\n16 processes claimed the same {slots:,} slots: "
        f"{'see below' if race_faults else f'{slots:,} issues, no error'}."
    )
    for fault in faults:
        _say(f"BROKEN {fault}")
    return 1 if faults else 0


def _plan(at: Range, rng: random.Random, size: Size) -> _Plan:
    uniform = rng.uniform
    big = partial(kill_randomly, at, rng, readers=100_000, batch=1000, longest=0.4)
    small = partial(kill_randomly, at, rng, readers=300, batch=10, longest=0.07)
    pairs = partial(every_point, at, in_flight=3, step=size.step_of_pairs)
    return {
        **{
            f"every point; {_named(faults)}": every_point(at, faults)
            for faults in PATTERNS[: size.patterns]
        },
        "every nth point, 3 in flight": pairs({2: "F8"}),
        "random times, 15 % faults, 100,000 readers": (big() for _ in range(size.big)),
        "random times, 15 % faults, 300 readers": (small() for _ in range(size.small)),
        "two or three senders, stopped, killed": (
            two_at_once(at, rng, senders=rng.choice([2, 3])) for _ in range(size.doubles)
        ),
        "clock steps of up to two days": (stepped_clock(at, rng) for _ in range(size.clocks)),
        "disk full": (full_disk(at, rng.randrange(1_000, 300_000)) for _ in range(size.disks)),
        "store locked by others": (locked(at, uniform(0, 0.4)) for _ in range(size.locks)),
        "handed over ahead, every nth point": each_point(
            at, hand_over_killed, {}, size.step_ahead
        ),
        "called back, every nth point; 1:F8": each_point(
            at, call_back_killed, {1: "F8"}, size.step_ahead
        ),
        "older copy put back": (restored(at, uniform(0.03, 0.5)) for _ in range(size.restores)),
    }


def _named(faults: Mapping[int, str]) -> str:
    return " ".join(f"{number}:{kind}" for number, kind in faults.items()) or "no faults"


def _row(name: str, verdicts: Iterator[Verdict], faults: list[str]) -> list[int]:
    begun = time.monotonic()
    sums = [0] * (len(_HEADS) + 1)
    for verdict in verdicts:
        faults += [f"{name}: {fault}" for fault in verdict.faults]
        found = verdict.count
        values = [1, verdict.starts, verdict.kills, *([0] * 7)]
        if found:
            values[3:] = [
                found.readers,
                found.accepted,
                found.duplicates,
                found.lost,
                found.aside,
                found.unknown,
                found.unknown_delivered,
            ]
        sums = [total + value for total, value in zip(sums, values, strict=True)]
    row = [*sums, round(time.monotonic() - begun)]
    if sums[0]:
        _line(name, row)
    return row


def _line(name: str, row: list[int]) -> None:
    _say(f"| {name} | {' | '.join(f'{value:,}' for value in row)} |")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
