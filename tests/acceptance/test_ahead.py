"""Handed over ahead of its time and called back, against the strict fake: all of it or nothing."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from command import Done, digest
from crash.stores import (
    SLOT,
    child_environment,
    make_config,
    make_environment,
    make_planned,
    make_store,
)
from digest.config.environment import Environment
from digest.config.load import load_config
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.errors import ConfigError, HeldError, NotReadyError, StoreError, UnfinishedError
from digest.record import replace
from digest.runs import drive as drive_module
from digest.runs.ahead import check_hand_over, settle_departed
from digest.runs.cancel import Cancelled, Recall, cancel_issue
from digest.runs.claim import Planned
from digest.runs.clock import read_now
from digest.runs.drive import Driven
from digest.runs.events import import_events
from digest.runs.issues import list_issues, mail_to, show_issue
from digest.runs.send import send
from digest.store.ahead import CALLED_BACK, LEFT_ALL_THE_SAME
from digest.store.database import open_store
from digest.store.ledger import IssueRow, Ledger
from digest.store.recollection import recollect
from fake_sendgrid import FakeSendGrid, Fate
from fake_sendgrid.sample import ask
from sending import keys, make_sending

NAME = f"weekly/{SLOT}"
STOPPED = "/v3/user/scheduled_sends"
READERS = 9


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as running:
        yield running


class Publisher:
    """A store with nine readers in three batches, and a key."""

    def __init__(self, folder: Path, fake: FakeSendGrid) -> None:
        self.fake = fake
        self.store = make_store(folder / "digest.db", READERS)
        self.config: Config = make_config(self.store, batch=3, in_flight=1)
        self.environment: Environment = make_environment(fake.url)

    def issue(self) -> IssueRow:
        with closing(open_store(str(self.store))) as database:
            found = Ledger(database).of_slot(Realm.REAL, "weekly", SLOT)
        assert found
        return found

    def plan(self, minutes: float | None = 30, **changes: object) -> Planned:
        with closing(open_store(str(self.store))) as database:
            issue = Ledger(database).of_slot(Realm.REAL, "weekly", SLOT)
        planned = make_planned(SLOT, issue)
        moment = None if minutes is None else read_now() + timedelta(minutes=minutes)
        return replace(planned, leaves_at=moment, **changes)

    def send(self, minutes: float | None = 30, **changes: object) -> Driven:
        return send(self.config, self.environment, self.plan(minutes, **changes), read_now())

    def cancel(self) -> Cancelled:
        return cancel_issue(self.config, self.environment, NAME, pause=lambda _: time.sleep(0.005))

    def told(self) -> set[str]:
        """Return which stories count as told to readers of the weekly."""
        with closing(open_store(str(self.store))) as database:
            return set(recollect(database, "weekly", ["weekly"], but=0).sent)

    def read_event(self, folder: Path, kind: str, request: int) -> None:
        """Import an event of a mail of the n-th accepted request."""
        attempt = self.fake.ledger[request].as_json()["attempt"]
        event = {"event": kind, "email": "x@y.example", "digest_attempt": attempt}
        file = folder / "events.json"
        file.write_text(json.dumps([event]))
        import_events(self.config, self.environment, [str(file)], read_now())

    def fates(self) -> set[Fate]:
        return {mail.fate for mail in self.fake.mails()}


@pytest.fixture
def publisher(tmp_path: Path, fake: FakeSendGrid) -> Publisher:
    return Publisher(tmp_path, fake)


#: Another process hands the issue over.
_SENDS = """
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from crash.stores import make_config, make_environment, make_planned
from digest.runs.clock import read_now
from digest.runs.send import send
config = make_config(Path(sys.argv[1]), batch=3, in_flight=1)
planned = replace(make_planned(), leaves_at=read_now() + timedelta(minutes=30))
send(config, make_environment(sys.argv[2]), planned, read_now())
"""
#: Another process sends the issue, and goes on for ever.
_HANGS = """
import sys, time
from digest.store.driver import drive
with drive(sys.argv[1], int(sys.argv[2]), "x"):
    print("there", flush=True)
    time.sleep(60)
"""


@contextmanager
def running(code: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process beside the test; end it afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=child_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def at(monkeypatch: pytest.MonkeyPatch, moment: Callable[[], datetime]) -> None:
    monkeypatch.setattr(drive_module, "read_now", moment)


class TestHandedOver:
    """SendGrid keeps it until its moment, and until then it is not sent."""

    def test_nothing_leaves_before_its_moment(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        done = publisher.send(minutes=30)

        assert done.issue.state is IssueState.SENDING
        assert done.standing.batches == {BatchState.ACCEPTED: 3}
        assert publisher.fates() == {Fate.SCHEDULED}
        assert len({entry.batch_id for entry in fake.ledger}) == 1
        assert fake.ledger[0].batch_id == done.issue.provider_batch
        assert {entry.send_at for entry in fake.ledger} == {-(-done.issue.leaves_at // 1000)}  # type: ignore[operator]
        fake.forward(minutes=31)
        assert publisher.fates() == {Fate.SENT}
        assert sorted(fake.copies().values()) == [1] * READERS

    def test_at_its_moment_it_is_sent(
        self, publisher: Publisher, fake: FakeSendGrid, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publisher.send(minutes=30)
        before = publisher.send(minutes=30).issue.state
        at(monkeypatch, lambda: read_now() + timedelta(minutes=30))

        after = publisher.send(minutes=30).issue.state

        assert (before, after) == (IssueState.SENDING, IssueState.SENT)
        assert fake.mail_sends == 3

    def test_at_its_moment_it_is_sent_without_asking_anybody(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)
        asked = len(fake.requests)

        early = settle_departed(publisher.config, read_now())
        settled = settle_departed(publisher.config, read_now() + timedelta(minutes=30))

        assert list(early) == []
        assert [issue.state for issue in settled] == [IssueState.SENT]
        assert len(fake.requests) == asked

    def test_it_is_neither_interrupted_nor_sent(self, publisher: Publisher) -> None:
        publisher.send()

        account = show_issue(publisher.config, NAME)

        assert (account.issue.state, account.is_interrupted) == (IssueState.SENDING, False)
        assert not list_issues(publisher.config)[0].is_interrupted

    def test_cleared_up_before_its_moment_it_is_not_sent_yet(
        self, publisher: Publisher, fake: FakeSendGrid, tmp_path: Path
    ) -> None:
        fake.fault("F5", at=[2])
        held = publisher.send(minutes=30).issue.state

        publisher.read_event(tmp_path, "processed", 1)

        states = [held, publisher.issue().state]
        settle_departed(publisher.config, read_now() + timedelta(minutes=30))
        states.append(publisher.issue().state)
        assert states == [IssueState.HELD, IssueState.SENDING, IssueState.SENT]

    def test_another_moment_later_changes_nothing(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        """What stands in the ledger goes on: all of it leaves together."""
        fake.fault("F3c", at=[2])
        publisher.send(minutes=30)

        publisher.send(minutes=90)
        publisher.send(minutes=None)

        assert len({(entry.batch_id, entry.send_at) for entry in fake.ledger}) == 1
        assert sorted(fake.copies().values()) == [1] * READERS

    def test_what_was_begun_at_once_goes_on_at_once(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        fake.fault("F3c", at=[2])
        publisher.send(minutes=None)

        done = publisher.send(minutes=30)

        assert done.issue.state is IssueState.SENT
        assert (done.issue.leaves_at, done.issue.provider_batch) == (None, "")
        assert publisher.fates() == {Fate.SENT}

    def test_a_moment_that_has_passed_is_now(self, publisher: Publisher) -> None:
        done = publisher.send(minutes=-1)

        assert done.issue.state is IssueState.SENT
        assert publisher.fates() == {Fate.SENT}

    def test_the_rest_of_one_whose_moment_has_passed_leaves_at_once(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        fake.fault("F3c", at=[2])
        publisher.send(minutes=0.02)
        time.sleep(1.3)

        done = publisher.send(minutes=None)

        assert done.issue.state is IssueState.SENT
        assert len({(entry.batch_id, entry.send_at) for entry in fake.ledger}) == 1
        fake.forward(minutes=1)
        assert sorted(fake.copies().values()) == [1] * READERS

    def test_too_far_ahead_nothing_leaves(self, publisher: Publisher, fake: FakeSendGrid) -> None:
        with pytest.raises(NotReadyError, match="SendGrid keeps mail for 72 hours at most"):
            publisher.send(minutes=72 * 60 + 5)

        assert fake.mail_sends == 0

    def test_without_a_name_nothing_leaves(self, publisher: Publisher, fake: FakeSendGrid) -> None:
        fake.settings.scopes -= {"mail.batch.create"}

        with pytest.raises(NotReadyError, match=r"mail\.batch\.create"):
            publisher.send()

        assert (fake.mail_sends, publisher.issue().leaves_at) == (0, None)

    def test_a_courier_that_keeps_nothing_is_refused(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)

        with pytest.raises(NotReadyError, match="smtp would let it leave at once"):
            publisher.send(minutes=None, courier=CourierName.SMTP)

    def test_who_decided_otherwise_is_turned_away(self, publisher: Publisher) -> None:
        """Between the look at an issue and the lock another command may write its moment down."""
        publisher.send(minutes=30)
        issue = publisher.issue()
        how = drive_module.Drive(
            courier=None,  # type: ignore[arg-type]  # never reached
            in_flight=1,
            per_second=0,
            most=3,
        )

        with (
            closing(open_store(str(publisher.store))) as database,
            pytest.raises(StoreError, match="another command has decided meanwhile"),
        ):
            drive_module.drive(database, issue, how)

    def test_smtp_cannot_be_configured_for_it(self, publisher: Publisher) -> None:
        config, delivery = publisher.config, publisher.config.delivery
        weekly = replace(config.newsletters["weekly"], hand_over="30 minutes")
        asking = replace(config, newsletters={**config.newsletters, "weekly": weekly})
        smtp = replace(asking, delivery=replace(delivery, courier=CourierName.SMTP))

        check_hand_over(asking)
        check_hand_over(replace(config, delivery=smtp.delivery))
        with pytest.raises(ConfigError, match="needs SendGrid, and the courier is smtp"):
            check_hand_over(smtp)


class TestCalledBack:
    """Proven in time, nobody has it; anything less counts as left."""

    def test_in_time_no_reader_gets_it(self, publisher: Publisher, fake: FakeSendGrid) -> None:
        publisher.send(minutes=30)

        done = publisher.cancel()

        assert done.recall is Recall.CERTAIN
        issue = done.account.issue
        assert (issue.state, issue.reason) == (IssueState.CANCELLED, CALLED_BACK)
        assert issue.called_back_at is not None
        assert publisher.told() == set()
        fake.forward(minutes=31)
        assert publisher.fates() == {Fate.DISCARDED}

    def test_a_reader_is_told_that_it_was_called_back(self, publisher: Publisher) -> None:
        publisher.send(minutes=30)
        publisher.cancel()

        _, mail = mail_to(publisher.config, "reader1@mail.example")

        assert [row.fate for row in mail] == ["called back before it left"]

    def test_what_was_in_doubt_is_called_back_with_it(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        fake.fault("F5", at=[2])
        publisher.send(minutes=30)

        assert publisher.cancel().recall is Recall.CERTAIN
        assert publisher.fates() == {Fate.DISCARDED}
        assert publisher.told() == set()

    def test_again_it_is_confirmed(self, publisher: Publisher) -> None:
        publisher.send(minutes=30)
        first, second = publisher.cancel(), publisher.cancel()

        assert (first.recall, second.recall) == (Recall.CERTAIN, Recall.CERTAIN)
        assert second.account.issue.called_back_at is not None

    def test_a_slot_built_anew_reaches_each_reader_once(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)
        publisher.cancel()
        anew = replace(make_planned(), leaves_at=read_now() + timedelta(minutes=30))

        send(publisher.config, publisher.environment, anew, read_now())

        fake.forward(minutes=31)
        assert len({entry.batch_id for entry in fake.ledger}) == 2
        assert sorted(fake.copies().values()) == [1] * READERS
        assert publisher.told() == {"posts/a"}

    def test_delivered_all_the_same_it_counts_as_left(
        self, publisher: Publisher, fake: FakeSendGrid, tmp_path: Path
    ) -> None:
        """What SendGrid does is believed more than what it said."""
        publisher.send(minutes=30)
        publisher.cancel()
        told = []

        for kind in ("processed", "delivered"):
            publisher.read_event(tmp_path, kind, 0)
            told.append(publisher.told())

        assert told == [set(), {"posts/a"}]
        assert publisher.issue().reason == LEFT_ALL_THE_SAME

    def test_too_late_it_counts_as_left(self, publisher: Publisher, fake: FakeSendGrid) -> None:
        publisher.send(minutes=9)

        done = publisher.cancel()

        assert done.recall is Recall.LATE
        assert done.account.issue.called_back_at is None
        assert publisher.told() == {"posts/a"}
        anew = send(publisher.config, publisher.environment, make_planned(), read_now())
        assert (anew.issue.state, fake.mail_sends) == (IssueState.CANCELLED, 3)
        fake.forward(minutes=10)
        assert publisher.fates() == {Fate.SENT}  # the fake's reading of "not guaranteed"

    def test_proven_too_late_it_counts_as_left(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        """What counts is when it is read back, not when it was asked for."""
        publisher.send(minutes=10.02)
        batch = publisher.issue().provider_batch
        fake.fault("F2", at=[1], path=f"{STOPPED}/{batch}")

        done = cancel_issue(
            publisher.config, publisher.environment, NAME, pause=lambda _: time.sleep(1.5)
        )

        assert done.recall is Recall.LATE
        assert publisher.issue().called_back_at is None

    def test_unreachable_it_counts_as_left_until_it_is_proven(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)
        fake.fault("F4a", path=STOPPED)

        with pytest.raises(UnfinishedError) as caught:
            publisher.cancel()

        assert "nothing more of it is handed over, but what SendGrid has may leave on" in str(
            caught.value
        )
        assert publisher.issue().state is IssueState.CANCELLED
        assert (publisher.issue().called_back_at, publisher.told()) == (None, {"posts/a"})
        fake.clear_faults()
        assert publisher.cancel().recall is Recall.CERTAIN
        assert publisher.told() == set()

    @pytest.mark.parametrize("kind", ["F5", "F6", "F8"])
    def test_a_lost_answer_is_read_back(
        self, publisher: Publisher, fake: FakeSendGrid, kind: str
    ) -> None:
        publisher.send(minutes=30)
        fake.fault(kind, at=[1], path=STOPPED)

        assert publisher.cancel().recall is Recall.CERTAIN

    def test_cancelled_by_hand_before_it_is_found_so(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)
        wish = {"batch_id": publisher.issue().provider_batch, "status": "cancel"}
        ask(fake, "POST", STOPPED, wish)

        assert publisher.cancel().recall is Recall.CERTAIN

    def test_without_room_it_says_what_to_do(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)
        for _ in range(10):
            other = ask(fake, "POST", "/v3/mail/batch").json["batch_id"]
            ask(fake, "POST", STOPPED, {"batch_id": other, "status": "cancel"})

        with pytest.raises(HeldError, match="SendGrid cancels no more"):
            publisher.cancel()

        assert publisher.told() == {"posts/a"}

    def test_without_a_key_nothing_more_is_handed_over(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        publisher.send(minutes=30)
        publisher.environment = Environment()

        with pytest.raises(NotReadyError, match="may leave on"):
            publisher.cancel()

        assert publisher.issue().state is IssueState.CANCELLED

    def test_of_which_nothing_was_handed_over_asks_nobody(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        """Room for cancellations is scarce."""
        fake.fault("F3b")
        publisher.send(minutes=30)
        with closing(sqlite3.connect(publisher.store)) as connection, connection:
            connection.execute("DELETE FROM attempt")

        assert publisher.cancel().recall is None
        assert ask(fake, "GET", STOPPED).json == []
        assert publisher.told() == set()

    def test_after_its_moment_it_is_sent(self, publisher: Publisher) -> None:
        publisher.send(minutes=0.02)
        time.sleep(1.3)

        with pytest.raises(HeldError, match="is sent already"):
            publisher.cancel()

        assert publisher.issue().state is IssueState.SENT

    def test_while_it_is_being_handed_over(self, publisher: Publisher, fake: FakeSendGrid) -> None:
        """The sender ends first: what it had on its way is caught, too."""
        fake.settings.latency = 0.2
        with running(_SENDS, str(publisher.store), fake.url):
            while not fake.ledger:
                time.sleep(0.01)

            done = publisher.cancel()

        assert done.recall is Recall.CERTAIN
        assert done.account.balance.standing.count(BatchState.PLANNED) >= 1
        assert publisher.fates() == {Fate.DISCARDED}

    def test_while_a_sender_hangs_it_is_cancelled_all_the_same(
        self, publisher: Publisher, fake: FakeSendGrid
    ) -> None:
        """And nothing is certain: what that sender sends when it wakes may not be caught."""
        publisher.send(minutes=12.01)
        issue = publisher.issue()
        with running(_HANGS, str(publisher.store), str(issue.id)) as hanging:
            assert hanging.stdout
            hanging.stdout.readline()

            done = publisher.cancel()

        assert done.recall is Recall.UNSURE
        assert publisher.issue().called_back_at is None
        assert publisher.fates() == {Fate.DISCARDED}


class TestCommands:
    """What a person sees."""

    @pytest.fixture
    def site(self, site: Path, fake: FakeSendGrid) -> Path:
        return make_sending(site, READERS, batch="3")

    def hand_over(self, site: Path, fake: FakeSendGrid, minutes: float) -> None:
        config = load_config(str(site / "config.toml"))
        config = replace(config, store=replace(config.store, path=str(site / "digest.db")))
        moment = read_now() + timedelta(minutes=minutes)
        planned = replace(make_planned(), leaves_at=moment)
        send(config, make_environment(fake.url), planned, read_now())

    def run(self, site: Path, fake: FakeSendGrid, *words: str) -> Done:
        return digest(site, *words, env=keys(fake))

    def test_cancelled_in_time(self, site: Path, fake: FakeSendGrid) -> None:
        self.hand_over(site, fake, 30.5)
        shown, listed = self.run(site, fake, "show", NAME), self.run(site, fake, "issues")

        done = self.run(site, fake, "cancel", NAME, "--yes")

        assert "state      handed over: leaves " in shown.out
        assert "handed over" in listed.out
        assert done.code == 0, done.err
        assert done.out.splitlines()[:3] == [
            f"{NAME} is cancelled",
            "SendGrid   has cancelled it 30 minutes before it was to leave: no reader gets it",
            f"anew       digest send weekly --slot {SLOT}",
        ]
        assert self.run(site, fake, "show", NAME, "--json").json["called_back"]

    def test_cancelled_too_late(self, site: Path, fake: FakeSendGrid) -> None:
        self.hand_over(site, fake, 5)

        done = self.run(site, fake, "cancel", NAME, "--yes")

        assert done.code == 8
        assert "and some readers may get it all the same" in done.out
        assert "less than ten minutes before it was to leave" in done.err

    def test_not_confirmed(self, site: Path, fake: FakeSendGrid) -> None:
        self.hand_over(site, fake, 30)
        fake.settings.scopes -= {"user.scheduled_sends.create"}

        done = self.run(site, fake, "cancel", NAME, "--yes")

        assert done.code == 10
        assert "user.scheduled_sends.create" in done.err
        assert f"digest cancel {NAME}" in done.err
