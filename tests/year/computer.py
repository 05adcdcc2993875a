"""The simulated computer as the year sees it: it ticks, and it runs commands."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crash.stores import ROOT, child_environment


class Machine:
    """The process of `machine.py`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tick(self, now: int, *, fresh: bool = False) -> tuple[list[str], str]:
        """Let the service look once; return what it would start children for, and its log."""
        answer = self._ask({"do": "tick", "now": now, "fresh": fresh})
        return [str(name) for name in answer["wanted"]], str(answer["log"])

    def run(
        self, words: Sequence[str], now: int, variables: Mapping[str, str], **how: int
    ) -> tuple[int, str]:
        """Run `digest WORDS` in a fork; return its exit code and what it said.

        Args:
            words: of the command.
            now: what the clock shows, in milliseconds since 1970.
            variables: of its environment.
            how: `fatal`, the point at which it dies (`crash/points.py`); `fatal_statement`, the
                statement of SQL before which it does; `seed`; `file_limit` in bytes.
        """
        wish = {"do": "run", "now": now, "env": dict(variables), "args": list(words), "seed": 0}
        answer = self._ask({**wish, **how})
        return int(answer["code"]), str(answer["said"])

    def _ask(self, wish: dict[str, object]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the machine has died"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def machine_on(config: Path) -> Iterator[Machine]:
    """Give a machine; its service reads these settings."""
    with subprocess.Popen(
        [sys.executable, "-m", "year.machine", str(config)],
        cwd=ROOT,
        env=child_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        # Leaving closes its stdin, which it takes as the end.
        yield Machine(process)
