"""How soon `digest --help` answers, against a bare interpreter, and what it imports."""

import subprocess
import sys
from pathlib import Path

from timing import (
    Command,
    Goal,
    Options,
    Section,
    Timings,
    parse_options,
    report,
    table,
    time_commands,
)

_FLOOR = "python -c pass"
_ABOUT = """\
Whole processes; {rounds} interleaved rounds. Goals hold for the worst of them. *click alone* is
what any command written with click costs. Imported by `digest --help` besides the standard
library, click and digest: {foreign}; parts of digest: {own}."""
_COMMANDS = ("digest --help", "digest --version", "python -m digest --help")
#: Prints what the command has imported besides what a bare interpreter has.
_LIST_IMPORTS = """\
import sys
before = set(sys.modules)
from digest.cli.main import main
sys.argv = ["digest", "--help"]
try:
    main()
except SystemExit:
    pass
print()
print("imported:", *sorted(set(sys.modules) - before))
"""


def main() -> int:
    """Time, compare and print."""
    options = parse_options(__doc__ or "", rounds=15)
    digest = str(Path(sys.executable).parent / "digest")
    commands = [
        Command(_FLOOR, (sys.executable, "-c", "pass")),
        Command("click alone", (sys.executable, "-c", "import click")),
        Command("digest --help", (digest, "--help")),
        Command("digest --version", (digest, "--version")),
        Command("python -m digest --help", (sys.executable, "-m", "digest", "--help")),
    ]
    timings = time_commands(commands, options.rounds)
    return report(_section(timings, commands, options), options)


def _section(timings: Timings, commands: list[Command], options: Options) -> Section:
    rows = [
        (
            command.name,
            timings.ratio(command.name, _FLOOR).show(),
            timings.wall(command.name).show(0),
            timings.peak(command.name).show(0),
        )
        for command in commands
    ]
    own, foreign = _imports()
    worst = max(timings.ratio(name, _FLOOR).middle for name in _COMMANDS)
    return Section(
        title="Starting up",
        script="start.py",
        about=_ABOUT.format(
            rounds=options.rounds,
            foreign=", ".join(foreign) or "nothing",
            own=", ".join(own),
        ),
        tables=[
            table(("", f"this / {_FLOOR}", "ms", "peak MiB"), rows),
            f"Foreign modules imported by `digest --help`: {', '.join(foreign) or 'none'}.",
        ],
        goals=[
            Goal("digest --help, --version / python -c pass", worst, 6),
            Goal("foreign modules imported by digest --help", len(foreign), 0, ""),
        ],
    )


def _imports() -> tuple[list[str], list[str]]:
    """Return the modules of ours, and the foreign packages, that `digest --help` imports."""
    done = subprocess.run(
        [sys.executable, "-c", _LIST_IMPORTS], check=True, capture_output=True, text=True
    )
    modules = done.stdout.rpartition("imported:")[2].split()
    own = [name for name in modules if name.split(".")[0] == "digest"]
    roots = {name.split(".")[0] for name in modules}
    return own, sorted(roots - {"digest", "click"} - sys.stdlib_module_names)


if __name__ == "__main__":
    sys.exit(main())
