"""Who carries the mail: there, and willing. Asks a mail server, or looks at the outbox folder.

What SendGrid is asked is in `account.py`.
"""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from digest.config.document import shown_path
from digest.config.sending import CourierName, OnOff
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.runs.doctor import account
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, warning, wrong
from digest.runs.doctor.network import CONNECT_SECONDS, READ_SECONDS, without_network
from digest.runs.realms import realm_of

_REAL: Final = 'Write courier = "sendgrid" or "smtp" under [delivery] when readers are to get it.'


def _kind(case: Case) -> Iterator[Finding]:
    delivery = case.config.delivery
    rehearses = realm_of(case.config, delivery.courier) is Realm.REHEARSAL
    match delivery.courier:
        case CourierName.OUTBOX:
            yield warning("courier.kind", "outbox, a rehearsal: it reaches nobody", _REAL)
        case CourierName.SENDGRID:
            own = delivery.sendgrid
            if own.sandbox is OnOff.ON:
                yield warning(
                    "courier.kind",
                    "sendgrid with its sandbox on, a rehearsal: it reaches nobody",
                    'Write sandbox = "off" under [delivery.sendgrid] when readers are to get it.',
                )
            else:
                yield ok("courier.kind", f"sendgrid, region {own.region.value}")
        case CourierName.SMTP:
            where = f"smtp, {delivery.smtp.host}:{delivery.smtp.port}"
            if rehearses:
                yield warning(
                    "courier.kind",
                    f"{where} is this computer: a rehearsal, though the server may pass mail on",
                    "Set [delivery.smtp] host to the name of your provider's server.",
                )
            elif delivery.smtp.security.value == "none":
                yield warning(
                    "courier.kind",
                    f"{where}, not encrypted: anybody on the way can read mail and password",
                    'Write security = "starttls" or "tls" under [delivery.smtp].',
                )
            else:
                yield ok("courier.kind", f"{where}, {delivery.smtp.security.value}")


def _folder(case: Case) -> Iterator[Finding]:
    path = case.config.delivery.outbox.path
    there = path
    while not os.path.lexists(there) and os.path.dirname(there) != there:
        there = os.path.dirname(there)
    if os.path.isdir(there) and os.access(there, os.W_OK | os.X_OK):
        yield ok("courier.open", f"{shown_path(path)} can be written")
        return
    yield wrong(
        "courier.open",
        f"{shown_path(path)} cannot be written",
        "Give yourself the right to write it, or set [delivery.outbox] path to another folder.",
    )


def _server(case: Case) -> Iterator[Finding]:
    from digest.delivery.couriers.smtp_session import RefusedError, Security, Server, greet
    from digest.delivery.outcome import Stop

    own = case.config.delivery.smtp
    host = f"[{own.host}]" if ":" in own.host else own.host
    if missing := without_network(f"//{host}", case.name_servers):
        yield not_checked("courier.open", missing)
        return
    server = Server(
        host=own.host,
        port=own.port,
        security=Security(own.security.value),
        username=own.username,
        password=case.environment.smtp_password,
        connect_timeout=timedelta(seconds=CONNECT_SECONDS),
        read_timeout=timedelta(seconds=READ_SECONDS),
    )
    try:
        said = greet(server)
    except RefusedError as error:
        outcome = error.outcome
        what = getattr(outcome, "reason", "it does not want us")
        remedy = outcome.remedy if isinstance(outcome, Stop) else _server_remedy(own.port)
        yield wrong("courier.open", what, remedy)
        return
    did = "logged in" if own.username else "no login"
    yield ok("courier.open", f"{said or own.host} answers: {did}, nothing was sent")


def _server_remedy(port: int) -> str:
    return (
        f"Check host, port ({port}) and security under [delivery.smtp] in config.toml, and that "
        "no firewall stands between."
    )


def _is(courier: CourierName) -> Callable[[Config], bool]:
    return lambda config: config.delivery.courier is courier


STEPS: Final[tuple[Step, ...]] = (
    Step(checks=("courier.kind",), run=_kind),
    Step(checks=("courier.open",), run=_folder, concerns=_is(CourierName.OUTBOX)),
    Step(checks=("courier.open",), run=_server, network=True, concerns=_is(CourierName.SMTP)),
    *account.STEPS,
)
