"""What a tick of the schedule costs with nothing due, and what the waiting process holds."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sent_issues import make_ledger
from timing import (
    Goal,
    Options,
    Section,
    Spread,
    in_scratch,
    parse_options,
    report,
    script,
    table,
)

_ABOUT = """\
The service ticks {ticks} times a round, {rounds} rounds, over a store of 50 sent issues and
{readers:,} subscribers, with three newsletters on a schedule and nothing due. *bare* opens the
same store with sqlite3 alone, reads one row and closes it, in turn with the ticks. *Written*
is what changed meanwhile of the file, its log and `PRAGMA data_version`. The waiting process
is `digest schedule` itself after ten ticks, its size what the kernel counts as resident.
APScheduler's part is what importing and starting it adds to a bare interpreter. Of heavy
libraries the waiting process has loaded: {heavy}."""
_HEAVY = (
    *("premailer", "jinja2", "lxml", "cssutils", "orjson", "sendgrid", "requests", "holidays"),
    *("frontmatter", "yaml", "babel", "nh3", "markdown_it", "email_validator"),
)
_SCHEDULES = {"weekly": "mon 09:00", "daily": "weekdays 02:30", "monthly": "cron: 0 0 1 * *"}
#: Runs the service, and lists on the way out what of it was imported.
_SERVE = """\
import sys
from digest.cli.main import main
sys.argv = ["digest", "schedule", "--every", "0.1", "--config", sys.argv[1]]
try:
    main()
finally:
    print("imported:", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


class _Waiting(NamedTuple):
    """The service that waits."""

    resident: float
    heavy: list[str]


def main() -> int:
    """Measure, compare and print."""
    options = parse_options(__doc__ or "", rounds=5)
    return in_scratch(lambda folder: _run(folder, options))


def _run(folder: Path, options: Options) -> int:
    config = _publisher(folder, 10_000 if options.quick else 1_000_000)
    ticks = 50 if options.quick else 300
    rounds = [_tick(config, ticks) for _ in range(options.rounds)]
    waiting = [_wait(config, folder) for _ in range(min(3, options.rounds))]
    return report(_section(rounds, waiting, ticks, options), options)


def _section(
    rounds: list[dict[str, list[float]]], waiting: list[_Waiting], ticks: int, options: Options
) -> Section:
    tick = Spread.of([median(each["ticks"]) for each in rounds])
    cost = Spread.of([median(each["cost"]) for each in rounds])
    slowest = Spread.of([sorted(each["ticks"])[int(len(each["ticks"]) * 0.99)] for each in rounds])
    bare = Spread.of([median(each["bare"]) for each in rounds])
    ratio = Spread.of([median(each["ticks"]) / median(each["bare"]) for each in rounds])
    written = sorted({str(name) for each in rounds for name in each["written"]})
    resident = Spread.of([each.resident for each in waiting])
    share = Spread.of([each["apscheduler"][0] for each in rounds])
    start = Spread.of([each["apscheduler"][1] for each in rounds])
    heavy = sorted({name for each in waiting for name in each.heavy})
    return Section(
        title="Waiting for the next slot",
        script="schedule.py",
        about=_ABOUT.format(
            ticks=ticks,
            rounds=options.rounds,
            readers=10_000 if options.quick else 1_000_000,
            heavy=", ".join(heavy) or "none",
        ),
        tables=[
            table(
                ("", "ms", "99th of 100, ms", "ms of the processor", "tick / bare"),
                [
                    ("tick, nothing due", tick.show(), slowest.show(), cost.show(), ratio.show()),
                    ("bare", bare.show(), "", "", "1.00"),
                ],
            ),
            table(
                ("", "MiB", "ms to import and start"),
                [
                    ("waiting process", resident.show(1), ""),
                    ("of it APScheduler", share.show(1), start.show(0)),
                ],
            ),
        ],
        goals=[
            Goal("a tick with nothing due, of the processor", cost.middle, 5, "ms"),
            Goal("files written by a tick with nothing due", len(written), 0, ""),
            Goal("the waiting process", resident.most, 60, "MiB"),
            Goal("heavy libraries in the waiting process", len(heavy), 0, ""),
        ],
    )


def _publisher(folder: Path, readers: int) -> Path:
    """Return the settings of a publisher with three newsletters, readers and a past."""
    config = Path(make_ledger(folder))
    text = config.read_text()
    text = re.sub(r"(?m)^schedule = .*\n", "", text)
    parts = re.split(r"(?m)^(\[newsletters\.weekly\]\n)", text, maxsplit=1)
    for name, schedule in _SCHEDULES.items():
        if name == "weekly":
            parts[1] += f'schedule = "{schedule}"\n'
        else:
            parts.append(f'\n[newsletters.{name}]\ntitle = "{name}"\nschedule = "{schedule}"\n')
    config.write_text("".join(parts))
    (store,) = folder.glob("**/*.db")
    with closing(sqlite3.connect(store)) as connection, connection:
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM subscriber").fetchone()
        connection.executemany(
            "INSERT INTO subscriber (id, address, address_key, state, created_at, changed_at)"
            " VALUES (?1, ?2, ?2, 'active', 0, 0)",
            ((n, f"reader{n}@mail.example") for n in range(last + 1, readers + 1)),
        )
    return config


def _tick(config: Path, ticks: int) -> dict[str, list[float]]:
    done = subprocess.run(
        script("schedule_one.py", config, ticks), check=True, stdout=subprocess.PIPE
    )
    found: dict[str, list[float]] = json.loads(done.stdout)
    if found["busy"]:
        sys.exit(f"something was due, so this says nothing: {found['busy']}")
    return found


def _wait(config: Path, folder: Path) -> _Waiting:
    """Return what the service holds after ten ticks, each of which systemd hears of."""
    ear = folder / "notify"
    ear.unlink(missing_ok=True)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(str(ear))
        heard.settimeout(60)
        service = subprocess.Popen(
            [sys.executable, "-c", _SERVE, config],
            env={**os.environ, "NOTIFY_SOCKET": str(ear)},
            stdout=subprocess.PIPE,
            text=True,
        )
        ticks = 0
        while ticks < 10:
            ticks += heard.recv(4096) == b"WATCHDOG=1"
        time.sleep(0.2)
        pages = int(Path(f"/proc/{service.pid}/statm").read_text().split()[1])
        service.send_signal(signal.SIGTERM)
        said, _ = service.communicate(timeout=60)
    modules = said.rpartition("imported:")[2].split()
    return _Waiting(
        pages * os.sysconf("SC_PAGE_SIZE") / 2**20, [name for name in _HEAVY if name in modules]
    )


if __name__ == "__main__":
    sys.exit(main())
