"""An older copy of the store is put back: nothing it has forgotten goes out a second time."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from command import Done, digest
from digest.delivery.states import IssueState
from digest.errors import HeldError
from digest.store.ledger import LOST_AND_CANCELLED
from digest.store.restored import REASON
from doubts import Publisher, publishing
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, write_story

ISSUE = "weekly/2026-W34"


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    with publishing(tmp_path) as found:
        yield found


def backup(site: Path) -> Path:
    """Copy the store as a person does."""
    assert digest(site, "store", "backup", "copy.db").code == 0
    return site / "copy.db"


def put_back(site: Path, copy: Path) -> None:
    """Put the copy in the place of the store."""
    for ending in ("-wal", "-shm"):
        (site / f"digest.db{ending}").unlink(missing_ok=True)
    (site / "digest.db").write_bytes(copy.read_bytes())


def test_plan_says_beforehand_that_it_will_be_held(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 3)
    copy = backup(site)
    words = ("--slot", "2026-W34", "--dry-run")
    held = "warning    it will be held: the store seems to be an older copy"
    assert held not in send(site, fake, *words).out
    send(site, fake, "--slot", "2026-W34")
    put_back(site, copy)

    planned = send(site, fake, *words)
    refused = send(site, fake, "--slot", "2026-W34")

    assert (planned.code, held in planned.out) == (0, True)
    assert refused.code == 8
    assert set(fake.copies().values()) == {1}


class TestBreaking:
    def test_no_story_goes_out_again(self, site: Path, fake: FakeSendGrid) -> None:
        """Not the first one that is named, and none after it."""
        make_sending(site, 3, per_day="9")
        for name in ("flood", "fire", "frost"):
            write_story(site, name, "2026-08-14")
        copy = backup(site)
        first = [self.tell(site, fake, name).code for name in ("flood", "fire")]
        put_back(site, copy)

        again = [self.tell(site, fake, name) for name in ("flood", "fire", "frost", "fire")]

        assert first == [0, 0]
        assert [done.code for done in again] == [8, 8, 8, 8]
        assert all("--accept-restore" in done.err for done in again)
        assert fake.mail_sends == 2

    def test_a_story_that_is_newer_goes(self, site: Path, fake: FakeSendGrid) -> None:
        """It cannot have gone out before: what is dated later than now is never sent."""
        make_sending(site, 3, per_day="9")
        write_story(site, "flood", "2026-08-14")
        copy = backup(site)
        self.tell(site, fake, "flood")
        put_back(site, copy)
        self.tell(site, fake, "flood")
        time.sleep(1.1)  # dates have whole seconds
        write_story(site, "flood-two", "2026-08-14")
        write_story(site, "fire", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")

        done = self.tell(site, fake, "fire")
        write_story(site, "frost", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        with_an_old_one = self.tell(site, fake, "frost", "flood-two")

        assert done.code == 0, done.err
        assert with_an_old_one.code == 8, with_an_old_one.err
        assert fake.mail_sends == 2

    def tell(self, site: Path, fake: FakeSendGrid, *names: str) -> Done:
        return digest(site, "breaking", *names, "--yes", env=keys(fake))


class TestNewsletter:
    def test_what_a_forgotten_issue_told_is_not_late(self, site: Path, fake: FakeSendGrid) -> None:
        """It was never considered, as far as this store knows."""
        make_sending(site, 3)
        story = write_story(site, "lantern", "2026-08-14")
        story.write_text(story.read_text().replace("title:", "digest: {pin: 1}\ntitle:", 1))
        assert send(site, fake, "--slot", "2026-W33").code == 0
        copy = backup(site)
        assert send(site, fake, "--slot", "2026-W34").code == 0
        put_back(site, copy)
        assert fate(site)["reason"] == "in"  # nobody has noticed yet
        assert send(site, fake, "--slot", "2026-W34").code == 8

        digest(site, "cancel", ISSUE, "--yes")

        assert fate(site)["reason"] == "already sent"


def fate(site: Path) -> Any:
    """Return what `why` says of the story in the issue after the forgotten one."""
    done = digest(site, "why", "lantern", "--slot", "2026-W35", "--json")
    return {"reason": "in"} | done.json


class TestResolve:
    def test_says_that_the_store_has_forgotten(self, publisher: Publisher) -> None:
        self.held(publisher, is_sent=False)

        done = publisher.run("resolve", ISSUE)

        assert done.code == 8
        assert "nothing of" not in done.out
        assert done.out == (
            "the store was put back from an older copy: what was sent since is not in it\n"
            "no mail of it was found in SendGrid's log, which proves nothing\n"
        )
        assert done.err == (
            f"{ISSUE}: nobody can know from this store whether readers have it\n"
            "  Ask a reader, or look in your provider's log. If they have it: "
            f"digest cancel {ISSUE}. If not: digest resume {ISSUE} --accept-restore\n"
        )

    def test_mails_of_a_token_it_does_not_know_are_proof(self, publisher: Publisher) -> None:
        self.held(publisher, is_sent=True)

        done = publisher.run("resolve", ISSUE)
        entries = publisher.run("resolve", ISSUE, "--json")

        assert done.code == 8
        assert "proof      reader 1 has it: SendGrid's log, mail " in done.out
        assert done.err == (
            f"{ISSUE}: readers have it: it was sent, and this store has forgotten that\n"
            f"  Let nothing more of it leave: digest cancel {ISSUE}\n"
        )
        assert entries.code == 8
        assert [each["reader"] for each in entries.json["forgotten"]["mails"]] == [1, 12, 6]
        assert publisher.state() == "held"

    def test_a_mail_of_another_issue_is_no_proof(self, publisher: Publisher) -> None:
        copy = backup(publisher.folder)
        publisher.send("2026-W33")
        put_back(publisher.folder, copy)
        self.claim_held(publisher)

        done = publisher.run("resolve", ISSUE, "--json")

        assert done.code == 8
        assert done.json["forgotten"]["mails"] == []

    def test_a_test_of_it_is_no_proof(self, publisher: Publisher) -> None:
        copy = backup(publisher.folder)
        publisher.send("2026-W33")
        with publisher.store() as database, database.transaction() as connection:
            connection.execute("UPDATE issue SET slot = 'x'")
        publisher.send(subject="[test 1] The week at the harbour")
        put_back(publisher.folder, copy)
        self.claim_held(publisher)

        done = publisher.run("resolve", ISSUE, "--json")

        assert done.json["forgotten"]["mails"] == []

    def test_breaking_news_is_known_by_its_subject(self, publisher: Publisher) -> None:
        """Its name is the number of the day: another story may have had it."""
        copy = backup(publisher.folder)
        publisher.send("2026-11-26-1", newsletter="breaking", subject="Flood")
        publisher.send("2026-11-26-2", newsletter="breaking", subject="Fire")
        put_back(publisher.folder, copy)
        for slot, subject in (("2026-11-26-1", "Fire"), ("2026-11-26-2", "Frost")):
            with pytest.raises(HeldError):
                publisher.send(
                    slot,
                    newsletter="breaking",
                    subject=subject,
                    state=IssueState.HELD,
                    reason=REASON,
                )

        fire = publisher.run("resolve", "breaking/2026-11-26-1", "--json")
        frost = publisher.run("resolve", "breaking/2026-11-26-2", "--json")

        assert len(fire.json["forgotten"]["mails"]) == 3
        assert frost.json["forgotten"]["mails"] == []

    def test_what_was_begun_in_the_copy_is_looked_for_among_those_left(
        self, publisher: Publisher
    ) -> None:
        publisher.fake.fault("F3a", at=[2, 3])
        issue = publisher.send()
        copy = backup(publisher.folder)
        publisher.resume(issue)
        assert set(publisher.batches().values()) == {"accepted"}
        put_back(publisher.folder, copy)
        assert publisher.run("resume", ISSUE).code == 8  # finds it out

        done = publisher.run("resolve", ISSUE, "--json")

        assert [each["reader"] for each in done.json["forgotten"]["mails"]] == [5, 12, 8]
        assert done.json["reason"] == REASON
        assert set(publisher.fake.copies().values()) == {1}

    def test_cancelling_says_why(self, publisher: Publisher) -> None:
        self.held(publisher, is_sent=True)

        assert publisher.run("cancel", ISSUE, "--yes").code == 0
        assert publisher.rows("SELECT state, reason FROM issue") == [
            ("cancelled", LOST_AND_CANCELLED)
        ]

    def test_what_keeps_no_log_is_said(self, publisher: Publisher) -> None:
        self.held(publisher, is_sent=True)
        with publisher.store() as database, database.transaction() as connection:
            connection.execute("UPDATE issue SET courier = 'smtp'")

        done = publisher.run("resolve", ISSUE)

        assert done.code == 8
        assert "the courier smtp keeps no log that can be read back" in done.out
        assert "nobody can know from this store" in done.err

    def test_without_a_key_it_says_what_to_do_all_the_same(self, publisher: Publisher) -> None:
        self.held(publisher, is_sent=True)

        done = publisher.run("resolve", ISSUE, env={"SENDGRID_API_KEY": ""})

        assert done.code == 8
        assert "SENDGRID_API_KEY" in done.out
        assert "nobody can know from this store" in done.err

    def held(self, publisher: Publisher, *, is_sent: bool) -> None:
        copy = backup(publisher.folder)
        if is_sent:
            publisher.send()
        put_back(publisher.folder, copy)
        self.claim_held(publisher)

    def claim_held(self, publisher: Publisher) -> None:
        with pytest.raises(HeldError):
            publisher.send(state=IssueState.HELD, reason=REASON)
