"""The sender's domain, through a real name server and the fake SendGrid."""

from pathlib import Path

import pytest

from digest.runs.doctor.domain import STEPS
from doctoring import case_of, set_keys, told
from fake_sendgrid import FakeSendGrid
from name_server import Zone, name_server
from sending import make_sending

DOMAIN = "harbour-courier.example"
GOOD: Zone = {
    DOMAIN: {
        "TXT": ['"v=spf1 include:_spf.example" " -all"', '"site-verification=1"'],
        "MX": ["20 second.example.", "10 first.example."],
    },
    "_spf.example": {"TXT": ['"v=spf1 a mx -all"']},
    f"_dmarc.{DOMAIN}": {"TXT": ['"v=DMARC1; p=none"']},
    f"s1._domainkey.{DOMAIN}": {"CNAME": ["s1.domainkey.u1.wl.sendgrid.net."]},
    f"s2._domainkey.{DOMAIN}": {"CNAME": ["s2.domainkey.u1.wl.sendgrid.net."]},
    "s1.domainkey.u1.wl.sendgrid.net": {"TXT": ['"k=rsa; t=s; p=MIGf"']},
    "s2.domainkey.u1.wl.sendgrid.net": {"TXT": ['"k=rsa; t=s; p=MIGf"']},
}


def test_everything_is_set(site: Path) -> None:
    make_sending(site, 1)

    with name_server(GOOD) as server, FakeSendGrid() as fake:
        fake.settings.domains = {DOMAIN: True}
        case = case_of(
            site, name_servers=server.client, sendgrid_key="SG.fake", sendgrid_url=fake.url
        )
        found = told(STEPS, case)

    assert found == {
        "dns.spf": ("ok", f"{DOMAIN} has one record, 3 of 10 lookups"),
        "dns.dkim": ("ok", f"keys at s1._domainkey.{DOMAIN}, s2._domainkey.{DOMAIN}"),
        "dns.dmarc": ("ok", "p=none"),
        "dns.mx": ("ok", "first.example, second.example"),
    }


def test_nothing_is_set(site: Path) -> None:
    make_sending(site, 1)

    with name_server({}) as server:
        found = told(STEPS, case_of(site, name_servers=server.client))

    assert {check: result for check, (result, _) in found.items()} == {
        "dns.spf": "ok",  # SendGrid's own
        "dns.dkim": "warning",
        "dns.dmarc": "warning",
        "dns.mx": "wrong",
    }


def test_keys_that_sendgrid_looks_for_are_not_there(site: Path) -> None:
    make_sending(site, 1)

    with name_server({DOMAIN: {"A": ["192.0.2.1"]}}) as server, FakeSendGrid() as fake:
        fake.settings.domains = {DOMAIN: False}
        case = case_of(
            site, name_servers=server.client, sendgrid_key="SG.fake", sendgrid_url=fake.url
        )
        found = told(STEPS, case)

    assert found["dns.dkim"] == (
        "wrong",
        f"no key at s1._domainkey.{DOMAIN}, s2._domainkey.{DOMAIN}",
    )
    assert found["dns.mx"] == ("warning", f"{DOMAIN} has no MX record")


def test_an_alias_leads_to_another_account(site: Path) -> None:
    make_sending(site, 1)
    zone = {
        **GOOD,
        f"s2._domainkey.{DOMAIN}": {"CNAME": ["s2.domainkey.u7.wl.sendgrid.net."]},
        "s2.domainkey.u7.wl.sendgrid.net": {"TXT": ['"p=MIGf"']},
    }

    with name_server(zone) as server, FakeSendGrid() as fake:
        fake.settings.domains = {DOMAIN: True}
        case = case_of(
            site, name_servers=server.client, sendgrid_key="SG.fake", sendgrid_url=fake.url
        )
        result, found = told(STEPS, case)["dns.dkim"]

    assert (result, found) == (
        "warning",
        f"s2._domainkey.{DOMAIN} does not lead to SendGrid's key",
    )


def test_mail_server_needs_spf_and_keeps_the_name_of_its_key(site: Path) -> None:
    set_keys(site, courier='"smtp"')

    with name_server({DOMAIN: {"MX": ["0 ."]}}) as server:
        found = told(STEPS, case_of(site, name_servers=server.client))

    assert {check: result for check, (result, _) in found.items()} == {
        "dns.spf": "warning",
        "dns.dkim": "not checked",
        "dns.dmarc": "warning",
        "dns.mx": "wrong",
    }


def test_policy_of_the_domain_above_counts(site: Path) -> None:
    set_keys(site, email=f'"post@letters.{DOMAIN}"')

    with name_server(GOOD) as server:
        found = told(STEPS, case_of(site, name_servers=server.client))

    assert found["dns.dmarc"] == ("ok", f"p=none, of {DOMAIN}")


NOT_CHECKED = dict.fromkeys(
    ("dns.spf", "dns.dkim", "dns.dmarc", "dns.mx"), ("not checked", "no name server answered")
)


def test_a_silent_name_server_says_nothing_of_the_domain(site: Path) -> None:
    make_sending(site, 1)

    with name_server(GOOD, silent=True) as server:
        assert told(STEPS, case_of(site, name_servers=server.client)) == NOT_CHECKED


def test_nor_does_one_that_knows_no_name_at_all(site: Path) -> None:
    make_sending(site, 1)

    with name_server({}, root={}) as server:
        assert told(STEPS, case_of(site, name_servers=server.client)) == NOT_CHECKED


def test_nor_nobody_at_all(site: Path) -> None:
    make_sending(site, 1)

    assert told(STEPS, case_of(site)) == NOT_CHECKED


@pytest.mark.parametrize("check", NOT_CHECKED)
def test_without_a_sender_there_is_no_domain(site: Path, check: str) -> None:
    set_keys(site, email='""')

    assert told(STEPS, case_of(site))[check] == ("not checked", "[sender] email is empty")
