"""Bringing many subscribers in: every row counted once, nobody who left comes back."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.store import importing
from digest.store.database import Database
from digest.store.erasing import erase
from digest.store.importing import Tally, is_erased, lacks_key
from digest.store.leaving import suppress, unsubscribe
from digest.subscribers.record import BadRow, Record
from digest.subscribers.states import State, later
from readers import (
    CONSENT,
    MONDAY_MS,
    bring_in,
    dump,
    events,
    make_record,
    make_store,
    reader,
    state_of,
)

KEY = b"k" * 32
BAD = BadRow(7, "the address has no @", "Write it.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = make_store(tmp_path)
    yield database
    database.close()


def test_new_readers_are_added_with_their_consent(store: Database) -> None:
    tally = bring_in(
        store,
        [make_record("Anna@example.org", name="Anna", frequency="weekly", created_at=5),
         make_record("bert@example.org")],
    )  # fmt: skip

    assert tally == Tally(added=2, changed=True)
    anna = reader(store)
    assert anna[1:6] == ("Anna@example.org", "anna@example.org", "Anna", "active", "")
    assert (anna.frequency, anna.created_at, anna.changed_at) == ("weekly", 5, MONDAY_MS)
    assert events(store) == [("added", "", "import", "readers.csv")] * 2
    assert store.connection.execute("SELECT text FROM consent_source").fetchall() == [(CONSENT,)]


def test_the_same_file_again_changes_nothing(store: Database) -> None:
    rows: list[Record | BadRow] = [make_record(), make_record("bert@example.org")]
    rows += [make_record("ANNA@example.org"), BAD]
    first = bring_in(store, rows)
    before = dump(store)

    second = bring_in(store, rows, at=MONDAY_MS + 1)

    assert first == Tally(added=2, merged=1, bad=1, changed=True)
    assert second == Tally(already_there=3, bad=1)
    assert dump(store) == before


def test_the_same_address_merges_within_a_piece_and_between_pieces(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 2)

    tally = bring_in(
        store,
        [make_record("a@b.org", name="A"), make_record("A@b.org", name="B"),
         make_record("a@B.ORG", name="C"), make_record("c@b.org")],
    )  # fmt: skip

    assert tally == Tally(added=2, merged=2, changed=True)
    assert reader(store, "a@b.org").name == "A"


def test_who_unsubscribed_stays_so(store: Database) -> None:
    bring_in(store, [make_record()])
    unsubscribe(store, reader(store).id, "", origin="endpoint", at=MONDAY_MS)
    before = dump(store)

    tally = bring_in(store, [make_record()])

    assert tally == Tally(unsubscribed=1)
    assert dump(store) == before


def test_a_suppressed_address_comes_in_as_suppressed(store: Database) -> None:
    suppress(store, "anna@example.org", "complaint", source="sendgrid", detail="", at=MONDAY_MS)

    assert bring_in(store, [make_record()]) == Tally(suppressed=1, changed=True)
    assert state_of(store) == "suppressed complaint"
    assert bring_in(store, [make_record()]) == Tally(suppressed=1)


def test_an_import_of_confirmed_ones_confirms_pending_ones(store: Database) -> None:
    bring_in(store, [make_record(state=State.PENDING)])

    assert bring_in(store, [make_record(), make_record()]) == Tally(
        confirmed=1, already_there=1, changed=True
    )
    assert state_of(store) == "active"
    assert bring_in(store, [make_record(state=State.PENDING)]) == Tally(already_there=1)
    assert [kind for kind, *_ in events(store)] == ["added", "confirmed"]


def test_who_left_stays_away_while_others_of_the_piece_move(store: Database) -> None:
    bring_in(
        store,
        [make_record("gone@b.org"), make_record("barred@b.org"),
         make_record("waits@b.org", state=State.PENDING), make_record("leaves@b.org")],
    )  # fmt: skip
    unsubscribe(store, 1, "", origin="endpoint", at=MONDAY_MS)
    suppress(store, "barred@b.org", "bounce", source="events", detail="", at=MONDAY_MS)

    tally = bring_in(
        store,
        [make_record("gone@b.org"), make_record("barred@b.org"), make_record("waits@b.org"),
         make_record("leaves@b.org", state=State.UNSUBSCRIBED)],
    )  # fmt: skip

    assert tally == Tally(unsubscribed=2, suppressed=1, confirmed=1, changed=True)
    names = ("gone", "barred", "waits", "leaves")
    assert [state_of(store, f"{name}@b.org") for name in names] == [
        "unsubscribed", "suppressed bounce", "active", "unsubscribed",
    ]  # fmt: skip
    assert [kind for kind, *_ in events(store)][4:] == [
        "unsubscribed", "suppressed", "confirmed", "unsubscribed",
    ]  # fmt: skip


def test_rows_that_say_so_unsubscribe_and_suppress(store: Database) -> None:
    bring_in(store, [make_record("a@b.org"), make_record("b@b.org"), make_record("c@b.org")])

    tally = bring_in(
        store,
        [make_record("a@b.org", state=State.UNSUBSCRIBED),
         make_record("b@b.org", state=State.SUPPRESSED, reason="bounce"),
         make_record("new@b.org", state=State.UNSUBSCRIBED),
         make_record("worse@b.org", state=State.SUPPRESSED, reason="complaint")],
    )  # fmt: skip

    assert tally == Tally(unsubscribed=2, suppressed=2, changed=True)
    found = [state_of(store, f"{name}@b.org") for name in ("a", "b", "c", "new", "worse")]
    assert found == [
        "unsubscribed", "suppressed bounce", "active", "unsubscribed", "suppressed complaint",
    ]  # fmt: skip
    assert store.connection.execute(
        "SELECT address_key, reason FROM suppression ORDER BY 1"
    ).fetchall() == [("b@b.org", "bounce"), ("worse@b.org", "complaint")]


def test_of_two_rows_of_an_address_the_one_that_left_counts(store: Database) -> None:
    tally = bring_in(
        store, [make_record(name="Anna"), make_record(name="Bert", state=State.UNSUBSCRIBED)]
    )

    assert tally == Tally(unsubscribed=1, merged=1, changed=True)
    assert (reader(store).name, reader(store).state) == ("Anna", "unsubscribed")


def test_newsletters_that_were_left_are_left_by_those_who_were_there(store: Database) -> None:
    bring_in(store, [make_record(), make_record("gone@b.org", state=State.UNSUBSCRIBED)])

    left = "\nweekly\nsport\n"
    rows = [
        make_record(newsletters_left=left),
        make_record("gone@b.org", newsletters_left=left),
        make_record("new@b.org", newsletters_left=left),
    ]
    bring_in(store, rows)

    assert reader(store).newsletters_left == left
    assert reader(store, "new@b.org").newsletters_left == left
    assert not bring_in(store, rows).changed


def test_who_asked_to_be_forgotten_is_not_imported(store: Database) -> None:
    bring_in(store, [make_record()])
    erase(store, "anna@example.org", KEY, origin="command:x", at=MONDAY_MS)

    tally = bring_in(
        store, [
            make_record(newsletters_left="\nweekly\n"),
            make_record("ANNA@example.org"),
            make_record("b@b.org"),
        ],
        secrets=(b"n" * 32, KEY),
    )  # fmt: skip

    assert tally == Tally(added=1, erased=2, changed=True)
    assert store.connection.execute("SELECT address FROM subscriber").fetchall() == [("b@b.org",)]
    assert is_erased(store, "anna@example.org", [KEY])


def test_a_key_that_is_missing_is_noticed(store: Database) -> None:
    assert not lacks_key(store, [])

    erase(store, "anna@example.org", KEY, origin="command:x", at=MONDAY_MS)

    assert lacks_key(store, [b"n" * 32])
    assert not lacks_key(store, [b"n" * 32, KEY])


def test_bad_rows_are_handed_on(store: Database) -> None:
    seen: list[BadRow] = []

    bring_in(store, [BAD, make_record()], refuse=seen.append)

    assert seen == [BAD]


def test_a_crash_leaves_whole_pieces_and_the_same_import_goes_on(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 10)
    rows = [make_record(f"r{number}@b.org") for number in range(35)]

    def broken() -> Iterator[Record]:
        yield from rows[:25]
        msg = "pulled the plug"
        raise OSError(msg)

    with pytest.raises(OSError, match="plug"):
        bring_in(store, broken())

    assert store.connection.execute("SELECT count(*) FROM subscriber").fetchone() == (20,)
    assert bring_in(store, rows) == Tally(already_there=20, added=15, changed=True)
    assert len(events(store)) == 35


def test_a_piece_that_cannot_be_written_whole_is_not_written(store: Database) -> None:
    store.connection.execute(
        "CREATE TEMP TRIGGER no BEFORE INSERT ON main.consent_event"
        " BEGIN SELECT raise(ABORT, 'no'); END"
    )

    with pytest.raises(sqlite3.IntegrityError):
        bring_in(store, [make_record()])

    assert store.connection.execute("SELECT count(*) FROM subscriber").fetchone() == (0,)


def test_the_store_is_told_apart_while_others_write(store: Database, tmp_path: Path) -> None:
    """Who came by another hand during the import was there; they are not merged rows."""
    other = make_store(tmp_path)

    def rows() -> Iterator[Record]:
        yield make_record("a@b.org")
        bring_in(other, [make_record("b@b.org")])
        yield make_record("b@b.org")

    tally = bring_in(store, rows())
    other.close()

    assert tally.rows == 2
    assert len(events(store)) == 2


def test_progress_is_told_after_each_piece(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PIECE", 2)
    ticks: list[int] = []

    bring_in(store, [make_record(f"{n}@b.org") for n in range(5)], tick=lambda: ticks.append(1))

    assert len(ticks) == 3


ROWS = st.lists(
    st.builds(
        lambda email, state, left: make_record(
            email,
            state=state,
            reason="bounce" if state is State.SUPPRESSED else "",
            newsletters_left=left,
        ),
        st.sampled_from(["a@b.org", "A@b.org", "b@b.org", "c@b.org"]),
        st.sampled_from(list(State)),
        st.sampled_from(["", "", "\nweekly\n"]),
    )
    | st.just(BAD),
    max_size=8,
)


@settings(max_examples=25)
@given(files=st.lists(ROWS, max_size=4), piece=st.integers(1, 4))
def test_property_no_sequence_of_imports_brings_anybody_back(
    files: list[list[Record | BadRow]], piece: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = make_store(tmp_path_factory.mktemp("store"))
    database.connection.execute("PRAGMA synchronous = OFF")
    model: dict[str, State] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "PIECE", piece)
        for rows in files:
            tally = bring_in(database, rows)
            for row in rows:
                if isinstance(row, Record):
                    state = row.preferences.state
                    model[row.key] = later(model.get(row.key, state), state)

            # Every row is counted once; every address is where the latest of its states is.
            assert tally.rows == len(rows)
            found = database.connection.execute("SELECT address_key, state FROM subscriber")
            assert dict(found.fetchall()) == model
            # Twice is once.
            before = dump(database)
            again = bring_in(database, rows, at=MONDAY_MS + 1)
            assert not again.changed
            assert dump(database) == before
    database.close()
