"""Each fault as a client meets it, and what the ledger says about it."""

import http.client
import socket
import ssl
import time

import pytest

from fake_sendgrid import AMBIGUOUS, BY_CHANCE, KINDS, FakeSendGrid
from fake_sendgrid.sample import (
    ask,
    connect,
    raw,
    request_bytes,
    sample_payload,
    sample_reader,
    send,
    until,
)

#: How the client learns of a fault (a status, or the error of http.client), and the lines that
#: stand in the ledger then.
WITH_STATUS = {
    "F1": (202, 1),
    "F2": (429, 0),
    "F2b": (429, 0),
    "F3a": (400, 0),
    "F3b": (401, 0),
    "F3c": (403, 0),
    "F3d": (413, 0),
    "F4a": (500, 0),
    "F4b": (502, 0),
    "F4c": (503, 0),
    "F5": (500, 1),
    "F5b": (502, 1),
    "F12": (202, 1),
    "F15": (202, 1),
    "F16": (307, 0),
    "F16b": (302, 0),
}
WITHOUT_STATUS: dict[str, tuple[type[Exception], int]] = {
    "F6": (TimeoutError, 1),
    "F6b": (TimeoutError, 0),
    "F7": (ConnectionResetError, 0),
    "F8": (ConnectionResetError, 1),
    "F9": (http.client.RemoteDisconnected, 0),
    "F9b": (http.client.RemoteDisconnected, 1),
    "F10": (http.client.BadStatusLine, 1),
    "F14": (http.client.IncompleteRead, 1),
    "F14b": (http.client.IncompleteRead, 1),
}


@pytest.mark.parametrize(("kind", "status", "lines"), [(k, *v) for k, v in WITH_STATUS.items()])
def test_a_fault_that_answers(fake: FakeSendGrid, kind: str, status: int, lines: int) -> None:
    fake.fault(kind, at=[1])

    said = send(fake)

    assert said.status == status
    assert len(fake.ledger) == lines
    assert [(seen.n, seen.fault, seen.accepted) for seen in fake.requests] == [
        (1, kind, bool(lines))
    ]
    assert send(fake).status == 202


@pytest.mark.parametrize(("kind", "error", "lines"), [(k, *v) for k, v in WITHOUT_STATUS.items()])
def test_a_fault_that_breaks_the_answer(
    fake: FakeSendGrid, kind: str, error: type[Exception], lines: int
) -> None:
    fake.fault(kind, at=[1])
    connection = connect(fake, wait=0.2)

    with pytest.raises(error) as raised:
        send(fake, over=connection)
    connection.close()

    # RemoteDisconnected is both a ConnectionResetError and a BadStatusLine: the very one counts.
    assert raised.type is error
    assert len(fake.ledger) == lines
    assert send(fake).status == 202
    assert len(fake.ledger) == lines + 1


def test_every_fault_is_tested() -> None:
    others = {"F7b", "F13", "F17"}

    assert set(KINDS) == WITH_STATUS.keys() | WITHOUT_STATUS.keys() | others


def test_half_of_the_headers_and_then_the_end(fake: FakeSendGrid) -> None:
    fake.fault("F13", at=[1])

    got = raw(fake, request_bytes(sample_payload()))

    assert got.startswith(b"HTTP/1.1 202 Accepted\r\n")
    assert b"\r\n\r\n" not in got
    assert len(fake.ledger) == 1


def test_a_reset_while_the_body_is_still_coming(fake: FakeSendGrid) -> None:
    fake.fault("F7b", at=[1])

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        send(fake, sample_payload(subject="x" * 20_000_000))

    assert fake.ledger == ()


def test_a_drip_takes_its_time(fake: FakeSendGrid) -> None:
    fake.settings.drip = 0.01
    fake.fault("F12", at=[1])
    started = time.monotonic()

    assert send(fake).status == 202

    assert time.monotonic() - started > 0.5
    assert len(fake.ledger) == 1


def test_a_429_may_tell_when_to_come_back(fake: FakeSendGrid) -> None:
    fake.fault("F2", at=[1])
    fake.fault("F2b", at=[2])

    silent, telling = send(fake), send(fake)

    assert not [name for name in silent.headers if "limit" in name.lower()]
    assert telling.headers["X-RateLimit-Reset"] == "1786957201"
    assert silent.messages == telling.messages == ["too many requests"]


@pytest.mark.parametrize("kind", ["F3d", "F4b", "F4c", "F5b"])
def test_what_comes_from_the_gateway_is_a_page(fake: FakeSendGrid, kind: str) -> None:
    fake.fault(kind, at=[1])

    said = send(fake)

    assert said.headers["Content-Type"] == "text/html"
    assert said.body.startswith(b"<html>")


def test_an_accepted_page_has_a_body_and_an_id(fake: FakeSendGrid) -> None:
    fake.fault("F15", at=[1])

    said = send(fake)

    assert said.body.startswith(b"<!doctype html>")
    assert said.headers["X-Message-Id"] == fake.ledger[0].message_id


def test_one_bad_address_refuses_all_and_names_its_index(fake: FakeSendGrid) -> None:
    fake.fault("F11", address="reader2@")

    said = send(fake, sample_payload(4))

    assert said.status == 400
    assert said.fields == ["personalizations.2.to"]
    assert fake.ledger == ()
    readers = [sample_reader(0), sample_reader(1), sample_reader(3)]
    assert send(fake, sample_payload(personalizations=readers)).status == 202


def test_a_bad_address_must_be_named(fake: FakeSendGrid) -> None:
    with pytest.raises(ValueError, match="F11 needs the address"):
        fake.fault("F11")


def test_a_redirect_tells_whether_the_key_followed(fake: FakeSendGrid) -> None:
    fake.fault("F16", at=[1])

    where = send(fake).headers["Location"]
    path = where.removeprefix(fake.url)
    ask(fake, "GET", path)
    ask(fake, "POST", path, b"{}", headers={"Authorization": None})

    assert [(e.method, e.had_key, e.size_bytes) for e in fake.redirected] == [
        ("GET", True, 0),
        ("POST", False, 2),
    ]
    assert fake.ledger == ()


def test_an_idle_connection_closes_under_the_next_request(fake: FakeSendGrid) -> None:
    fake.fault("F17", at=[2])
    connection = connect(fake)

    assert send(fake, over=connection).status == 202
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        send(fake, over=connection)
    connection.close()

    assert len(fake.ledger) == 1
    assert send(fake).status == 202


def test_a_fresh_connection_was_never_idle(fake: FakeSendGrid) -> None:
    fake.fault("F17", at=[1])
    connection = connect(fake)

    assert send(fake, over=connection).status == 202
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        send(fake, over=connection)
    connection.close()

    assert [seen.reused for seen in fake.requests] == [False, True]


def test_a_handshake_gets_junk(fake: FakeSendGrid) -> None:
    port = int(fake.tls_junk_url.rpartition(":")[2])
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5)

    with pytest.raises(ssl.SSLError):
        connection.request("POST", "/v3/mail/send", b"{}")
    connection.close()

    assert fake.mail_sends == 0


def test_faults_strike_at_their_numbers_alone(fake: FakeSendGrid) -> None:
    fake.fault("F4", at=[2, 4])

    assert [send(fake).status for _ in range(5)] == [202, 500, 202, 500, 202]
    assert [entry.n for entry in fake.ledger] == [1, 3, 5]


def test_a_fault_without_numbers_strikes_until_it_is_cleared(fake: FakeSendGrid) -> None:
    fake.fault("F2")
    before = [send(fake).status for _ in range(3)]
    fake.clear_faults()

    assert before == [429] * 3
    assert send(fake).status == 202


def test_other_endpoints_have_their_own_numbers(fake: FakeSendGrid) -> None:
    fake.fault("F4", at=[2], path="/v3/mail/batch")
    fake.fault("F8", at=[3], path="/v3/mail/batch")

    assert send(fake).status == 202
    assert ask(fake, "POST", "/v3/mail/batch").status == 201
    assert ask(fake, "POST", "/v3/mail/batch").status == 500
    with pytest.raises(ConnectionResetError):
        ask(fake, "POST", "/v3/mail/batch")


def test_a_request_that_breaks_a_rule_is_never_accepted_by_a_fault(fake: FakeSendGrid) -> None:
    fake.fault("F5", at=[1])

    assert send(fake, sample_payload(subject="")).status == 400
    assert fake.ledger == ()


def test_chance_is_the_same_for_a_seed() -> None:
    def fates(seed: int) -> list[int]:
        with FakeSendGrid() as fake:
            fake.chance(0.5, ["F4", "F2"], seed=seed)
            return [send(fake).status for _ in range(40)]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
    assert set(fates(1)) == {202, 429, 500}


def test_chance_strikes_as_often_as_asked(fake: FakeSendGrid) -> None:
    fake.chance(0.15, ["F4"], seed=7)
    connection = connect(fake)
    statuses = [send(fake, over=connection).status for _ in range(400)]
    connection.close()

    assert 40 <= statuses.count(500) <= 80
    assert len(fake.ledger) == statuses.count(202)


def test_an_unknown_fault_is_an_error(fake: FakeSendGrid) -> None:
    with pytest.raises(ValueError, match="no fault F99; there are F1, F2"):
        fake.fault("F99")
    with pytest.raises(ValueError, match="no fault F99"):
        fake.chance(1, ["F99"])


def test_groups_of_faults_are_known() -> None:
    assert set(AMBIGUOUS) | set(BY_CHANCE) <= set(KINDS)


def test_stopping_ends_a_connection_that_waits() -> None:
    with FakeSendGrid() as fake:
        fake.fault("F6")
        waiting = socket.create_connection(("127.0.0.1", int(fake.url.rpartition(":")[2])))
        waiting.sendall(request_bytes(sample_payload()))
        until(lambda: len(fake.ledger) == 1)

    assert waiting.recv(100) == b""
    waiting.close()
