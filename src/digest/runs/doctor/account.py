"""What the account at SendGrid allows: key and scopes, sender, credits, group. Asks SendGrid."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Final

from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.way import Way
from digest.errors import ConfigError, DigestError, NotReadyError
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, wrong
from digest.runs.doctor.network import (
    authenticated_domains,
    sendgrid_host,
    short_api,
    single_senders,
    why_silent,
    without_network,
)
from digest.runs.doctor.permissions import (
    AGAIN,
    FORBIDDEN,
    judge_credits,
    judge_scopes,
    judge_sender,
)

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

_Ask = Callable[[Case, "SendGridApi"], Iterator[Finding]]

#: The check that says what is wrong with the key.
_FIRST: Final = "courier.open"
_NO_KEY: Final = "without a key nothing can be asked"


class _SilentError(Exception):
    """SendGrid cannot be asked: says why."""


def _key(case: Case, api: "SendGridApi") -> Iterator[Finding]:
    try:
        status, body = api.get("/v3/scopes")
    except NotReadyError:
        yield wrong(
            "courier.open",
            "SendGrid does not accept the key",
            "Make a key at SendGrid (Settings, API Keys), of an account in the region that "
            "[delivery.sendgrid] names, and set SENDGRID_API_KEY to it.",
        )
        yield not_checked("courier.scopes", "the key is not accepted")
        return
    scopes = body.get("scopes") if isinstance(body, dict) else None
    if status != 200 or not isinstance(scopes, list):
        yield not_checked("courier.open", f"the answer ({status}) lists no scopes")
        return
    yield ok("courier.open", "SendGrid accepts the key")
    yield judge_scopes(case.config, [str(scope) for scope in scopes])


def _sender(case: Case, api: "SendGridApi") -> Iterator[Finding]:
    email = case.config.sender.email
    if not email:
        yield not_checked("courier.sender", "[sender] email is empty")
        return
    domains, senders = authenticated_domains(api), single_senders(api)
    yield judge_sender(email, domains, senders)


def _credits(case: Case, api: "SendGridApi") -> Iterator[Finding]:
    try:
        status, body = api.get("/v3/user/credits")
    except NotReadyError:
        yield not_checked("courier.credits", FORBIDDEN, AGAIN)
        return
    left = body.get("remain") if isinstance(body, dict) else None
    if status != 200 or not isinstance(left, int):
        yield not_checked("courier.credits", "this plan does not tell")
        return
    yield judge_credits(left, str(body.get("next_reset") or ""), _active(case))


def _active(case: Case) -> int:
    """Return the number of active subscribers; 0 where it is not known."""
    from digest.store.checkup import standing_of
    from digest.store.database import open_store

    try:
        with closing(open_store(case.config.store.path, create=False)) as database:
            return standing_of(database).active
    except DigestError:
        return 0


def _group(case: Case, api: "SendGridApi") -> Iterator[Finding]:
    own = case.config.subscribers
    check, set_it = "courier.group", "Set [subscribers] group to the number of one that is there."
    if not own.group:
        yield wrong(check, "[subscribers] group is not set", set_it)
        return
    try:
        status, body = api.get(f"/v3/asm/groups/{own.group}")
    except NotReadyError:
        yield not_checked(check, FORBIDDEN, AGAIN)
        return
    if status == 200 and isinstance(body, dict):
        yield ok(check, f"{own.group}, {body.get('name', '')}")
    else:
        yield wrong(check, f"SendGrid has no unsubscribe group {own.group}", set_it)


def _asking(
    checks: tuple[str, ...], ask: _Ask, concerns: Callable[[Config], bool] = lambda _: True
) -> Step:
    """Return a step that asks SendGrid where mail goes that way, and says why it cannot."""

    def run(case: Case) -> Iterator[Finding]:
        said: set[str] = set()
        why = ""
        try:
            for finding in _answers(case, ask):
                said.add(finding.check)
                yield finding
        except (NotReadyError, ConfigError):
            # Of the key, or of where it would go: told once.
            if _FIRST in checks:
                raise
            why = "see above"
        except _SilentError as error:
            why = str(error)
        except DigestError as error:
            why = why_silent(error)
        if why:
            yield from (not_checked(check, why) for check in checks if check not in said)

    def is_asked(config: Config) -> bool:
        return config.delivery.courier is CourierName.SENDGRID and concerns(config)

    return Step(checks=checks, run=run, network=True, concerns=is_asked)


def _answers(case: Case, ask: _Ask) -> Iterator[Finding]:
    """Yield what SendGrid's answers come to.

    Raises:
        _SilentError: it cannot be asked.
        NotReadyError: the key is none.
        ConfigError: DIGEST_SENDGRID_URL is no address of this machine.
        DigestError: it does not answer.
    """
    if not case.environment.sendgrid_key:
        raise _SilentError(_NO_KEY)
    with closing(short_api(case)) as api:
        if missing := without_network(sendgrid_host(case), case.name_servers):
            raise _SilentError(missing)
        yield from ask(case, api)


def _by_group(config: Config) -> bool:
    return config.subscribers.unsubscribe is Way.SENDGRID_GROUP


STEPS: Final[tuple[Step, ...]] = (
    _asking((_FIRST, "courier.scopes"), _key),
    _asking(("courier.sender",), _sender),
    _asking(("courier.credits",), _credits),
    _asking(("courier.group",), _group, _by_group),
)
