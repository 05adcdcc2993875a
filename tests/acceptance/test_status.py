"""`digest status`: what comes next, what was last, and what needs a person."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from command import ROOT, digest
from crash.stores import add_readers, claim
from digest.cli import show_status as show_status_module
from digest.cli.show_status import show_status
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.store.database import Database
from digest.store.driver import drive
from digest.store.ledger import IssueRow, Ledger
from digest.store.notices import NewNotice, add_notice, due_notices, set_given_up
from digest.store.planning import Blank, Planning
from digest.store.recipients import freeze_recipients
from digest.store.watch import touch, watching
from office import BERLIN, NOW, SLOT, WEEK, Office, ms

GOLDEN = ROOT / "tests" / "acceptance" / "golden"
LOOK = "digest preview weekly --slot"
W32, W33 = "weekly/2026-W32", "weekly/2026-W33"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(tmp_path / "site")
    monkeypatch.chdir(office.site)
    office.write(lambda database: add_readers(database, range(1, 31)))
    return office


def ahead(office: Office, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(one.name, one.stage.value) for one in office.status(now).ahead]


def test_one_screen(
    office: Office,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    golden: bool,
) -> None:
    office.edit("approval", '"required"')
    office.edit("editors", '["editor@harbour-courier.example"]')
    office.edit("skip_dates", '["2026-08-31"]')
    office.send("2026-W31", SLOT - 3 * WEEK)
    office.send("2026-W32", SLOT - 2 * WEEK + timedelta(minutes=0))
    office.write(
        lambda database: Planning(database).add_blank(
            Blank(Realm.REAL, "weekly", "2026-W33", IssueState.SKIPPED, "1 of at least 3 articles",
                  "sendgrid", ms(SLOT - WEEK), None, None), ms(SLOT - WEEK))
    )  # fmt: skip
    office.add("2026-W34", SLOT, "held", reason="nobody has approved it")
    office.add("2026-W35", SLOT + WEEK, "draft")
    office.add("2026-08-17-1", NOW + timedelta(hours=8), newsletter="breaking")
    touch(office.store, NOW - timedelta(seconds=12))

    with watching(office.store):
        status = office.status()
    show_status(status, as_json=False)

    out = re.sub(r"\d\.\d MB", "0.2 MB", capsys.readouterr().out)
    file = GOLDEN / "status.txt"
    if golden:
        file.write_text(out)
    assert out == file.read_text()
    assert len(out.splitlines()) <= 24
    monkeypatch.setattr(show_status_module, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "70")
    show_status(status, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == 80
    assert any(line.endswith("…") for line in lines)


class TestAhead:
    def test_content_is_open_until_the_freeze(self, office: Office) -> None:
        one = office.status().ahead[0]

        assert (one.name, one.stage.value) == ("weekly/2026-W35", "open")
        assert one.until == SLOT + WEEK - timedelta(minutes=30)

    def test_freeze_across_a_clock_change_is_as_long_before(self, office: Office) -> None:
        office.edit("schedule", '"sun 03:30"')
        office.edit("cut_off", '"2 hours"')

        (one, *_) = office.status(datetime(2026, 10, 24, 12, tzinfo=BERLIN)).ahead

        # The hour from two to three happens twice.
        assert one.moment == datetime(2026, 10, 25, 3, 30, tzinfo=BERLIN)
        assert one.until == datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
        assert one.until.fold == 0

    @pytest.mark.parametrize(
        ("approval", "state", "stage"),
        [
            ("required", "draft", "waits for approval"),
            ("silence-sends", "draft", "leaves unless held"),
            ("none", "approved", "approved"),
            ("none", "held", "held"),
            ("none", "cancelled", "cancelled"),
        ],
    )
    def test_frozen(self, office: Office, approval: str, state: str, stage: str) -> None:
        office.edit("editors", '["editor@harbour-courier.example"]')
        office.edit("approval", f'"{approval}"')
        office.add("2026-W35", SLOT + WEEK, state)

        assert ahead(office)[0] == ("weekly/2026-W35", stage)

    def test_handed_over(self, office: Office) -> None:
        def act(database: Database) -> None:
            issue = claim(database, slot="2026-W35", slot_at=ms(SLOT + WEEK))
            freeze_recipients(database, issue.id, issue.audience, 10, ms(NOW))
            ledger = Ledger(database)
            ledger.move(ledger.issue(issue.id), IssueState.SENDING, at=ms(NOW))
            with database.transaction() as connection:
                connection.execute("UPDATE issue SET leaves_at = ?", (ms(SLOT + WEEK),))
                connection.execute("UPDATE batch SET state = 'accepted'")

        office.write(act)

        one = office.status().ahead[0]
        assert (one.stage.value, one.until) == ("handed over", SLOT + WEEK)
        assert office.needs() == []

    def test_paused_until_a_day(self, office: Office) -> None:
        until = NOW + 2 * WEEK
        office.pause(until)

        (first, second, *_) = office.status().ahead
        assert (first.stage.value, first.reason, first.until) == ("paused", "by ana", until)
        assert (second.slot, second.stage.value) == ("2026-W37", "open")

    def test_paused_for_good_is_one_line(self, office: Office) -> None:
        office.pause()

        assert ahead(office) == [("weekly/2026-W35", "paused")]

    def test_free_day(self, office: Office) -> None:
        office.edit("skip_dates", '["2026-08-24"]')

        assert ahead(office)[:2] == [
            ("weekly/2026-W35", "free day"),
            ("weekly/2026-W36", "open"),
        ]

    def test_without_a_schedule_it_is_sent_by_hand(self, office: Office) -> None:
        office.edit("schedule", '""')

        assert ahead(office) == [("weekly/2026-W35", "by hand")]

    def test_planned_breaking_story(self, office: Office) -> None:
        office.add("2026-08-17-1", NOW + timedelta(hours=8), newsletter="breaking")

        assert ahead(office)[-1] == ("breaking/2026-08-17-1", "approved")
        assert office.needs() == []


class TestNeeds:
    def test_held_for_each_reason(self, office: Office) -> None:
        office.add("2026-W32", SLOT - 2 * WEEK, "held", reason="nobody has approved it")
        office.add("2026-W33", SLOT - WEEK, "held", reason="1 of at least 3 articles")
        office.send("2026-W34", SLOT, "unknown", left="nobody knows")

        assert office.needs() == [
            (
                "weekly/2026-W32: held: nobody has approved it",
                f"{LOOK} 2026-W32, then digest approve {W32}, or digest cancel {W32}",
            ),
            (
                "weekly/2026-W33: held: 1 of at least 3 articles",
                f"{LOOK} 2026-W33, then digest approve {W33}, or digest cancel {W33}",
            ),
            (
                "weekly/2026-W34: held: nobody knows",
                "digest resolve weekly/2026-W34 looks for proof of 1 batch with 10 readers",
            ),
        ]

    def test_missing_approval_with_its_deadline(self, office: Office) -> None:
        office.edit("editors", '["editor@harbour-courier.example"]')
        office.edit("approval", '"required"')
        office.add("2026-W35", SLOT + WEEK, "draft")

        ((said, remedy),) = office.needs()
        assert "nobody has approved it; it is held if nobody does by Mon 24 Aug 09:00" in said
        assert "digest approve weekly/2026-W35" in remedy

    def test_interrupted_when_nobody_goes_on(self, office: Office) -> None:
        office.send("2026-W34", SLOT, "planned")

        said = office.needs()
        with watching(office.store):
            touch(office.store, NOW)
            watched = office.needs()

        assert said == [
            (
                "weekly/2026-W34: interrupted, and nobody sends what is left",
                "digest resume weekly/2026-W34",
            )
        ]
        assert watched == []

    def test_being_sent_needs_nobody(self, office: Office) -> None:
        office.send("2026-W34", SLOT, "sending")
        issue: IssueRow = office.write(lambda database: Ledger(database).open_issues()[0])

        with drive(office.store, issue.id, issue.name):
            status = office.status()

        assert status.needs == ()
        assert status.last[0].stage.value == "sending"
        assert status.watch.is_busy

    def test_doubt_about_a_cancelled_issue(self, office: Office) -> None:
        office.send("2026-W34", SLOT, "unknown")
        office.write(
            lambda database: Ledger(database).move(
                Ledger(database).open_issues()[0], IssueState.CANCELLED, at=ms(NOW)
            )
        )

        assert office.needs() == [
            (
                "weekly/2026-W34: nobody knows what became of 1 batch with 10 readers",
                "digest resolve weekly/2026-W34",
            )
        ]

    def test_slot_that_nobody_looked_at(self, office: Office) -> None:
        touch(office.store, SLOT - timedelta(hours=1))

        assert office.needs() == [
            (
                "weekly/2026-W34: was due Mon 17 Aug 09:00, and nobody has looked",
                "digest schedule, or digest schedule --once from cron",
            )
        ]

    def test_cron_that_looks_is_enough(self, office: Office) -> None:
        touch(office.store, NOW - timedelta(minutes=5))

        assert office.needs() == []

    def test_cron_that_has_stopped(self, office: Office) -> None:
        office.send("2026-W34", SLOT)
        touch(office.store, NOW)

        ((need, _),) = office.needs(NOW + timedelta(days=3))
        assert need.startswith("digest schedule: nobody has looked for 3 days")

    def test_service_that_hangs(self, office: Office) -> None:
        touch(office.store, NOW - timedelta(hours=2))

        with watching(office.store):
            ((need, _),) = office.needs()

        assert need.startswith("digest schedule: runs, and has done nothing for 2 hours")

    def test_where_nobody_ever_looked_nobody_is_missed(self, office: Office) -> None:
        assert office.needs() == []

    def test_clock_that_jumped_back(self, office: Office) -> None:
        office.send("2026-W34", SLOT)

        ((need, _), *_) = office.needs(NOW - timedelta(days=2))
        assert need.startswith("the clock of this computer: is 47 hours behind the store")

    def test_notices_that_reached_nobody(self, office: Office) -> None:
        def act(database: Database) -> None:
            new = NewNotice("missed weekly/2026-W33", "missed", None, "missed: W33", "It was.")
            add_notice(database, new, ["operators ana@example.org"], ms(NOW))
            (row,) = due_notices(database, ms(NOW))
            set_given_up(database, row, ms(NOW), "550 no such mailbox")

        office.write(act)

        ((need, _),) = office.needs()
        assert need.startswith("notices: 1 notice did not reach operators: 550 no such mailbox")
        assert "ana@" not in need

    def test_store_that_cannot_be_opened(self, office: Office) -> None:
        Path(office.store).write_bytes(b"no database at all, only words" * 100)

        status = office.status()

        assert "is not a store of digest" in status.needs[0].what
        assert status.ahead[0].name == "weekly/2026-W35"


class TestLast:
    def test_states_and_counts(self, office: Office) -> None:
        office.send("2026-W34", SLOT, "unknown", left="nobody knows")
        office.send("2026-W33", SLOT - WEEK)

        assert [
            (one.issue.name, one.stage.value, one.accepted, one.recipients)
            for one in office.status().last
        ] == [("weekly/2026-W34", "held", 20, 30), ("weekly/2026-W33", "sent", 30, 30)]

    def test_late(self, office: Office) -> None:
        def act(database: Database) -> None:
            issue = claim(database, slot="2026-W34", slot_at=ms(SLOT))
            freeze_recipients(database, issue.id, issue.audience, 10, ms(NOW))

        office.write(act)

        assert office.status().last[0].late == timedelta(hours=1)


class TestCommand:
    def test_code_says_whether_anybody_is_needed(self, office: Office) -> None:
        well = digest(office.site, "status")
        office.add("2026-W20", SLOT, "held", reason="nobody has approved it")
        ill = digest(office.site, "status", "--json")

        assert (well.code, ill.code) == (0, 8)
        assert "nothing needs you" in well.out
        assert ill.json["needs"][0]["where"] == "weekly/2026-W20"

    def test_site_without_a_store(self, sample: Path) -> None:
        done = digest(sample, "status")

        assert done.code == 0
        assert "digest.db is not there yet" in done.out
        assert not (sample / "digest.db").exists()

    def test_healthy(self, office: Office) -> None:
        alone = digest(office.site, "status", "--healthy")
        with watching(office.store):
            watched = digest(office.site, "status", "--healthy")
        Path(office.store).unlink()
        gone = digest(office.site, "status", "--healthy")

        assert (alone.code, "no digest schedule runs" in alone.err) == (1, True)
        assert (watched.code, watched.out, watched.err) == (0, "", "")
        assert (gone.code, "there is no store yet" in gone.err) == (1, True)

    def test_nothing_of_the_terminal_is_in_a_pipe(self, office: Office) -> None:
        office.add("2026-W20", SLOT, "held", reason="\x1b[31mred")

        assert "\x1b" not in digest(office.site, "status").out
