"""Settings and law: what needs no disk and no network."""

from pathlib import Path
from typing import Any

import pytest

from digest.runs.doctor import law, settings
from doctoring import case_of, examined, set_keys, told
from sending import make_sending

KEY = "SG.secret-of-the-publisher"


class TestSecret:
    def test_a_key_and_earlier_ones(self, site: Path) -> None:
        two = f"b:{'B' * 43}=,a:{'A' * 43}="

        assert told(settings.STEPS, case_of(site, secret=two))["config.secret"] == (
            "ok",
            "DIGEST_SECRET holds a key, 1 earlier",
        )

    @pytest.mark.parametrize("secret", ["", "short", "no base64 at all!", "a:" + "A" * 8])
    def test_of_no_use(self, site: Path, secret: str) -> None:
        make_sending(site, 1)

        finding = examined(settings.STEPS, case_of(site, secret=secret))["config.secret"]

        assert finding.result.value == "wrong"
        assert not secret or secret not in f"{finding.found}{finding.remedy}"

    def test_a_rehearsal_needs_none(self, site: Path) -> None:
        assert told(settings.STEPS, case_of(site, secret=""))["config.secret"][0] == "warning"
        assert told(settings.STEPS, case_of(site, secret="x"))["config.secret"][0] == "wrong"


class TestKey:
    @pytest.mark.parametrize(
        ("environment", "result"),
        [
            ({"sendgrid_key": KEY}, "ok"),
            ({"sendgrid_key": KEY, "sendgrid_url": "http://127.0.0.1:1"}, "warning"),
            ({}, "wrong"),
            ({"sendgrid_key": f"{KEY} "}, "wrong"),
            ({"sendgrid_key": f"{KEY}\n"}, "wrong"),
        ],
    )
    def test_of_sendgrid(self, site: Path, environment: dict[str, Any], result: str) -> None:
        make_sending(site, 1)

        finding = examined(settings.STEPS, case_of(site, **environment))["config.key"]

        assert finding.result.value == result
        assert KEY not in f"{finding.found}{finding.remedy}"

    @pytest.mark.parametrize(
        ("username", "password", "result"),
        [("", "", "ok"), ("us", "hidden", "ok"), ("us", "", "wrong"), ("", "hidden", "warning")],
    )
    def test_of_a_mail_server(self, site: Path, username: str, password: str, result: str) -> None:
        set_keys(site, courier='"smtp"', username=f'"{username}"')

        finding = examined(settings.STEPS, case_of(site, smtp_password=password))["config.key"]

        assert finding.result.value == result
        assert "hidden" not in f"{finding.found}{finding.remedy}"

    def test_the_outbox_needs_none(self, site: Path) -> None:
        assert told(settings.STEPS, case_of(site))["config.key"][0] == "ok"


def test_law_of_the_sample(site: Path) -> None:
    assert told(law.STEPS, case_of(site)) == {
        "law.postal_address": ("ok", "The Harbour Courier, 1 Customs Quay, Tidewick TW1 1AA"),
        "law.sender": ("ok", "The Harbour Courier <courier@harbour-courier.example>"),
        "law.reply_to": ("ok", "editor@harbour-courier.example"),
    }


def test_nothing_the_law_wants(site: Path) -> None:
    text = (site / "config.toml").read_text()
    begin, end = text.index("postal_address = "), text.index("# The address of your logo")
    (site / "config.toml").write_text(f"{text[:begin]}{text[end:]}")
    set_keys(site, email='""')

    found = told(law.STEPS, case_of(site))

    assert {check: result for check, (result, _) in found.items()} == {
        "law.postal_address": "wrong",
        "law.sender": "wrong",
    }


@pytest.mark.parametrize(
    ("email", "result"),
    [("no-reply@x.example", "warning"), ("Do_Not_Reply@x.example", "warning"), ("a@b.org", "ok")],
)
def test_answers_that_nobody_reads(site: Path, email: str, result: str) -> None:
    set_keys(site, email=f'"{email}"', reply_to='""')

    assert told(law.STEPS, case_of(site))["law.reply_to"][0] == result
