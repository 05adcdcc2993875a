"""How soon `digest --help`, `status`, `show` and `issues` answer, against a bare interpreter."""

import subprocess
import sys
import tempfile
from pathlib import Path

from sent_issues import make_ledger
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
what any command written with click costs. `digest status`, `digest show` and `digest issues` look
at a store of 50 sent issues, ten of them with 100 batches. Imported by `digest --help` besides the
standard library, click and digest: {foreign}; parts of digest: {own}."""
_COMMANDS = ("digest --help", "digest --version", "python -m digest --help")
_LOOKS = ("digest status", "digest show", "digest issues")
#: Never imported by a command that does not need them.
_HEAVY = ("sendgrid", "premailer", "requests", "jinja2", "yaml", "email_validator", "orjson")
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
    with tempfile.TemporaryDirectory(prefix="digest-start-") as folder:
        config = str(make_ledger(Path(folder)))
        commands += [
            Command("digest status", (digest, "status", "--config", config)),
            Command("digest show", (digest, "show", "weekly/2026-W01", "--config", config)),
            Command("digest issues", (digest, "issues", "--config", config)),
        ]
        timings = time_commands(commands, options.rounds)
        heavy = [
            *_heavy_imports(("status", "--config", config)),
            *_heavy_imports(("show", "weekly/2026-W01", "--config", config)),
        ]
    return report(_section(timings, commands, options, heavy), options)


def _section(
    timings: Timings, commands: list[Command], options: Options, heavy: list[str]
) -> Section:
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
    look = max(timings.ratio(name, _FLOOR).middle for name in _LOOKS)
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
            Goal("digest status, show, issues / python -c pass", look, 8),
            Goal(f"of {', '.join(_HEAVY)} imported by digest status, show", len(heavy), 0, ""),
        ],
    )


def _heavy_imports(words: tuple[str, ...]) -> list[str]:
    """Return which of the heavy libraries a command imports."""
    listing = _LIST_IMPORTS.replace('["digest", "--help"]', repr(["digest", *words]))
    done = subprocess.run(
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    )
    modules = done.stdout.rpartition("imported:")[2].split()
    return [name for name in _HEAVY if name in modules]


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
