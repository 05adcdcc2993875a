"""Sixteen processes and one ledger: every slot has one issue in the end, and nobody met an error.

`python -m year.race STORE PROCESSES SLOTS` is the process that forks the others, so that they
begin together and cost no imports.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from command import environment
from crash.stores import AT, child_environment, make_new, make_store
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.store import database as database_module
from digest.store.database import Database, open_store
from digest.store.ledger import Ledger
from digest.store.planning import Blank, Planning


class Raced(NamedTuple):
    """What a race came to."""

    #: Issues the store has.
    issues: int
    #: Slots that more or fewer than one process took.
    not_once: int
    errors: tuple[str, ...]


def race(store: Path, processes: int, slots: int) -> Raced:
    """Let processes take the same slots at once: half freeze an issue, half say it is missed."""
    make_store(store)
    done = subprocess.run(
        [sys.executable, "-m", "year.race", store, str(processes), str(slots)],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=600,
    )
    found = json.loads(done.stdout)
    won = Counter(slot for winners, _ in found for slot in winners)
    with closing(open_store(str(store))) as database:
        (issues,) = database.connection.execute("SELECT count(*) FROM issue").fetchone()
    return Raced(
        issues=issues,
        not_once=sum(won[slot] != 1 for slot in range(slots)),
        errors=tuple(error for _, errors in found for error in errors),
    )


def once_each(config: Path, processes: int, variables: dict[str, str]) -> list[tuple[int, str]]:
    """Run `digest schedule --once` in so many processes at once; return codes and last words."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "digest", "schedule", "--once", "--config", str(config)],
            cwd=config.parent,
            env=environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for _ in range(processes)
    ]
    ended = [(process.communicate(timeout=300)[0], process.returncode) for process in started]
    return [(code, said.decode()) for said, code in ended]


def main() -> None:
    """Print, for each process, the slots it took and the errors it met."""
    path, processes, slots = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    # SQLite lets who waits come by chance: on a busy disk one of sixteen may wait for long.
    setattr(database_module, "_PATIENCE_SECONDS", 120.0)  # noqa: B010  a constant elsewhere
    go, start = os.pipe()
    pipes = [
        _fork(path, slots, _claim if number % 2 else _miss, (go, start))
        for number in range(processes)
    ]
    os.close(go)
    os.close(start)  # the last writer is gone: all begin
    sys.stdout.write(json.dumps([json.loads(os.fdopen(pipe).read()) for pipe in pipes]))


def _fork(
    path: str, slots: int, take: Callable[[Database, int], bool], gate: tuple[int, int]
) -> int:
    readable, writable = os.pipe()
    if os.fork() == 0:
        os.close(gate[1])
        os.read(gate[0], 1)
        won, errors = [], []
        with closing(open_store(path)) as database:
            for slot in range(slots):
                try:
                    won += [slot] if take(database, slot) else []
                except Exception as error:  # noqa: BLE001  counted: there must be none
                    errors.append(repr(error))
        with os.fdopen(writable, "w") as answer:
            json.dump((won, errors), answer)
        os._exit(0)
    os.close(writable)
    return readable


def _claim(database: Database, slot: int) -> bool:
    return Ledger(database).claim(make_new(slot=str(slot), slot_at=AT + slot), AT)[1]


def _miss(database: Database, slot: int) -> bool:
    blank = Blank(
        realm=Realm.REAL,
        newsletter="weekly",
        slot=str(slot),
        state=IssueState.MISSED,
        reason="later than max_lateness",
        courier="sendgrid",
        slot_at=AT + slot,
        window_start=AT,
        window_end=AT,
    )
    return Planning(database).add_blank(blank, AT)


if __name__ == "__main__":
    main()
