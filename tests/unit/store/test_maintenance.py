"""Looking after the file: sound or not, and a copy of it."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digest.errors import DigestError, StoreError
from digest.runs.store import Upgraded, check, upgrade_store
from digest.store.database import MIGRATIONS, VERSION, Database, open_store
from digest.store.leaving import suppress, unsubscribe
from digest.store.listing import (
    count_subscribers,
    iterate_readers,
    iterate_subscribers,
    read_stats,
)
from digest.store.maintenance import check_store, copy_store
from digest.subscribers.states import State
from readers import MONDAY_MS, bring_in, make_record, make_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = make_store(tmp_path)
    yield database
    database.close()


def frozen_issue(store: Database, candidates: int) -> None:
    """Put an issue into the ledger: 7 recipients, 2 excluded, 3 set aside (1 by dividing)."""
    write = store.connection.execute
    write(
        "INSERT INTO issue (id, realm, newsletter, slot, state, courier, slot_at, audience,"
        " candidates, created_at, recipients_frozen_at)"
        " VALUES (1, 'real', 'weekly', '2026-W34', 'sent', 'sendgrid', 0, '{}', ?, 0, 0)",
        (candidates,),
    )
    write("INSERT INTO excluded VALUES (1, 'unsubscribed', 2)")
    for number, parent, state, readers in (
        (1, None, "divided", 6), (2, 1, "accepted", 5), (3, None, "accepted", 4),
    ):  # fmt: skip
        write(
            "INSERT INTO batch (id, issue_id, parent_id, state, readers, first_reader,"
            " last_reader, reader_ids) VALUES (?, 1, ?, ?, ?, 1, 9, x'')",
            (number, parent, state, readers),
        )
    for batch, subscriber in ((1, 6), (3, 7), (3, 8)):
        write("INSERT INTO set_aside VALUES (?, ?, 1, 'invalid', 0)", (batch, subscriber))


class TestCheck:
    def test_a_sound_store(self, store: Database) -> None:
        bring_in(store, [make_record(), make_record("b@b.org", state=State.SUPPRESSED,
                                                    reason="bounce")])  # fmt: skip
        frozen_issue(store, 12)

        health = check_store(store)

        assert (health.version, health.subscribers, health.issues) == (VERSION, 2, 1)
        assert health.faults == ()

    def test_an_issue_out_of_balance(self, store: Database) -> None:
        frozen_issue(store, 13)

        assert check_store(store).faults == (
            "weekly/2026-W34 (real) is out of balance: 13 candidates, 7 recipients + 5 excluded",
        )

    def test_a_suppression_that_is_not_heeded(self, store: Database) -> None:
        bring_in(store, [make_record(), make_record("b@b.org")])
        store.connection.execute(
            "INSERT INTO suppression VALUES ('anna@example.org', 'bounce', 'person', '', 0)"
        )
        store.connection.execute(
            "UPDATE subscriber SET state = 'suppressed', reason = 'bounce' WHERE id = 2"
        )

        assert check_store(store).faults == (
            "subscribers whose suppression is not heeded: 1",
            "suppressed subscribers who are not among the suppressions: 1",
        )

    def test_rows_that_belong_to_nothing(self, store: Database) -> None:
        store.connection.execute("PRAGMA foreign_keys = OFF")
        store.connection.execute("INSERT INTO excluded VALUES (9, 'x', 1)")

        assert check_store(store).faults == (
            "1 rows of excluded belong to a issue that is not there",
        )

    def test_damage(self, store: Database) -> None:
        bring_in(store, [make_record(f"r{number}@b.org") for number in range(2000)])
        # An index that has lost an entry, as after a failing disk.
        store.connection.execute("PRAGMA writable_schema = ON")
        store.connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'subscriber_id)', 'at)')"
            " WHERE name = 'consent_event_of_subscriber'"
        )
        path = store.path
        store.close()
        again = open_store(path)

        faults = check_store(again).faults
        again.close()

        assert faults
        assert all(fault.startswith("damaged: ") for fault in faults)


class TestCopy:
    def test_is_whole_and_nobody_elses(self, store: Database, tmp_path: Path) -> None:
        bring_in(store, [make_record()])
        target = tmp_path / "copy.db"

        copy_store(store, str(target))

        copy = open_store(str(target))
        assert count_subscribers(copy) == 1
        copy.close()
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert not (tmp_path / "copy.db.part").exists()

    def test_while_another_connection_writes(self, store: Database, tmp_path: Path) -> None:
        other = make_store(tmp_path)
        with other.transaction() as connection:
            connection.execute("INSERT INTO fact VALUES ('half', 'done')")
            copy_store(store, str(tmp_path / "copy.db"))
        other.close()

        copy = sqlite3.connect(tmp_path / "copy.db")
        assert copy.execute("SELECT * FROM fact WHERE name = 'half'").fetchall() == []
        copy.close()

    def test_overwrites_nothing(self, store: Database, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        target.write_text("mine")

        with pytest.raises(DigestError) as caught:
            copy_store(store, str(target))

        assert str(caught.value) == (
            f"{target}: is there already, and is not overwritten\n  Name another file."
        )
        assert target.read_text() == "mine"

    def test_into_a_folder_that_is_not_there(self, store: Database, tmp_path: Path) -> None:
        with pytest.raises(DigestError, match="cannot be written \\(No such file"):
            copy_store(store, str(tmp_path / "no" / "copy.db"))


class TestListing:
    def test_page_by_page_in_the_order_they_came(self, store: Database) -> None:
        bring_in(store, [make_record(f"r{number}@b.org", name="R") for number in range(2500)])
        unsubscribe(store, 7, "", origin="endpoint", at=MONDAY_MS)

        readers = list(iterate_readers(store))

        assert [number for number, *_ in readers] == [*range(1, 7), *range(8, 2501)]
        assert readers[0] == (1, "r0@b.org", "R")
        assert [each.id for each in iterate_subscribers(store, state="unsubscribed")] == [7]
        assert [each.id for each in iterate_subscribers(store, most=3)] == [1, 2, 3]
        assert count_subscribers(store) == 2500
        assert count_subscribers(store, "active") == 2499

    def test_who_comes_or_goes_meanwhile_breaks_nothing(self, store: Database) -> None:
        bring_in(store, [make_record(f"r{number}@b.org") for number in range(1500)])

        rows = iterate_readers(store)
        next(rows)
        store.connection.execute("DELETE FROM subscriber WHERE id BETWEEN 900 AND 1100")
        bring_in(store, [make_record("late@b.org")])

        assert len(list(rows)) == 999 + 400 + 1

    def test_stats(self, store: Database) -> None:
        bring_in(store, [make_record(f"r{number}@b.org") for number in range(5)])
        unsubscribe(store, 1, "weekly", origin="endpoint", at=MONDAY_MS)
        unsubscribe(store, 2, "weekly", origin="endpoint", at=MONDAY_MS)
        unsubscribe(store, 2, "sport", origin="endpoint", at=MONDAY_MS)
        suppress(store, "r4@b.org", "bounce", source="events", detail="", at=MONDAY_MS)
        suppress(store, "x@b.org", "bounce", source="events", detail="", at=MONDAY_MS)

        stats = read_stats(store)

        assert stats.states == {"active": 4, "suppressed": 1}
        assert stats.suppressions == {"bounce": 2}
        assert stats.left == {"weekly": 2, "sport": 1}
        assert stats.erased == 0


class TestUpgrade:
    def test_keeps_the_store_as_it_was_beside_it(
        self, store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bring_in(store, [make_record()])
        (tmp_path / "digest.db.before-3").write_text("of an upgrade that was taken back")
        config: Any = SimpleNamespace(store=SimpleNamespace(path=store.path))
        steps = dict.fromkeys(MIGRATIONS, "") | {
            "0003_next.sql": "CREATE TABLE more (id INTEGER) STRICT;"
        }
        monkeypatch.setattr("digest.store.database.MIGRATIONS", tuple(steps))
        monkeypatch.setattr("digest.store.database.VERSION", 3)
        monkeypatch.setattr("digest.store.database.read_sql", steps.__getitem__)
        monkeypatch.setattr("digest.runs.store.VERSION", 3)
        with pytest.raises(StoreError, match="made by an older digest"):
            check(config)

        first = upgrade_store(config)
        second = upgrade_store(config)

        assert first == Upgraded(
            version=3, done=("0003_next.sql",), copy=f"{store.path}.before-3-2"
        )
        assert second == Upgraded(version=3, done=(), copy="")
        assert store.connection.execute("SELECT count(*) FROM more").fetchone() == (0,)
        copy = sqlite3.connect(first.copy)
        assert copy.execute("PRAGMA user_version").fetchone() == (2,)
        assert copy.execute("SELECT address FROM subscriber").fetchall() == [("anna@example.org",)]
        copy.close()
