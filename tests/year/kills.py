"""Killed at every statement of SQL between "due" and "sent", and left to the next look.

Whatever dies, the looks after it bring the issue to where it would have come, once.
"""

import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from fake_sendgrid import Accepted, FakeSendGrid, Fate
from serving import SECRET
from year.clock import in_ms, moment
from year.computer import Machine, machine_on
from year.plan import HOUR, MINUTE
from year.site import EDITOR, Site, write_config

NEWSLETTER = "weekly"
#: Monday, nine o'clock.
SLOT = in_ms(datetime(2026, 8, 17, 9, tzinfo=UTC))
_ASKED = {"editors": [EDITOR], "approval": "silence-sends", "cut_off": "4 hours"}
_REQUIRED = {**_ASKED, "approval": "required"}
_READERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A way of an issue from its cut-off to its end."""

    name: str
    #: Keys of the newsletter.
    keys: Mapping[str, object] = field(default_factory=dict)
    #: Moments of the looks, in milliseconds from the slot.
    looks: tuple[int, ...]
    state: str
    is_mailed: bool = False


CASES = (
    Case(
        name="frozen and sent",
        looks=(-30 * MINUTE, 0, MINUTE),
        state="sent",
        is_mailed=True,
    ),
    Case(
        name="frozen late and sent at once",
        looks=(2 * HOUR, 2 * HOUR + MINUTE),
        state="sent",
        is_mailed=True,
    ),
    Case(
        name="asked, and nobody objected",
        keys=_ASKED,
        looks=(-4 * HOUR, -3 * HOUR, 0, MINUTE, 2 * HOUR),
        state="sent",
        is_mailed=True,
    ),
    Case(name="not approved", keys=_REQUIRED, looks=(-4 * HOUR, 0, MINUTE), state="held"),
    Case(name="too few", keys={"min_articles": 9}, looks=(-30 * MINUTE, 0), state="skipped"),
    Case(name="a free day", keys={"skip_dates": ["08-17"]}, looks=(0, MINUTE), state="skipped"),
    Case(name="too late", looks=(7 * HOUR, 8 * HOUR), state="missed"),
    Case(
        name="handed over ahead",
        keys={"cut_off": "1 hour", "hand_over": "30 minutes"},
        looks=(-HOUR, -30 * MINUTE, -20 * MINUTE, 0, MINUTE),
        state="sent",
        is_mailed=True,
    ),
)


class Swept(NamedTuple):
    """What became of a case, killed again and again."""

    kills: int
    #: Endings in which readers of a batch are in doubt.
    in_doubt: int
    faults: list[str]


class Bench:
    """A publisher who is put back to an earlier moment at will."""

    def __init__(self, folder: Path, case: Case, fake: FakeSendGrid, machine: Machine) -> None:
        self.folder = folder
        self.case = case
        self.fake = fake
        self.machine = machine
        self.now = SLOT
        #: Of the last look.
        self.said = ""
        #: Requests that the site as it was kept knows of, and where those of this try begin.
        self.known: list[Accepted] = []
        self.since = 0

    def look(self, at: int, **how: int) -> int:
        """Do what is due at a moment; return the exit code."""
        self.now = SLOT + at
        config = self.folder / "site" / "config.toml"
        words = ("schedule", "--once", "--log-format", "json", "--config", str(config))
        variables = {"DIGEST_SENDGRID_URL": self.fake.url, "SENDGRID_API_KEY": "SG.fake"}
        variables["DIGEST_SECRET"] = SECRET
        code, self.said = self.machine.run(words, self.now, variables, **how)
        return code

    def taken(self) -> list[Accepted]:
        """Return what SendGrid took in the history of the site as it is."""
        return [*self.known, *self.fake.ledger[self.since :]]

    def copies(self) -> Counter[str]:
        """Return how many mails each reader got, or will."""
        return Counter(
            to["email"]
            for entry in self.taken()
            if entry.attempt and self.fake.fate_of(entry) not in {Fate.DISCARDED, Fate.EXPIRED}
            for item in entry.payload["personalizations"]
            for to in item["to"]
        )

    def keep(self) -> Path:
        """Return a copy of the site as it is."""
        self.known, self.since = self.taken(), len(self.fake.ledger)
        copy = self.folder / "kept"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / "site", copy)
        return copy

    def put_back(self, copy: Path) -> None:
        """Let the site be as it was."""
        self.since = len(self.fake.ledger)
        shutil.rmtree(self.folder / "site")
        shutil.copytree(copy, self.folder / "site")


@contextmanager
def bench_of(folder: Path, case: Case) -> Iterator[Bench]:
    """Give a publisher whose schedule has begun, before the cut-off."""
    site = Site(folder / "site", _READERS)
    keys = {"title": "W", "schedule": "mon 09:00", "timezone": "Etc/UTC", **case.keys}
    write_config(site.config, {NEWSLETTER: keys})
    for number in range(6):
        published = moment(SLOT - (40 + 20 * number) * HOUR)
        site.write(f"weekly{number:04}x", NEWSLETTER, published, name=f"story-{number}")
    benches: list[Bench] = []

    def now() -> float:
        return (benches[0].now if benches else SLOT) / 1000

    with FakeSendGrid(now=now) as fake, machine_on(site.config) as machine:
        benches.append(bench := Bench(folder, case, fake, machine))
        bench.look(-5 * HOUR)
        yield bench


def sweep(folder: Path, case: Case, *, step: int = 1, first: int = 1) -> Swept:
    """Kill each look of a case at each `step`th statement, and let it be finished."""
    kills = in_doubt = 0
    faults: list[str] = []
    with bench_of(folder, case) as bench:
        for number, at in enumerate(case.looks):
            kept = bench.keep()
            for fatal in _until_it_lives(bench, kept, at, step, first):
                kills += 1
                for later in case.looks[number:]:
                    bench.look(later)
                found = list(faults_of(bench))
                in_doubt += found == ["in doubt"]
                said = f"{case.name}, look {number}, killed at {fatal}"
                faults += [f"{said}: {fault}" for fault in found if fault != "in doubt"]
            bench.put_back(kept)
            if code := bench.look(at):
                faults.append(f"{case.name}: exit code {code} without a kill: {bench.said}")
    return Swept(kills, in_doubt, faults)


def _until_it_lives(bench: Bench, kept: Path, at: int, step: int, first: int) -> Iterator[int]:
    """Yield the statements at which a look was killed, the site as that left it."""
    fatal = first
    while True:
        bench.put_back(kept)
        code = bench.look(at, fatal_statement=fatal)
        if code == 0:
            return
        # Any other code would come at the next statement, too, and for ever.
        assert code == -signal.SIGKILL, bench.said
        yield fatal
        fatal += step


def faults_of(bench: Bench) -> Iterator[str]:
    """Yield what is wrong at the end; `in doubt` where an answer was lost, as it may be."""
    with closing(sqlite3.connect(bench.folder / "site" / "digest.db")) as connection:
        rows = connection.execute("SELECT state, slot_at FROM issue").fetchall()
        batches = dict(
            connection.execute("SELECT state, sum(readers) FROM batch GROUP BY 1").fetchall()
        )
        told = {kind for (kind,) in connection.execute("SELECT kind FROM notice")}
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
    if sound != "ok":
        yield str(sound)
    is_doubtful = bool(batches.get("unknown"))
    wanted = "held" if is_doubtful else bench.case.state
    if rows != [(wanted, SLOT)]:
        yield f"issues {rows} instead of one that is {wanted}"
    if not told & ({"unknown", "breaker"} if is_doubtful else {wanted}):
        yield f"nobody was told: {told}"
    copies = bench.copies()
    if any(many > 1 for many in copies.values()):
        yield f"twice: {copies}"
    if bench.case.is_mailed and not is_doubtful and len(copies) != _READERS:
        yield f"{len(copies)} of {_READERS} readers"
    if not bench.case.is_mailed and copies:
        yield f"mail left: {copies}"
    if is_doubtful:
        yield "in doubt"
