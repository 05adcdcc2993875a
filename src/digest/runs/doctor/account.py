"""What the account at SendGrid allows: key and scopes, sender, credits, group. Asks SendGrid."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.way import Way
from digest.errors import DigestError, NotReadyError
from digest.runs.doctor.finding import Case, Finding, Step, not_checked, ok, warning, wrong
from digest.runs.doctor.network import (
    authenticated_domains,
    sendgrid_host,
    short_api,
    single_senders,
    why_silent,
    without_network,
)
from digest.runs.doctor.parts import domain_of, parents_of

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

_Ask = Callable[[Case, "SendGridApi"], Iterator[Finding]]

_SEND: Final = "mail.send"
_AHEAD: Final = (
    "mail.batch.create",
    "user.scheduled_sends.create",
    "user.scheduled_sends.read",
    "user.scheduled_sends.update",
    "user.scheduled_sends.delete",
)
_LOG: Final = "messages.read"
_LISTS: Final = "suppression.read"
_GROUPS: Final = "asm.groups.read"
_ADD: Final = "Give the key these scopes at SendGrid: Settings, API Keys."
_NO_KEY: Final = "without a key nothing can be asked"
_FORBIDDEN: Final = "the key may not read this"
_AGAIN: Final = "Look at SendGrid yourself, or give the key the scope to read it."


def needed_scopes(config: Config) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return scope → what for: those without which no mail leaves, and those that help."""
    without = {_SEND: "sending"}
    if any(newsletter.hand_over for newsletter in config.newsletters.values()):
        without |= dict.fromkeys(_AHEAD, "hand-over ahead of time")
    helpful = {_LOG: "digest resolve", _LISTS: "digest suppressions sync"}
    if config.subscribers.unsubscribe is Way.SENDGRID_GROUP:
        helpful[_GROUPS] = "who left the unsubscribe group"
    return without, helpful


def judge_scopes(config: Config, scopes: Sequence[str]) -> Finding:
    """Return what the scopes of a key come to."""
    check = "courier.scopes"
    without, helpful = needed_scopes(config)
    if lacks := [scope for scope in without if scope not in scopes]:
        return wrong(check, f"the key lacks {_said(lacks, without)}", _ADD)
    if lacks := [scope for scope in helpful if scope not in scopes]:
        return warning(check, f"the key lacks {_said(lacks, helpful)}", _ADD)
    return ok(check, "the key may do all that is needed")


def _said(lacks: Sequence[str], what_for: Mapping[str, str]) -> str:
    reasons = dict.fromkeys(what_for[scope] for scope in lacks)
    return "; ".join(
        f"{', '.join(scope for scope in lacks if what_for[scope] == reason)} (for: {reason})"
        for reason in reasons
    )


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


def judge_sender(
    email: str, domains: list[dict[str, Any]] | None, senders: list[dict[str, Any]] | None
) -> Finding:
    """Return whether SendGrid lets mail of this address leave.

    Args:
        email: the sender's address.
        domains: authenticated domains, as the API tells them; None: it does not tell.
        senders: single senders, likewise.
    """
    check, domain = "courier.sender", domain_of(email)
    names = {
        str(row.get("domain", "")).casefold(): bool(row.get("valid")) for row in domains or ()
    }
    verified = {
        str(row.get("from_email", "")).casefold(): bool(row.get("verified"))
        for row in senders or ()
    }
    if names.get(domain):
        return ok(check, f"{domain} is an authenticated domain")
    authenticate = f"Authenticate {domain} at SendGrid: Settings, Sender Authentication."
    if domain in names:
        return wrong(
            check,
            f"{domain} is not authenticated yet: its records were not found",
            "Set the records that SendGrid shows (Settings, Sender Authentication), and let it "
            "verify them.",
        )
    if verified.get(email.casefold()):
        return warning(
            check,
            f"{email} is a verified single sender; its domain is not authenticated: DMARC fails",
            authenticate,
        )
    if parent := next((name for name in parents_of(domain) if names.get(name)), ""):
        return warning(
            check,
            f"{parent} is authenticated, {domain} itself is not",
            f"Authenticate {domain}, or send from an address of {parent}.",
        )
    if email.casefold() not in verified and (domains is None or senders is None):
        return not_checked(check, _FORBIDDEN, _AGAIN)
    found = f"SendGrid knows neither {domain} nor {email}, and takes no mail of theirs"
    if email.casefold() in verified:
        found = f"{email} is not verified: nobody has followed the link in SendGrid's mail"
    return wrong(check, found, authenticate)


def _credits(case: Case, api: "SendGridApi") -> Iterator[Finding]:
    try:
        status, body = api.get("/v3/user/credits")
    except NotReadyError:
        yield not_checked("courier.credits", _FORBIDDEN, _AGAIN)
        return
    left = body.get("remain") if isinstance(body, dict) else None
    if status != 200 or not isinstance(left, int):
        yield not_checked("courier.credits", "this plan does not tell")
        return
    yield judge_credits(left, str(body.get("next_reset") or ""), _active(case))


def judge_credits(left: int, reset: str, readers: int) -> Finding:
    """Return whether the plan has mails enough for one issue.

    Args:
        left: mails the plan still has.
        reset: day when it has more again; or "".
        readers: active subscribers.
    """
    check, found = "courier.credits", f"{left:,} mails left in the plan"
    until = f" until {reset}" if reset else ""
    remedy = "Take a larger plan at SendGrid" + (f", or wait until {reset}." if reset else ".")
    if left <= 0:
        return wrong(check, f"no mail left in the plan{until}", remedy)
    if left < readers:
        return warning(check, f"{found}{until}, for {readers:,} active subscribers", remedy)
    return ok(check, f"{found}{until}")


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
    if own.unsubscribe is not Way.SENDGRID_GROUP:
        return
    check, set_it = "courier.group", "Set [subscribers] group to the number of one that is there."
    if not own.group:
        yield wrong(check, "[subscribers] group is not set", set_it)
        return
    try:
        status, body = api.get(f"/v3/asm/groups/{own.group}")
    except NotReadyError:
        yield not_checked(check, _FORBIDDEN, _AGAIN)
        return
    if status == 200 and isinstance(body, dict):
        yield ok(check, f"{own.group}, {body.get('name', '')}")
    else:
        yield wrong(check, f"SendGrid has no unsubscribe group {own.group}", set_it)


def _asking(checks: tuple[str, ...], ask: _Ask) -> Step:
    """Return a step that asks SendGrid where mail goes that way, and says why it cannot."""

    def run(case: Case) -> Iterator[Finding]:
        if case.config.delivery.courier is not CourierName.SENDGRID:
            return
        if not case.environment.sendgrid_key:
            yield from (not_checked(check, _NO_KEY) for check in checks)
            return
        if missing := without_network(sendgrid_host(case), case.name_servers):
            yield from (not_checked(check, missing) for check in checks)
            return
        said: set[str] = set()
        with closing(short_api(case)) as api:
            try:
                for finding in ask(case, api):
                    said.add(finding.check)
                    yield finding
            except NotReadyError:
                raise
            except DigestError as error:
                why = why_silent(error)
                yield from (not_checked(check, why) for check in checks if check not in said)

    return Step(checks=checks, run=run, network=True)


STEPS: Final[tuple[Step, ...]] = (
    _asking(("courier.open", "courier.scopes"), _key),
    _asking(("courier.sender",), _sender),
    _asking(("courier.credits",), _credits),
    _asking(("courier.group",), _group),
)
