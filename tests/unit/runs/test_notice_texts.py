"""What is told of each thing: what happened, numbers that add up, and what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crash.stores import AT, claim, make_config, make_store
from digest.delivery.notice import Notice
from digest.delivery.outcome import Stop
from digest.delivery.realm import Realm
from digest.delivery.standing import Standing
from digest.delivery.states import BatchState
from digest.errors import NotReadyError, Problem, StoreError
from digest.runs.notice_texts import (
    notice_breaker,
    notice_clock,
    notice_held,
    notice_missed,
    notice_sent,
    notice_skipped,
    notice_stopped,
    notice_suppressions,
    notice_trouble,
    notice_unknown,
    worded,
)
from digest.store.balance import Balance
from digest.store.database import open_store
from digest.store.ledger import IssueRow

CONFIG = make_config(Path("digest.db"))
BALANCE = Balance(
    candidates=1250,
    standing=Standing(
        batches={BatchState.ACCEPTED: 2, BatchState.UNKNOWN: 1},
        readers={BatchState.ACCEPTED: 1200, BatchState.UNKNOWN: 10, BatchState.PLANNED: 20},
    ),
    excluded={"unsubscribed": 15},
    set_aside={"suppressed since": 5},
)


@pytest.fixture
def issue(tmp_path: Path) -> IssueRow:
    database = open_store(str(make_store(tmp_path / "digest.db", 3)))
    try:
        return claim(database)._replace(reason="1 batch with 10 readers is not known")
    finally:
        database.close()


def test_sent_says_how_many_how_large_and_how_late(issue: IssueRow) -> None:
    notice = notice_sent(
        CONFIG,
        issue,
        BALANCE,
        size=45_123,
        subject="The week",
        late=timedelta(minutes=125),
        link="https://courier.example/",
    )

    assert notice.subject == "sent: weekly/2026-W34 to 1,200 readers, 2 hours 5 minutes late"
    assert notice.body.splitlines() == [
        "weekly/2026-W34 was sent: 1,200 readers.",
        "Subject: The week",
        "It went out 2 hours 5 minutes late: it was due Mon 17 Aug 2026 08:00 Europe/Berlin.",
        "Its HTML part has 45,123 bytes.",
        "",
        "- subscribers: 1,250",
        "- not for, unsubscribed: 15",
        "- recipients: 1,235",
        "- not to, suppressed since: 5",
        "- planned: 20",
        "- accepted: 1,200",
        "- unknown: 10",
        "",
        "  digest show weekly/2026-W34",
        "",
        "https://courier.example/",
    ]


def test_a_rehearsal_is_not_called_sent(issue: IssueRow) -> None:
    notice = notice_sent(CONFIG, issue._replace(realm=Realm.REHEARSAL), BALANCE)

    assert notice.subject == "rehearsed: weekly/2026-W34 to 1,200 readers"
    assert "late" not in notice.body


def test_a_sum_that_is_not_right_is_said(issue: IssueRow) -> None:
    notice = notice_sent(CONFIG, issue, replace(BALANCE, candidates=1251))

    assert "digest store check" in notice.body


@pytest.mark.parametrize(
    ("say", "remedy"),
    [
        (lambda i: notice_skipped(CONFIG, i), "digest send weekly --slot 2026-W34"),
        (lambda i: notice_missed(CONFIG, i), "digest send weekly --slot 2026-W34"),
        (lambda i: notice_held(CONFIG, i), "digest resume weekly/2026-W34"),
        (lambda i: notice_held(CONFIG, i, "digest approve X"), "digest approve X"),
        (lambda i: notice_unknown(i, BALANCE), "digest resolve weekly/2026-W34"),
        (lambda i: notice_breaker(i, BALANCE), "digest resume weekly/2026-W34"),
        (lambda i: notice_stopped(i, Stop("no credits", "Buy some."), 20), "Buy some."),
        (lambda i: notice_suppressions(i, 60), "digest suppressions list"),
    ],
)
def test_each_says_what_it_is_about_and_what_to_do(
    issue: IssueRow, say: Callable[[IssueRow], Notice], remedy: str
) -> None:
    notice = say(issue)

    assert "weekly/2026-W34" in notice.subject
    assert "weekly/2026-W34" in notice.lines[0]
    assert remedy in notice.body
    assert notice.issue_id == issue.id
    assert notice.key == say(issue).key


def test_numbers_are_those_of_the_issue(issue: IssueRow) -> None:
    assert "1 batch with 10 readers" in notice_unknown(issue, BALANCE).body
    assert "20 readers were not tried" in notice_breaker(issue, BALANCE).body
    assert "20 readers do not have it yet" in notice_stopped(issue, Stop("r", "m"), 20).body
    assert "60 addresses" in notice_suppressions(issue, 60).subject


def test_an_issue_made_anew_or_held_anew_is_told_anew(issue: IssueRow) -> None:
    held = notice_held(CONFIG, issue)

    assert held.key != notice_held(CONFIG, issue._replace(id=issue.id + 1)).key
    assert held.key != notice_held(CONFIG, issue._replace(reason="another")).key
    assert held.key == notice_held(CONFIG, issue._replace(slot_at=AT + 1)).key


def test_dropped_articles_are_said_to_be(issue: IssueRow) -> None:
    assert "stay" in notice_skipped(CONFIG, issue).body
    assert "not told later" in notice_skipped(CONFIG, issue._replace(drops_articles=1)).body


def test_trouble_tells_place_problem_and_remedy() -> None:
    error = NotReadyError.of(
        [
            Problem("config.toml", "no sender", "Set it."),
            Problem("DIGEST_SECRET", "gone", "Put it."),
        ]
    )

    notice = notice_trouble("weekly/2026-W34", error)

    assert notice.subject == "trouble: weekly/2026-W34: config.toml: no sender"
    assert notice.lines[2:] == (
        "config.toml: no sender",
        "Set it.",
        "DIGEST_SECRET: gone",
        "Put it.",
    )
    assert notice.key == notice_trouble("weekly/2026-W34", error).key
    other = StoreError("is locked", where="digest.db", remedy="Wait.")
    assert notice.key != notice_trouble("weekly/2026-W34", other).key


def test_a_bug_tells_its_kind_and_not_its_text() -> None:
    notice = notice_trouble("weekly", ValueError("secret SG.abc"))

    assert "ValueError" in notice.body
    assert "SG.abc" not in notice.body


def test_trouble_in_words() -> None:
    assert notice_trouble("weekly", "one\ntwo").lines[2:] == ("one", "two")
    assert notice_trouble("weekly", "").lines


def test_a_clock_that_jumped_says_both_times() -> None:
    last = datetime(2026, 8, 17, 6, 0, tzinfo=UTC)

    notice = notice_clock(last - timedelta(hours=3), last)

    assert notice.subject == "the clock jumped back by 3 hours"
    assert "2026-08-17 03:00:00 UTC" in notice.body
    assert "2026-08-17 06:00:00 UTC" in notice.body
    assert notice.key == notice_clock(last - timedelta(hours=2), last).key


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=10), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=2), "1 hour 2 minutes"),
        (timedelta(days=2, hours=3, minutes=4), "2 days 3 hours"),
        (timedelta(seconds=-5), "less than a minute"),
    ],
)
def test_spans_are_worded(span: timedelta, said: str) -> None:
    assert worded(span) == said
