"""What an account at SendGrid must allow: scopes of the key, the sender, mails enough. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from digest.config.settings import Config
from digest.delivery.way import Way
from digest.runs.doctor.finding import Finding, not_checked, ok, warning, wrong
from digest.runs.doctor.parts import domain_of, parents_of

_SEND: Final = "mail.send"
#: As `delivery/couriers/scheduled.py` uses them.
_AHEAD: Final = (
    "mail.batch.create",
    "mail.batch.read",
    "user.scheduled_sends.create",
    "user.scheduled_sends.read",
    "user.scheduled_sends.update",
)
_LOG: Final = "messages.read"
_LISTS: Final = "suppression.read"
_GROUPS: Final = "asm.groups.read"
_ADD: Final = "Give the key these scopes at SendGrid: Settings, API Keys."
FORBIDDEN: Final = "the key may not read this"
AGAIN: Final = "Look at SendGrid yourself, or give the key the scope to read it."


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
        return not_checked(check, FORBIDDEN, AGAIN)
    found = f"SendGrid knows neither {domain} nor {email}, and takes no mail of theirs"
    if email.casefold() in verified:
        found = f"{email} is not verified: nobody has followed the link in SendGrid's mail"
    return wrong(check, found, authenticate)


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
