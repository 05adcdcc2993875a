"""Readers who leave; addresses that must never be mailed again."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.store.database import Database
from digest.store.erasing import erase, remove
from digest.store.leaving import find_subscriber, subscriber_address, suppress, unsubscribe
from digest.subscribers.states import State
from readers import MONDAY_MS, bring_in, dump, events, make_record, make_store, reader, state_of

ANNA = "anna@example.org"
KEY = b"k" * 32
TUESDAY_MS = MONDAY_MS + 86_400_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = make_store(tmp_path)
    bring_in(database, [make_record("Anna@example.org", name="Anna")])
    yield database
    database.close()


def leave(store: Database, newsletter: str = "") -> bool:
    number = reader(store).id
    return unsubscribe(store, number, newsletter, origin="endpoint", at=TUESDAY_MS)


def bar(store: Database, reason: str, address: str = ANNA) -> bool:
    return suppress(store, address, reason, source="sendgrid", detail="550", at=TUESDAY_MS)


class TestUnsubscribe:
    def test_from_everything(self, store: Database) -> None:
        assert leave(store)

        assert state_of(store) == "unsubscribed"
        assert reader(store).changed_at == TUESDAY_MS
        assert events(store)[1:] == [("unsubscribed", "", "endpoint", "")]

    def test_again_changes_nothing(self, store: Database) -> None:
        leave(store)
        before = dump(store)

        assert not leave(store)
        assert not leave(store, "weekly")
        assert dump(store) == before

    def test_from_one_newsletter_and_another(self, store: Database) -> None:
        assert leave(store, "weekly")
        assert not leave(store, "weekly")
        assert leave(store, "week")

        assert reader(store).newsletters_left == "\nweekly\nweek\n"
        assert state_of(store) == "active"
        assert events(store)[1:] == [
            ("left", "weekly", "endpoint", ""), ("left", "week", "endpoint", ""),
        ]  # fmt: skip

    def test_of_a_pending_reader(self, store: Database) -> None:
        bring_in(store, [make_record("b@b.org", state=State.PENDING)])

        assert unsubscribe(store, 2, "", origin="command:anna", at=TUESDAY_MS)
        assert state_of(store, "b@b.org") == "unsubscribed"
        assert events(store)[-1] == ("unsubscribed", "", "command", "anna")

    def test_never_touches_a_suppressed_reader(self, store: Database) -> None:
        bar(store, "bounce")

        assert not leave(store)
        assert state_of(store) == "suppressed bounce"

    def test_of_nobody(self, store: Database) -> None:
        assert not unsubscribe(store, 999, "", origin="endpoint", at=TUESDAY_MS)

    def test_a_name_with_a_line_break_is_a_bug(self, store: Database) -> None:
        with pytest.raises(ValueError, match="no name of a newsletter"):
            leave(store, "a\nb")

    def test_is_part_of_a_transaction_that_is_open(self, store: Database) -> None:
        store.connection.execute("BEGIN")
        assert leave(store)
        store.connection.execute("ROLLBACK")

        assert state_of(store) == "active"

    def test_waits_for_nobody_forever(self, store: Database, tmp_path: Path) -> None:
        other = make_store(tmp_path)
        other.connection.execute("PRAGMA busy_timeout = 10")
        with store.transaction(), pytest.raises(StoreError, match="another command is writing"):
            unsubscribe(other, 1, "", origin="endpoint", at=TUESDAY_MS)
        other.close()


class TestSuppress:
    def test_a_subscriber(self, store: Database) -> None:
        assert bar(store, "bounce")

        assert state_of(store) == "suppressed bounce"
        assert events(store)[-1] == ("suppressed", "bounce", "provider", "sendgrid")
        assert store.connection.execute("SELECT * FROM suppression").fetchall() == [
            (ANNA, "bounce", "sendgrid", "550", TUESDAY_MS)
        ]

    def test_again_changes_nothing(self, store: Database) -> None:
        bar(store, "bounce")
        before = dump(store)

        assert not bar(store, "bounce")
        assert not bar(store, "invalid")
        assert dump(store) == before

    def test_a_stronger_reason_takes_over_and_stays(self, store: Database) -> None:
        for reason in ("invalid", "bounce", "manual", "complaint"):
            assert bar(store, reason)
        for reason in ("invalid", "bounce", "manual", "complaint"):
            assert not bar(store, reason)

        assert state_of(store) == "suppressed complaint"

    def test_beats_unsubscribed(self, store: Database) -> None:
        leave(store)

        assert bar(store, "complaint")
        assert state_of(store) == "suppressed complaint"

    def test_an_address_nobody_has(self, store: Database) -> None:
        assert bar(store, "manual", "nobody@example.org")
        assert len(events(store)) == 1

    def test_a_person_is_a_command(self, store: Database) -> None:
        suppress(store, ANNA, "manual", source="person", detail="", at=TUESDAY_MS)

        assert events(store)[-1][2:] == ("command", "")

    def test_an_unknown_reason_is_a_bug(self, store: Database) -> None:
        with pytest.raises(ValueError, match="dislike"):
            bar(store, "dislike")


class TestFind:
    def test_by_number_and_by_key(self, store: Database) -> None:
        found = find_subscriber(store, ANNA)

        assert found is not None
        assert found.name == "Anna"
        assert subscriber_address(store, found.id) == "Anna@example.org"

    def test_nobody(self, store: Database) -> None:
        assert find_subscriber(store, "x@y.org") is None
        assert subscriber_address(store, 999) is None


class TestRemove:
    def remove(self, store: Database) -> tuple[bool, bool]:
        return remove(store, ANNA, origin="command:bert", at=TUESDAY_MS)

    def test_who_had_not_left_may_come_back(self, store: Database) -> None:
        assert self.remove(store) == (True, False)

        assert find_subscriber(store, ANNA) is None
        assert events(store)[-1] == ("removed", "", "command", "bert")
        assert bring_in(store, [make_record()]).added == 1
        assert reader(store).id == 2

    @pytest.mark.parametrize("newsletter", ["", "weekly"])
    def test_who_had_left_is_barred(self, store: Database, newsletter: str) -> None:
        leave(store, newsletter)

        assert self.remove(store) == (True, True)
        assert bring_in(store, [make_record()]).suppressed == 1
        assert state_of(store) == "suppressed manual"

    def test_a_stronger_reason_stays(self, store: Database) -> None:
        bar(store, "complaint")

        assert self.remove(store) == (True, True)
        bring_in(store, [make_record()])
        assert state_of(store) == "suppressed complaint"

    def test_nobody(self, store: Database) -> None:
        self.remove(store)

        assert self.remove(store) == (False, False)


class TestErase:
    def erase(self, store: Database) -> bool:
        return erase(store, ANNA, KEY, origin="command:bert", at=TUESDAY_MS)

    def test_nothing_names_the_person_any_more(self, store: Database, tmp_path: Path) -> None:
        bring_in(store, [make_record(f"r{number}@example.org") for number in range(500)])
        leave(store, "weekly")
        bar(store, "complaint")

        assert self.erase(store)

        assert find_subscriber(store, ANNA) is None
        assert store.connection.execute("SELECT * FROM suppression").fetchall() == []
        assert events(store)[-1] == ("erased", "", "command", "bert")
        assert not [line for line in dump(store) if "anna@" in line.casefold()]
        for file in tmp_path.iterdir():
            assert b"anna@" not in file.read_bytes().lower(), file

    def test_who_was_no_subscriber_is_noted(self, store: Database) -> None:
        assert self.erase(store)
        assert not self.erase(store)

        assert bring_in(store, [make_record()], secrets=(KEY,)).erased == 1

    def test_neither_address_nor_key_can_be_read_from_what_stays(self, store: Database) -> None:
        self.erase(store)

        ((stays,),) = store.connection.execute("SELECT hash FROM erased").fetchall()
        assert len(stays) == 32
        assert KEY.hex() not in "".join(dump(store))


def test_events_are_append_only(store: Database) -> None:
    for statement in ("UPDATE consent_event SET at = 0", "DELETE FROM consent_event"):
        with pytest.raises(sqlite3.IntegrityError):
            store.connection.execute(statement)
