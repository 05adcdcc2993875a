"""How fast a million readers are handed over, from the store to the ledger, and in what memory."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from digest.store.database import open_store
from sending_one import readers
from timing import Goal, Section, Spread, parse_options, report, table

_HERE = Path(__file__).resolve().parent
_ABOUT = """\
Every sender is a process of its own that sends the same letter (60,000 bytes of HTML; for each
reader an address, a name, a signed link in body and header, a number) to a sink on loopback, which
reads whole requests without looking at them and answers 202 after 0 or 50 ms. 1000 readers a
request. *digest*: from the subscriber store through payload and signed links to the sink and the
ledger (`synchronous=FULL`, every attempt committed before it leaves). *helper*: the loop of
sendgrid-python's own Mail helper, readers out of memory, no ledger. *anymail*: django-anymail's
SendGrid backend, the same. Time is from the first reader to the last answer, without imports;
*frozen before* leaves out freezing the recipients, *freezing inside* does not. Ratios are taken
inside {rounds} interleaved rounds. Rates of helper and anymail are over {few:,} readers: they send
one request after the other and do not slow down."""


def main() -> int:
    """Send, compare and print."""
    options = parse_options(__doc__ or "", rounds=3)
    many, few = (20_000, 5_000) if options.quick else (1_000_000, 100_000)
    with tempfile.TemporaryDirectory(prefix="digest-sending-") as folder:
        bench = _Bench(Path(folder))
        return report(bench.section(many, few, options.rounds), options)


class _Bench:
    """The stores and sinks of one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stores: dict[int, Path] = {}

    def section(self, many: int, few: int, rounds: int) -> Section:
        """Run everything; return what there is to say."""
        small = max(1000, many // 100)
        runs: list[dict[str, dict[str, float]]] = []
        if not find_spec("anymail"):
            sys.exit("this compares with django-anymail: make bench installs it")
        for _ in range(rounds):
            with sink(0.0) as at_once, sink(0.05) as slow:
                runs.append(
                    {
                        "digest, 0 ms": self._digest(at_once, many, 1),
                        "helper, 0 ms": _send("helper", at_once, few),
                        "anymail, 0 ms": _send("anymail", at_once, few // 2),
                        "digest, 50 ms, 16 in flight": self._digest(slow, many, 16),
                        "helper, 50 ms": _send("helper", slow, few),
                        f"digest, 0 ms, {small:,} readers": self._digest(at_once, small, 1),
                    }
                )
        names = list(runs[0])
        rates = {name: Spread.of([run[name]["rate"] for run in runs]) for name in names}
        peaks = {name: Spread.of([run[name]["peak_mib"] for run in runs]) for name in names}
        frozen = [run["digest, 0 ms"]["rate_frozen"] for run in runs]
        rows = [(name, rates[name].show(0), peaks[name].show(0)) for name in names]
        rows.insert(1, ("digest, 0 ms, frozen before", Spread.of(frozen).show(0), ""))

        def ratio(one: str, other: str, key: str = "rate_frozen") -> float:
            return Spread.of([run[one][key] / run[other]["rate"] for run in runs]).middle

        slow_one = "digest, 50 ms, 16 in flight"
        growth = Spread.of([run[names[0]]["peak_mib"] - run[names[5]]["peak_mib"] for run in runs])
        return Section(
            title="Sending",
            script="handing_over.py",
            about=_ABOUT.format(rounds=rounds, few=few),
            tables=[
                table(("", "readers a second", "peak MiB"), rows),
                "With freezing inside: "
                + ", ".join(
                    f"{name} {ratio(one, other, 'rate'):.1f} times"
                    for name, one, other in (
                        ("0 ms against helper", names[0], names[1]),
                        ("against anymail", names[0], names[2]),
                        ("50 ms against helper", slow_one, names[4]),
                    )
                )
                + ".",
            ],
            goals=[
                _at_least(
                    "0 ms, 1 in flight, frozen before / helper", ratio(names[0], names[1]), 4
                ),
                _at_least(
                    "0 ms, 1 in flight, frozen before / anymail", ratio(names[0], names[2]), 12
                ),
                _at_least(
                    "50 ms, 16 in flight, frozen before / helper", ratio(slow_one, names[4]), 8
                ),
                Goal("peak memory with a million readers", peaks[names[0]].middle, 64, "MiB"),
                Goal(f"its growth from {small:,} readers", growth.middle, 5, "MiB"),
            ],
        )

    def _digest(self, url: str, count: int, in_flight: int) -> dict[str, float]:
        store = self._folder / "run.db"
        for old in self._folder.glob("run.db*"):
            old.unlink()
        shutil.copy(self._store(count), store)
        return _send("digest", url, count, str(in_flight), str(store))

    def _store(self, count: int) -> Path:
        if count not in self._stores:
            path = self._folder / f"{count}.db"
            _fill(path, count)
            self._stores[count] = path
        return self._stores[count]


@contextmanager
def sink(latency: float) -> Iterator[str]:
    """Give the address of a sink in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, _HERE / "sink.py", str(latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdin
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.stdin.close()
        process.wait()


def _send(way: str, url: str, count: int, *more: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, _HERE / "sending_one.py", way, url, str(count), *more],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    found["rate"] = count / found["seconds"]
    found["rate_frozen"] = count / found.get("without_freezing", found["seconds"])
    return found


def _fill(path: Path, count: int) -> None:
    database = open_store(str(path))
    with database.transaction() as connection:
        connection.executemany(
            "INSERT INTO subscriber (address, address_key, name, state, created_at, changed_at)"
            " VALUES (?, ?, ?, 'active', 0, 0)",
            ((address, address, name) for _, address, name in readers(count)),
        )
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _at_least(what: str, figure: float, limit: float) -> Goal:
    return Goal(what, figure, limit, at_least=True)


if __name__ == "__main__":
    sys.exit(main())
