"""Who is told what, when and how often: a real store, a real web server, a real outbox."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_server import HOOK, ChatServer, chat_server
from crash.stores import AT, make_config, make_store
from digest.config.environment import Environment
from digest.config.sending import CourierName, Security
from digest.config.settings import Config
from digest.delivery.notice import Notice
from digest.record import replace
from digest.runs.notice_portions import portions
from digest.runs.notices import Delivered, deliver_notices, tell
from digest.store.database import Database, open_store
from digest.store.notices import Undelivered, WaitingRow, due_notices, take, undelivered
from fake_sendgrid import FakeSendGrid
from smtp_server import mail_server

NOW = datetime.fromtimestamp(AT / 1000, UTC)
MINUTE = timedelta(minutes=1)
ANNA, BEN = "anna@press.example", "ben@press.example"


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, chat: ChatServer) -> Iterator["Place"]:
    path = make_store(tmp_path / "digest.db", 3)
    with closing(open_store(str(path))) as database:
        yield Place(tmp_path, database, chat)


class Place:
    """A publisher's machine."""

    def __init__(self, folder: Path, database: Database, chat: ChatServer) -> None:
        self.folder = folder
        self.database = database
        self.chat = chat
        self.environment = Environment(webhook_url=chat.hook)
        self.config = _config(folder)

    def set(self, **notices: Any) -> None:
        self.config = replace(self.config, notices=replace(self.config.notices, **notices))

    def by(self, courier: CourierName, port: int = 0) -> None:
        delivery = self.config.delivery
        smtp = replace(delivery.smtp, host="127.0.0.1", port=port, security=Security.NONE)
        self.config = replace(self.config, delivery=replace(delivery, courier=courier, smtp=smtp))

    def tell(
        self, key: str = "missed weekly/2026-W34", kind: str = "missed", **fields: Any
    ) -> bool:
        at = fields.pop("at", AT)
        values: dict[str, Any] = {"subject": key, "lines": ("It was late.",)}
        notice = Notice(key=key, kind=kind, **values | fields)
        return tell(self.database, self.config, self.environment, notice, at)

    def deliver(self, after: timedelta = timedelta()) -> Delivered:
        return deliver_notices(self.config, self.environment, NOW + after)

    def posted(self) -> list[str]:
        return [asked.json["text"].split("\n")[0] for asked in self.chat.asked]

    def mails(self) -> list[Any]:
        found = sorted(self.folder.rglob("*.eml"))
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in found
        ]

    def undelivered(self, after: timedelta = timedelta()) -> list[Undelivered]:
        return undelivered(self.database, int((NOW + after).timestamp() * 1000))


def _config(folder: Path) -> Config:
    config = make_config(folder / "digest.db")
    delivery = replace(
        config.delivery,
        courier=CourierName.OUTBOX,
        outbox=replace(config.delivery.outbox, path=str(folder / "out")),
    )
    return replace(config, delivery=delivery)


def test_a_notice_goes_to_chat_and_to_every_operator(place: Place) -> None:
    place.set(email=(ANNA, BEN))

    assert place.tell()
    assert place.deliver() == Delivered(messages=3)

    (asked,) = place.chat.asked
    assert (asked.method, asked.path, asked.content_type) == ("POST", HOOK, "application/json")
    assert "missed weekly/2026-W34" in asked.json["text"]
    assert sorted(mail["To"] for mail in place.mails()) == [ANNA, BEN]
    assert place.deliver() == Delivered()


def test_a_notice_is_told_once(place: Place) -> None:
    assert place.tell()
    assert not place.tell()
    place.deliver()
    assert not place.tell(subject="other words, same matter")
    place.deliver(MINUTE)

    assert len(place.chat.asked) == 1


def test_nobody_to_tell_is_no_fault_and_is_not_made_up_for_later(place: Place) -> None:
    place.environment = Environment()

    assert place.tell()
    assert place.deliver() == Delivered()
    place.environment = Environment(webhook_url=place.chat.hook)
    assert place.deliver(MINUTE) == Delivered()


def test_without_a_store_there_is_nothing_to_tell(tmp_path: Path) -> None:
    config = _config(tmp_path)

    assert deliver_notices(config, Environment(), NOW) == Delivered()
    assert not (tmp_path / "digest.db").exists()


def test_a_damaged_store_is_said_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "digest.db").write_bytes(b"not a store " * 500)

    (failure,) = deliver_notices(_config(tmp_path), Environment(), NOW).failures

    assert "digest.db" in failure


def test_with_nothing_to_tell_nothing_is_written(place: Place) -> None:
    place.tell()
    place.deliver()
    before = place.database.data_version()

    place.deliver(MINUTE)

    assert place.database.data_version() == before


class TestRetry:
    """Each way is tried again on its own, after 1, 2, 4 … minutes."""

    def test_after_an_error_it_is_told_the_next_time(self, place: Place) -> None:
        place.chat.statuses = [500]
        place.tell()

        assert place.deliver() == Delivered(
            failures=("webhook: 127.0.0.1 answered 500; it is tried again in 1 min",)
        )
        assert place.deliver(MINUTE / 2) == Delivered()
        assert place.undelivered()[0][2:] == (
            "missed weekly/2026-W34",
            AT,
            "webhook",
            "waiting",
            1,
            AT + 60_000,
            "127.0.0.1 answered 500",
        )
        assert place.deliver(MINUTE) == Delivered(messages=1)
        assert place.undelivered(MINUTE) == []
        assert len(place.chat.asked) == 2

    def test_the_distance_grows_to_six_hours_and_ends_after_two_days(self, place: Place) -> None:
        place.chat.statuses = [500] * 1000
        place.tell()
        tries, at = [], timedelta()
        while at < timedelta(days=4):
            assert place.deliver(at).failures
            tries.append(at)
            (row,) = place.undelivered(at)
            if row.state == "given up":
                break
            at = timedelta(milliseconds=row.not_before - AT)
            assert place.deliver(at - MINUTE / 60) == Delivered()

        gaps = [later - earlier for earlier, later in pairwise(tries)]
        assert gaps[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
        assert max(gaps) == timedelta(hours=6)
        assert timedelta(days=2) <= tries[-1] < timedelta(days=2, hours=6)
        (row,) = place.undelivered(timedelta(days=4))
        assert (row.state, row.way, row.detail) == (
            "given up",
            "webhook",
            "127.0.0.1 answered 500",
        )

    def test_a_notice_that_slept_for_days_is_tried_before_it_is_given_up(
        self, place: Place
    ) -> None:
        place.chat.statuses = [500]
        place.tell()

        late = timedelta(days=5)
        assert place.deliver(late).messages == 0
        assert place.deliver(late + MINUTE) == Delivered(messages=1)

    def test_a_way_that_fails_does_not_stop_the_others(self, place: Place) -> None:
        place.set(email=(ANNA,))
        place.chat.statuses = [503]
        place.tell()

        done = place.deliver()

        assert (done.messages, len(done.failures)) == (1, 1)
        assert [mail["To"] for mail in place.mails()] == [ANNA]

    def test_a_way_that_fails_is_tried_once_and_not_with_all_that_waits(
        self, place: Place
    ) -> None:
        place.chat.statuses = [500] * 20
        for number in range(5):
            place.tell(f"held {number}", "held")

        place.deliver()
        place.deliver(MINUTE / 2)

        assert len(place.chat.asked) == 1
        place.chat.statuses = []
        assert place.deliver(MINUTE).messages == 5

    def test_who_was_told_by_mail_is_not_told_again_for_somebody_elses_sake(
        self, place: Place
    ) -> None:
        place.set(email=(ANNA, "x"))  # an address nobody can write to
        place.tell()

        place.deliver()
        first = len(place.mails())
        place.deliver(timedelta(hours=1))

        assert [mail["To"] for mail in place.mails()] == [ANNA]
        assert first == 1
        (row,) = place.undelivered()
        assert (row.way, row.state) == ("operators", "given up")

    def test_who_is_no_operator_any_more_is_not_told(self, place: Place) -> None:
        place.set(email=(ANNA,))
        place.tell()
        place.set(email=(BEN,))

        place.deliver()

        assert place.mails() == []
        assert place.undelivered()[0].detail == "the address is not in config.toml any more"

    def test_a_command_without_the_webhook_leaves_it_to_the_service(self, place: Place) -> None:
        place.tell()
        service, place.environment = place.environment, Environment()

        assert place.deliver() == Delivered()
        place.environment = service
        assert place.deliver(MINUTE) == Delivered(messages=1)

    def test_two_who_look_at_once_tell_it_once(self, place: Place) -> None:
        place.tell()
        (row,) = due_notices(place.database, AT)

        assert take(place.database, row, AT + 1000)
        assert not take(place.database, row, AT + 1000)
        assert place.deliver() == Delivered()
        # Whoever took it has died.
        assert place.deliver(MINUTE) == Delivered(messages=1)


class TestRate:
    """An hour has a limit; what is beyond it comes as one."""

    def test_the_rest_comes_as_one(self, place: Place) -> None:
        place.set(per_hour=4)
        for number in range(9):
            place.tell(f"sent weekly/{number}", "sent")

        assert place.deliver().messages == 3  # one is kept for what needs a person

        said = place.posted()
        assert said[-1] == "*[The Harbour Courier] 7 notices: 7 sent*"
        assert "• sent weekly/8" in place.chat.asked[-1].json["text"]
        place.tell("sent weekly/9", "sent")
        assert place.deliver(MINUTE).messages == 0
        place.tell("held weekly/9", "held")
        assert place.deliver(2 * MINUTE).messages == 1
        assert place.posted()[-1] == "*[The Harbour Courier] held weekly/9*"
        # All four are of this hour still; then the first three are of the last one.
        assert place.deliver(timedelta(minutes=59)).messages == 0
        assert place.deliver(timedelta(minutes=61)).messages == 1
        assert place.posted()[-1] == "*[The Harbour Courier] sent weekly/9*"

    def test_what_needs_a_person_goes_first(self, place: Place) -> None:
        place.set(per_hour=2)
        for key in ("sent a", "sent b", "held c", "sent d", "missed e"):
            place.tell(key, key.partition(" ")[0])

        place.deliver()

        assert [text.partition("] ")[2] for text in place.posted()] == [
            "held c*",
            "4 notices: 1 missed, 3 sent*",
        ]

    def test_after_an_hour_there_is_room_again(self, place: Place) -> None:
        place.set(per_hour=2)
        for hour in range(3):
            place.tell(f"held {hour}", "held", at=AT + hour)
            place.tell(f"missed {hour}", "missed", at=AT + hour)
            place.deliver(timedelta(hours=hour, minutes=1))

        assert len(place.chat.asked) == 6

    def test_a_limit_of_one_is_one(self, place: Place) -> None:
        place.set(per_hour=1)
        for number in range(3):
            place.tell(f"sent {number}", "sent")

        assert place.deliver().messages == 1
        assert "3 notices" in place.posted()[0]

    def test_a_summary_that_fails_is_tried_again_whole(self, place: Place) -> None:
        place.set(per_hour=1)
        place.chat.statuses = [500]
        for number in range(3):
            place.tell(f"held {number}", "held")

        place.deliver()
        place.deliver(MINUTE)

        assert len(place.chat.asked) == 2
        assert "3 notices" in place.posted()[1]


@given(
    kinds=st.lists(st.sampled_from(["sent", "held", "missed", "skipped"]), max_size=40),
    per_hour=st.integers(1, 10),
    told=st.integers(0, 12),
)
def test_property_the_limit_holds_and_nothing_is_left_behind(
    kinds: list[str], per_hour: int, told: int
) -> None:
    rows = [WaitingRow(n, kind, kind, None, "", "", n, "w", 0, 0) for n, kind in enumerate(kinds)]

    messages = list(portions(rows, per_hour, told))

    assert told >= per_hour or told + len(messages) <= per_hour
    carried = [row.id for message in messages for row in message]
    urgent = [row.id for row in rows if row.kind in {"held", "missed"}]
    assert sorted(carried) in ([], urgent, list(range(len(rows))))
    assert all(len(message) == 1 for message in messages[:-1])
    assert not (urgent and told < per_hour) or carried[0] == urgent[0]


class TestPrivacy:
    """Readers' addresses are told to nobody, and the webhook is a secret."""

    def test_no_address_leaves_and_none_is_kept(self, place: Place) -> None:
        place.set(email=(ANNA,))
        place.tell(
            "trouble reader7@mail.example",
            "trouble",
            subject="trouble with reader7@mail.example",
            lines=("reader7@mail.example bounced", "- reader7%40mail.example"),
        )

        place.deliver()

        chat = place.chat.asked[0].body.decode()
        (mail,) = place.mails()
        stored = [*place.database.connection.execute("SELECT * FROM notice")]
        for seen in (chat, str(mail), str(stored)):
            assert "reader7" not in seen
            assert "(address)" in seen
        ways = [*place.database.connection.execute("SELECT * FROM notice_way")]
        assert "anna" not in str(ways)

    def test_the_webhook_is_nowhere_to_be_read(self, place: Place) -> None:
        place.chat.statuses = [404]
        place.tell()

        done = place.deliver()

        stored = [*place.database.connection.execute("SELECT * FROM notice_way")]
        for seen in (repr(done), str(stored), repr(place.environment), str(place.undelivered())):
            assert "canary" not in seen
        assert "127.0.0.1 answered 404" in done.failures[0]


class TestMail:
    """Through the courier that is configured, whatever it is."""

    def test_sendgrid_carries_it_to_each_alone(self, place: Place) -> None:
        place.set(email=(ANNA, BEN))
        with FakeSendGrid() as fake:
            place.environment = Environment(sendgrid_key=fake.settings.key, sendgrid_url=fake.url)
            place.by(CourierName.SENDGRID)
            place.tell()

            assert place.deliver() == Delivered(messages=2)

            assert sorted(mail.email for mail in fake.mails()) == [ANNA, BEN]
            assert fake.schema_violations == []
            for mail in fake.mails():
                assert mail.subject == "[The Harbour Courier] missed weekly/2026-W34"
                assert mail.accepted.payload["custom_args"] == {
                    "digest_notice": "notices/1-missed"
                }

    def test_sendgrid_without_credits_is_tried_again(self, place: Place) -> None:
        place.set(email=(ANNA,))
        with FakeSendGrid() as fake:
            place.environment = Environment(sendgrid_key=fake.settings.key, sendgrid_url=fake.url)
            place.by(CourierName.SENDGRID)
            fake.settings.credits_exceeded = True
            place.tell()

            (failure,) = place.deliver().failures
            assert failure == (
                "operators: SendGrid: maximum credits exceeded; it is tried again in 1 min"
            )
            fake.settings.credits_exceeded = False
            assert place.deliver(MINUTE) == Delivered(messages=1)

    def test_without_a_key_it_is_said_and_tried_again(self, place: Place) -> None:
        place.set(email=(ANNA,))
        place.environment = Environment()
        place.by(CourierName.SENDGRID)
        place.tell()

        (failure,) = place.deliver().failures

        assert failure.startswith("operators: SENDGRID_API_KEY: there is no key")

    def test_without_a_sender_it_is_said(self, place: Place) -> None:
        place.set(email=(ANNA,))
        place.environment = Environment()
        place.config = replace(place.config, sender=replace(place.config.sender, email=""))
        place.tell()

        assert "set [sender] email" in place.deliver().failures[0]

    def test_a_mail_server_carries_it(self, place: Place) -> None:
        place.set(email=(ANNA, BEN))
        place.environment = Environment()
        with mail_server() as server:
            place.by(CourierName.SMTP, server.port)
            place.tell()

            assert place.deliver() == Delivered(messages=2)

            assert sorted(taken.recipients for taken in server.taken) == [(ANNA,), (BEN,)]
            for taken in server.taken:
                assert b"X-Digest-Notice: notices/1-missed" in taken.message
                assert b"List-" not in taken.message

    def test_who_is_put_off_by_the_server_gets_it_once_later(self, place: Place) -> None:
        place.set(email=(ANNA, BEN))
        place.environment = Environment()
        with mail_server() as server:
            place.by(CourierName.SMTP, server.port)
            server.manners.objections["RCPT"] = lambda address: (
                "451 come again" if address == BEN else None
            )
            place.tell()

            assert place.deliver().messages == 1
            server.manners.objections.clear()
            assert place.deliver(MINUTE) == Delivered(messages=1)

            assert sorted(taken.recipients for taken in server.taken) == [(ANNA,), (BEN,)]
