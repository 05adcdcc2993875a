"""No check hides another: whatever one of them does."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command import ROOT
from digest.config.environment import Environment
from digest.errors import NotReadyError
from digest.runs.doctor.diagnose import STEPS, diagnose
from digest.runs.doctor.finding import CHECKS, GROUPS, Case, Finding, Step, ok, warning, wrong
from doctoring import NOW

KEY = "SG.a-key-that-must-not-be-shown"


def fine(_case: Case) -> Iterator[Finding]:
    yield ok("law.sender", "x")


def with_bug(_case: Case) -> Iterator[Finding]:
    yield ok("law.reply_to", "x")
    raise ValueError(f"Authorization: {KEY}")


def with_error(_case: Case) -> Iterator[Finding]:
    yield ok("dns.spf", "x")
    raise NotReadyError("is missing", where="it", remedy="Get it.")


def slow(_case: Case) -> Iterator[Finding]:
    time.sleep(30)
    yield ok("dns.mx", "x")


def said(site: Path, *steps: Step, offline: bool = False, seconds: float = 5) -> dict[str, str]:
    diagnosis = diagnose(
        str(site / "config.toml"),
        Environment(),
        NOW,
        steps=steps,
        offline=offline,
        seconds=seconds,
    )
    assert [one.check for one in diagnosis.findings] == sorted(
        (one.check for one in diagnosis.findings), key=list(CHECKS).index
    )
    return {
        one.check: f"{one.result.value}: {one.found}"
        for one in diagnosis.findings
        if one.check != "config.file"
    }


@pytest.mark.parametrize("network", [False, True])
def test_a_bug_hides_nothing_and_shows_nothing(site: Path, *, network: bool) -> None:
    bug = Step(checks=("law.reply_to", "law.postal_address"), run=with_bug, network=network)

    found = said(site, bug, Step(checks=("law.sender",), run=fine))

    assert found.pop("law.postal_address").startswith(
        "not checked: the check failed (ValueError in test_diagnose.py:"
    )
    assert found == {"law.reply_to": "ok: x", "law.sender": "ok: x"}
    assert KEY not in str(found)


def test_an_error_is_told_once_with_its_remedy(site: Path) -> None:
    steps = Step(checks=("dns.spf", "dns.dkim", "dns.dmarc"), run=with_error)

    assert said(site, steps) == {
        "dns.spf": "ok: x",
        "dns.dkim": "wrong: it: is missing",
        "dns.dmarc": "not checked: see above",
    }


def test_what_takes_too_long_is_not_waited_for(site: Path) -> None:
    begun = time.monotonic()

    found = said(
        site,
        Step(checks=("dns.mx",), run=slow, network=True),
        Step(checks=("law.sender",), run=fine, network=True),
        seconds=0.3,
    )

    assert time.monotonic() - begun < 5
    assert found == {"law.sender": "ok: x", "dns.mx": "not checked: no answer within 0.3 seconds"}


def test_network_checks_wait_side_by_side(site: Path) -> None:
    def waiting(_case: Case) -> Iterator[Finding]:
        time.sleep(0.5)
        yield ok("dns.mx", "x")

    begun = time.monotonic()
    said(site, *[Step(checks=("dns.mx",), run=waiting, network=True)] * 8)

    assert time.monotonic() - begun < 2.5


def test_offline_asks_nobody(site: Path) -> None:
    found = said(
        site,
        Step(checks=("dns.mx", "dns.spf"), run=slow, network=True),
        Step(checks=("law.sender",), run=fine),
        offline=True,
    )

    assert found == {
        "law.sender": "ok: x",
        "dns.spf": "not checked: --offline was given",
        "dns.mx": "not checked: --offline was given",
    }


@pytest.mark.parametrize("offline", [True, False])
def test_what_does_not_concern_these_settings_is_not_listed(site: Path, *, offline: bool) -> None:
    """It was listed as not checked when nobody was to be asked."""
    steps = [
        Step(checks=("dns.mx",), run=fine, network=network, concerns=lambda _config: False)
        for network in (True, False)
    ]

    assert said(site, *steps, offline=offline) == {}


@pytest.mark.parametrize(("make", "code"), [(ok, 0), (warning, 0), (wrong, 10)])
def test_exit_code(site: Path, make: object, code: int) -> None:
    def run(_case: Case) -> Iterator[Finding]:
        assert callable(make)
        yield make("law.sender", "x", "y")

    step = Step(checks=("law.sender",), run=run)

    assert diagnose(str(site / "config.toml"), Environment(), NOW, steps=(step,)).exit_code == code


def test_every_check_is_made_by_some_step() -> None:
    assert {check for step in STEPS for check in step.checks} | {"config.file"} == set(CHECKS)
    assert [*dict.fromkeys(check.partition(".")[0] for check in CHECKS)] == list(GROUPS)


def test_docs_name_every_check_and_no_other() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text()
    rows = re.findall(r"(?m)^\| `([a-z_]+\.[a-z_]+)` \|(.*)\|$", page)

    assert [check for check, _ in rows] == list(CHECKS)
    assert {len(re.split(r"(?<!\\)\|", rest)) for _, rest in rows} == {4}
