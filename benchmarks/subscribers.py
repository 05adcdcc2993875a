"""How fast readers come in and go out, against SQLite alone in the same rounds."""

import random
import sys
from pathlib import Path

from timing import (
    Command,
    Goal,
    Options,
    Section,
    Spread,
    Timings,
    in_scratch,
    parse_options,
    report,
    same,
    script,
    table,
    time_commands,
)

_IMPORT, _BARE_IMPORT = "import, validated", "bare executemany"
_OUT, _BARE_OUT = "stream out", "bare keyset read"
_SMALL, _START = "import of 10,000", "start and open"
_COLUMNS = ("", "readers/s", "of the bare one", "s", "peak MiB")
_ABOUT = """\
{readers} readers with name and frequency in one CSV file; {rounds} interleaved rounds of whole
processes; the time of a process that only starts and opens a store is taken off each. *import,
validated* is what `digest subscribers import` does: every row checked, merged, with an entry in
the log of consent, in pieces of 10,000 (`synchronous=FULL`). *bare executemany* puts the same rows
unchecked into an equal table with its unique index, in equal pieces. *stream out* reads number,
address and name of the active ones through the store, *bare keyset read* by SQLite alone."""


def main() -> int:
    """Time, compare and print."""
    options = parse_options(__doc__ or "", rounds=3)
    return in_scratch(lambda folder: _measure(folder, options))


def _measure(folder: Path, options: Options) -> int:
    readers = 20_000 if options.quick else 1_000_000
    _write_list(folder / "readers.csv", readers)
    _write_list(folder / "few.csv", 10_000)
    one = "subscribers_one.py"
    # In the round that does not count the store is made before it is read.
    commands = [
        Command(_START, script(one, "start", folder / "start.db")),
        Command(_IMPORT, script(one, "import", folder / "readers.csv", folder / "digest.db")),
        Command(_BARE_IMPORT, script(one, "bare", folder / "readers.csv", folder / "bare.db")),
        Command(_SMALL, script(one, "import", folder / "few.csv", folder / "few.db")),
        Command(_OUT, script(one, "out", folder / "digest.db")),
        Command(_BARE_OUT, script(one, "bare-out", folder / "digest.db")),
    ]
    timings = time_commands(commands, options.rounds)
    same("readers", {name: timings.said(name) for name in (_IMPORT, _BARE_IMPORT)})
    same("readers", {name: timings.said(name) for name in (_OUT, _BARE_OUT)})
    return report(_section(timings, readers, options), options)


def _section(timings: Timings, readers: int, options: Options) -> Section:
    came_in = _speed(timings, _IMPORT, _BARE_IMPORT)
    went_out = _speed(timings, _OUT, _BARE_OUT)
    shares = {_IMPORT: came_in.show(), _OUT: went_out.show()}
    rows = []
    for name in (_IMPORT, _BARE_IMPORT, _OUT, _BARE_OUT):
        seconds = timings.added(name, _START).middle / 1000
        rows.append(
            (
                name,
                f"{readers / max(seconds, 1e-9):,.0f}",
                shares.get(name, "1"),
                f"{seconds:.2f}",
                timings.peak(name).show(1),
            )
        )
    more = timings.peak(_IMPORT).middle - timings.peak(_SMALL).middle
    flat = f"Peak of an import of 10,000: {timings.peak(_SMALL).show(1)} MiB."
    return Section(
        title="Readers in and out",
        script="subscribers.py",
        about=_ABOUT.format(readers=f"{readers:,}", rounds=options.rounds),
        tables=[table(_COLUMNS, rows), flat],
        goals=[
            Goal("import, validated / bare executemany", came_in.middle, 0.3, at_least=True),
            Goal("stream out / bare keyset read", went_out.middle, 0.5, at_least=True),
            Goal("peak of the import over that of 10,000", more, 5, "MiB"),
        ],
        unjudged="Goals are not judged on the small list." if options.quick else "",
    )


def _speed(timings: Timings, command: str, bare: str) -> Spread:
    """Return how fast `command` is, `bare` being 1, without what starting takes in its round."""
    rounds = timings._rounds  # noqa: SLF001  the one figure that needs three commands of a round
    return Spread.of(
        [
            (each[bare].wall - each[_START].wall) / (each[command].wall - each[_START].wall)
            for each in rounds
        ]
    )


def _write_list(path: Path, readers: int) -> None:
    """Write a list whose addresses come in no order, as lists do."""
    draw = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write("email,name,frequency\n")
        for number in range(readers):
            address = f"{draw.getrandbits(36):09x}.{number}@mail{number % 97}.example.org"
            file.write(f"{address},Reader {number},{('weekly', 'daily', '')[number % 3]}\n")


if __name__ == "__main__":
    sys.exit(main())
