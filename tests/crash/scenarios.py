"""Sendings that are killed, faulted, doubled, stopped: each ends in a verdict.

A sending is started again until nothing is left to do, as a person or cron would: `send` while
the issue is open, `resume` when it is held and something of it is planned or refused. Unknown
batches stay unknown: nobody here knows more than the sender.
"""

import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count as counting
from pathlib import Path

from crash.history import History, read_history
from crash.invariants import Count, broken, count
from crash.senders import Ended, Fake, Order, Senders
from crash.stores import make_store
from digest.store.database import open_store
from digest.store.leaving import unsubscribe
from fake_sendgrid.faults import KINDS

#: A sending that is not done after so many starts is a fault in itself.
MOST_STARTS = 400
#: Exit codes a sender may have; HeldError, UnfinishedError and StoreError among them.
_CODES = {0, 7, 8, 9, -signal.SIGKILL}
_SLOTS = counting(1)


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What one sending came to."""

    kills: int = 0
    starts: int = 0
    faults: list[str] = field(default_factory=list)
    count: Count | None = None
    endings: Counter[str] = field(default_factory=Counter)


class Range:
    """Where scenarios happen: a fake, a process that forks senders, a folder."""

    def __init__(self, senders: Senders, fake: Fake, folder: Path) -> None:
        self.senders = senders
        self.fake = fake
        self.folder = folder
        self._stores: dict[int, Path] = {}

    def order(self, readers: int, *, batch: int, in_flight: int = 1, **more: object) -> Order:
        """Return an order for an issue of its own in a fresh store, and a fake that forgot."""
        self.fake.forget()
        number = next(_SLOTS)
        if readers not in self._stores:
            self._stores[readers] = make_store(self.folder / f"template-{readers}.db", readers)
        store = self.folder / f"store-{number}.db"
        shutil.copy(self._stores[readers], store)
        return Order(
            store=store,
            slot=f"slot-{number}",
            url=self.fake.url,
            batch=batch,
            in_flight=in_flight,
            more=more,
        )

    def clear(self, order: Order) -> None:
        """Remove a store."""
        for path in self.folder.glob(f"{order.store.name}*"):
            path.unlink()


@contextmanager
def ranges(senders: Senders, fake: Fake) -> Iterator[Range]:
    """Give a range in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield Range(senders, fake, Path(folder))


def finish(at: Range, order: Order, verdict: Verdict, first: Ended | None = None) -> Verdict:
    """Start the sending again until it is done, and judge it."""
    ended = first or Ended(None)
    for _ in range(MOST_STARTS):
        if first is None or not _is_done(order, ended):
            ended = _start(at, order, verdict)
            first = ended
            continue
        break
    else:
        verdict.faults.append(f"not done after {MOST_STARTS} starts: {ended.error}")
    return judge(at, order, verdict)


def _start(at: Range, order: Order, verdict: Verdict, **how: object) -> Ended:
    more = {"resume": True} if _state(order) == "held" else {}
    kill_after = how.pop("kill_after", None)
    assert kill_after is None or isinstance(kill_after, float)
    ended = at.senders.run(order, kill_after=kill_after, **more, **how)
    note(verdict, ended)
    return ended


def note(verdict: Verdict, ended: Ended) -> None:
    """Count how a sender ended; I10: with an exit code and one line that says why."""
    verdict.starts += 1
    verdict.kills += ended.is_killed
    verdict.endings[str(ended.code)] += 1
    if ended.code not in _CODES:
        verdict.faults.append(f"I10: exit code {ended.code}: {ended.error}")
    elif ended.code and not ended.is_killed and not ended.error:
        verdict.faults.append(f"I10: exit code {ended.code} without a reason")


def _state(order: Order) -> str:
    with closing(sqlite3.connect(order.store)) as connection:
        row = connection.execute(
            "SELECT state FROM issue WHERE slot = ? AND realm = 'real'", (order.slot,)
        ).fetchone()
    return str(row[0]) if row else ""


def _is_done(order: Order, ended: Ended) -> bool:
    """Return whether another start would change nothing."""
    if ended.is_killed:
        return False
    state = _state(order)
    if state != "held":
        return state in {"sent", "cancelled"}
    with closing(sqlite3.connect(order.store)) as connection:
        (left,) = connection.execute(
            "SELECT count(*) FROM batch JOIN issue ON issue.id = issue_id"
            " WHERE slot = ? AND batch.state IN ('planned', 'refused', 'sending')",
            (order.slot,),
        ).fetchone()
    return not left


def judge(
    at: Range,
    order: Order,
    verdict: Verdict,
    *,
    left: Mapping[int, float] | None = None,
    clock_lies: bool = False,
) -> Verdict:
    """Check the invariants, clear up."""
    history = settled_history(at, order, left, clock_lies=clock_lies)
    if history is None:
        verdict.faults.append("I7: there is no issue")
    else:
        verdict.faults += broken(history)
        verdict.count = count(history)
    at.clear(order)
    return verdict


def settled_history(
    at: Range,
    order: Order,
    left: Mapping[int, float] | None = None,
    *,
    clock_lies: bool = False,
) -> History | None:
    """Return the history once the fake has read what killed senders had sent."""
    before = -1
    while (size := at.fake.ledger.stat().st_size) != before:
        before = size
        time.sleep(0.005)
    mailed = at.fake.mailed()
    if clock_lies:
        mailed = tuple(one._replace(at=float("inf")) for one in mailed)
    return read_history(order.store, mailed, slot=order.slot, left=left)


def kill_at(at: Range, point: int, *, faults: Mapping[int, str], in_flight: int) -> Verdict:
    """K1: kill a sending of three batches at its n-th point, then let it be finished.

    Args:
        at: where.
        point: from 1; beyond the last one nothing is killed.
        faults: number of the request → fault of the fake.
        in_flight: requests at the same time.
    """
    order = at.order(12, batch=4, in_flight=in_flight, hurry=50)
    for number, kind in faults.items():
        at.fake.fault(kind=kind, at=[number])
    verdict = Verdict()
    ended = _start(at, order, verdict, fatal=point)
    return finish(at, order, verdict, ended)


def kill_randomly(
    at: Range,
    rng: random.Random,
    *,
    readers: int,
    batch: int,
    longest: float,
    probability: float = 0.15,
    kinds: Sequence[str] = tuple(KINDS),
) -> Verdict:
    """K2: kill at random times, among faults, by default all kinds, while readers unsubscribe."""
    order = at.order(readers, batch=batch, in_flight=8, hurry=50)
    at.fake.fault(probability=probability, kinds=list(kinds), seed=rng.randrange(2**31))
    at.fake.ask("settings", {"latency": rng.choice([0.0, 0.002, 0.01])})
    verdict, left = Verdict(), dict[int, float]()
    ended = Ended(None)
    for _ in range(MOST_STARTS):
        _leave(order, rng.randrange(1, readers + 1), left)
        # Skewed to short lives: most points lie at the beginning of a run. Long ones end it.
        kill_after = rng.uniform(0.0, longest) if rng.random() < 0.95 else 60.0
        ended = _start(at, order, verdict, kill_after=kill_after)
        if _is_done(order, ended):
            break
    else:
        verdict.faults.append(f"not done after {MOST_STARTS} starts: {ended.error}")
    at.fake.ask("settings", {"latency": 0.0})
    return judge(at, order, verdict, left=left)


def _leave(order: Order, reader: int, left: dict[int, float]) -> None:
    """Let a reader unsubscribe; note when that was on the disk."""
    with closing(open_store(str(order.store))) as database:
        unsubscribe(database, reader, "weekly", origin="endpoint", at=0)
    # Whole milliseconds of the store begin after this moment at the latest.
    left.setdefault(reader, time.time() * 1000)


def two_at_once(at: Range, rng: random.Random, *, senders: int = 2) -> Verdict:
    """K4: senders of the same slot at the same time; some are stopped and go on, some die."""
    # A sender that was stopped while it wrote keeps the store locked: others wait, then say so.
    order = at.order(400, batch=10, in_flight=4, hurry=50, patience=0.3)
    at.fake.ask("settings", {"latency": 0.003})
    verdict = Verdict()
    pids = [at.senders.start(order) for _ in range(senders)]
    for pid in pids:
        what = rng.choice(["stop", "stop", "kill", "nothing"])
        time.sleep(rng.uniform(0, 0.05))
        if what == "stop":
            at.senders.signal(pid, signal.SIGSTOP)
            note(verdict, other := at.senders.run(order))
            if other.code not in {0, 7, 8}:
                verdict.faults.append(f"beside a stopped sender: {other}")
            at.senders.signal(pid, signal.SIGCONT)
        elif what == "kill":
            at.senders.signal(pid, signal.SIGKILL)
    for pid in pids:
        note(verdict, at.senders.wait(pid))
    at.fake.ask("settings", {"latency": 0.0})
    return finish(at, order, verdict)


def full_disk(at: Range, room: int) -> Verdict:
    """F20: files may grow by so many bytes only; then there is room again."""
    order = at.order(12, batch=4, hurry=50)
    verdict = Verdict()
    ended = _start(at, order, verdict, file_limit=room)
    # It may have ended well, or stopped with the exit code of the store.
    if ended.code not in {0, 7}:
        verdict.faults.append(f"a full disk ends it with {ended.code}: {ended.error}")
    return finish(at, order, verdict, ended)


def locked(at: Range, pause: float) -> Verdict:
    """F21: somebody else writes for longer than a sender waits."""
    order = at.order(60, batch=2, hurry=50, patience=0.1)
    at.fake.ask("settings", {"latency": 0.005})
    verdict = Verdict()
    pid = at.senders.start(order)
    time.sleep(pause)
    with closing(sqlite3.connect(order.store, timeout=5, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        note(verdict, ended := at.senders.wait(pid))
        other.execute("ROLLBACK")
    if ended.code not in {0, 7}:
        verdict.faults.append(f"a locked store ends it with {ended.code}: {ended.error}")
    at.fake.ask("settings", {"latency": 0.0})
    return finish(at, order, verdict, ended)


def locked_a_while(at: Range, seconds: float) -> Verdict:
    """F21: somebody else writes for longer than a sender waits, and ends: no answer is lost."""
    order = at.order(60, batch=2, in_flight=4, patience=0.1)
    at.fake.ask("settings", {"latency": 0.05})
    verdict = Verdict()
    pid = at.senders.start(order)
    while not at.fake.mailed():
        time.sleep(0.01)
    with closing(sqlite3.connect(order.store, timeout=5, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")
    note(verdict, ended := at.senders.wait(pid))
    if (ended.code, ended.state) != (0, "sent"):
        verdict.faults.append(f"a store locked for a while ends it with {ended}")
    at.fake.ask("settings", {"latency": 0.0})
    return finish(at, order, verdict, ended)


def stepped_clock(at: Range, rng: random.Random) -> Verdict:
    """T2: the wall clock jumps by up to two days between any two looks at it."""
    steps = [rng.choice([0, 1, -1, 90, -90, 86_400, -172_800]) for _ in range(20)]
    order = at.order(40, batch=4, in_flight=2, hurry=50, clock_steps=steps)
    at.fake.fault(probability=0.15, kinds=["F2", "F2b", "F5", "F7", "F8"], seed=rng.randrange(99))
    verdict = Verdict()
    ended = Ended(None)
    for _ in range(MOST_STARTS):
        ended = _start(at, order, verdict, kill_after=rng.uniform(0.0, 0.12))
        if _is_done(order, ended):
            break
    return judge(at, order, verdict, clock_lies=True)


def restored(at: Range, kill_after: float) -> Verdict:
    """C1: a copy of the store taken in the middle of a sending is put back after its end.

    What the copy has forgotten must not leave again: the next send holds, and says so.
    """
    order = at.order(80, batch=2, hurry=50)
    at.fake.ask("settings", {"latency": 0.003})
    verdict = Verdict()
    _start(at, order, verdict, kill_after=kill_after)
    copy = order.store.with_suffix(".copy")
    with (
        closing(sqlite3.connect(order.store)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    at.fake.ask("settings", {"latency": 0.0})
    ended = Ended(None)
    for _ in range(MOST_STARTS):
        ended = _start(at, order, verdict)
        if _is_done(order, ended):
            break
    before = settled_history(at, order)
    with closing(sqlite3.connect(copy)) as connection:
        (known,) = connection.execute("SELECT count(*) FROM attempt").fetchone()
    for path in at.folder.glob(f"{order.store.name}-*"):
        path.unlink()  # the log of the newer store
    copy.replace(order.store)
    # Without `resume`: what cron would do.
    note(verdict, again := at.senders.run(order, slot_at=int(time.time() * 1000) - 1000))
    after = at.fake.mailed()
    if before is None or len(after) != len(before.mailed):
        verdict.faults.append("C1: mail left again after a restore")
    # What the copy knows whole it need not doubt: the sending may have ended before it was made.
    forgotten = before is not None and len(before.attempts) > known
    if forgotten and again.code != 8:
        verdict.faults.append(f"C1: a restored store is not noticed: {again}")
    verdict.count = count(before) if before else None
    at.clear(order)
    return verdict


#: Faults of the three requests of K1; the fourth and later ones are those of a later start.
PATTERNS: tuple[Mapping[int, str], ...] = (
    {},
    {1: "F5", 2: "F8", 3: "F13"},
    {1: "F2b", 2: "F3d", 3: "F7"},
    {1: "F3a", 3: "F9b"},
    {2: "F3b", 3: "F4b"},
    {1: "F8", 2: "F6", 4: "F14"},
)


def every_point(
    at: Range, faults: Mapping[int, str], *, in_flight: int = 1, step: int = 1
) -> Iterator[Verdict]:
    """K1 for each point, or each `step`th, until there is none any more."""
    for point in range(1, MOST_STARTS, step):
        verdict = kill_at(at, point, faults=faults, in_flight=in_flight)
        yield verdict
        if not verdict.kills:
            break
