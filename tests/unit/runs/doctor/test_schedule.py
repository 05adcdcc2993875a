"""Slots, who watches the clock, and who is told."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.runs.doctor import schedule
from digest.store.watch import touch, watching
from doctoring import NOW, case_of, examined, set_keys, told
from serving import make_store


@pytest.fixture
def scheduled(site: Path) -> Path:
    make_store(site / "digest.db", 1)
    return set_keys(site, schedule='"mon 09:00"')


def test_next_slot(scheduled: Path) -> None:
    assert told(schedule.STEPS, case_of(scheduled))["schedule.slot"] == (
        "ok",
        "2026-W35, Mon 24 Aug 2026 09:00 (mon 09:00)",
    )
    set_keys(scheduled, schedule='""')
    found = told(schedule.STEPS, case_of(scheduled))
    assert found["schedule.slot"][1].endswith("without a schedule a person sends it")
    assert "schedule.watch" not in found


def test_every_slot_is_skipped(scheduled: Path) -> None:
    set_keys(scheduled, schedule='"cron: 0 9 24 12 *"', skip_dates='["12-24"]')

    assert told(schedule.STEPS, case_of(scheduled))["schedule.slot"] == (
        "wrong",
        "every slot falls on a day that is skipped",
    )


@pytest.mark.parametrize(
    ("window", "grace", "result"),
    [
        ('"2 days"', '"2 days"', "warning"),
        ('"2 days"', '"5 days"', "ok"),
        ('"week"', '"2 days"', "ok"),
        ('"since last issue"', '"2 days"', "ok"),
    ],
)
def test_windows_that_leave_days_out(
    scheduled: Path, window: str, grace: str, result: str
) -> None:
    set_keys(scheduled, window=window, grace=grace)

    found = told(schedule.STEPS, case_of(scheduled))["schedule.window"]

    assert found[0] == result
    assert ("up to 5 days between two windows lie in none" in found[1]) == (result == "warning")


def test_nobody_has_looked_at_the_clock(scheduled: Path) -> None:
    found = told(schedule.STEPS, case_of(scheduled))["schedule.watch"]

    assert found[0] == "warning"
    assert "nothing leaves by itself" in found[1]


@pytest.mark.parametrize(("hours", "result"), [(1, "ok"), (26, "warning")])
def test_somebody_looked_from_cron(scheduled: Path, hours: int, result: str) -> None:
    touch(str(scheduled / "digest.db"), NOW - timedelta(hours=hours))

    assert told(schedule.STEPS, case_of(scheduled))["schedule.watch"][0] == result


@pytest.mark.parametrize(("minutes", "result"), [(1, "ok"), (20, "warning")])
def test_a_service_watches_or_hangs(scheduled: Path, minutes: int, result: str) -> None:
    path = str(scheduled / "digest.db")
    with watching(path):
        touch(path, NOW - timedelta(minutes=minutes))
        found = told(schedule.STEPS, case_of(scheduled))["schedule.watch"]

    assert found[0] == result
    assert "digest schedule" in found[1]


@pytest.mark.parametrize(
    ("environment", "result"),
    [
        ({}, "warning"),
        ({"webhook_url": "https://hooks.example/secret"}, "ok"),
        ({"ping_url": "https://ping.example/secret"}, "ok"),
    ],
)
def test_somebody_is_told(site: Path, environment: dict[str, Any], result: str) -> None:
    finding = examined(schedule.STEPS, case_of(site, **environment))["schedule.notices"]

    assert finding.result.value == result
    assert "secret" not in finding.found


def test_operators_are_told(site: Path) -> None:
    text = (site / "config.toml").read_text()
    (site / "config.toml").write_text(
        text.replace("[notices]\n", '[notices]\nemail = ["a@x.example"]\n').replace(
            "\nemail = []\n", "\n"
        )
    )

    assert told(schedule.STEPS, case_of(site))["schedule.notices"] == ("ok", "1 by mail")


@pytest.mark.parametrize(("courier", "result"), [("smtp", "wrong"), ("sendgrid", "ok")])
def test_hand_over_needs_somebody_who_keeps_mail(site: Path, courier: str, result: str) -> None:
    assert "schedule.hand_over" not in told(schedule.STEPS, case_of(site))
    set_keys(site, courier=f'"{courier}"', hand_over='"20 minutes"')

    assert told(schedule.STEPS, case_of(site))["schedule.hand_over"][0] == result
