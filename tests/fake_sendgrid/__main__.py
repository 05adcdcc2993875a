"""`python -m tests.fake_sendgrid`: the fake by hand, and for tests that need another process."""

import argparse
import gc
import signal
import sys
import threading
from pathlib import Path

from . import DEFAULT_KEY, FakeSendGrid, Seen
from .faults import kind_named


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; print the URL, then a line per request."""
    options = _parser().parse_args(arguments)
    # A body is thousands of objects without cycles: looking for cycles doubles its cost.
    gc.set_threshold(200_000)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    fake = FakeSendGrid(
        port=options.port,
        key=options.key,
        ledger_file=options.ledger,
        published_schema=options.published_schema,
        latency=options.latency,
        log_delay=options.log_delay,
        drip=options.drip,
        on_request=None if options.quiet else _tell,
    )
    fake.settings.validate_every = options.validate_every
    fake.chance(options.faults, options.kinds, seed=options.seed)
    for number, kind in options.at:
        fake.fault(kind, at=[number])
    for part in options.bad_address:
        fake.fault("F11", address=part)
    with fake:
        _print(fake.url)
        stop.wait()
    _print(f"{len(fake.ledger)} of {fake.mail_sends} mail/send requests were accepted")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_sendgrid", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", default=DEFAULT_KEY, help="the only API key that is let in")
    parser.add_argument("--ledger", type=Path, metavar="FILE", help="a line per accepted request")
    parser.add_argument("--faults", type=float, default=0.0, metavar="PROBABILITY")
    parser.add_argument(
        "--kinds", type=kind_named, nargs="+", default=(), metavar="F6", help="for --faults"
    )
    parser.add_argument("--seed", type=int, default=0, help="for --faults")
    parser.add_argument("--at", type=_at, nargs="+", default=(), metavar="N:F6")
    parser.add_argument("--bad-address", nargs="+", default=(), metavar="PART", help="F11")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--log-delay", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--drip", type=float, default=1.0, metavar="SECONDS", help="of F12")
    parser.add_argument("--published-schema", action="store_true", help="a second opinion")
    parser.add_argument("--validate-every", type=int, default=1, metavar="N", help="0: never")
    parser.add_argument("--quiet", action="store_true", help="no line per request")
    return parser


def _at(text: str) -> tuple[int, str]:
    number, _, kind = text.partition(":")
    return int(number), kind_named(kind)


def _tell(seen: Seen) -> None:
    fault = f" {seen.fault}" if seen.fault else ""
    what = " accepted" if seen.accepted else ""
    status = seen.status or "-"
    _print(f"{seen.n} {seen.method} {seen.path} {seen.size_bytes} B: {status}{fault}{what}")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
