"""What the fake remembers: in memory, in the mail each reader got, and in its file."""

import hashlib
import threading
from pathlib import Path

import orjson
import pytest

from fake_sendgrid import FakeSendGrid, Reader, content_sha256
from fake_sendgrid.ledger import Ledger
from fake_sendgrid.sample import ATTEMPT, ask, connect, sample_payload, sample_reader, send

ARGS = {"digest_attempt": ATTEMPT, "digest_issue": "weekly/2026-W34", "digest_batch": "17"}


def test_an_accepted_request_is_remembered(fake: FakeSendGrid) -> None:
    payload = sample_payload(send_at=5)
    send(fake, payload)

    (entry,) = fake.ledger
    assert (entry.n, entry.at, entry.path) == (1, 1_786_957_200.0, "/v3/mail/send")
    assert (entry.subject, entry.attempt) == ("The week of 17 August", ATTEMPT)
    assert (entry.batch_id, entry.send_at) == (None, 5)
    assert entry.readers[1] == Reader("reader1@example.com", ARGS | {"digest_reader": "1"})
    assert orjson.loads(entry.body) == payload == entry.payload


def test_a_reader_overrides_the_arguments_of_the_message(fake: FakeSendGrid) -> None:
    send(
        fake,
        sample_payload(personalizations=[sample_reader(0, custom_args={"digest_batch": "9"})]),
    )

    assert fake.ledger[0].readers[0].args == ARGS | {"digest_batch": "9"}
    assert fake.ledger[0].as_json()["readers"][0]["args"] == ARGS | {"digest_batch": "9"}


def test_the_hash_is_of_the_content_alone() -> None:
    content = [{"type": "text/plain", "value": "ä"}, {"type": "text/html", "value": "<p>"}]
    expected = hashlib.sha256("text/plain\0ä\0text/html\0<p>\0".encode()).hexdigest()

    assert content_sha256({"content": content, "subject": "x"}) == expected
    assert content_sha256({"content": content[:1]}) != expected


def test_a_mail_is_what_its_reader_got(fake: FakeSendGrid) -> None:
    own = sample_reader(
        1,
        subject="For %name%",
        substitutions={"%name%": "<Zoë>", "%unsubscribe%": "https://u/1"},
        headers={"X-Own": "%name%", "List-Id": "<own.example.com>"},
        custom_args={"digest_batch": "18"},
    )
    payload = sample_payload(
        personalizations=[sample_reader(0), own], reply_to={"email": "editor+x@example.com"}
    )
    assert send(fake, payload).status == 202

    first, second = fake.mail_of("reader0@example.com"), fake.mail_of("reader1@example.com")

    assert first.subject == "The week of 17 August"
    assert first.text == "Hello\nLeave: https://news.example.com/u/0\n"
    assert first.headers["List-Unsubscribe"] == "<https://news.example.com/u/0>"
    assert first.headers["List-Id"] == "<weekly.example.com>"
    assert (second.subject, second.sender) == ("For <Zoë>", "news@example.com")
    assert second.html == '<p>Hello <a href="https://u/1">leave</a>'
    assert second.reply_to == "editor+x@example.com"
    assert second.args == ARGS | {"digest_batch": "18"}
    # Headers are merged; substitutions are documented for subject, content and reply_to alone.
    assert second.headers == {
        "List-Id": "<own.example.com>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-Own": "%name%",
    }


def test_one_mail_is_not_none_and_not_two(fake: FakeSendGrid) -> None:
    with pytest.raises(LookupError, match=r"^0 mails to reader0@"):
        fake.mail_of("reader0@example.com")
    send(fake)
    send(fake)

    with pytest.raises(LookupError, match=r"^2 mails to reader0@"):
        fake.mail_of("reader0@example.com")
    assert fake.copies() == {"reader0@example.com": 2, "reader1@example.com": 2}
    assert [mail.accepted.n for mail in fake.mails_of("reader0@example.com")] == [1, 2]


def test_copies_and_blind_copies_are_mails_too(fake: FakeSendGrid) -> None:
    reader = sample_reader(0, cc=[{"email": "cc@example.com"}], bcc=[{"email": "b@example.com"}])
    send(fake, sample_payload(personalizations=[reader]))

    assert [mail.email for mail in fake.mails()] == [
        "reader0@example.com",
        "cc@example.com",
        "b@example.com",
    ]
    assert len({mail.sg_message_id for mail in fake.mails()}) == 3
    assert sum(fake.copies().values()) == 3


def test_the_file_has_a_line_before_the_answer_leaves(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    with FakeSendGrid(ledger_file=file) as fake:
        fake.fault("F4", at=[2])
        fake.fault("F6", at=[3])
        send(fake)
        send(fake)
        silent = connect(fake, wait=0.2)
        with pytest.raises(TimeoutError):
            send(fake, over=silent)
        silent.close()

        lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
        assert [line["n"] for line in lines] == [1, 3]
        assert lines == [entry.as_json() for entry in fake.ledger]

    assert lines[0].keys() == {
        *("n", "at", "message_id", "path", "readers", "subject"),
        *("content_sha256", "attempt", "batch_id", "send_at"),
    }
    assert lines[0]["readers"][0] == {
        "email": "reader0@example.com",
        "args": ARGS | {"digest_reader": "0"},
    }


def test_a_file_is_continued(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    for _ in range(2):
        with FakeSendGrid(ledger_file=file) as fake:
            send(fake)

    assert len(file.read_bytes().splitlines()) == 2


def test_many_connections_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"

    with FakeSendGrid(ledger_file=file) as fake:
        threads = [threading.Thread(target=_send_often, args=(fake,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(entry.n for entry in fake.ledger) == list(range(1, 161))
        assert len({entry.message_id for entry in fake.ledger}) == 160
        assert fake.connections == 8
        assert sum(seen.reused for seen in fake.requests) == 152
    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert sorted(line["n"] for line in lines) == list(range(1, 161))


def _send_often(fake: FakeSendGrid) -> None:
    connection = connect(fake)
    for _ in range(20):
        assert send(fake, sample_payload(50), over=connection).status == 202
    connection.close()


def test_what_is_not_checked_is_still_told(fake: FakeSendGrid) -> None:
    fake.settings.validate_every = 2

    statuses = [send(fake, sample_payload(subject="")).status for _ in range(4)]

    assert statuses == [400, 202, 400, 202]
    assert [entry.attempt for entry in fake.ledger] == [ATTEMPT, ATTEMPT]


def test_nothing_is_checked_on_demand(fake: FakeSendGrid) -> None:
    fake.settings.validate_every = 0

    assert send(fake, b"no JSON").status == 202
    assert fake.ledger[0].body == b"no JSON"


def test_reset_forgets_and_counts_anew(fake: FakeSendGrid) -> None:
    fake.fault("F4", at=[5])
    fake.fault("F11", address="reader1")
    fake.suppress("bounces", "a@example.com")
    send(fake)
    fake.reset()

    assert (fake.ledger, fake.requests, fake.mail_sends) == ((), [], 0)
    assert ask(fake, "GET", "/v3/suppression/bounces").json == []
    assert [send(fake).status for _ in range(5)] == [202] * 5
    assert fake.ledger[0].n == 1


def test_a_closed_ledger_may_be_closed_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "file")
    ledger.close()
    ledger.close()
