"""How readers leave: the link to `digest serve`, or an address. Asks the public address."""

from collections.abc import Iterator
from typing import Final

from digest.config.secrets import parse_keys
from digest.config.sending import CourierName
from digest.delivery.way import Way
from digest.errors import NotReadyError
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, warning, wrong
from digest.runs.doctor.network import without_network
from digest.runs.probe import probe_endpoint

#: For the connection, and for each answer.
_SECONDS: Final = 5
_CHECK: Final = "way_out.endpoint"
_SERVE: Final = (
    "Start `digest serve`, with the same DIGEST_SECRET, behind a web server that speaks https "
    "under this address (docs/unsubscribing.md)."
)


def _endpoint(case: Case) -> Iterator[Finding]:
    own = case.config.subscribers
    # A rehearsal goes out without; what is not ready yet is worth knowing all the same.
    rehearses = case.config.delivery.courier is CourierName.OUTBOX
    fault = warning if rehearses else wrong
    if not own.url:
        yield fault(
            _CHECK,
            "[subscribers] url is not set: readers could not unsubscribe",
            "Set the https address under which `digest serve` is reached, or choose another way.",
        )
        return
    try:
        keys = parse_keys(case.environment.secret)
    except NotReadyError:
        yield not_checked(_CHECK, "without DIGEST_SECRET nothing can be asked")
        return
    if missing := without_network(own.url, case.name_servers):
        yield not_checked(_CHECK, missing)
        return
    if said := probe_endpoint(own.url, keys, timeout_seconds=_SECONDS):
        yield fault(_CHECK, f"readers could not unsubscribe: {said}", _SERVE)
        return
    yield ok(_CHECK, f"{own.url.rstrip('/')}/u/ is our `digest serve`")


def _mailto(case: Case) -> Iterator[Finding]:
    own, check = case.config.subscribers, "way_out.mailto"
    if own.mailto:
        if own.unsubscribe is Way.MAILTO:
            yield warning(
                check,
                f"{own.mailto} is the only way out: Gmail and Yahoo want a one-click link from "
                "senders of more than 5,000 mails a day",
                "Read what arrives there; or run `digest serve` and set [subscribers] url.",
            )
        else:
            yield ok(check, own.mailto)
    elif own.unsubscribe is Way.MAILTO:
        yield wrong(
            check,
            "[subscribers] mailto is not set: readers could not unsubscribe",
            "Set an address that takes unsubscribe mails, and read what arrives there.",
        )


STEPS: Final[tuple[Step, ...]] = (
    Step(
        checks=(_CHECK,),
        run=_endpoint,
        network=True,
        concerns=lambda config: config.subscribers.unsubscribe is Way.ENDPOINT,
    ),
    Step(checks=("way_out.mailto",), run=_mailto),
)
