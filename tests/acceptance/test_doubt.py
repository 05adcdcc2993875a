"""What is not known, refused or interrupted: `digest send` run again, and by two at once."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command import digest, environment
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, shown

W33 = ("--week", "2026-W33")
NAME = "weekly/2026-W34"


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as server:
        yield server


def begin(sending: Path, fake: FakeSendGrid, requests: int) -> "subprocess.Popen[str]":
    """Start `digest send` and return when the fake has seen so many requests."""
    sender = subprocess.Popen(
        [sys.executable, "-m", "digest", "send", "weekly", "--yes", *W33],
        cwd=sending,
        env=environment() | keys(fake),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while fake.mail_sends < requests:
        assert sender.poll() is None
        time.sleep(0.01)
    return sender


@pytest.fixture
def sending(site: Path) -> Path:
    return make_sending(site)


class TestDoubt:
    @pytest.mark.parametrize("fault", ["F5", "F8", "F10"])
    def test_lost_answer_holds_the_issue_and_is_never_sent_again(
        self, sending: Path, fake: FakeSendGrid, fault: str
    ) -> None:
        fake.fault(fault, at=[1])

        done = send(sending, fake, *W33)
        again = send(sending, fake, *W33)
        resumed = digest(sending, "resume", NAME, env=keys(fake))

        assert (done.code, again.code, resumed.code) == (8, 8, 8)
        assert "what became of 1 batch with 30 readers is not known" in done.err
        assert max(fake.copies().values()) == 1
        assert shown(sending, NAME)["readers"]["unknown"] == 30

    def test_wrong_key_stops_and_resume_goes_on(self, sending: Path, fake: FakeSendGrid) -> None:
        done = send(sending, fake, *W33, env={"SENDGRID_API_KEY": "SG.wrong"})

        assert done.code == 9
        assert "SG.wrong" not in done.err + done.out
        assert f"Go on: digest resume {NAME}" in done.err

        asked = digest(sending, "resume", NAME, env=keys(fake))
        resumed = digest(sending, "resume", NAME, "--yes", env=keys(fake))

        assert (asked.code, "nobody can be asked" in asked.err) == (1, True)
        assert resumed.code == 0, resumed.err
        assert set(fake.copies().values()) == {1}

    def test_refused_for_now_is_tried_again(self, sending: Path, fake: FakeSendGrid) -> None:
        fake.fault("F2", at=[1])
        fake.fault("F2b", at=[2])

        done = send(sending, fake, *W33)

        assert done.code == 0, done.err
        account = shown(sending, NAME)
        outcomes = [one["outcome"] for one in account["attempts"]]
        assert outcomes == ["accepted", "refused", "refused"]
        assert fake.mail_sends == 3

    def test_next_slot_is_not_blocked(self, sending: Path, fake: FakeSendGrid) -> None:
        fake.fault("F5", at=[1])
        send(sending, fake, *W33)

        done = send(sending, fake, "--week", "2026-W34")

        assert done.code == 0, done.err

    def test_kill_in_the_middle_then_the_same_command(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        sending = make_sending(site, 200, batch="10", in_flight="1")
        fake.settings.latency = 0.05
        sender = begin(sending, fake, 5)
        sender.send_signal(signal.SIGKILL)
        sender.communicate()

        done = send(sending, fake, *W33)

        assert done.code in {0, 8}, done.err
        account = shown(sending, NAME)
        assert account["is_even"]
        assert max(fake.copies().values()) == 1
        assert account["readers"]["accepted"] + account["readers"]["unknown"] == 200
        assert account["readers"]["unknown"] <= 10

    def test_ctrl_c_stops_between_batches_and_says_how_to_go_on(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        sending = make_sending(site, 200, batch="10", in_flight="1")
        fake.settings.latency = 0.05
        sender = begin(sending, fake, 3)
        sender.send_signal(signal.SIGINT)
        _, said = sender.communicate(timeout=30)

        assert sender.returncode == 9
        assert "stopped as you wished" in said
        assert f"Nothing is lost. Go on: digest resume {NAME}" in said
        assert shown(sending, NAME)["readers"]["unknown"] == 0
        assert digest(sending, "resume", NAME, env=keys(fake)).code == 0
        assert sorted(set(fake.copies().values())) == [1]

    def test_second_sender_refuses(self, site: Path, fake: FakeSendGrid) -> None:
        sending = make_sending(site, 100, batch="10", in_flight="1")
        fake.settings.latency = 1.0
        sender = begin(sending, fake, 2)

        second = send(sending, fake, *W33)

        assert second.code == 7
        assert second.err == (
            f"{NAME}: another command is sending it now\n  Watch it: digest show {NAME}\n"
        )
        sender.communicate(timeout=60)
        assert sender.returncode == 0
        assert set(fake.copies().values()) == {1}

    def test_cancelled_by_another_command(self, site: Path, fake: FakeSendGrid) -> None:
        sending = make_sending(site, 200, batch="10", in_flight="1")
        fake.settings.latency = 0.2
        sender = begin(sending, fake, 2)

        cancelled = digest(sending, "cancel", NAME, "--yes")
        left = fake.mail_sends
        _, said = sender.communicate(timeout=30)

        assert cancelled.code == 0
        assert sender.returncode == 8
        assert "was cancelled while it was being sent" in said
        assert fake.mail_sends <= left + 1
        assert send(sending, fake, *W33).code == 8


class TestMistakes:
    def test_failed_test_never_points_at_the_real_issue(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        wrong = {"SENDGRID_API_KEY": "SG.wrong"}
        done = send(sending, fake, *W33, "--to", "me@example.org", env=wrong)

        assert done.code == 9
        assert "Make a new test: digest send weekly --to ADDRESS" in done.err
        assert "digest resume" not in done.err
        assert digest(sending, "resume", f"{NAME}#1", "--yes", env=keys(fake)).code == 10

    def test_without_a_key_nothing_is_frozen(self, sending: Path, fake: FakeSendGrid) -> None:
        missing = {"SENDGRID_API_KEY": ""}

        dry = send(sending, fake, *W33, "--dry-run", env=missing)
        done = send(sending, fake, *W33, env=missing)

        assert (dry.code, done.code) == (10, 10)
        assert "SENDGRID_API_KEY" in dry.err
        assert digest(sending, "issues", "--json").json == []

    def test_cancelled_slot_of_which_nothing_left_can_be_built_anew(
        self, sending: Path, fake: FakeSendGrid
    ) -> None:
        send(sending, fake, *W33, env={"SENDGRID_API_KEY": "SG.wrong"})
        digest(sending, "cancel", NAME, "--yes")

        done = send(sending, fake, "--slot", "2026-W34")

        assert done.code == 0, done.err
        assert set(fake.copies().values()) == {1}
        assert shown(sending, NAME)["state"] == "sent"

    def test_cancelled_slot_of_which_something_left_stays_cancelled(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        sending = make_sending(site, 30, batch="10")
        fake.fault("F5", at=[1])
        send(sending, fake, *W33)
        digest(sending, "cancel", NAME, "--yes")

        done = send(sending, fake, "--slot", "2026-W34")

        assert done.code == 8
        assert max(fake.copies().values()) == 1

    def test_wrong_courier_changes_no_state(self, sending: Path, fake: FakeSendGrid) -> None:
        fake.fault("F5", at=[1])
        send(sending, fake, *W33)

        slip = digest(sending, "resume", NAME, "--courier", "smpt", env=keys(fake))
        other = digest(sending, "resume", NAME, "--courier", "outbox", env=keys(fake))

        assert (slip.code, other.code) == (3, 10)
        assert shown(sending, NAME)["state"] == "held"

    def test_limits_warn_that_others_never_get_it(self, sending: Path, fake: FakeSendGrid) -> None:
        slip = send(sending, fake, *W33, "--limit-to", "category:nws", "--dry-run")
        known = send(sending, fake, *W33, "--limit-to", "language:de", "--dry-run")

        assert slip.code == 5
        assert "Did you mean 'news'?" in slip.err
        assert known.code in {0, 10}

    def test_mail_server_of_this_machine_needs_a_way_out_too(
        self, site: Path, fake: FakeSendGrid
    ) -> None:
        sending = make_sending(
            site, 3, unsubscribe='"endpoint"', subscribers__url='""', mailto='""'
        )

        done = send(sending, fake, *W33, "--courier", "smtp")

        assert done.code == 10
        assert "readers have no way to unsubscribe" in done.err
