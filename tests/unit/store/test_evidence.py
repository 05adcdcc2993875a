"""Evidence about attempts: written once, and what follows for the batches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery.states import IllegalMoveError
from digest.store.database import Database, open_store
from digest.store.evidence import (
    Doubled,
    Known,
    Proof,
    ProvenError,
    apply_evidence,
    doubled_batches,
    doubts_of,
    find_attempt,
    prove_accepted,
    take_word,
    tokens_of,
)
from digest.store.id_list import pack_ids
from digest.store.suppressions import iterate_suppressed, read_mark, set_mark

EVENT = Proof("event", "open", 7)
WORD = Proof("person", "anna", 8)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = open_store(str(tmp_path / "digest.db"))
    database.connection.execute(
        "INSERT INTO issue (realm, newsletter, slot, state, courier, slot_at, audience,"
        " created_at) VALUES ('real', 'weekly', '2026-W34', 'held', 'sendgrid', 0, '{}', 0)"
    )
    yield database
    database.close()


def batch(store: Database, state: str, *outcomes: str | None, parent: int | None = None) -> int:
    """Write a batch with so many attempts; return its number."""
    number = store.connection.execute(
        "INSERT INTO batch (issue_id, parent_id, state, readers, first_reader, last_reader,"
        " reader_ids) VALUES (1, ?, ?, 3, 1, 3, ?)",
        (parent, state, pack_ids([1, 2, 3])),
    ).lastrowid
    assert number is not None
    for outcome in outcomes:
        store.connection.execute(
            "INSERT INTO attempt (batch_id, token, started_at, readers, outcome)"
            " VALUES (:batch, printf('%d/%d', :batch, (SELECT count(*) FROM attempt"
            " WHERE batch_id = :batch)), 5, 3, :outcome)",
            {"batch": number, "outcome": outcome},
        )
    return number


def known(store: Database, token: str) -> Known:
    found = find_attempt(store, token)
    assert found is not None
    return found


def states(store: Database) -> dict[int, str]:
    return dict(store.connection.execute("SELECT id, state FROM batch ORDER BY id").fetchall())


def evidence(store: Database) -> list[tuple[int, str, str, str]]:
    return store.connection.execute(
        "SELECT attempt_id, verdict, source, detail FROM evidence ORDER BY id"
    ).fetchall()


class TestProof:
    def test_clears_a_batch_in_doubt_once(self, store: Database) -> None:
        batch(store, "unknown", "unknown")

        first = prove_accepted(store, known(store, "1/0"), EVENT)
        second = prove_accepted(store, known(store, "1/0"), EVENT)

        assert (first.is_new, first.cleared, first.stopped) == (True, (1,), ())
        assert (second.is_new, second.cleared, second.stopped) == (False, (), ())
        assert states(store) == {1: "accepted"}
        assert evidence(store) == [(1, "accepted", "event", "open")]

    def test_from_two_sources_is_written_twice(self, store: Database) -> None:
        batch(store, "unknown", "unknown")

        prove_accepted(store, known(store, "1/0"), EVENT)
        prove_accepted(store, known(store, "1/0"), Proof("log", "x", 9))

        assert [row[2] for row in evidence(store)] == ["event", "log"]

    def test_of_what_the_answer_said_is_not_written(self, store: Database) -> None:
        batch(store, "accepted", "accepted")

        assert not prove_accepted(store, known(store, "1/0"), EVENT).is_new
        assert evidence(store) == []

    def test_while_it_is_on_its_way_leaves_it_to_its_sender(self, store: Database) -> None:
        batch(store, "sending", None)
        prove_accepted(store, known(store, "1/0"), EVENT)
        assert states(store) == {1: "sending"}

        store.connection.execute("UPDATE attempt SET outcome = 'unknown'")
        store.connection.execute("UPDATE batch SET state = 'unknown'")
        apply_evidence(store, 1)

        assert states(store) == {1: "accepted"}

    @pytest.mark.parametrize("state", ["planned", "refused"])
    def test_stops_what_was_to_be_sent_again(self, store: Database, state: str) -> None:
        batch(store, state, "unknown", "refused")

        assert prove_accepted(store, known(store, "1/0"), EVENT).stopped == (1,)
        assert states(store) == {1: "accepted"}

    def test_reaches_all_that_was_made_of_a_batch(self, store: Database) -> None:
        batch(store, "divided", "unknown", "refused")
        batch(store, "divided", "refused", parent=1)
        batch(store, "planned", parent=2)
        batch(store, "unknown", "unknown", parent=2)
        batch(store, "accepted", "accepted", parent=1)
        batch(store, "planned")

        moved = prove_accepted(store, known(store, "1/0"), EVENT)

        assert (moved.cleared, moved.stopped) == ((4,), (3,))
        assert states(store) == {
            1: "divided", 2: "divided", 3: "accepted", 4: "accepted", 5: "accepted", 6: "planned",
        }  # fmt: skip
        assert doubled_batches(store, 1) == [
            Doubled(4, 3, is_certain=False),
            Doubled(5, 3, is_certain=True),
        ]

    def test_of_a_part_says_nothing_of_the_whole(self, store: Database) -> None:
        batch(store, "divided", "refused")
        batch(store, "unknown", "unknown", parent=1)
        batch(store, "unknown", "unknown", parent=1)

        prove_accepted(store, known(store, "2/0"), EVENT)

        assert states(store) == {1: "divided", 2: "accepted", 3: "unknown"}
        assert doubled_batches(store, 1) == []

    @pytest.mark.parametrize("token", ["", "1/9", "\ud800", "x" * 100_000])
    def test_of_an_unknown_token_there_is_none(self, store: Database, token: str) -> None:
        batch(store, "unknown", "unknown")

        assert find_attempt(store, token) is None


class TestWord:
    def test_plans_a_batch_again(self, store: Database) -> None:
        batch(store, "unknown", "unknown", "unknown")
        (doubt,) = doubts_of(store, 1)

        take_word(store, doubt, WORD)

        assert states(store) == {1: "planned"}
        assert evidence(store) == [(2, "not accepted", "person", "anna")]
        assert tokens_of(store, 1) == {"1/0", "1/1"}

    def test_is_not_taken_against_a_proof(self, store: Database) -> None:
        batch(store, "sending", None)
        prove_accepted(store, known(store, "1/0"), EVENT)
        store.connection.execute("UPDATE attempt SET outcome = 'unknown'")
        store.connection.execute("UPDATE batch SET state = 'unknown'")
        (doubt,) = doubts_of(store, 1)

        with pytest.raises(ProvenError):
            take_word(store, doubt, WORD)

        assert states(store) == {1: "unknown"}
        assert len(evidence(store)) == 1

    def test_is_about_a_batch_that_is_in_doubt_still(self, store: Database) -> None:
        batch(store, "unknown", "unknown")
        (doubt,) = doubts_of(store, 1)
        store.connection.execute("UPDATE batch SET state = 'planned'")

        with pytest.raises(IllegalMoveError):
            take_word(store, doubt, WORD)

        assert evidence(store) == []

    def test_of_readers_set_aside_is_not_asked(self, store: Database) -> None:
        batch(store, "unknown", "unknown")
        store.connection.execute("INSERT INTO set_aside VALUES (1, 2, 1, 'unsubscribed', 0)")

        (doubt,) = doubts_of(store, 1)

        assert (doubt.readers, doubt.reader_ids) == (2, (1, 3))


class TestDoubled:
    @pytest.mark.parametrize(
        ("outcome", "found"),
        [
            ("accepted", [Doubled(1, 3, is_certain=True)]),
            ("unknown", [Doubled(1, 3, is_certain=False)]),
            (None, [Doubled(1, 3, is_certain=False)]),
            ("refused", []),
        ],
    )
    def test_is_what_was_handed_over_after_a_proven_attempt(
        self, store: Database, outcome: str | None, found: list[Doubled]
    ) -> None:
        batch(store, "accepted", "unknown", outcome)

        prove_accepted(store, known(store, "1/0"), EVENT)

        assert doubled_batches(store, 1) == found

    def test_is_not_what_was_refused_before(self, store: Database) -> None:
        batch(store, "unknown", "refused", "unknown")

        prove_accepted(store, known(store, "1/1"), EVENT)

        assert doubled_batches(store, 1) == []

    @given(st.permutations(["1/0", "1/1", "1/2"]))
    def test_property_does_not_depend_on_the_order_of_proofs(
        self, tmp_path_factory: pytest.TempPathFactory, order: list[str]
    ) -> None:
        database = open_store(str(tmp_path_factory.mktemp("store") / "digest.db"))
        database.connection.execute(
            "INSERT INTO issue (realm, newsletter, slot, state, courier, slot_at, audience,"
            " created_at) VALUES ('real', 'weekly', 'x', 'held', 'sendgrid', 0, '{}', 0)"
        )
        batch(database, "unknown", "unknown", "unknown", "unknown")

        for token in order:
            prove_accepted(database, known(database, token), EVENT)

        assert states(database) == {1: "accepted"}
        assert doubled_batches(database, 1) == [Doubled(1, 3, is_certain=True)]
        database.close()


def test_a_mark_never_goes_back(store: Database) -> None:
    assert read_mark(store, "bounces") is None
    set_mark(store, "bounces", 2_000_000_000)
    set_mark(store, "bounces", 1)

    assert read_mark(store, "bounces") == 2_000_000_000


def test_suppressions_are_listed_page_by_page(store: Database) -> None:
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO suppression (address_key, reason, source, at)"
            " VALUES (?, 'bounce', 'x', 0)",
            ((f"r{number}@example.org",) for number in range(2500)),
        )

    found = [each.address_key for each in iterate_suppressed(store)]

    assert len(found) == 2500
    assert found == sorted(found)
