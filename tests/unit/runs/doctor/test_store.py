"""The store, with real files and planted faults."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from digest.delivery.states import IssueState
from digest.runs.doctor.store import STEPS
from digest.store.database import open_store
from digest.store.witness import Witness
from doctoring import case_of, told
from serving import make_store

ISSUE = (
    "INSERT INTO issue (id, realm, newsletter, slot, state, courier, slot_at, audience,"
    " created_at) VALUES (?, 'real', 'weekly', ?, ?, 'sendgrid', 0, '{}', 0)"
)
BATCH = (
    "INSERT INTO batch (issue_id, state, readers, first_reader, last_reader, reader_ids)"
    " VALUES (?, ?, 5, 1, 5, x'00')"
)


def write(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(open_store(str(path))) as database, database.transaction() as connection:
        for statement, values in statements:
            connection.execute(statement, values)


def test_all_is_well(site: Path) -> None:
    make_store(site / "digest.db", 3)

    assert {check: result for check, (result, _) in told(STEPS, case_of(site)).items()} == {
        "store.file": "ok",
        "store.sound": "ok",
        "store.journal": "ok",
        "store.private": "ok",
        "store.room": "ok",
        "store.readers": "ok",
        "store.waiting": "ok",
        "store.restored": "ok",
    }
    assert not (site / "digest.db.witness").exists()


def test_it_is_not_there_and_is_not_made(site: Path) -> None:
    found = told(STEPS, case_of(site))

    assert found["store.file"] == (
        "wrong",
        "digest.db is not there: there is nobody to send to",
    )
    assert "store.private" not in found
    assert not (site / "digest.db").exists()


@pytest.mark.parametrize(("version", "found"), [(1, "an older digest"), (99, "a newer digest")])
def test_another_version(site: Path, version: int, found: str) -> None:
    path = make_store(site / "digest.db", 1)
    with closing(open_store(str(path))) as database:
        database.connection.execute(f"PRAGMA user_version = {version}")

    said = told(STEPS, case_of(site))["store.file"]

    assert said[0] == "wrong"
    assert found in said[1]


def test_another_program(site: Path) -> None:
    (site / "digest.db").write_text("no database at all, " * 100)

    found = told(STEPS, case_of(site))

    assert found["store.file"][0] == "wrong"
    assert "is not a store of digest" in found["store.file"][1]
    assert found["store.room"][0] == "ok"


def test_damage(site: Path) -> None:
    path = make_store(site / "digest.db", 2000)
    with closing(open_store(str(path))) as database:
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.connection.execute("PRAGMA page_size").fetchone()[0]
        page = database.connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'subscriber'"
        ).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 8)
        file.write(b"\xff" * 60)

    found = told(STEPS, case_of(site))

    assert "wrong" in {found.get("store.sound", ("",))[0], found["store.file"][0]}


def test_nobody_is_active(site: Path) -> None:
    path = make_store(site / "digest.db", 2)
    write(path, ("UPDATE subscriber SET state = 'unsubscribed'", ()))

    assert told(STEPS, case_of(site))["store.readers"] == (
        "wrong",
        "0 active of 2: there is nobody to send to",
    )


def test_others_may_read_it(site: Path) -> None:
    make_store(site / "digest.db", 1).chmod(0o644)

    assert told(STEPS, case_of(site))["store.private"] == (
        "warning",
        "others on this machine may read subscribers (0644)",
    )


def test_held_issues_and_unknown_batches_wait(site: Path) -> None:
    path = make_store(site / "digest.db", 5)
    write(
        path,
        (ISSUE, (1, "2026-W33", IssueState.HELD.value)),
        (ISSUE, (2, "2026-W32", IssueState.CANCELLED.value)),
        (BATCH, (1, "unknown")),
        (BATCH, (1, "accepted")),
        (BATCH, (2, "unknown")),
    )

    assert told(STEPS, case_of(site))["store.waiting"] == (
        "warning",
        "1 batch of 5 readers without a clear answer: weekly/2026-W33",
    )


def test_an_older_copy_is_noticed(site: Path) -> None:
    path = make_store(site / "digest.db", 1)
    witness = Witness(str(path))
    witness.begin("0" * 32, 7)
    witness.close()

    found = told(STEPS, case_of(site))["store.restored"]

    assert found[0] == "wrong"
    assert "older copy" in found[1]


@pytest.mark.parametrize(
    ("free", "result"), [(10**10, "ok"), (10**8, "warning"), (10**7, "wrong")]
)
def test_room(site: Path, monkeypatch: pytest.MonkeyPatch, free: int, result: str) -> None:
    real: Callable[[str], object] = shutil.disk_usage

    def usage(path: str) -> object:
        assert real(path)
        return type("Usage", (), {"free": free})

    monkeypatch.setattr(shutil, "disk_usage", usage)

    assert told(STEPS, case_of(site))["store.room"][0] == result


def test_a_folder_that_is_not_there(site: Path) -> None:
    text = (site / "config.toml").read_text().replace('"digest.db"', '"elsewhere/digest.db"')
    (site / "config.toml").write_text(text)

    found = told(STEPS, case_of(site))

    assert found["store.file"][0] == "wrong"
    assert found["store.room"][0] == "not checked"
