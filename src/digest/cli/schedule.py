"""The command that sends at the right time: schedule."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config
    from digest.runs.shift import Did
    from digest.schedule.logs import Log


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, and end: for cron.")
@click.option("--newsletter", default="", metavar="NAME", help="With --once: only this one.")
@click.option(
    "--every",
    type=click.FloatRange(0.1, 300),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people or for machines.",
)
@config_option
def schedule(config: "Config", once: bool, newsletter: str, every: float, log_format: str) -> None:
    """Send every issue at its time, until it is stopped.

    Ctrl-C or SIGTERM end it after what is on its way. Whatever ends it, the next start goes on.
    """
    import gc
    import sys
    from zoneinfo import ZoneInfo

    from digest.schedule.logs import Log, LogFormat

    gc.enable()  # main() has switched it off: other commands live for a second
    zone = ZoneInfo(config.site.timezone)
    log = Log(sys.stdout, LogFormat(log_format), zone=zone)
    if once:
        _once(config, newsletter, log)
    else:
        _serve(config, every, log_format, log)


def _serve(config: "Config", every: float, log_format: str, log: "Log") -> None:
    from collections.abc import Callable
    from datetime import timedelta
    from threading import Event

    from digest.cli.stopping import on_signal
    from digest.config.environment import read_environment
    from digest.runs.ahead import check_hand_over
    from digest.schedule.sd_notify import Notifier
    from digest.schedule.service import Service, make_workers, run_service
    from digest.schedule.ticker import Ticker
    from digest.store.watch import watching

    check_hand_over(config)
    environment = read_environment()
    notifier = Notifier(environment)
    workers = make_workers(config.path, log_format, log)
    ended = Event()

    def wait(tick: Callable[[], object]) -> None:
        ticker = Ticker(tick, timedelta(seconds=every))
        ticker.start()
        ended.wait()
        ticker.stop()

    with watching(config.store.path), on_signal(ended.set):
        service = Service(config.path, environment, workers, log, notifier)
        run_service(service, wait, log, notifier)


def _once(config: "Config", newsletter: str, log: "Log") -> None:
    from digest.cli.stopping import stopping_cleanly
    from digest.config.environment import read_environment
    from digest.errors import UnfinishedError
    from digest.runs.clock import read_now
    from digest.runs.ping import ping
    from digest.runs.round import run_round
    from digest.runs.shift import Shift
    from digest.store.watch import touch

    environment = read_environment()
    _check_newsletter(config, newsletter)
    failures = []
    ping(environment.ping_url, "start")
    with stopping_cleanly() as is_stopped:
        shift = Shift(
            config=config, environment=environment, now=read_now(), is_stopped=is_stopped
        )
        for did in run_round(shift, read_now, newsletter):
            _note(log, did)
            if did.is_trouble:
                failures.append(did)
    touch(config.store.path, read_now())
    said = "; ".join(f"{did.newsletter}/{did.slot}: {did.event}" for did in failures)
    ping(environment.ping_url, "failure" if failures else "success", said)
    if failures:
        raise UnfinishedError(
            f"{len(failures)} of what was due could not be done",
            where="digest schedule --once",
            remedy="The lines above say why. Run it again; it goes on.",
        )


def _check_newsletter(config: "Config", name: str) -> None:
    from digest.runs.choose import find_newsletter
    from digest.runs.memory import BREAKING
    from digest.schedule.service import NOTICES

    if name not in {"", BREAKING, NOTICES}:
        find_newsletter(config.newsletters, name)


def _note(log: "Log", did: "Did") -> None:
    say = log.error if did.is_trouble else log.info
    say(
        did.event,
        newsletter=did.newsletter or None,
        slot=did.slot or None,
        reason=did.reason or None,
        articles=did.articles,
        readers=did.readers,
    )
