"""The HTTP under the API: framing, ends, and what is none."""

import pytest

from fake_sendgrid import FakeSendGrid
from fake_sendgrid.sample import raw, request_bytes, sample_payload, send, until


def test_a_client_that_dies_in_its_body_sent_nothing(fake: FakeSendGrid) -> None:
    raw(fake, request_bytes(sample_payload())[:-1])
    until(lambda: fake.mail_sends == 1)

    assert send(fake).status == 202
    assert [entry.n for entry in fake.ledger] == [2]


@pytest.mark.parametrize(
    "data", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"x" * 70_000, b"GET"]
)
def test_what_is_no_http_ends_the_connection(fake: FakeSendGrid, data: bytes) -> None:
    assert raw(fake, data) == b""


def test_a_chunked_body_and_expect_are_understood(fake: FakeSendGrid) -> None:
    head, _, body = request_bytes(sample_payload()).partition(b"\r\n\r\n")
    framed = head.replace(b"Content-Length", b"X-Length") + b"\r\nTransfer-Encoding: chunked"
    chunks = b"%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n" % (
        100,
        body[:100],
        len(body) - 100,
        body[100:],
    )

    got = raw(fake, framed + b"\r\nExpect: 100-continue\r\n\r\n" + chunks)

    assert got.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n")
    assert fake.ledger[0].body == body


def test_http_1_0_and_connection_close_end_the_connection(fake: FakeSendGrid) -> None:
    request = request_bytes(sample_payload()).replace(b"HTTP/1.1", b"HTTP/1.0")

    assert b"Connection: close\r\n" in raw(fake, request, stay=True)


def test_two_requests_in_one_piece_are_answered_in_turn(fake: FakeSendGrid) -> None:
    assert raw(fake, request_bytes(sample_payload()) * 2).count(b"HTTP/1.1 202 Accepted") == 2
    assert fake.connections == 1
