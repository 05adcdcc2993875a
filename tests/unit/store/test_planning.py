"""Slots without an issue: one line each, whoever comes first."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crash.stores import AT, claim, make_new, make_store
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.store.database import Database, open_store
from digest.store.ledger import Ledger
from digest.store.planning import Blank, Pause, Planning

_BLANK = Blank(
    realm=Realm.REAL,
    newsletter="weekly",
    slot="2026-W34",
    state=IssueState.MISSED,
    reason="later than max_lateness",
    courier="sendgrid",
    slot_at=AT,
    window_start=AT - 1000,
    window_end=AT,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_store(str(make_store(tmp_path / "digest.db")))) as found:
        yield found


def slots(database: Database) -> list[tuple[str, str]]:
    return database.connection.execute("SELECT slot, state FROM issue ORDER BY id").fetchall()


def test_a_slot_is_written_down_once(database: Database) -> None:
    planning = Planning(database)

    assert planning.add_blank(_BLANK, AT)
    assert not planning.add_blank(_BLANK._replace(state=IssueState.SKIPPED), AT + 1)

    assert slots(database) == [("2026-W34", "missed")]


def test_a_slot_with_an_issue_is_not_missed(database: Database) -> None:
    claim(database)

    assert not Planning(database).add_blank(_BLANK, AT)

    assert slots(database) == [("2026-W34", "approved")]


def test_a_missed_slot_is_claimed_by_nobody(database: Database) -> None:
    Planning(database).add_blank(_BLANK, AT)

    issue, is_new = Ledger(database).claim(make_new(), AT)

    assert (issue.state, is_new) == (IssueState.MISSED, False)


def test_a_blank_slot_ended_when_it_was_written_down(database: Database) -> None:
    Planning(database).add_blank(_BLANK, AT + 5)

    (issue,) = Planning(database).outcomes(Realm.REAL, AT)
    assert (issue.finished_at, issue.reason) == (AT + 5, "later than max_lateness")
    assert Planning(database).newest_moment() == AT + 5


@pytest.mark.parametrize(
    ("until", "moment", "is_held"),
    [
        (None, 99, False),
        (None, 100, True),
        (None, 10_000, True),
        (200, 199, True),
        (200, 200, False),
    ],
)
def test_a_pause_holds_from_its_beginning_to_before_its_end(
    until: int | None, moment: int, *, is_held: bool
) -> None:
    pause = Pause("weekly", since=100, until=until, keeps_articles=True, who="ann")

    assert pause.holds(moment) is is_held
