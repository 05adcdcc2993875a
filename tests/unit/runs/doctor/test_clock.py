"""The clock and time zones."""

import os
import zoneinfo
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.runs.doctor.clock import STEPS, judge_provider_clock, next_change, zone_data
from digest.store.database import open_store
from doctoring import NOW, case_of, told
from serving import make_store

LOCAL = [step for step in STEPS if not step.network]


def test_nothing_is_written_yet(site: Path) -> None:
    assert told(LOCAL, case_of(site))["clock.store"][0] == "not checked"


@pytest.mark.parametrize(("ahead", "result"), [(-60, "ok"), (240, "ok"), (360, "wrong")])
def test_against_the_newest_moment_of_the_store(site: Path, ahead: int, result: str) -> None:
    path = make_store(site / "digest.db", 3)
    at = int((NOW.timestamp() + ahead) * 1000)
    with closing(open_store(str(path))) as database, database.transaction() as connection:
        connection.execute("UPDATE subscriber SET changed_at = ? WHERE id = 2", (at,))

    assert told(LOCAL, case_of(site))["clock.store"][0] == result


def test_store_of_another_version(site: Path) -> None:
    path = make_store(site / "digest.db", 1)
    with closing(open_store(str(path))) as database:
        database.connection.execute("PRAGMA user_version = 1")

    assert told(LOCAL, case_of(site))["clock.store"][0] == "not checked"


@pytest.mark.parametrize(
    ("seconds", "result"),
    [(0, "ok"), (59, "ok"), (61, "warning"), (-61, "warning"), (301, "wrong"), (-301, "wrong")],
)
def test_against_the_provider(seconds: int, result: str) -> None:
    assert judge_provider_clock(NOW, NOW - timedelta(seconds=seconds)).result.value == result


def test_next_change_of_the_zone(site: Path) -> None:
    result, found = told(LOCAL, case_of(site))["clock.zone"]

    assert result == "ok"
    assert found.split("; ") == [
        "Europe/Berlin: Sun 23 Aug 2026 20:00",
        "clocks go back by 60 minutes after Sun 25 Oct 2026 02:59",
    ]


def test_every_zone_of_a_newsletter_is_told(site: Path) -> None:
    text = (site / "config.toml").read_text()
    before, _, after = text.partition("[newsletters.weekly]")
    after = after.replace('timezone = ""', 'timezone = "Asia/Tokyo"', 1)
    (site / "config.toml").write_text(f"{before}[newsletters.weekly]{after}")

    assert told(LOCAL, case_of(site))["clock.zone"][1] == (
        "Asia/Tokyo: Mon 24 Aug 2026 03:00; its clocks do not change within a year"
    )


def test_change_is_found_to_the_second() -> None:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert next_change(berlin, change - timedelta(seconds=1)) == change
    assert next_change(berlin, change) == datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert next_change(zoneinfo.ZoneInfo("Asia/Tokyo"), NOW) is None


@pytest.fixture
def zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "zones"
    (folder / "Europe").mkdir(parents=True)
    (folder / "Europe" / "London").write_bytes(b"")
    monkeypatch.setattr(zoneinfo, "TZPATH", (os.fspath(tmp_path / "not there"), os.fspath(folder)))
    return folder


@pytest.mark.parametrize(
    ("name", "text", "result", "found"),
    [
        ("tzdata.zi", "# version 2025b\nR d …\n", "ok", "2025b"),
        ("tzdata.zi", "# version 2024b-dirty\n", "warning", "2024b"),
        ("+VERSION", "2026a\n", "ok", "2026a"),
        ("+VERSION", "of today", "not checked", "does not say"),
        ("nothing", "", "not checked", "does not say"),
    ],
)
def test_age_of_the_data(zones: Path, name: str, text: str, result: str, found: str) -> None:
    (zones / name).write_text(text)

    finding = zone_data(NOW)

    assert finding.result.value == result
    assert found in finding.found


def test_without_a_system_the_package_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ())

    finding = zone_data(NOW)

    assert finding.result.value == "ok"
    assert "the package tzdata" in finding.found
