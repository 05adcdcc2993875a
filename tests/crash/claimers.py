"""`python -m crash.claimers STORE PROCESSES SLOTS`: processes claim the same slots at once.

A process of its own forks them, so that they begin together and cost no imports.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from crash.stores import AT, child_environment, make_new
from digest.store.database import open_store
from digest.store.ledger import Ledger

#: Slots a process claimed, errors it met.
_Found: TypeAlias = tuple[list[int], list[str]]


def race(store: Path, processes: int, slots: int) -> list[_Found]:
    """Return what each of the processes found that claim the same slots at once."""
    done = subprocess.run(
        [sys.executable, "-m", "crash.claimers", store, str(processes), str(slots)],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=300,
    )
    return [(won, errors) for won, errors in json.loads(done.stdout)]


def faults_of(found: list[_Found], slots: int) -> list[str]:
    """Return what is wrong with a race: every slot has one winner, and nobody met an error."""
    faults = [error for _, errors in found for error in errors]
    won = Counter(slot for winners, _ in found for slot in winners)
    if won != Counter(range(slots)):
        faults.append(f"I7: {won.total()} issues of {slots} slots")
    return faults


def main() -> None:
    """Print, for each process, the slots it claimed and the errors it met."""
    path, processes, slots = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    go, start = os.pipe()
    pipes = [_fork(path, slots, go, start) for _ in range(processes)]
    os.close(go)
    os.close(start)  # the last writer is gone: all begin
    sys.stdout.write(json.dumps([json.loads(os.fdopen(pipe).read()) for pipe in pipes]))


def _fork(path: str, slots: int, go: int, start: int) -> int:
    readable, writable = os.pipe()
    if os.fork() == 0:
        os.close(start)
        os.read(go, 1)
        with os.fdopen(writable, "w") as answer:
            json.dump(_claim(path, slots), answer)
        os._exit(0)
    os.close(writable)
    return readable


def _claim(path: str, slots: int) -> _Found:
    won, errors = [], []
    with closing(open_store(path)) as database:
        ledger = Ledger(database)
        for slot in range(slots):
            try:
                _, is_new = ledger.claim(make_new(slot=str(slot)), AT)
            except Exception as error:  # noqa: BLE001  counted: there must be none
                errors.append(repr(error))
            else:
                won += [slot] if is_new else []
    return won, errors


if __name__ == "__main__":
    main()
