"""The command that stays: serve."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    import logging

    from digest.config.settings import Config


@click.command()
@click.option("--host", default="", metavar="NAME", help="Where to listen.  [default: [web] host]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="0: any that is free.  [default: [web] port]",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people or for machines.",
)
@config_option
def serve(config: "Config", host: str, port: int | None, log_format: str) -> None:
    """Answer readers who unsubscribe, until it is stopped.

    It speaks plain http: put a web server with a certificate in front of it
    (docs/unsubscribing.md). Needs DIGEST_SECRET and the store of the subscribers.
    """
    import gc

    from digest.web.server import serve as answer

    gc.enable()  # main() has switched it off: other commands live for a second
    _log_to_stderr(log_format)
    answer(
        config,
        host or config.web.host,
        config.web.port if port is None else port,
        ready=lambda address: _say_where(config, address),
    )
    print("stopped; everything that was answered is saved", flush=True)


def _say_where(config: "Config", address: str) -> None:
    print(f"listening  {address}/u/…", flush=True)
    url = config.subscribers.url
    if url:
        print(
            f"public     {url.rstrip('/')}/u/…  (a web server with TLS must lead here)", flush=True
        )
    else:
        print(
            "public     nothing yet: set [subscribers] url, and put a web server with TLS in "
            "front (docs/unsubscribing.md)",
            flush=True,
        )


def _log_to_stderr(form: str) -> None:
    import logging
    import time

    handler: logging.Handler
    if form == "json":
        handler = _json_handler()
    else:
        handler = logging.StreamHandler()
        formatter = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    # Other libraries speak up only for errors: their warnings repeat what strangers send.
    logging.basicConfig(handlers=[handler], level=logging.ERROR)
    logging.getLogger("digest").setLevel(logging.INFO)


def _json_handler() -> "logging.Handler":
    """Return what writes log records in the form of the schedule's, masked as they are."""
    import logging
    import sys

    from digest.schedule.logs import Log, LogFormat

    log = Log(sys.stderr, LogFormat.JSON)
    say = {logging.WARNING: log.warning, logging.ERROR: log.error, logging.CRITICAL: log.error}

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            event = getattr(record, "event", "note")
            newsletter = getattr(record, "newsletter", None)
            note = say.get(record.levelno, log.info)
            note(event, newsletter=newsletter, reason=record.getMessage())

    return Lines()
