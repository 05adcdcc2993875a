"""Runs all checks, and lets none of them hide another. Starts threads for the network."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.config.environment import Environment
from digest.config.load import find_config, load_config
from digest.errors import DigestError
from digest.runs.doctor import (
    clock,
    content,
    courier,
    domain,
    images,
    issue,
    law,
    schedule,
    settings,
    store,
    way_out,
)
from digest.runs.doctor.finding import CHECKS, Case, Finding, Result, Step, not_checked, wrong
from digest.runs.doctor.name_servers import NameServers

#: All network checks together: they wait side by side.
DEADLINE_SECONDS: Final = 12.0
#: Those that fork come before those that start threads.
STEPS: Final[tuple[Step, ...]] = (
    *settings.STEPS,
    *issue.STEPS,
    *content.STEPS,
    *store.STEPS,
    *clock.STEPS,
    *courier.STEPS,
    *images.STEPS,
    *way_out.STEPS,
    *law.STEPS,
    *domain.STEPS,
    *schedule.STEPS,
)
_OFFLINE: Final = "--offline was given"
_BUG: Final = "This is a mistake of digest itself: please report it."

Tick = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All findings, in the order of `CHECKS`, and what they come to."""

    findings: tuple[Finding, ...]
    #: Of the config file's error; 0: it is sound.
    config_exit_code: int = 0

    @property
    def exit_code(self) -> int:
        """0, also with warnings; 10: no mail may leave; of a config file that cannot be used: 3.

        5: there is no config file.
        """
        if self.config_exit_code:
            return self.config_exit_code
        return 10 if any(one.result is Result.WRONG for one in self.findings) else 0


def diagnose(  # noqa: PLR0913  what a caller may want besides, by name
    named: str | None,
    environment: Environment,
    now: datetime,
    *,
    offline: bool = False,
    name_servers: NameServers | None = None,
    steps: Sequence[Step] = STEPS,
    seconds: float = DEADLINE_SECONDS,
    tick: Tick = lambda _what: None,
) -> Diagnosis:
    """Look at everything that sending needs; changes nothing, sends nothing.

    Args:
        named: config file the user named; None: config.toml here.
        environment: keys and passwords.
        now: the present moment, aware.
        offline: ask nobody outside of this machine.
        name_servers: who is asked for records; None: those of this machine.
        steps: what is checked.
        seconds: how long the network is waited for in all.
        tick: told what is looked at.
    """
    try:
        config = load_config(find_config(".", named))
    except DigestError as error:
        return _without_config(error, environment)
    case = Case(
        config=config,
        environment=environment,
        now=now,
        name_servers=name_servers or NameServers(),
    )
    found: list[Finding] = [settings.sound(config)]
    steps = [step for step in steps if step.concerns(config)]
    # Children are forked before any thread runs.
    for step in steps:
        if not step.network:
            tick(step.checks[0].partition(".")[0])
            found += examine(step, case)
    outside = [step for step in steps if step.network]
    if offline:
        found += [not_checked(check, _OFFLINE) for step in outside for check in step.checks]
    elif outside:
        tick("the network")
        found += _side_by_side(outside, case, seconds)
    return Diagnosis(findings=_sorted(found))


def examine(step: Step, case: Case) -> list[Finding]:
    """Return what a step finds, whatever happens in it.

    A check that does not concern these settings finds nothing.
    """
    found: list[Finding] = []
    try:
        for finding in step.run(case):
            found.append(finding)  # noqa: PERF402  those before a failure stand
    except DigestError as error:
        lacking = _lacking(step, found)
        # One step is one question: what ended it is told once.
        found += [one for check in lacking[:1] for one in _of_error(check, error)]
        found += [not_checked(check, "see above") for check in lacking[1:]]
    except Exception as error:  # noqa: BLE001  one check with a bug must not hide the others
        # Neither message nor values: they might hold a key.
        what = f"the check failed ({type(error).__name__}{_place(error)})"
        found += [not_checked(check, what, _BUG) for check in _lacking(step, found)]
    return found


def _lacking(step: Step, found: Sequence[Finding]) -> list[str]:
    known = {one.check for one in found}
    return [check for check in step.checks if check not in known]


def _of_error(check: str, error: DigestError) -> list[Finding]:
    return [wrong(check, f"{one.where}: {one.what}", one.remedy) for one in error.problems]


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return ""
    name = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f" in {name}:{trace.tb_lineno}"


def _side_by_side(steps: Sequence[Step], case: Case, seconds: float) -> list[Finding]:
    """Run every step in a thread of its own; those that do not end in time are left alone."""
    until = time.monotonic() + seconds
    ended: dict[int, list[Finding]] = {}

    def work(number: int, step: Step) -> None:
        ended[number] = examine(step, case)

    threads = [
        # Daemons: a connection that hangs must not keep the command from ending.
        threading.Thread(target=work, args=(number, step), daemon=True)
        for number, step in enumerate(steps)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"no answer within {seconds:g} seconds"
    found = []
    for number, step in enumerate(steps):
        ends = ended.get(number)
        found += [not_checked(check, late) for check in step.checks] if ends is None else ends
    return found


def _without_config(error: DigestError, environment: Environment) -> Diagnosis:
    """Return what can be said without settings."""
    found = [*_of_error("config.file", error), *settings.secret(environment), clock.zone_data()]
    known = {one.check for one in found}
    why = "config.toml cannot be used"
    found += [not_checked(check, why) for check in CHECKS if check not in known]
    return Diagnosis(findings=_sorted(found), config_exit_code=error.exit_code)


def _sorted(found: Sequence[Finding]) -> tuple[Finding, ...]:
    places = {check: place for place, check in enumerate(CHECKS)}
    return tuple(sorted(found, key=lambda one: places[one.check]))
