"""The sender's domain, as receivers see it: SPF, DKIM, DMARC, MX. Asks name servers."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

from digest.config.sending import CourierName
from digest.errors import DigestError
from digest.runs.doctor.finding import Case, Finding, Step, not_checked
from digest.runs.doctor.name_servers import NoAnswerError, Questions
from digest.runs.doctor.network import (
    authenticated_domains,
    sendgrid_host,
    short_api,
    without_network,
)
from digest.runs.doctor.parts import domain_of, parents_of
from digest.runs.doctor.records import judge_dkim, judge_dmarc, judge_mx, judge_spf

#: Where SendGrid's keys are when nobody chose another name.
_USUAL: Final = ("s1", "s2")


def _spf(case: Case, domain: str, ask: Questions) -> Finding:
    by_sendgrid = case.config.delivery.courier is CourierName.SENDGRID
    return judge_spf(domain, ask.txt(domain), ask.txt, own_path=by_sendgrid)


def _dkim(case: Case, domain: str, ask: Questions) -> Finding:
    if case.config.delivery.courier is not CourierName.SENDGRID:
        why = "under which name its key stands, only who signs your mail can tell"
        return not_checked("dns.dkim", why)
    told = _told_keys(case, domain)
    names = told or {f"{name}._domainkey.{domain}": "" for name in _USUAL}
    found = []
    for name, target in names.items():
        # A TXT question follows the alias; the alias itself says whose key it is.
        leads = not target or ask.cname(name) in {target, ""}
        found.append((name, "".join(ask.txt(name)), leads))
    return judge_dkim(found, sure=bool(told))


def _told_keys(case: Case, domain: str) -> dict[str, str]:
    """Return name → alias of the keys SendGrid signs with; empty: it does not say."""
    if not case.environment.sendgrid_key or without_network(
        sendgrid_host(case), case.name_servers
    ):
        return {}
    try:
        with closing(short_api(case)) as api:
            rows = authenticated_domains(api) or []
    except DigestError:
        return {}
    for row in rows:
        if str(row.get("domain", "")).casefold() == domain and isinstance(row.get("dns"), dict):
            return {
                str(record["host"]): str(record.get("data", "")).casefold().rstrip(".")
                if record.get("type") == "cname"
                else ""
                for key, record in row["dns"].items()
                if key.startswith("dkim") and isinstance(record, dict) and record.get("host")
            }
    return {}


def _dmarc(_case: Case, domain: str, ask: Questions) -> Finding:
    for at in (domain, *parents_of(domain)):
        if texts := ask.txt(f"_dmarc.{at}"):
            return judge_dmarc(domain, at, texts)
    return judge_dmarc(domain, domain, ())


def _mx(_case: Case, domain: str, ask: Questions) -> Finding:
    exchanges = ask.mx(domain)
    return judge_mx(domain, exchanges, has_address=not exchanges and bool(ask.addresses(domain)))


def _asking(check: str, judge: Callable[[Case, str, Questions], Finding]) -> Step:
    def run(case: Case) -> Iterator[Finding]:
        domain = domain_of(case.config.sender.email)
        if not domain:
            yield not_checked(check, "[sender] email is empty")
            return
        try:
            yield judge(case, domain, case.name_servers.begin())
        except NoAnswerError:
            yield not_checked(check, "no name server answered")

    return Step(checks=(check,), run=run, network=True)


STEPS: Final[tuple[Step, ...]] = (
    _asking("dns.spf", _spf),
    _asking("dns.dkim", _dkim),
    _asking("dns.dmarc", _dmarc),
    _asking("dns.mx", _mx),
)
