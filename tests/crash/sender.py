"""`python -m crash.sender`: starts senders by fork, ends them, tells how they ended.

Imports take longer than a small sending does, so one process imports everything and each sender
is a fork of it: a process of its own, with its own connections, that can be killed like any
other. Wishes come as JSON lines on stdin, answers go as JSON lines to stdout. A signal goes only
to children of this process that it has not waited for yet.
"""

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from crash.points import MODULES, Points
from crash.stores import make_config, make_environment, make_planned
from digest.cli.show_cancel import doubt_of
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import DigestError
from digest.runs import drive as drive_module
from digest.runs.cancel import cancel_issue
from digest.runs.claim import Planned, check_open
from digest.runs.clock import read_now
from digest.runs.ending import ending
from digest.runs.send import plan_resume, send
from digest.store import database as database_module
from digest.store.database import open_store
from digest.store.ledger import Ledger

#: Everything a sender imports late.
IMPORTED = MODULES


def main() -> None:
    """Answer until stdin ends."""
    # Once for all of them: reading config.toml takes longer than a small sending.
    make_config(Path("none"))
    children: set[int] = set()
    for line in sys.stdin:
        wish = json.loads(line)
        match wish["do"]:
            case "start":
                children.add(child := _start(wish))
                answer: dict[str, object] = {"pid": child}
            case "signal":
                # Not reaped yet, so the number is still this child's.
                if wish["pid"] in children:
                    os.kill(wish["pid"], wish["signal"])
                answer = {}
            case "wait":
                answer = _wait(wish["pid"], wish["seconds"])
                if answer["ended"]:
                    children.discard(wish["pid"])
            case other:
                answer = {"error": f"no wish {other}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _start(wish: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        code = _sender(wish)
    finally:
        os._exit(code)


def _wait(pid: int, seconds: float) -> dict[str, object]:
    until = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return {"ended": True, "code": os.waitstatus_to_exitcode(status)}
        if time.monotonic() > until:
            return {"ended": False}
        time.sleep(0.001)


def _sender(wish: dict[str, Any]) -> int:
    """Do what `digest send --yes` does once the issue is built; return its exit code."""
    points = Points(wish["fatal"]) if wish.get("fatal") is not None else None
    if points is not None:
        points.install()
    report = {"state": "", "error": "", "points": 0}
    code = 0
    try:
        _surround(wish)
        report["state"], stop = _cancel(wish) if wish.get("cancel") else _send(wish)
        if stop is not None:
            report["error"], code = str(stop), stop.exit_code
    except DigestError as error:
        report["error"], code = str(error), error.exit_code
    except BaseException:  # noqa: BLE001  whatever it is, the test must see it
        report["error"], code = traceback.format_exc(), 70
    if points is not None:
        report["points"], report["passed"] = len(points.passed), points.passed
    draft = Path(f"{wish['report']}.draft")
    draft.write_text(json.dumps(report))
    draft.replace(wish["report"])  # whole or not at all: we may be killed here, too
    return code


def _send(wish: dict[str, Any]) -> tuple[str, DigestError | None]:
    config = make_config(
        Path(wish["store"]),
        batch=wish["batch"],
        in_flight=wish["in_flight"],
        read_seconds=wish["read_seconds"],
    )
    environment = make_environment(wish["url"])
    planned = _plan(config, wish)
    if planned.issue is not None and planned.issue.state is IssueState.SENT:
        return "sent", None
    driven = send(config, environment, planned, read_now())
    return driven.issue.state.value, ending(driven, planned.name)


def _cancel(wish: dict[str, Any]) -> tuple[str, DigestError | None]:
    """Do what `digest cancel` does."""
    config = make_config(Path(wish["store"]), read_seconds=wish["read_seconds"])
    name = f"weekly/{wish['slot']}"
    # Pauses only wait for SendGrid, or for another sender: there is none.
    done = cancel_issue(config, make_environment(wish["url"]), name, pause=lambda _: None)
    return done.recall.value if done.recall else "", doubt_of(done)


def _plan(config: Config, wish: dict[str, Any]) -> Planned:
    """Return what the command would plan; with `resume` what `digest resume` would."""
    name = f"weekly/{wish['slot']}"
    database = open_store(config.store.path, create=False)
    try:
        issue = Ledger(database).of_slot(Realm.REAL, "weekly", wish["slot"])
    finally:
        database.close()
    if wish.get("resume") and issue is not None:
        resume: Callable[..., Planned] = plan_resume
        # What it asks for is being changed: the moment comes with `send` alone soon.
        now = {"now": read_now()} if "now" in signature(plan_resume).parameters else {}
        return resume(config, name, accept_restore=wish["resume"] == "restored", **now)
    if issue is not None:
        check_open(issue)
    more = {"slot_at": wish["slot_at"]} if "slot_at" in wish else {}
    planned = make_planned(wish["slot"], issue, **more)
    if leaves_at := wish.get("leaves_at"):
        return replace(planned, leaves_at=datetime.fromtimestamp(leaves_at, UTC))
    return planned


def _surround(wish: dict[str, Any]) -> None:
    """Change what surrounds the sender, never the sender."""
    put = setattr
    if hurry := wish.get("hurry"):
        clock: Callable[[], float] = time.monotonic
        put(drive_module, "time", SimpleNamespace(monotonic=lambda: clock() * hurry))
    if steps := wish.get("clock_steps"):
        # Seconds the wall clock is off, another one at each look.
        offs = iter(steps * 10_000)
        put(drive_module, "read_now", lambda: read_now() + timedelta(seconds=next(offs)))
    if patience := wish.get("patience"):
        put(database_module, "_PATIENCE_SECONDS", patience)  # ten seconds otherwise
    if limit := wish.get("file_limit"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
