"""`digest doctor` as a person calls it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command import Done, digest
from digest.runs.doctor.finding import CHECKS
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending
from serving import SECRET, address, make_store, serving

DOMAIN = "harbour-courier.example"


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        server.settings.domains = {DOMAIN: True}
        yield server


def by_id(done: Done) -> dict[str, Any]:
    return {entry["id"]: entry for entry in done.json}


def test_a_publisher_who_is_ready(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 30, unsubscribe='"endpoint"')
    with serving(site) as served:
        text = (site / "config.toml").read_text()
        (site / "config.toml").write_text(
            text.replace("https://letters.harbour-courier.example", served.url)
        )
        done = digest(site, "doctor", "--json", env=keys(fake))

    found = by_id(done)
    wrong = {check for check, entry in found.items() if entry["result"] == "wrong"}
    # What name servers say of a domain that is not there depends on this machine.
    assert not {check for check in wrong if not check.startswith("dns.")}
    assert {found[f"courier.{name}"]["result"] for name in ("open", "scopes", "sender")} == {"ok"}
    assert found["way_out.endpoint"]["result"] == "ok"
    assert found["clock.provider"]["result"] == "ok"
    assert {seen.method for seen in fake.requests} == {"GET"}
    assert not fake.ledger


def test_everything_is_missing(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 3, unsubscribe='"endpoint"', email='""')
    fake.settings.scopes = frozenset({"messages.read"})

    done = digest(site, "doctor", "--offline", env={"SENDGRID_API_KEY": "", "DIGEST_SECRET": ""})

    assert done.code == 10
    assert done.err == ""
    for line in (
        "  wrong        secret: DIGEST_SECRET is not set: nobody could unsubscribe",
        "  wrong        key: SENDGRID_API_KEY is not set",
        "  wrong        sender: there is no address the mail comes from",
        "  not checked  spf: --offline was given",
    ):
        assert line in done.out.splitlines()
    assert done.out.endswith("\nPut right what is wrong before you send.\n")
    assert max(map(len, done.out.splitlines())) <= 80
    assert not fake.requests


def test_offline_is_ready_as_far_as_can_be_known(site: Path) -> None:
    make_store(site / "digest.db", 3)

    done = digest(site, "doctor", "--offline")

    assert done.code == 0
    assert "wrong" not in done.out


def test_config_is_wrong(site: Path) -> None:
    text = (site / "config.toml").read_text()
    (site / "config.toml").write_text(
        text.replace('"Europe/Berlin"', '"Europe/Nowhere"').replace("too_few =", "to_few =")
    )

    done = digest(site, "doctor", env={"DIGEST_SECRET": SECRET})
    listed = digest(site, "doctor", "--json")

    assert done.code == listed.code == 3
    assert "Europe/Nowhere" in done.out
    assert "to_few" in done.out
    assert "ok           secret: DIGEST_SECRET holds a key" in done.out
    assert {entry["id"] for entry in listed.json} == set(CHECKS)


def test_no_config(tmp_path: Path) -> None:
    done = digest(tmp_path, "doctor")

    assert done.code == 5
    assert "wrong        file: config.toml: there is no such file" in done.out
    assert "digest init" in done.out


def test_named_config(site: Path, tmp_path: Path) -> None:
    done = digest(tmp_path, "doctor", "--offline", "--config", str(site / "config.toml"))

    assert done.code == 10  # there is no store yet
    assert "1 newsletter (weekly)" in " ".join(done.out.split())


def test_nothing_secret_and_no_reader_is_printed(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 3)
    fake.settings.key = "SG.another-key"
    secrets = {"SENDGRID_API_KEY": "SG.very-secret", "DIGEST_SMTP_PASSWORD": "hidden-password"}

    for words in ((), ("--json",)):
        done = digest(site, "doctor", *words, env=keys(fake) | secrets)

        assert done.code == 10
        for text in ("very-secret", "hidden-password", SECRET[3:], address(1)):
            assert text not in done.out + done.err


def test_nothing_is_changed(site: Path) -> None:
    make_store(site / "digest.db", 3)
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}

    digest(site, "doctor", "--offline")

    beside = {"digest.db-wal", "digest.db-shm"}
    after = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}
    assert {k: v for k, v in after.items() if k.name not in beside} == before
