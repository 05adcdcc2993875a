"""Whether there is a network at all, which is nobody's fault; and SendGrid for a short look.

Asks the machine's name servers; sends nothing to the host itself.
"""

import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from digest.config.sending import Region
from digest.errors import DigestError, NotReadyError
from digest.record import replace
from digest.runs.couriers import sendgrid_api
from digest.runs.doctor.finding import Case
from digest.runs.doctor.name_servers import NameServers, NoAnswerError

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

#: Long enough for any answer that is worth waiting for before a person.
CONNECT_SECONDS: Final = 4
READ_SECONDS: Final = 8
#: Rows of one page, and most pages: an account may have 3,000 domains.
_PAGE: Final = 200
_MOST_PAGES: Final = 15
_SILENT: Final = (socket.EAI_AGAIN, socket.EAI_FAIL)
_NO_ANSWER: Final = "no name server answered"


def without_network(url: str, name_servers: NameServers) -> str:
    """Return why nobody, the host of `url` included, is reached from here; "": somebody may be.

    A name that does not exist is no lack of a network.
    """
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host, port = parts.hostname or "", parts.port or 443
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except socket.gaierror as error:
        return _NO_ANSWER if error.errno in _SILENT or not _answers(name_servers) else ""
    except (OSError, ValueError):
        return ""  # no address at all: whoever uses it says so
    for family, kind, protocol, _, address in found:
        with closing(socket.socket(family, kind, protocol)) as probe:
            try:
                # A datagram socket only looks for a route.
                probe.connect(address)
            except OSError:
                continue
        return ""
    return f"there is no way from here to {host}"


def _answers(name_servers: NameServers) -> bool:
    try:
        name_servers.begin()
    except NoAnswerError:
        return False
    return True


def sendgrid_host(case: Case) -> str:
    """Return where SendGrid is asked."""
    is_eu = case.config.delivery.sendgrid.region is Region.EU
    own = "https://api.eu.sendgrid.com" if is_eu else "https://api.sendgrid.com"
    return case.environment.sendgrid_url or own


def short_api(case: Case) -> "SendGridApi":
    """Return SendGrid's API with short time-outs.

    Raises:
        NotReadyError: there is no key.
        ConfigError: DIGEST_SENDGRID_URL is no address of this machine.
    """
    delivery = case.config.delivery
    own = replace(
        delivery.sendgrid,
        connect_timeout_seconds=CONNECT_SECONDS,
        read_timeout_seconds=READ_SECONDS,
    )
    hurried = replace(case.config, delivery=replace(delivery, sendgrid=own))
    return sendgrid_api(hurried, case.environment)


def authenticated_domains(api: "SendGridApi") -> list[dict[str, Any]] | None:
    """Return the account's authenticated domains; None: the key may not read them.

    Raises:
        DigestError: no answer.
    """
    rows: list[dict[str, Any]] = []
    for page in range(_MOST_PAGES):
        query = {"limit": _PAGE, "offset": page * _PAGE}
        found = _read(api, "/v3/whitelabel/domains", query)
        if not isinstance(found, list):
            return None
        rows += [row for row in found if isinstance(row, dict)]
        if len(found) < _PAGE:
            break
    return rows


def single_senders(api: "SendGridApi") -> list[dict[str, Any]] | None:
    """Return the account's single senders; None: the key may not read them.

    Raises:
        DigestError: no answer.
    """
    rows: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        last = {"lastSeenID": rows[-1].get("id", 0)} if rows else {}
        body = _read(api, "/v3/verified_senders", {"limit": _PAGE, **last})
        found = body.get("results") if isinstance(body, dict) else None
        if not isinstance(found, list):
            return None
        rows += [row for row in found if isinstance(row, dict)]
        if len(found) < _PAGE:
            break
    return rows


def _read(api: "SendGridApi", path: str, query: dict[str, int]) -> Any:  # noqa: ANN401  what JSON may hold
    try:
        status, body = api.get(path, query)
    except NotReadyError:
        return None
    return body if status == 200 else None


def why_silent(error: DigestError) -> str:
    """Return in one line what kept an answer away."""
    problem = error.problems[0]
    return f"{problem.where}: {problem.what}"
