"""What a domain's records say about mail that claims to come from it. Pure.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489, "no mail here" RFC 7505.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from digest.runs.doctor.finding import Finding, ok, warning, wrong

#: RFC 7208 §4.6.4: more make the record void.
MOST_LOOKUPS: Final = 10
_SPF_MARK: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_DMARC_MARK: Final = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")
_POLICY: Final = re.compile(r";\s*p\s*=\s*(none|quarantine|reject)\s*(?:;|$)", re.IGNORECASE)
_LOOKS_UP: Final = re.compile(
    r"[+?~-]?(?:(include|exists):(\S+)|(a|mx|ptr)(?:[:/]\S*)?)", re.IGNORECASE
)
_REDIRECT: Final = re.compile(r"redirect=(\S+)", re.IGNORECASE)
_NO_KEY: Final = re.compile(r"(?:^|;)\s*p\s*=\s*(?:;|$)")

Ask = Callable[[str], Sequence[str]]


def spf_records(texts: Sequence[str]) -> list[str]:
    """Return those of a name's texts that are SPF."""
    return [text for text in texts if _SPF_MARK.match(text)]


def count_lookups(record: str, ask: Ask, most: int = 2 * MOST_LOOKUPS) -> int:
    """Return how many questions a record makes a receiver ask, included records too.

    Args:
        record: the SPF record.
        ask: returns the texts of a name.
        most: stop there.
    """
    count, waiting = 0, [record]
    while waiting and count < most:
        for term in waiting.pop().split()[1:]:
            found = _LOOKS_UP.fullmatch(term) or _REDIRECT.fullmatch(term)
            if not found:
                continue
            count += 1
            kind = "redirect" if found.re is _REDIRECT else (found[1] or "").casefold()
            target = found[1] if kind == "redirect" else found[2]
            # What stands for parts of the mail ("%{i}") is known to a receiver only.
            if kind in {"include", "redirect"} and "%" not in target and count < most:
                waiting += spf_records(ask(target))[:1]
    return count


def judge_spf(domain: str, texts: Sequence[str], ask: Ask, *, own_path: bool) -> Finding:
    """Return what is to be said of a domain's SPF.

    Args:
        domain: of the sender.
        texts: its TXT records.
        ask: returns the texts of another name.
        own_path: the courier's mail is sent by an address of the courier, whose record counts.
    """
    check, records = "dns.spf", spf_records(texts)
    if len(records) > 1:
        return wrong(
            check,
            f"{domain} has {len(records)} SPF records, which is as good as none",
            "Put them together into one.",
        )
    if not records:
        if own_path:
            return ok(check, f"{domain} has none; the courier's own counts")
        return warning(
            check,
            f"{domain} has no SPF record: receivers cannot know your mail server",
            f'Set a TXT record at {domain}: "v=spf1 include:… -all", as your provider says.',
        )
    if records[0].casefold().split()[-1] == "+all":
        return warning(
            check,
            f"{domain} lets everybody send in its name (+all)",
            'End the record with "-all" or "~all".',
        )
    lookups = count_lookups(records[0], ask)
    if lookups > MOST_LOOKUPS:
        return warning(
            check,
            f"{domain} makes receivers ask {lookups} times or more; beyond {MOST_LOOKUPS} they "
            "take it for void",
            "Take out what no longer sends for you.",
        )
    return ok(check, f"{domain} has one record, {lookups} of {MOST_LOOKUPS} lookups")


def judge_dkim(found: Sequence[tuple[str, str, bool]], *, sure: bool) -> Finding:
    """Return what is to be said of the keys by which mail is signed.

    Args:
        found: name, its key's text or "", and whether it leads where the provider says.
        sure: the provider says that these are the names.
    """
    check = "dns.dkim"
    missing = [name for name, text, _ in found if not text or _NO_KEY.search(text)]
    astray = [name for name, text, leads in found if text and not leads]
    remedy = "Set the records that SendGrid shows: Settings, Sender Authentication."
    if missing and not sure:
        return warning(
            check, f"no key at {', '.join(missing)}, where SendGrid's usually is", remedy
        )
    if missing:
        return wrong(check, f"no key at {', '.join(missing)}", remedy)
    if astray:
        return warning(check, f"{', '.join(astray)} does not lead to SendGrid's key", remedy)
    return ok(check, f"keys at {', '.join(name for name, _, _ in found)}")


def judge_dmarc(domain: str, at: str, texts: Sequence[str]) -> Finding:
    """Return what is to be said of the policy for mail that fails SPF and DKIM.

    Args:
        domain: of the sender.
        at: the domain whose policy it is: this one or one above.
        texts: TXT records of `_dmarc` there.
    """
    check = "dns.dmarc"
    records = [text for text in texts if _DMARC_MARK.match(text)]
    example = f'Set a TXT record at _dmarc.{domain}: "v=DMARC1; p=none; rua=mailto:you@{domain}".'
    if not records:
        return warning(
            check,
            f"{domain} has no DMARC record, which Gmail, Yahoo and Outlook want from senders of "
            "more than 5,000 mails a day",
            example,
        )
    if len(records) > 1:
        return warning(
            check,
            f"_dmarc.{at} has {len(records)} records, which is as good as none",
            "Leave one.",
        )
    policy = _POLICY.search(records[0])
    if not policy:
        return warning(check, f"_dmarc.{at} names no policy (p=)", example)
    above = "" if at == domain else f", of {at}"
    return ok(check, f"p={policy[1].casefold()}{above}")


def judge_mx(domain: str, exchanges: Sequence[str], *, has_address: bool) -> Finding:
    """Return whether mail to the sender can arrive.

    Args:
        domain: of the sender.
        exchanges: who takes its mail.
        has_address: the domain itself has one, where mail goes without an MX.
    """
    check = "dns.mx"
    if list(exchanges) == ["."]:
        return wrong(
            check,
            f"{domain} says that it takes no mail: many receivers refuse mail from it",
            "Send from an address that can be answered, or set an MX record.",
        )
    if exchanges:
        return ok(check, f"{', '.join(exchanges[:3])}{', …' if len(exchanges) > 3 else ''}")
    if has_address:
        return warning(
            check, f"{domain} has no MX record", "Set one: answers and bounces go there."
        )
    return wrong(
        check,
        f"{domain} has neither MX record nor address: nobody can answer, and many receivers "
        "refuse mail from it",
        "Check the spelling of [sender] email; set an MX record.",
    )
