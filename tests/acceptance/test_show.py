"""`digest issues`, `show`, `who`, `cancel`: what the ledger says, and to whom it matters."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from command import digest, environment
from digest.config.load import load_config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.runs.issues import UnknownNewsletter, forgotten_newsletters
from doubts import LOST, REFUSED, TAKEN, Publisher, publishing
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, shown
from serving import address

ISSUE = "weekly/2026-W34"


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    with publishing(tmp_path) as found:
        yield found


@pytest.fixture
def killed(site: Path, fake: FakeSendGrid) -> Path:
    """A site whose sender was killed while batches were on their way."""
    make_sending(site, 40, batch="4", in_flight="1")
    fake.settings.latency = 0.3
    with sender_of(site, fake, 3) as sender:
        sender.kill()
    return site


@contextmanager
def sender_of(site: Path, fake: FakeSendGrid, posts: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a sender; give it when it has handed over so many batches."""
    words = [sys.executable, "-m", "digest", "send", "weekly", "--yes", "--week", "2026-W33"]
    env = environment() | keys(fake)
    with subprocess.Popen(words, cwd=site, env=env, stdout=subprocess.DEVNULL) as sender:
        try:
            while fake.mail_sends < posts:
                assert sender.poll() is None
                time.sleep(0.01)
            yield sender
        finally:
            sender.kill()


def state_line(out: str) -> str:
    """Return what `show` says of the state."""
    (line,) = [line for line in out.splitlines() if line.startswith("state ")]
    return line.removeprefix("state").strip()


class TestInterrupted:
    def test_is_said_by_issues_and_show_and_ends_the_watch(self, killed: Path) -> None:
        listed = digest(killed, "issues", env={"COLUMNS": "200"})
        watched = digest(killed, "show", ISSUE, "--watch")

        assert state_line(watched.out) == f"interrupted: digest resume {ISSUE}"
        assert "interrupted" in listed.out
        assert f"digest resume {ISSUE}" in listed.out
        assert "sending  " not in watched.out.splitlines()[0]
        assert shown(killed, ISSUE)["interrupted"] is True

    def test_is_not_said_while_somebody_sends(self, site: Path, fake: FakeSendGrid) -> None:
        make_sending(site, 40, batch="4", in_flight="1")
        fake.settings.latency = 0.5
        with sender_of(site, fake, 2) as sender:
            said = digest(site, "show", ISSUE)
            watch = digest(site, "show", ISSUE, "--watch")
            assert sender.wait(30) == 0

        assert state_line(said.out) == "sending"
        assert f"{ISSUE} sending  " in watch.out
        assert state_line(watch.out) == "sent"

    def test_sender_that_is_only_stopped_still_sends(self, site: Path, fake: FakeSendGrid) -> None:
        make_sending(site, 40, batch="4", in_flight="1")
        fake.settings.latency = 0.3
        with sender_of(site, fake, 2) as sender:
            sender.send_signal(signal.SIGSTOP)
            said = digest(site, "show", ISSUE)

        assert state_line(said.out) == "sending"


class TestCancelledThenKilled:
    def test_resolve_finds_what_was_on_its_way(self, killed: Path, fake: FakeSendGrid) -> None:
        digest(killed, "cancel", ISSUE, "--yes")
        before = digest(killed, "store", "check")

        done = digest(killed, "resolve", ISSUE, env=keys(fake))

        account = shown(killed, ISSUE)
        assert f"{ISSUE}: 1 batch with 4 readers was on its way" in before.out
        assert f"digest resolve {ISSUE}" in before.out
        assert done.code == 0, done.err
        assert "proven" in done.out
        assert (account["state"], account["readers"]["sending"]) == ("cancelled", 0)
        assert "on its way" not in digest(killed, "store", "check").out

    def test_events_find_it_too(self, killed: Path, fake: FakeSendGrid) -> None:
        digest(killed, "cancel", ISSUE, "--yes")
        file = killed / "events.json"
        file.write_bytes(b"".join(body + b"\n" for _, body in fake.events()))

        done = digest(killed, "events", "import", "events.json")

        assert done.code == 0, done.err
        assert "nobody knew before" in done.out
        assert f"issue      {ISSUE} is cancelled" in done.out
        assert shown(killed, ISSUE)["readers"]["sending"] == 0

    def test_store_check_leaves_out_what_is_being_sent(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        make_sending(site, 40, batch="4", in_flight="1")
        fake.settings.latency = 0.5
        with sender_of(site, fake, 2) as sender:
            done = digest(site, "store", "check")
            assert sender.wait(30) == 0

        assert (done.code, "on its way" in done.out) == (0, False)


class TestAttempts:
    def test_only_those_that_need_a_look_are_shown(self, publisher: Publisher) -> None:
        """Not one that was refused for now and came through, nor one that is proven."""
        fake = publisher.fake
        fake.fault("F2", at=[1])
        fake.fault(TAKEN, at=[3])
        fake.fault(REFUSED, at=[4])
        publisher.send()
        assert publisher.run("resolve", ISSUE).code == 0

        done = publisher.run("show", ISSUE)
        every = publisher.run("show", ISSUE, "--attempts")

        assert table_rows(done.out) == [["3", "refused"]]
        assert [outcome for _, outcome in table_rows(every.out)] == [
            "refused", "unknown", "accepted", "refused",
        ]  # fmt: skip
        assert len(publisher.run("show", ISSUE, "--json").json["attempts"]) == 4

    def test_says_when_it_does_not_show_all(self, tmp_path: Path) -> None:
        with publishing(tmp_path, 100) as publisher:
            publisher.fake.fault(REFUSED, at=range(1, 26))
            publisher.send()

            done = publisher.run("show", ISSUE)
            every = publisher.run("show", ISSUE, "--attempts")
            entries = publisher.run("show", ISSUE, "--json").json

        assert len(table_rows(done.out)) == 20
        assert f"20 of 25; all: digest show {ISSUE} --attempts\n" in done.out
        assert len(table_rows(every.out)) == 25
        assert " of 25;" not in every.out
        assert len(entries["attempts"]) == 25


def table_rows(out: str) -> list[list[str]]:
    """Return batch and outcome of the attempts shown."""
    lines = out.splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith("batch ")), len(lines))
    rows = [
        line.split()
        for line in lines[start + 1 :]
        if line[:1].isdigit() and " of " not in line[:9]
    ]
    return [
        [row[0], next(w for w in row if w in {"accepted", "refused", "unknown"})] for row in rows
    ]


class TestCancel:
    def test_of_what_was_only_rehearsed(self, site: Path) -> None:
        make_sending(site, 3, courier='"outbox"')
        assert digest(site, "send", "weekly", "--week", "2026-W33", "--yes").code == 0

        done = digest(site, "cancel", ISSUE, "--yes")

        assert done.code == 5
        assert done.err == (
            f"{ISSUE}: nothing of it is real: there is only a rehearsal of it\n"
            "  It uses up no slot, and nothing of it is remembered. See: digest issues\n"
        )

    def test_means_the_real_one(self, publisher: Publisher) -> None:
        publisher.send(realm=Realm.REHEARSAL, courier="outbox")
        publisher.fake.fault(LOST, at=[1])
        publisher.send()

        done = publisher.run("cancel", ISSUE, "--yes")

        assert done.code == 0, done.err
        assert publisher.rows("SELECT realm, state FROM issue") == [
            ("rehearsal", "sent"),
            ("real", "cancelled"),
        ]

    def test_of_what_is_sent(self, publisher: Publisher) -> None:
        publisher.send()

        done = publisher.run("cancel", ISSUE, "--yes")

        assert done.code == 8
        assert "is sent already" in done.err


class TestWho:
    def test_says_which_issues_were_not_for_a_reader(self, site: Path, fake: FakeSendGrid) -> None:
        make_sending(site, 3)
        digest(site, "subscribers", "unsubscribe", address(2), "--newsletter", "weekly")
        assert send(site, fake, "--week", "2026-W33").code == 0
        consent = ("--consent", "yes", "--status", "active")
        digest(site, "subscribers", "add", "new@example.org", *consent)

        left = digest(site, "who", address(2))
        there = digest(site, "who", address(1))
        new = digest(site, "who", "new@example.org")

        assert f"{ISSUE}  real   not among the recipients" in left.out
        assert "not among" not in there.out
        assert "was among the recipients of no issue" in new.out


class TestForgottenNewsletters:
    def test_are_those_of_the_store_that_config_does_not_name(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        make_sending(site, 3)
        digest(site, "subscribers", "unsubscribe", address(2), "--newsletter", "weekly")
        digest(site, "subscribers", "unsubscribe", address(3), "--newsletter", "breaking")
        send(site, fake, "--week", "2026-W33")
        assert forgotten_newsletters(load_config(str(site / "config.toml"))) == []
        config = site / "config.toml"
        config.write_text(config.read_text().replace("newsletters.weekly", "newsletters.letter"))

        found = forgotten_newsletters(load_config(str(config)))

        assert found == [UnknownNewsletter("weekly", issues=1, left=1)]


def test_of_a_test_counts_addresses(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 3)

    done = send(site, fake, "--week", "2026-W33", "--to", "me@example.org")

    assert "addresses " in done.out
    assert "subscribers" not in done.out


def test_of_a_slot_that_was_built_anew_the_new_issue_is_meant(publisher: Publisher) -> None:
    publisher.send(state=IssueState.CANCELLED, copy=-1)
    publisher.send()

    assert publisher.run("show", ISSUE, "--json").json["state"] == "sent"
