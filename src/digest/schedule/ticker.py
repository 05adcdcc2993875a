"""APScheduler as a clock: calls one function every so often, and nothing else.

No job store that outlives the process, no cron trigger: what is due is asked of the ledger, and
slots are ours (docs/decisions/0006). So a suspended machine, a step of the clock or a restart
costs half a minute, and nothing is called twice that matters.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger


class Ticker:
    """Calls `tick` in a thread of its own, the first time at once."""

    def __init__(self, tick: Callable[[], object], every: timedelta) -> None:
        # A look that takes longer than the interval is no mistake, and its words would stand among
        # the lines of our log.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        # UTC: an interval knows no daylight saving. One thread: a tick never meets another.
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._tick = tick
        self._every = every

    def start(self) -> None:
        """Begin."""
        from digest.runs.clock import read_now  # noqa: PLC0415  the first call is now

        self._scheduler.add_job(
            self._tick, IntervalTrigger(seconds=self._every.total_seconds()),
            next_run_time=read_now(),
        )  # fmt: skip
        self._scheduler.start()

    def stop(self) -> None:
        """End, after the call that is under way."""
        self._scheduler.shutdown(wait=True)
