"""A store that was put back from an older copy is noticed; nothing else is taken for one."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crash.scripted import NOW, ScriptedCourier, hurried
from crash.stores import claim, make_store
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.errors import StoreError
from digest.runs.drive import Drive, Driven, drive
from digest.store.database import Database, open_store
from digest.store.ledger import Ledger
from digest.store.restored import REASON, check_witness, is_doubtful, is_held_by_restore
from digest.store.times import in_ms
from digest.store.witness import Testimony as Said
from digest.store.witness import Witness

#: After the slots of all issues here.
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make_store(tmp_path / "digest.db", 8)


def sent(store: Path, slot: str, courier: ScriptedCourier | None = None, **fields: object) -> None:
    """Send an issue as `runs.send` does: witness first."""
    with closing(open_store(str(store))) as database:
        witness = Witness(str(store))
        is_real = fields.get("realm", Realm.REAL) is Realm.REAL
        if is_real:
            assert not check_witness(database, witness, NOW)
        _drive(database, slot, courier or ScriptedCourier(), witness if is_real else None, fields)
        witness.close()


def _drive(
    database: Database,
    slot: str,
    courier: ScriptedCourier,
    witness: Witness | None,
    fields: dict[str, object],
) -> Driven:
    how = Drive(courier=courier, in_flight=1, per_second=0, most=2, witness=witness)
    with hurried():
        return drive(database, claim(database, slot=slot, **fields), how)


def backup(store: Path) -> Path:
    """Copy the store as a person would: whole, while nothing or anything goes on."""
    copy = store.with_suffix(".copy")
    with (
        closing(sqlite3.connect(store)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return copy


def put_back(store: Path, copy: Path) -> None:
    for ending in ("-wal", "-shm"):
        Path(f"{store}{ending}").unlink(missing_ok=True)
    copy.replace(store)


def looked_at(store: Path) -> bool:
    """Return what a real send would find out first."""
    with closing(open_store(str(store))) as database, closing(Witness(str(store))) as witness:
        return check_witness(database, witness, LATER)


def test_a_store_that_goes_on_is_believed(store: Path) -> None:
    for slot in "abc":
        sent(store, slot)

    assert not looked_at(store)
    assert not looked_at(store)


def test_an_older_copy_is_noticed_once(store: Path) -> None:
    sent(store, "a")
    copy = backup(store)
    sent(store, "b")
    put_back(store, copy)

    assert looked_at(store)
    assert not looked_at(store)


@pytest.mark.parametrize("is_missed", [True, False])
def test_the_same_copy_put_back_again_is_noticed_again(store: Path, *, is_missed: bool) -> None:
    """What was found out the first time is not in the copy."""
    sent(store, "a")
    copy = backup(store)
    kept = copy.read_bytes()
    if is_missed:
        Path(f"{store}.witness").unlink()
    else:
        sent(store, "b")
    put_back(store, copy)
    assert looked_at(store)
    assert not looked_at(store)

    copy.write_bytes(kept)
    put_back(store, copy)

    assert looked_at(store)
    assert not looked_at(store)


def test_a_store_that_was_put_back_goes_on_and_is_believed(store: Path) -> None:
    sent(store, "a")
    copy = backup(store)
    sent(store, "b")
    put_back(store, copy)
    assert looked_at(store)

    sent(store, "c")
    copy = backup(store)
    assert not looked_at(store)
    sent(store, "d")
    put_back(store, copy)

    assert looked_at(store)


def test_an_issue_held_for_another_reason_is_held_for_this_one(store: Path) -> None:
    """A person may have settled that reason, and let it go on, after the copy was made."""
    sent(store, "a")
    with closing(open_store(str(store))) as database:
        claim(database, slot="b", state=IssueState.HELD, reason="what became of it is not known")
    Path(f"{store}.witness").unlink()

    looked_at(store)

    with closing(open_store(str(store))) as database:
        (issue,) = Ledger(database).open_issues()
        assert is_held_by_restore(issue)


def test_what_an_older_copy_has_forgotten_is_held(store: Path) -> None:
    """A slot up to the moment of the discovery may have been sent; a later one was not."""
    sent(store, "a")
    copy = backup(store)
    sent(store, "b")
    put_back(store, copy)

    looked_at(store)

    with closing(open_store(str(store))) as database:
        ledger = Ledger(database)
        assert is_doubtful(ledger, in_ms(LATER))
        assert not is_doubtful(ledger, in_ms(LATER) + 1)


def test_a_copy_taken_in_the_middle_of_a_sending_holds_that_issue(store: Path) -> None:
    copies: list[Path] = []
    courier = ScriptedCourier()
    courier._watch = lambda _: copies.append(backup(store)) if len(courier.carried) == 1 else None
    sent(store, "a", courier)

    put_back(store, copies[0])
    assert looked_at(store)

    with closing(open_store(str(store))) as database:
        (issue,) = Ledger(database).open_issues()
        assert is_held_by_restore(issue)
        assert issue.reason == REASON
        # And the driver leaves it alone.
        again = _drive(database, "a", courier, Witness(str(store)), {})
        assert again.issue.state is IssueState.HELD
    assert len(courier.carried) == 4


def test_a_store_called_by_a_link_is_the_same_store(store: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "linked.db"
    link.symlink_to(store)
    sent(store, "a")

    assert not looked_at(link)
    sent(link, "b")
    assert not looked_at(store)
    assert [path.name for path in link.parent.iterdir()] == ["linked.db"]


def test_a_witness_that_was_removed_is_missed(store: Path) -> None:
    sent(store, "a")
    Path(f"{store}.witness").unlink()

    assert looked_at(store)


@pytest.mark.parametrize("text", ["", "digest-witness 2 x", "\0" * 90])
def test_a_witness_that_makes_no_sense_is_none(store: Path, text: str) -> None:
    sent(store, "a")
    Path(f"{store}.witness").write_text(text)

    assert Witness(str(store)).read() is None
    assert looked_at(store)


def test_the_witness_of_another_store_is_noticed(store: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = make_store(tmp_path / "other" / "digest.db", 8)
    sent(store, "a")
    sent(other, "a")
    Path(f"{other}.witness").replace(f"{store}.witness")

    assert looked_at(store)


def test_a_new_store_beside_the_witness_of_a_lost_one_is_noticed(store: Path) -> None:
    sent(store, "a")
    for path in store.parent.glob("digest.db*"):
        if not path.name.endswith(".witness"):
            path.unlink()
    make_store(store, 8)

    assert looked_at(store)


def test_a_new_store_alone_is_believed(store: Path) -> None:
    assert not looked_at(store)


def test_a_new_store_beside_a_witness_of_nothing_is_believed(store: Path) -> None:
    """Made, looked at, removed and made anew before anything was sent."""
    Path(f"{store}.witness").write_text(f"digest-witness 1 {'a' * 32} {0:020d}\n")

    assert not looked_at(store)


def test_rehearsals_and_tests_never_trip_it(store: Path) -> None:
    sent(store, "a")
    copy = backup(store)
    sent(store, "b", realm=Realm.REHEARSAL)
    put_back(store, copy)

    assert not looked_at(store)


def test_it_hears_of_every_attempt_before_its_batch_leaves(store: Path) -> None:
    heard: list[Said | None] = []
    courier = ScriptedCourier(watch=lambda _: heard.append(Witness(str(store)).read()))

    sent(store, "a", courier)

    assert [one.attempts for one in heard if one] == [1, 2, 3, 4]


@pytest.mark.parametrize("is_before", [True, False])
def test_a_sending_under_way_is_not_taken_for_a_restore(store: Path, *, is_before: bool) -> None:
    """Another sender writes attempts between the two looks of this one, whichever is first."""
    sent(store, "a")

    class _Interrupted(Witness):
        def read(self) -> Said | None:
            if is_before:
                sent(store, "b")
            said = super().read()
            sent(store, "c")
            return said

    with closing(open_store(str(store))) as database:
        assert not check_witness(database, _Interrupted(str(store)), LATER)
        assert Ledger(database).open_issues() == []


def test_two_first_senders_at_once_agree_on_the_name_of_the_store(store: Path) -> None:
    class _Interrupted(Witness):
        def read(self) -> Said | None:
            said = super().read()
            if said is None:
                sent(store, "b")
            return said

    with closing(open_store(str(store))) as database:
        assert not check_witness(database, _Interrupted(str(store)), LATER)

    assert not looked_at(store)


def test_a_slow_sender_does_not_take_back_what_another_one_noted(store: Path) -> None:
    """No attempt can be written between counting them and noting the number."""
    begun: list[str] = []

    class _Watched(Witness):
        def begin(self, installation: str, attempts: int, forgotten: int = 0) -> None:
            with closing(sqlite3.connect(store, timeout=0, isolation_level=None)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    begun.append(f"{attempts}: {error}")
            super().begin(installation, attempts, forgotten)

    sent(store, "a")
    with closing(open_store(str(store))) as database, closing(_Watched(str(store))) as witness:
        check_witness(database, witness, LATER)

    assert begun == ["4: database is locked"]


def test_a_witness_that_cannot_be_written_stops_the_send(store: Path) -> None:
    Path(f"{store}.witness").mkdir()

    with (
        closing(open_store(str(store))) as database,
        pytest.raises(StoreError, match="cannot be written"),
    ):
        check_witness(database, Witness(str(store)), LATER)


def test_every_open_issue_is_held(store: Path) -> None:
    sent(store, "a")
    with closing(open_store(str(store))) as database:
        claim(database, slot="open")
        claim(database, slot="rehearsed", realm=Realm.REHEARSAL)
    Path(f"{store}.witness").unlink()

    assert looked_at(store)

    with closing(open_store(str(store))) as database:
        states = {row.slot: row.state for row in Ledger(database).latest()}
    assert states == {
        "a": IssueState.SENT,
        "open": IssueState.HELD,
        "rehearsed": IssueState.APPROVED,
    }
