"""Issues in the ledger: claimed once, frozen for good, moved as the states allow."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crash.claimers import faults_of, race
from crash.stores import AT, SLOT, claim, make_new, make_store
from digest.delivery.audience import Audience
from digest.delivery.realm import Realm
from digest.delivery.states import IllegalMoveError, IssueState
from digest.errors import StoreError
from digest.store.database import Database, open_store
from digest.store.ledger import LOST_AND_CANCELLED, Ledger
from digest.store.new_issue import AlreadyBreakingError, Told
from digest.store.recipients import freeze_recipients
from digest.store.recollection import recollect

#: `make crash` has a thousand.
_SLOTS = 60


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make_store(tmp_path / "digest.db", 3)


@pytest.fixture
def database(store: Path) -> Iterator[Database]:
    with closing(open_store(str(store))) as opened:
        yield opened


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def test_a_claimed_issue_comes_back_as_it_was_given(ledger: Ledger) -> None:
    audience = Audience(newsletter="weekly", frequency="weekly", categories=("sport", "news"))

    issue, is_new = ledger.claim(make_new(audience=audience, sha256="abc"), AT)

    assert is_new
    assert (issue.name, issue.state, issue.audience) == (
        "weekly/2026-W34",
        IssueState.APPROVED,
        audience,
    )
    assert ledger.content(issue.id).sha256 == "abc"
    assert ledger.issue(issue.id) == issue


def test_a_slot_is_claimed_once(ledger: Ledger) -> None:
    first, _ = ledger.claim(make_new(subject="first"), AT)

    second, is_new = ledger.claim(make_new(subject="second"), AT)

    assert not is_new
    assert second == first
    assert ledger.content(first.id).subject == "first"


class TestMakeRoom:
    """A slot is claimed anew only when its issue was cancelled before any of it left."""

    def again(self, ledger: Ledger) -> bool:
        ledger.make_room(Realm.REAL, "weekly", SLOT)
        return ledger.claim(make_new(subject="again"), AT)[1]

    def test_for_an_issue_that_was_cancelled_unsent(
        self, database: Database, ledger: Ledger
    ) -> None:
        issue = claim(database)
        freeze_recipients(database, issue.id, issue.audience, 10, AT)
        ledger.move(ledger.issue(issue.id), IssueState.CANCELLED, at=AT)

        assert self.again(ledger)
        assert ledger.issue(issue.id).state is IssueState.CANCELLED

    def test_not_for_one_that_is_open(self, database: Database, ledger: Ledger) -> None:
        claim(database)

        assert not self.again(ledger)

    @pytest.mark.parametrize("left", ["accepted", "unknown", "sending"])
    def test_not_for_one_of_which_something_left(
        self, database: Database, ledger: Ledger, left: str
    ) -> None:
        issue = claim(database)
        freeze_recipients(database, issue.id, issue.audience, 1, AT)
        database.connection.execute(
            "UPDATE batch SET state = ? WHERE id = (SELECT max(id) FROM batch)", (left,)
        )
        ledger.move(ledger.issue(issue.id), IssueState.CANCELLED, at=AT)

        assert not self.again(ledger)

    def test_not_for_one_that_a_lost_store_has_sent(
        self, database: Database, ledger: Ledger
    ) -> None:
        issue = claim(database)
        ledger.move(issue, IssueState.CANCELLED, at=AT, reason=LOST_AND_CANCELLED)

        assert not self.again(ledger)


@pytest.mark.parametrize("realm", [Realm.REHEARSAL, Realm.TEST])
def test_what_reaches_nobody_does_not_use_up_a_slot(ledger: Ledger, realm: Realm) -> None:
    ledger.claim(make_new(realm=realm), AT)

    _, is_new = ledger.claim(make_new(), AT)

    assert is_new


def test_tests_of_a_slot_count_up(ledger: Ledger) -> None:
    for expected in (1, 2):
        number = ledger.next_copy(Realm.TEST, "weekly", SLOT)
        _, is_new = ledger.claim(make_new(realm=Realm.TEST, copy=number), AT)

        assert (number, is_new) == (expected, True)


def test_a_claim_is_whole_or_not_at_all(database: Database, ledger: Ledger) -> None:
    """Killed between its parts, it never was."""
    database.connection.execute("DROP TABLE issue_article")

    with pytest.raises(StoreError):
        ledger.claim(make_new(), AT)

    assert ledger.of_slot(Realm.REAL, "weekly", SLOT) is None


def test_frozen_content_cannot_be_changed(database: Database, ledger: Ledger) -> None:
    issue = claim(database)

    with pytest.raises(sqlite3.IntegrityError, match="a frozen issue is never changed"):
        database.connection.execute("UPDATE content SET html = 'other'")

    assert "other" not in ledger.content(issue.id).html


@pytest.mark.parametrize("table", ["evidence", "consent_event"])
@pytest.mark.parametrize("act", ["UPDATE {} SET at = 1", "DELETE FROM {}"])
def test_what_was_found_out_is_never_changed(database: Database, table: str, act: str) -> None:
    issue = claim(database)
    freeze_recipients(database, issue.id, issue.audience, 3, AT)
    database.connection.executescript(
        """
        INSERT INTO attempt (batch_id, token, started_at, readers) VALUES (1, 'a', 0, 3);
        INSERT INTO evidence (attempt_id, verdict, source, detail, at)
        VALUES (1, 'accepted', 'log', '', 0);
        INSERT INTO consent_source (at, kind, origin, text) VALUES (0, '', '', '');
        INSERT INTO consent_event (subscriber_id, kind, source_id, at) VALUES (1, 'added', 1, 0);
        """
    )

    with pytest.raises(sqlite3.IntegrityError, match=r"are never|is never"):
        database.connection.execute(act.format(table))


def test_an_attempt_has_a_token_of_its_own(database: Database) -> None:
    issue = claim(database)
    freeze_recipients(database, issue.id, issue.audience, 1, AT)
    add = "INSERT INTO attempt (batch_id, token, started_at, readers) VALUES (?, 'a', 0, 1)"
    database.connection.execute(add, (1,))

    with pytest.raises(sqlite3.IntegrityError):
        database.connection.execute(add, (2,))


def test_a_move_is_written_with_its_reason_and_time(database: Database, ledger: Ledger) -> None:
    issue = claim(database)

    held = ledger.move(issue, IssueState.HELD, at=AT + 1, reason="why")
    ended = ledger.move(held, IssueState.CANCELLED, at=AT + 2)

    assert (held.state, held.reason, held.finished_at) == (IssueState.HELD, "why", None)
    assert (ended.state, ended.reason, ended.finished_at) == (IssueState.CANCELLED, "", AT + 2)
    assert ended.is_final


def test_an_illegal_move_changes_nothing(database: Database, ledger: Ledger) -> None:
    issue = claim(database)

    with pytest.raises(IllegalMoveError):
        ledger.move(issue, IssueState.SENT, at=AT)

    assert ledger.issue(issue.id).state is IssueState.APPROVED


def test_a_move_from_a_state_of_the_past_is_refused(database: Database, ledger: Ledger) -> None:
    """Two commands read the same state: the second one is told, and changes nothing."""
    issue = claim(database)
    ledger.move(issue, IssueState.SENDING, at=AT)

    with pytest.raises(StoreError) as caught:
        ledger.move(issue, IssueState.CANCELLED, at=AT)

    assert "another command has changed it meanwhile" in str(caught.value)
    assert ledger.issue(issue.id).state is IssueState.SENDING


def test_a_breaking_story_is_told_once(ledger: Ledger) -> None:
    ledger.claim(make_new(newsletter="breaking", slot="2026-08-17-1", breaking=["posts/a"]), AT)

    with pytest.raises(AlreadyBreakingError) as caught:
        ledger.claim(
            make_new(newsletter="breaking", slot="2026-08-17-2", breaking=["b", "posts/a"]), AT
        )

    assert caught.value.args == ("posts/a", "breaking/2026-08-17-1")
    assert ledger.of_slot(Realm.REAL, "breaking", "2026-08-17-2") is None
    assert ledger.breaking_issue(Realm.REAL, "b") is None


def test_the_schema_itself_lets_a_breaking_story_in_once(
    database: Database, ledger: Ledger
) -> None:
    claim(database, newsletter="breaking", breaking=["posts/a"])
    other = claim(database, newsletter="breaking", slot="other")

    with pytest.raises(sqlite3.IntegrityError):
        database.connection.execute(
            "INSERT INTO breaking_story VALUES ('real', 'posts/a', ?)", (other.id,)
        )


def test_a_rehearsal_of_a_breaking_story_leaves_the_real_one_free(ledger: Ledger) -> None:
    ledger.claim(make_new(realm=Realm.REHEARSAL, newsletter="breaking", breaking=["a"]), AT)

    _, is_new = ledger.claim(make_new(newsletter="breaking", breaking=["a"]), AT)

    assert is_new


def test_cancelled_before_any_mail_left_a_story_may_be_told_again(
    database: Database, ledger: Ledger
) -> None:
    issue = claim(database, newsletter="breaking", slot="1", breaking=["a"])

    ledger.move(issue, IssueState.CANCELLED, at=AT)

    assert ledger.breaking_issue(Realm.REAL, "a") is None


@pytest.mark.parametrize("state", ["accepted", "unknown", "sending"])
def test_cancelled_after_mail_may_have_left_a_story_stays_told(
    database: Database, ledger: Ledger, state: str
) -> None:
    issue = claim(database, newsletter="breaking", slot="1", breaking=["a"])
    freeze_recipients(database, issue.id, Audience(newsletter="breaking"), 3, AT)
    database.connection.execute("UPDATE batch SET state = ?", (state,))

    ledger.move(issue, IssueState.CANCELLED, at=AT)

    assert ledger.breaking_issue(Realm.REAL, "a") == issue.id


def test_cancelling_too_late_does_not_free_the_story(database: Database, ledger: Ledger) -> None:
    """Another command let it go on meanwhile: cancelled it is not, and so it stays told."""
    issue = claim(database, newsletter="breaking", slot="1", breaking=["a"])
    held = ledger.move(issue, IssueState.HELD, at=AT)
    ledger.move(held, IssueState.SENDING, at=AT)

    with pytest.raises(StoreError):
        ledger.move(held, IssueState.CANCELLED, at=AT)

    assert ledger.breaking_issue(Realm.REAL, "a") == issue.id


def test_a_fact_is_written_once(ledger: Ledger) -> None:
    assert ledger.fact("installation") == ""
    assert ledger.set_fact_once("installation", "a") == "a"
    assert ledger.set_fact_once("installation", "b") == "a"
    ledger.set_fact("installation", "c")

    assert ledger.fact("installation") == "c"


def test_memory_holds_what_real_issues_told(database: Database, ledger: Ledger) -> None:
    told = [
        Told(identity="a", fingerprint="fa", role="sent"),
        Told(identity="v", fingerprint="fv", role="version"),
        Told(identity="c", fingerprint="fc", role="considered"),
    ]
    claim(database, slot="1", articles=told)
    claim(database, slot="2", realm=Realm.REHEARSAL, articles=[told[0]])

    found = recollect(database, "weekly", ["weekly", "breaking"], but=0)

    assert found.sent == {"a": "weekly/1", "v": "weekly/1"}
    assert found.sent_bodies == {"fa": "weekly/1", "fv": "weekly/1"}
    assert found.considered == frozenset("avc")


def test_a_cancelled_issue_is_remembered_if_any_of_it_left(
    database: Database, ledger: Ledger
) -> None:
    for slot, state in (("1", "accepted"), ("2", "planned")):
        issue = claim(
            database, slot=slot, articles=[Told(identity=slot, fingerprint="", role="sent")]
        )
        freeze_recipients(database, issue.id, issue.audience, 3, AT)
        database.connection.execute(
            "UPDATE batch SET state = ? WHERE issue_id = ?", (state, issue.id)
        )
        ledger.move(issue, IssueState.CANCELLED, at=AT)

    assert recollect(database, "weekly", ["weekly"], but=0).sent == {"1": "weekly/1"}


def test_the_first_issue_has_no_memory(database: Database) -> None:
    assert recollect(database, "weekly", ["weekly"], but=0).considered is None


def test_windows_go_on_where_the_last_issue_ended(database: Database, ledger: Ledger) -> None:
    claim(database, slot="1", slot_at=100, window_end=90)
    claim(database, slot="2", slot_at=200, window_end=190)
    claim(database, slot="r", slot_at=250, window_end=240, realm=Realm.REHEARSAL)

    assert ledger.last_window_end("weekly", 200) == 90
    assert ledger.last_window_end("weekly", 300) == 190
    assert ledger.last_window_end("weekly", 100) is None


@pytest.mark.slow
def test_sixteen_processes_claim_each_slot_once(tmp_path: Path) -> None:
    """R1: whoever comes first, there is one issue a slot, with its content, and no error."""
    path = make_store(tmp_path / "digest.db")

    found = race(path, 16, _SLOTS)

    assert len(found) == 16
    assert faults_of(found, _SLOTS) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(
            "SELECT count(*), count(DISTINCT slot), count(subject) FROM issue"
            " JOIN content ON issue_id = issue.id"
        ).fetchone() == (_SLOTS, _SLOTS, _SLOTS)
