"""Choosing a week out of an archive, from folder to selection, and how that grows.

Timed are whole processes: ours (`choose_one.py`) against the status of all files
(`stat_all.py`) and python-frontmatter over all files (`frontmatter_all.py`).
"""

# ruff: noqa: RUF001  the signs for "times" and "to" are how ratios and spans are written

import sys
from functools import partial
from pathlib import Path

from archive import describe, make_archives, why_not_judged
from timing import (
    WEEK,
    Command,
    Goal,
    Options,
    Section,
    Timings,
    in_scratch,
    parse_options,
    report,
    same,
    script,
    table,
    time_commands,
)

_SIZES = (1, 2, 4, 8)
_QUICK_SIZES = (1, 2)
_ABOUT = """\
Whole processes that choose the articles of {week} out of {articles} (×1) and out of as many
times more, made of copies dated whole multiples of 52 weeks earlier; files in the page cache.
*digest*: our reading and selection with the default rules, no configuration and no rendering.
*stat*: `os.scandir` and `stat` of every file. *frontmatter*: python-frontmatter over every file,
then the dates. All find the same number of articles in the week. Ratios are medians of ratios
taken inside {rounds} interleaved rounds (least–most). digest shares its work with a child
(docs/decisions/0007), so where no second core is free it takes its CPU time instead.
What it cannot do without, measured in the same rounds: *nothing* is `python -c pass`; *libraries*
imports the modules of the standard library that ours import; *heads* then reads one kilobyte of
every file in two children, and does nothing with it (`floor_one.py`)."""
_FLOORS = ("nothing", "libraries", "heads")


def main() -> int:
    """Time, compare and print."""
    options = parse_options(__doc__ or "", rounds=7)
    return in_scratch(partial(_measure, options))


def _measure(options: Options, folder: Path) -> int:
    sizes = _QUICK_SIZES if options.quick else _SIZES
    archives = make_archives(folder, sizes, quick=options.quick)
    commands = [
        Command(f"{name} ×{size}", words)
        for size, archive in archives.items()
        for name, words in (
            ("digest", script("choose_one.py", archive, WEEK)),
            ("stat", script("stat_all.py", archive)),
            ("frontmatter", script("frontmatter_all.py", archive, WEEK)),
        )
    ]
    commands += [
        Command("nothing", (sys.executable, "-c", "pass")),
        *(Command(name, script("floor_one.py", name, archives[1])) for name in _FLOORS[1:]),
    ]
    timings = time_commands(commands, options.rounds)
    same(
        "the numbers of articles in the week",
        {
            command.name: timings.said(command.name)
            for command in commands
            if command.name.startswith(("digest", "frontmatter"))
        },
    )
    largest = sizes[-1]
    added = sum(1 for _ in archives[largest].iterdir()) - sum(1 for _ in archives[1].iterdir())
    about = _ABOUT.format(
        week=WEEK, articles=describe(archives[1], quick=options.quick), rounds=options.rounds
    )
    section = Section(
        title="Choosing a week",
        script="choose.py",
        about=about,
        tables=[
            _by_size(timings, sizes),
            _growth(timings, largest, added),
            _floors(timings),
        ],
        goals=_goals(timings, largest),
        unjudged=why_not_judged(quick=options.quick),
    )
    return report(section, options)


def _by_size(timings: Timings, sizes: tuple[int, ...]) -> str:
    head = ("archive", "digest / stat", "digest / frontmatter", "digest ms", "digest CPU ms")
    rows = [
        (
            f"×{size}",
            timings.ratio(f"digest ×{size}", f"stat ×{size}").show(),
            timings.ratio(f"digest ×{size}", f"frontmatter ×{size}").show(3),
            timings.wall(f"digest ×{size}").show(0),
            timings.cpu(f"digest ×{size}").show(0),
            timings.wall(f"stat ×{size}").show(0),
            timings.wall(f"frontmatter ×{size}").show(0),
        )
        for size in sizes
    ]
    return table((*head, "stat ms", "frontmatter ms"), rows)


def _floors(timings: Timings) -> str:
    """Return what the parts that nothing can avoid take at the size of the archive itself."""
    rows = [
        (
            name,
            timings.ratio(name, "stat ×1").show(),
            timings.ratio(name, "frontmatter ×1").show(3),
            timings.wall(name).show(0),
            timings.cpu(name).show(0),
        )
        for name in (*_FLOORS, "digest ×1")
    ]
    return table(("", "this / stat ×1", "this / frontmatter ×1", "ms", "CPU ms"), rows)


def _growth(timings: Timings, largest: int, added: int) -> str:
    """Return how time and memory grow with `added` more files."""
    rows = [
        (
            name,
            timings.ratio(f"{name} ×{largest}", f"{name} ×1").show(),
            f"{timings.added(f'{name} ×{largest}', f'{name} ×1').middle * 1000 / added:.1f}",
            timings.peak(f"{name} ×1").show(0),
            timings.peak(f"{name} ×{largest}").show(0),
        )
        for name in ("digest", "stat", "frontmatter")
    ]
    return table(
        ("", f"time ×{largest} / ×1", "µs a further file", "peak MiB ×1", f"peak MiB ×{largest}"),
        rows,
    )


def _goals(timings: Timings, largest: int) -> list[Goal]:
    growth = timings.ratio(f"digest ×{largest}", "digest ×1").middle
    peak = timings.peak(f"digest ×{largest}").most
    return [
        Goal("choosing / stat of the same files", _middle(timings, "stat"), 2.5),
        Goal("choosing / python-frontmatter over all", _middle(timings, "frontmatter"), 1 / 5),
        Goal(f"linear: time of ×{largest} / time of ×1", growth, largest),
        Goal(f"peak memory with ×{largest}", peak, 60, "MiB"),
    ]


def _middle(timings: Timings, peer: str) -> float:
    return timings.ratio("digest ×1", f"{peer} ×1").middle


if __name__ == "__main__":
    sys.exit(main())
