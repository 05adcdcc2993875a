"""`python -m year.machine CONFIG`: the publisher's computer, in a simulated time.

The service ticks in this process, with its own settings, store and log; what it would start as a
child, and every command of a person, is a fork of this process that runs the real command line,
and that may be killed at a point. Wishes come as JSON lines on stdin, answers go to stdout.
"""

import io
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from itertools import count
from types import SimpleNamespace
from typing import Any

# Everything a round imports, here once instead of in every fork.
import digest.cli.approval
import digest.cli.content
import digest.cli.feedback
import digest.cli.ledger
import digest.cli.schedule
import digest.cli.send
import digest.runs.preview
import digest.schedule.service
from crash.points import MODULES, Points
from digest.cli.main import main as command
from digest.config import load
from digest.config.environment import Environment
from digest.config.settings import Config
from digest.record import replace
from digest.runs import drive as drive_module
from digest.runs import round as round_module
from digest.schedule.logs import Log, LogFormat
from digest.schedule.sd_notify import Notifier
from digest.schedule.service import Service
from digest.schedule.workers import Workers
from digest.store import database as database_module
from year.clock import Clock, replace_everywhere

IMPORTED = (*MODULES, digest, round_module)
#: Pauses between requests last so many times shorter.
_HURRY = 200
#: How long an answer is waited for; the file could not ask for so little.
_READ_SECONDS = 0.3


class Wanted(Workers):
    """Workers that say what they would start."""

    def __init__(self) -> None:
        super().__init__([], Log(io.StringIO()), monotonic=time.monotonic)
        self.wanted: list[str] = []

    def begin(self, newsletter: str) -> None:
        """Note a child that is to be started."""
        self.wanted.append(newsletter)


class Machine:
    """The service, and forks of it."""

    def __init__(self, config_path: str) -> None:
        self._path = config_path
        self._clock = Clock()
        self._clock.install()
        self._log = io.StringIO()
        self._workers = Wanted()
        self._service: Service | None = None
        _shorten_time_outs()

    def tick(self, wish: Mapping[str, Any]) -> dict[str, object]:
        """Let the service look once; a `fresh` one when it was killed."""
        self._clock.now = wish["now"]
        self._log.seek(0)
        self._log.truncate()
        self._workers.wanted.clear()
        if wish.get("fresh") or self._service is None:
            log = Log(self._log, LogFormat.JSON, clock=self._clock.read)
            environment = Environment()
            self._service = Service(
                self._path, environment, self._workers, log, Notifier(environment)
            )
        self._service.tick()
        return {"wanted": list(self._workers.wanted), "log": self._log.getvalue()}

    def run(self, wish: Mapping[str, Any]) -> dict[str, object]:
        """Run a command in a fork, and return how it ended."""
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if child == 0:
                self._be(wish, said.fileno())
            _, status = os.waitpid(child, 0)
            said.seek(0)
            code = os.waitstatus_to_exitcode(status)
            return {"code": code, "said": said.read().decode(errors="replace")}

    def _be(self, wish: Mapping[str, Any], said: int) -> None:
        """Be the command; never returns."""
        code: object = 70
        try:
            os.dup2(said, 1)
            os.dup2(said, 2)
            sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False))
            sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False))
            self._clock.now = wish["now"]
            random.seed(wish["seed"])
            os.environ.update(wish["env"])
            if wish.get("file_limit"):
                limits = (wish["file_limit"], resource.RLIM_INFINITY)
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            if wish.get("fatal"):
                Points(wish["fatal"]).install()
            if wish.get("fatal_statement"):
                _die_at_statement(wish["fatal_statement"])
            sys.argv = ["digest", *wish["args"]]
            command()
        except SystemExit as ended:
            code = ended.code
        except BaseException:  # noqa: BLE001  whatever it is, the year must see it
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 70 if code else 0)


def main() -> None:
    """Answer until stdin ends."""
    machine = Machine(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    clock: Callable[[], float] = time.monotonic
    put = setattr
    put(drive_module, "time", SimpleNamespace(monotonic=lambda: clock() * _HURRY))
    for line in sys.stdin:
        wish = json.loads(line)
        answer = machine.tick(wish) if wish["do"] == "tick" else machine.run(wish)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _die_at_statement(fatal: int) -> None:
    """Let this process, or the one that builds for it, die before its nth statement of SQL."""
    passed = count(1)

    def note(_statement: str) -> None:
        if next(passed) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    inner = database_module._set_up

    def set_up(connection: Any) -> None:
        connection.set_trace_callback(note)
        inner(connection)

    database_module._set_up = set_up


def _shorten_time_outs() -> None:
    inner = load.load_config

    def load_config(*args: Any, **more: Any) -> Config:
        config = inner(*args, **more)
        seconds: Any = _READ_SECONDS
        sendgrid = replace(config.delivery.sendgrid, read_timeout_seconds=seconds)
        return replace(config, delivery=replace(config.delivery, sendgrid=sendgrid))

    replace_everywhere(inner, load_config)


if __name__ == "__main__":
    main()
