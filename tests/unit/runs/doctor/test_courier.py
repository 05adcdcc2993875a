"""Couriers, through a real mail server and a real folder."""

from pathlib import Path

import pytest

from contract.couriers.certificates import server_context
from digest.delivery.couriers.smtp_session import RefusedError, Security, Server, greet
from digest.runs.doctor import account
from digest.runs.doctor.courier import STEPS
from doctoring import case_of, examined, set_keys, told
from sending import make_sending
from smtp_server import MailServer, Manners, mail_server

OWN = [step for step in STEPS if step not in account.STEPS]
PASSWORD = "a password nobody must see"


def smtp(site: Path, server: MailServer, **settings: str) -> Path:
    own = {"courier": '"smtp"', "host": '"127.0.0.1"', "security": '"none"'} | settings
    set_keys(site, **own)
    text = (site / "config.toml").read_text().replace("port = 587", f"port = {server.port}")
    (site / "config.toml").write_text(text)
    return site


def test_the_outbox_reaches_nobody(site: Path) -> None:
    found = told(OWN, case_of(site))

    assert found["courier.kind"] == ("warning", "outbox, a rehearsal: it reaches nobody")
    assert found["courier.open"] == ("ok", "outbox can be written")
    assert not (site / "outbox").exists()


def test_an_outbox_that_is_a_file(site: Path) -> None:
    (site / "outbox").write_text("")

    assert told(OWN, case_of(site))["courier.open"] == ("wrong", "outbox cannot be written")


@pytest.mark.parametrize(
    ("settings", "result", "found"),
    [
        ({}, "ok", "sendgrid, region global"),
        ({"sandbox": '"on"'}, "warning", "its sandbox on"),
        ({"courier": '"smtp"'}, "warning", "is this computer"),
        (
            {"courier": '"smtp"', "host": '"mail.example"', "security": '"none"'},
            "warning",
            "not encrypted",
        ),
        ({"courier": '"smtp"', "host": '"mail.example"'}, "ok", "smtp, mail.example:587"),
    ],
)
def test_kind(site: Path, settings: dict[str, str], result: str, found: str) -> None:
    make_sending(site, 1)
    set_keys(site, **settings)
    if "host" in settings:  # the first `host` of the file is the mail server's
        assert settings["host"] in (site / "config.toml").read_text()

    said = told(STEPS[:1], case_of(site))["courier.kind"]

    assert said[0] == result
    assert found in said[1]


def test_mail_server_answers(site: Path) -> None:
    with mail_server() as server:
        found = told(OWN, case_of(smtp(site, server)))["courier.open"]

    assert found[0] == "ok"
    assert found[1].endswith("answers: no login, nothing was sent")
    assert not server.taken


def test_nobody_answers(site: Path) -> None:
    with mail_server() as server:
        smtp(site, server)

    found = told(OWN, case_of(site))["courier.open"]

    assert found[0] == "wrong"
    assert "no connection to the mail server" in found[1]


def test_mail_server_without_tls(site: Path) -> None:
    with mail_server() as server:
        found = told(OWN, case_of(smtp(site, server, security='"starttls"')))["courier.open"]

    assert found[0] == "wrong"
    assert "STARTTLS" in found[1]


def test_certificate_that_nobody_vouches_for(site: Path) -> None:
    with mail_server(starttls=server_context().server) as server:
        found = told(OWN, case_of(smtp(site, server, security='"starttls"')))["courier.open"]

    assert found[0] == "wrong"
    assert "TLS" in found[1]


@pytest.mark.parametrize("password", [PASSWORD, "another one"])
def test_login_as_a_send_would(password: str) -> None:
    contexts = server_context()
    manners = Manners(users={"us": PASSWORD})
    with mail_server(manners, starttls=contexts.server) as server:
        own = Server(
            host="127.0.0.1",
            port=server.port,
            security=Security.STARTTLS,
            username="us",
            password=password,
            context=contexts.client,
        )
        if password == PASSWORD:
            assert greet(own) == "localhost"
        else:
            with pytest.raises(RefusedError) as refused:
                greet(own)
            assert PASSWORD not in str(refused.value.outcome)
    assert not server.taken


def test_no_name_server_is_no_fault_of_the_mail_server(site: Path) -> None:
    set_keys(site, courier='"smtp"', host='"mail.nowhere.invalid"')

    found = examined(OWN, case_of(site))["courier.open"]

    assert (found.result.value, found.found) == ("not checked", "no name server answered")
