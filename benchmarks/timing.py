"""Times whole processes beside one another, and prints ratios against a peer or a floor.

A machine that others use as well is never twice equally fast, so no figure stands alone: every
round runs all commands one after another, the order is rotated from round to round, and a ratio
is taken inside its round. What is printed are medians, with the least and the most.
"""

# ruff: noqa: RUF001  the signs for "times" and "to" are how ratios and spans are written

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
#: The week that is chosen and shown; the made archives and the real one are both full there.
WEEK = "2025-W30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person wants who runs a benchmark."""

    rounds: int
    #: Few rounds and a small invented archive: shows that the benchmark works.
    quick: bool
    #: Leave with 1 when a goal is missed.
    check: bool
    #: Print the section of docs/measurements.md: heading, command, machine and tables.
    markdown: bool


def parse_options(about: str, *, rounds: int) -> Options:
    """Return the options of the command line.

    Args:
        about: first line of the help.
        rounds: how many when none are asked for; with `--quick` two.
    """
    parser = options_parser(about)
    parser.add_argument("--rounds", type=int, help=f"rounds that count ({rounds})")
    given = parser.parse_args()
    return Options(
        rounds=max(1, given.rounds or (2 if given.quick else rounds)),
        quick=given.quick,
        check=given.check,
        markdown=given.markdown,
    )


def options_parser(about: str) -> argparse.ArgumentParser:
    """Return the parser of what all benchmarks can be asked for."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small and soon done, for CI")
    parser.add_argument("--check", action="store_true", help="leave with 1 when a goal is missed")
    parser.add_argument(
        "--markdown", action="store_true", help="print the section of docs/measurements.md"
    )
    return parser


@dataclass(frozen=True, slots=True)
class Command:
    """One process to be timed."""

    #: As it stands in the table; unique in a run.
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process took."""

    #: Seconds from start to end.
    wall: float
    #: Seconds of all processors, those of its own children too.
    cpu: float
    #: MiB of the largest process: the command or a child it waited for. Never below what the
    #: benchmark itself holds (10 to 20), because the kernel counts from before the `exec`.
    peak: float
    #: What it printed.
    said: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several figures, the least and the most."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        """Return the spread of `figures`, at least one."""
        return cls(median(figures), min(figures), max(figures))

    def show(self, digits: int = 2) -> str:
        """Return the middle, and least and most in brackets."""
        return f"{self.middle:,.{digits}f} ({self.least:,.{digits}f}–{self.most:,.{digits}f})"


class Timings:
    """What all commands took, round by round."""

    def __init__(self, rounds: Sequence[Mapping[str, Run]]) -> None:
        self._rounds = rounds

    def ratio(self, command: str, to: str) -> Spread:
        """Return how many times as long as `to` it took, each taken inside a round."""
        return Spread.of([each[command].wall / each[to].wall for each in self._rounds])

    def wall(self, command: str) -> Spread:
        """Return the milliseconds from start to end."""
        return Spread.of([each[command].wall * 1000 for each in self._rounds])

    def added(self, command: str, to: str) -> Spread:
        """Return how many milliseconds longer than `to` it took, each taken inside a round."""
        return Spread.of([(each[command].wall - each[to].wall) * 1000 for each in self._rounds])

    def cpu(self, command: str) -> Spread:
        """Return the milliseconds of all processors."""
        return Spread.of([each[command].cpu * 1000 for each in self._rounds])

    def peak(self, command: str) -> Spread:
        """Return the MiB of its largest process."""
        return Spread.of([each[command].peak for each in self._rounds])

    def said(self, command: str) -> str:
        """Return what it printed in the last round."""
        return self._rounds[-1][command].said


def time_commands(commands: Sequence[Command], rounds: int) -> Timings:
    """Run all `commands` in each of `rounds`, after a round that does not count."""
    environment = _environment()
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", ROOT / "src"], check=True, env=environment
    )
    done: list[dict[str, Run]] = []
    for number in range(rounds + 1):
        _tell(f"round {number} of {rounds}" if number else "warming up")
        turn = number % len(commands)
        order = [*commands[turn:], *commands[:turn]]
        done.append({command.name: _run(command, environment) for command in order})
    _tell("")
    return Timings(done[1:])


def _environment() -> dict[str, str]:
    """Return the environment of a user, who has compiled modules and no PYTHON… variables."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def _run(command: Command, environment: Mapping[str, str]) -> Run:
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command.words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if child.returncode:
        sys.exit(f"{' '.join(command.words)}\nended with {child.returncode}:\n{text[-2000:]}")
    return Run(
        wall=wall,
        cpu=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss / 1024,  # Linux counts in KiB (getrusage(2))
        said=text,
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and the limit that it shall not exceed, or shall reach."""

    text: str
    measured: float
    limit: float
    unit: str = "×"
    #: The limit is to be reached; otherwise it is not to be exceeded.
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its limit, or on it."""
        if self.at_least:
            return self.measured >= self.limit
        return self.measured <= self.limit

    def row(self) -> tuple[str, ...]:
        """Return the row of the table of goals."""
        shown = f"{self.measured:.3g} {self.unit}".rstrip()
        limit = f"{'≥' if self.at_least else '≤'} {self.limit:.3g} {self.unit}".rstrip()
        return self.text, limit, shown, "met" if self.is_met else "**missed**"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others figures."""
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *rows))


def goals_table(goals: Sequence[Goal]) -> str:
    """Return the goals, what was measured, and whether that is enough."""
    return table(("goal", "limit", "measured", ""), [goal.row() for goal in goals])


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a benchmark has to say, in the order of the document."""

    title: str
    #: The script, `choose.py`.
    script: str
    #: What was measured against what, one paragraph.
    about: str
    tables: Sequence[str]
    goals: Sequence[Goal]
    #: Why the goals are not judged; empty: they are.
    unjudged: str = ""


def report(section: Section, options: Options) -> int:
    """Print a section; return the exit code: 1 when asked to check and a goal was missed."""
    parts = [*section.tables]
    if section.goals:
        parts.append(section.unjudged or goals_table(section.goals))
    if options.markdown:
        words = f"python benchmarks/{section.script}"
        about = textwrap.fill(section.about, 99, break_long_words=False, break_on_hyphens=False)
        parts = [f"## {section.title}", about, f"    {words}", _circumstances(), *parts]
    print("\n\n".join(parts) + "\n")
    missed = not section.unjudged and not all(goal.is_met for goal in section.goals)
    return int(options.check and missed)


def _circumstances() -> str:
    """Return when and on what kind of machine this ran."""
    model = platform.machine()
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    release = ".".join(platform.release().split(".")[:2])
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {os.cpu_count()} cores ({model}), "
        f"{platform.system()} {release}, Python {platform.python_version()}."
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def same(what: str, found: Mapping[str, object]) -> None:
    """Make sure that all commands found the same, or their times say nothing.

    Args:
        what: what they found, for the message.
        found: name of the command → what it found.
    """
    if len(set(found.values())) > 1:
        shown = ", ".join(f"{name}: {value}" for name, value in found.items())
        sys.exit(f"{what} differ, so the times cannot be compared: {shown}")


def script(name: str, *words: object) -> tuple[str, ...]:
    """Return the words that run a script of this folder."""
    return (sys.executable, str(ROOT / "benchmarks" / name), *map(str, words))


def in_scratch(work: Callable[[Path], int]) -> int:
    """Return what `work` returns, which gets an empty folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="digest-benchmark-") as folder:
        return work(Path(folder))
