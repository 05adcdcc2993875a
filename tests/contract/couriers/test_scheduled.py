"""Names at SendGrid and calling back: nothing unproven passes for proven."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from contract.couriers.raw_server import Peer, Play, http, raw_server
from digest.delivery.couriers.scheduled import ScheduledSends
from digest.delivery.couriers.sendgrid_api import SendGridApi
from digest.delivery.couriers.transport import Timeouts
from digest.errors import DigestError, HeldError, NotReadyError, UnfinishedError
from fake_sendgrid import FakeSendGrid
from fake_sendgrid.sample import ask

NAMES = "/v3/mail/batch"
STOPPED = "/v3/user/scheduled_sends"
SHORT = Timeouts(connect=timedelta(seconds=0.5), read=timedelta(seconds=0.3))


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid(drip=0.001) as running:
        yield running


class Account:
    """The client under test, and the pauses it made."""

    def __init__(self, url: str, key: str = "SG.fake") -> None:
        self.pauses: list[float] = []
        self.api = SendGridApi(key, host=url, timeouts=SHORT)
        self.sends = ScheduledSends(self.api, pause=self.pauses.append)

    def close(self) -> None:
        self.api.close()


@pytest.fixture
def account(fake: FakeSendGrid) -> Iterator[Account]:
    with closing(Account(fake.url)) as made:
        yield made


def status(fake: FakeSendGrid, name: str) -> str:
    found = ask(fake, "GET", f"{STOPPED}/{name}").json
    return found[0]["status"] if found else ""


def saying(body: bytes) -> Play:
    """Agree to every POST, and answer every other request with a body."""

    def play(peer: Peer) -> None:
        while request := peer.request():
            peer.say(http(201 if request.startswith(b"POST") else 200, body))

    return play


def text(error: DigestError) -> str:
    return str(error)


class TestMakeBatch:
    """A name is one that SendGrid has made."""

    def test_each_is_another(self, fake: FakeSendGrid, account: Account) -> None:
        names = {account.sends.make_batch() for _ in range(3)}

        assert len(names) == 3
        assert all(ask(fake, "GET", f"{NAMES}/{name}").status == 200 for name in names)

    @pytest.mark.parametrize("kind", ["F2", "F4a", "F5", "F6", "F6b", "F8", "F9", "F10", "F14"])
    def test_what_was_not_heard_of_is_asked_for_again(
        self, fake: FakeSendGrid, account: Account, kind: str
    ) -> None:
        fake.fault(kind, at=[1, 2], path=NAMES)

        name = account.sends.make_batch()

        assert ask(fake, "GET", f"{NAMES}/{name}").status == 200
        assert account.pauses == [0.5, 1.0]

    def test_after_three_tries_it_says_so(self, fake: FakeSendGrid, account: Account) -> None:
        fake.fault("F4a", path=NAMES)

        with pytest.raises(DigestError, match="the answer is 500"):
            account.sends.make_batch()

    def test_a_key_that_may_not_is_told_what_it_lacks(
        self, fake: FakeSendGrid, account: Account
    ) -> None:
        fake.settings.scopes -= {"mail.batch.create"}

        with pytest.raises(NotReadyError) as caught:
            account.sends.make_batch()

        assert "SendGrid answered 403 to /v3/mail/batch" in text(caught.value)
        assert "mail.batch.create" in text(caught.value)
        assert account.pauses == []

    @pytest.mark.parametrize("body", [b"{}", b"[]", b'{"batch_id": 5}', b'{"batch_id": "a b"}'])
    def test_a_strange_name_is_none(self, body: bytes) -> None:
        with (
            raw_server(saying(body)) as server,
            closing(Account(server.url)) as account,
            pytest.raises(DigestError, match="SendGrid answered 201"),
        ):
            account.sends.make_batch()


class TestCancel:
    """It is cancelled when SendGrid lists it so, and only then."""

    def test_it_is_read_back(self, fake: FakeSendGrid, account: Account) -> None:
        name = account.sends.make_batch()

        assert account.sends.cancel(name)

        assert status(fake, name) == "cancel"

    def test_again_it_is_found_cancelled(self, account: Account) -> None:
        name = account.sends.make_batch()
        account.sends.cancel(name)

        assert not account.sends.cancel(name)

    def test_what_is_paused_is_cancelled(self, fake: FakeSendGrid, account: Account) -> None:
        name = account.sends.make_batch()
        ask(fake, "POST", STOPPED, {"batch_id": name, "status": "pause"})

        assert account.sends.cancel(name)

        assert status(fake, name) == "cancel"

    @pytest.mark.parametrize("kind", ["F2", "F4a", "F5", "F6", "F6b", "F7", "F8", "F9", "F13"])
    def test_a_lost_answer_is_asked_for_again(
        self, fake: FakeSendGrid, account: Account, kind: str
    ) -> None:
        name = account.sends.make_batch()
        fake.fault(kind, at=[1, 2], path=STOPPED)

        account.sends.cancel(name)

        assert status(fake, name) == "cancel"

    @pytest.mark.parametrize("kind", ["F2", "F4a", "F6", "F8", "F14"])
    def test_what_cannot_be_read_back_is_not_cancelled(
        self, fake: FakeSendGrid, account: Account, kind: str
    ) -> None:
        name = account.sends.make_batch()
        fake.fault(kind, path=f"{STOPPED}/{name}")

        with pytest.raises(UnfinishedError) as caught:
            account.sends.cancel(name)

        assert "whether SendGrid has cancelled it is not known" in text(caught.value)
        assert account.pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 0.0]

    @pytest.mark.parametrize(
        "body", [b"[]", b"{}", b"null", b'[{"batch_id": "other", "status": "cancel"}]']
    )
    def test_an_answer_that_lists_it_not_proves_nothing(self, body: bytes) -> None:
        """Even when SendGrid agreed to cancel."""
        with (
            raw_server(saying(body)) as server,
            closing(Account(server.url)) as account,
            pytest.raises(UnfinishedError, match="does not list it as cancelled"),
        ):
            account.sends.cancel("abc")

    def test_when_there_is_no_room_it_says_what_to_do(
        self, fake: FakeSendGrid, account: Account
    ) -> None:
        others = [account.sends.make_batch() for _ in range(10)]
        for other in others:
            account.sends.cancel(other)
        name = account.sends.make_batch()

        with pytest.raises(HeldError) as caught:
            account.sends.cancel(name)

        assert "SendGrid cancels no more: it holds 10 cancelled or paused batches" in text(
            caught.value
        )
        assert others[0] in text(caught.value)
        assert status(fake, name) == ""
        ask(fake, "DELETE", f"{STOPPED}/{others[0]}")
        assert account.sends.cancel(name)

    def test_a_name_of_another_account_is_not_cancelled(self, account: Account) -> None:
        with pytest.raises(HeldError, match="SendGrid does not know this batch id"):
            account.sends.cancel("of-another-account")

    @pytest.mark.parametrize("scope", ["create", "read"])
    def test_a_key_that_may_not_is_told_what_it_lacks(
        self, fake: FakeSendGrid, account: Account, scope: str
    ) -> None:
        name = account.sends.make_batch()
        fake.settings.scopes -= {f"user.scheduled_sends.{scope}"}

        with pytest.raises(NotReadyError, match=f"user.scheduled_sends.{scope}"):
            account.sends.cancel(name)

    def test_nobody_answers(self) -> None:
        with (
            closing(Account("http://127.0.0.1:9")) as account,
            pytest.raises(UnfinishedError, match="no connection to"),
        ):
            account.sends.cancel("abc")
