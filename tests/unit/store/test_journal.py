"""The journal of batches in SQLite: what it writes, refuses, and makes of an ended sender."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash.scripted import NOW
from crash.stores import AT, add_readers, claim, make_store
from digest.delivery.journal import Planned
from digest.delivery.letter import Handover, Reader
from digest.delivery.outcome import Accepted, Outcome, Refused, TryLater, Unknown
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IllegalMoveError, IssueState
from digest.store.balance import attempts_of, balance_of, count_attempts, mail_of
from digest.store.database import Database, open_store
from digest.store.id_list import pack_ids, unpack_ids
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.recipients import freeze_named, freeze_recipients


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = make_store(tmp_path / "digest.db", 6)
    with closing(open_store(str(path))) as opened:
        yield opened


@pytest.fixture
def issue(database: Database) -> IssueRow:
    row = claim(database)
    freeze_recipients(database, row.id, row.audience, 2, AT)
    return row


@pytest.fixture
def journal(database: Database, issue: IssueRow) -> StoreJournal:
    return StoreJournal(database, issue)


def begin(journal: StoreJournal, token: str = "t1") -> Handover:
    planned = journal.next_planned(NOW)
    assert planned
    with journal.transaction():
        assert journal.begin(planned, token, NOW)
    return Handover(batch=planned.batch, token=token, readers=planned.readers)


def conclude(journal: StoreJournal, handover: Handover, outcome: Outcome) -> None:
    with journal.transaction():
        journal.conclude(handover, outcome, NOW)


def test_batches_come_in_their_order(journal: StoreJournal) -> None:
    found = [[reader.id for reader in begin(journal, token).readers] for token in "abc"]

    assert found == [[1, 2], [3, 4], [5, 6]]
    assert journal.next_planned(NOW) is None
    assert journal.earliest_planned() is None


def test_a_batch_begins_once(database: Database, journal: StoreJournal) -> None:
    """Two senders hold the same planned batch: the second one is stopped."""
    planned = journal.next_planned(NOW)
    assert planned
    with journal.transaction():
        journal.begin(planned, "first", NOW)

    with pytest.raises(IllegalMoveError), journal.transaction():
        journal.begin(planned, "second", NOW)

    (tokens,) = database.connection.execute("SELECT group_concat(token) FROM attempt").fetchone()
    assert tokens == "first"


def test_an_outcome_is_written_once(journal: StoreJournal) -> None:
    handover = begin(journal)
    conclude(journal, handover, Unknown("no answer"))

    with pytest.raises(IllegalMoveError):
        conclude(journal, handover, Accepted("id"))

    assert journal.standing().batches[BatchState.UNKNOWN] == 1


def test_an_outcome_of_a_foreign_attempt_is_refused(journal: StoreJournal) -> None:
    handover = begin(journal)

    with pytest.raises(IllegalMoveError):
        conclude(journal, Handover(batch=2, token="t1", readers=handover.readers), Accepted())

    assert journal.standing().batches == {BatchState.SENDING: 1, BatchState.PLANNED: 2}


def test_what_was_answered_is_kept(
    database: Database, issue: IssueRow, journal: StoreJournal
) -> None:
    conclude(journal, begin(journal, "a"), Accepted("id-7"))
    conclude(journal, begin(journal, "b"), Refused("400: why"))

    latest, first = attempts_of(database, issue, every=True)

    assert (first.outcome, first.message_id) == ("accepted", "id-7")
    assert (latest.outcome, latest.detail) == ("refused", "400: why")
    assert journal.last_refusal() == "400: why"
    assert count_attempts(database, issue) == (2, 1)
    assert [one.token for one in attempts_of(database, issue)] == ["b"]


def test_who_ended_without_a_word_leaves_unknown_batches(
    database: Database, issue: IssueRow, journal: StoreJournal
) -> None:
    begin(journal, "a")
    conclude(journal, begin(journal, "b"), Accepted())
    begin(journal, "c")

    lost = journal.recover(NOW)

    assert lost == 2
    assert journal.standing().batches == {BatchState.UNKNOWN: 2, BatchState.ACCEPTED: 1}
    assert {(one.token, one.outcome) for one in attempts_of(database, issue)} == {
        ("a", "unknown"),
        ("c", "unknown"),
    }
    assert journal.recover(NOW) == 0


def test_recovering_leaves_other_issues_alone(database: Database, journal: StoreJournal) -> None:
    other = claim(database, slot="other")
    freeze_recipients(database, other.id, other.audience, 6, AT)
    theirs = StoreJournal(database, other)
    begin(theirs, "theirs")

    journal.recover(NOW)

    assert theirs.standing().batches == {BatchState.SENDING: 1}


def test_a_batch_refused_for_now_waits_as_long_as_asked(journal: StoreJournal) -> None:
    for token in "abc":
        conclude(journal, begin(journal, token), TryLater("429", timedelta(seconds=5)))

    assert journal.next_planned(NOW + timedelta(seconds=4)) is None
    assert journal.earliest_planned() == NOW + timedelta(seconds=5)
    assert journal.next_planned(NOW + timedelta(seconds=5)) is not None


def test_a_new_run_waits_no_longer(journal: StoreJournal) -> None:
    conclude(journal, begin(journal), TryLater("429", timedelta(hours=5)))

    journal.recover(NOW)

    planned = journal.next_planned(NOW)
    assert planned
    assert planned.batch == 1


def test_refused_batches_are_planned_again_on_a_persons_word(journal: StoreJournal) -> None:
    conclude(journal, begin(journal, "a"), Refused("why"))
    conclude(journal, begin(journal, "b"), Unknown("why"))

    assert journal.requeue_refused() == 1

    assert journal.standing().batches == {BatchState.PLANNED: 2, BatchState.UNKNOWN: 1}


def test_a_foreign_write_makes_what_was_read_old(
    database: Database, journal: StoreJournal
) -> None:
    planned = journal.next_planned(NOW)
    assert planned
    with journal.transaction() as connection:  # our own writes do not
        connection.execute("UPDATE subscriber SET name = 'x' WHERE id = 1")
    assert journal.is_current(planned)

    with closing(sqlite3.connect(database.path)) as other, other:
        other.execute("UPDATE subscriber SET name = 'y' WHERE id = 1")

    with journal.transaction():
        assert not journal.is_current(planned)


def test_readers_of_a_test_are_those_named(database: Database) -> None:
    issue = claim(database, realm=Realm.TEST, copy=1)
    named = [Reader(1, "a@b.example", ""), Reader(2, "c@d.example", "")]
    freeze_named(database, issue.id, [1, 2], 1, AT)

    journal = StoreJournal(database, issue, named=named)

    assert [begin(journal, token).readers for token in "ab"] == [(named[0],), (named[1],)]


def test_a_removed_reader_is_counted_as_removed(
    database: Database, issue: IssueRow, journal: StoreJournal
) -> None:
    database.connection.execute("DELETE FROM subscriber WHERE id = 1")

    handover = begin(journal)

    assert [reader.id for reader in handover.readers] == [2]
    found = balance_of(database, Ledger(database).issue(issue.id))
    assert found.set_aside == {"removed": 1}
    assert found.is_even


def test_a_batch_nobody_is_left_in_never_leaves(
    database: Database, issue: IssueRow, journal: StoreJournal
) -> None:
    database.connection.execute("UPDATE subscriber SET state = 'unsubscribed' WHERE id < 3")
    planned = journal.next_planned(NOW)
    assert planned
    assert planned == Planned(1, (), ((1, "unsubscribed"), (2, "unsubscribed")), planned.version)

    with journal.transaction():
        is_begun = journal.begin(planned, "t", NOW)

    assert not is_begun
    assert journal.standing().batches == {BatchState.DIVIDED: 1, BatchState.PLANNED: 2}
    assert attempts_of(database, issue, every=True) == []
    assert balance_of(database, Ledger(database).issue(issue.id)).is_even


def test_a_reader_is_told_what_became_of_their_mail(
    database: Database, issue: IssueRow, journal: StoreJournal
) -> None:
    conclude(journal, begin(journal, "a"), Accepted())
    conclude(journal, begin(journal, "b"), Unknown(""))

    fates = [[row.fate for row in mail_of(database, reader)] for reader in (1, 3, 5, 99)]

    assert fates == [["accepted"], ["unknown"], ["planned"], []]
    assert issue.name == mail_of(database, 1)[0].issue


def test_the_state_of_the_issue_is_read_anew(
    database: Database, issue: IssueRow, journal: StoreJournal
) -> None:
    with closing(sqlite3.connect(database.path)) as other, other:
        other.execute("UPDATE issue SET state = 'cancelled' WHERE id = ?", (issue.id,))

    assert journal.issue_state() is IssueState.CANCELLED


@given(st.lists(st.integers(1, 2**40), min_size=1, unique=True))
def test_property_packed_numbers_come_back(ids: list[int]) -> None:
    ascending = sorted(ids)

    assert unpack_ids(pack_ids(ascending)) == ascending


def test_a_thousand_packed_numbers_are_small() -> None:
    dense = pack_ids(range(1_000_000, 1_001_000))
    sparse = pack_ids(sorted(random.Random(1).sample(range(10_000_000), 1000)))

    assert len(dense) < 150
    assert len(sparse) < 3_000


def test_batches_of_scattered_readers_hold_only_theirs(database: Database) -> None:
    add_readers(database, [1000, 2000, 3000])
    database.connection.execute("UPDATE subscriber SET state = 'pending' WHERE id IN (2, 2000)")
    issue = claim(database, slot="scattered")
    freeze_recipients(database, issue.id, issue.audience, 4, AT)
    journal = StoreJournal(database, issue)

    found = [[reader.id for reader in begin(journal, token).readers] for token in "ab"]

    assert found == [[1, 3, 4, 5], [6, 1000, 3000]]
