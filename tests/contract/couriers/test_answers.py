"""Every way a request to SendGrid can end, on real sockets: facts, reliability §1.3."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from contract.couriers.certificates import server_context
from contract.couriers.raw_server import Peer, Play, RawServer, answering, http, raw_server, steps
from digest.delivery.answer import Lost, NotSent
from digest.delivery.couriers.sendgrid import SendGridCourier
from digest.delivery.couriers.sendgrid_api import SendGridApi
from digest.delivery.couriers.transport import Request, Timeouts, Transport
from digest.delivery.outcome import (
    Accepted,
    Divide,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)
from digest.delivery.payload import Options
from unit.delivery.letters import NOW, SIGN, make_handover, make_letter, make_readers

READERS = 5
SHORT = Timeouts(connect=timedelta(seconds=0.5), read=timedelta(seconds=0.4))
TAKEN = http(202, b"", "X-Message-Id: abc")


class Clock:
    """A monotonic clock that tests move."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def errors(*pairs: tuple[str, str | None]) -> bytes:
    """Return SendGrid's error body."""
    listed = [{"message": message, "field": field, "help": None} for message, field in pairs]
    return json.dumps({"errors": listed}).encode()


@contextmanager
def courier_to(
    url: str, *, sandbox: bool = False, clock: Clock | None = None
) -> Iterator[SendGridCourier]:
    """A courier with short time-outs."""
    api = SendGridApi("SG.canary", host=url, timeouts=SHORT, clock=clock or Clock())
    courier = SendGridCourier(
        make_letter(), api, options=Options(sandbox=sandbox), sign=SIGN, now=lambda: NOW
    )
    try:
        yield courier
    finally:
        courier.close()


def carry(courier: SendGridCourier) -> Outcome:
    """Hand over one batch."""
    return courier.prepare(make_handover(*make_readers(READERS)))()


def outcomes(*plays: Play, requests: int = 1, sandbox: bool = False) -> list[Outcome]:
    """Return what comes of some requests to a server that does this on its connections."""
    with raw_server(*plays) as server, courier_to(server.url, sandbox=sandbox) as courier:
        return [carry(courier) for _ in range(requests)]


BAD_READER = errors(
    ("Does not contain a valid address.", "personalizations.1.to"),
    ("Does not contain a valid address: x@y.example", "personalizations.4.to.0.email"),
)
BAD_MESSAGE = errors(
    ("The from a@b.example is bad.", "from.email"), ("No.", "personalizations.1.to")
)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (TAKEN, Accepted("abc")),
        (http(202, b"<html>", "x-message-id: abc", "Content-Type: text/html"), Accepted("abc")),
        (http(202), Accepted("")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + TAKEN, Accepted("abc")),
        (http(429), TryLater("SendGrid: too many requests")),
        (
            http(429, b"", f"X-RateLimit-Reset: {int(NOW.timestamp()) + 7}"),
            TryLater("SendGrid: too many requests", timedelta(seconds=7)),
        ),
        (
            http(429, b"", f"X-Ratelimit-Reset: {int(NOW.timestamp()) - 7}"),
            TryLater("SendGrid: too many requests", timedelta()),
        ),
        (
            http(429, b"", f"X-RateLimit-Reset: {int(NOW.timestamp()) * 1000}"),
            TryLater("SendGrid: too many requests"),
        ),
        (http(429, b"", "X-RateLimit-Reset: soon"), TryLater("SendGrid: too many requests")),
        (http(413, b"<html>nginx</html>"), Divide("SendGrid: the request is too large")),
        (
            http(400, BAD_READER),
            SetAside(
                {
                    1: "Does not contain a valid address.",
                    4: "Does not contain a valid address: (address)",
                }
            ),
        ),
        (http(400, errors(("Twice.", "personalizations.2"))), SetAside({2: "Twice."})),
        (
            http(400, BAD_MESSAGE),
            Refused(
                "SendGrid answered 400: The from (address) is bad. (from.email);"
                " No. (personalizations.1.to)"
            ),
        ),
        (
            http(400, errors(("No.", "personalizations.5.to"))),
            Refused("SendGrid answered 400: No. (personalizations.5.to)"),
        ),
        (
            http(400, errors(("No.", "personalizations.0.headers"))),
            Refused("SendGrid answered 400: No. (personalizations.0.headers)"),
        ),
        (http(400, errors(("Bad Request", None))), Refused("SendGrid answered 400: Bad Request")),
        (http(400, b"<html>"), Refused("SendGrid answered 400")),
        (http(400, b"[]"), Refused("SendGrid answered 400")),
        (http(400, b'{"errors": ["odd"]}'), Refused("SendGrid answered 400: odd")),
        (http(404), Refused("SendGrid answered 404")),
        (http(405), Refused("SendGrid answered 405")),
        (http(415), Refused("SendGrid answered 415")),
    ],
)
def test_a_whole_answer_is_clear(answer: bytes, outcome: Outcome) -> None:
    assert outcomes(answering(answer)) == [outcome]


@pytest.mark.parametrize(
    ("answer", "reason", "remedy"),
    [
        (
            http(401, errors(("Maximum credits exceeded", None))),
            "SendGrid: maximum credits exceeded",
            "Buy credits",
        ),
        (
            http(401, errors(("The provided authorization grant is invalid", None))),
            "SendGrid does not take the key",
            "SENDGRID_API_KEY",
        ),
        (http(401, b"<html>"), "SendGrid does not take the key", "SENDGRID_API_KEY"),
        (
            http(403, errors(("access forbidden", None))),
            "SendGrid: the key may not send mail",
            "mail.send",
        ),
        (
            http(
                403, errors(("The from address does not match a verified Sender Identity", "from"))
            ),
            "SendGrid: the sender's address is not verified",
            "Sender Authentication",
        ),
    ],
)
def test_what_refuses_everything_stops_the_run_with_its_remedy(
    answer: bytes, reason: str, remedy: str
) -> None:
    (outcome,) = outcomes(answering(answer))

    assert isinstance(outcome, Stop)
    assert outcome.reason == reason
    assert remedy in outcome.remedy


def test_a_long_refusal_is_cut() -> None:
    (outcome,) = outcomes(answering(http(400, errors(("x" * 5000, None)))))

    assert isinstance(outcome, Refused)
    assert len(outcome.reason) <= 330


@pytest.mark.parametrize("status", [200, 201, 203, 204, 301, 302, 307, 308, 402, 408, 409, 422])
def test_other_answers_prove_nothing(status: int) -> None:
    answer = http(status, b"", "Location: http://127.0.0.1:9/")

    assert outcomes(answering(answer)) == [Unknown(f"SendGrid answered {status}")]


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520])
def test_an_error_at_the_provider_proves_nothing(status: int) -> None:
    answer = http(status, errors(("No.", "personalizations.1.to")))

    assert outcomes(answering(answer)) == [Unknown(f"SendGrid answered {status}")]


def test_the_sandbox_says_200_for_202() -> None:
    assert outcomes(answering(http(200)), sandbox=True) == [Accepted()]
    assert outcomes(answering(TAKEN), sandbox=True) == [Accepted("abc")]
    assert isinstance(outcomes(answering(http(201)), sandbox=True)[0], Unknown)


CHUNKED = b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"
BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"\x15\x03\x01\x00\x02\x02\x50 \x00\xff this is no HTTP\r\n\r\n",
    "half a status line": b"HTTP/1.1 20",
    "half the headers": b"HTTP/1.1 202 Accepted\r\nX-Message-Id: ab",
    "headers without their end": b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n",
    "short body": b"HTTP/1.1 202 Accepted\r\nContent-Length: 20\r\n\r\nshort",
    "a refusal cut short": b"HTTP/1.1 400 Bad\r\nContent-Length: 20\r\n\r\nshort",
    "no length": b"HTTP/1.1 202 Accepted\r\nX-Message-Id: abc\r\n\r\n",
    "two lengths": b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\nx",
    "odd length": b"HTTP/1.1 202 Accepted\r\nContent-Length: -1\r\n\r\n",
    "huge length": b"HTTP/1.1 202 Accepted\r\nContent-Length: 99999999999\r\n\r\n",
    "length and chunks": b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "broken chunk": CHUNKED + b"5\r\nhello\r\nzz\r\n",
    "chunk of a wrong length": CHUNKED + b"3\r\nhello\r\n0\r\n\r\n",
    "chunks without end": CHUNKED + b"5\r\nhello\r\n",
    "unknown coding": b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: gzip\r\n\r\n",
    "folded header": b"HTTP/1.1 202 Accepted\r\nX-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "header without colon": b"HTTP/1.1 202 Accepted\r\nX-A\r\nContent-Length: 0\r\n\r\n",
    "header with NUL": b"HTTP/1.1 202 Accepted\r\nX-A: \0\r\nContent-Length: 0\r\n\r\n",
    "endless headers": b"HTTP/1.1 202 Accepted\r\n" + b"X-A: b\r\n" * 20_000,
    "interim without end": b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
    "HTTP/2": b"HTTP/2 202\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_what_is_not_whole_is_no_answer(answer: bytes) -> None:
    (outcome,) = outcomes(answering(answer))

    assert isinstance(outcome, Unknown)


def test_chunks_are_read_to_their_end() -> None:
    answer = (
        b"HTTP/1.1 202 Accepted\r\nX-Message-Id: abc\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: z\r\n\r\n"
    )

    assert outcomes(answering(answer, TAKEN), requests=2) == [Accepted("abc")] * 2


def test_an_answer_may_come_in_pieces() -> None:
    body = errors(("Does not contain a valid address.", "personalizations.1.to"))
    answer = http(400, body)

    def play(peer: Peer) -> None:
        peer.request()
        for start in range(0, len(answer), 40):
            peer.say(answer[start : start + 40])
            time.sleep(0.01)

    assert outcomes(play) == [SetAside({1: "Does not contain a valid address."})]


def test_an_answer_that_never_comes_is_unknown() -> None:
    assert outcomes(steps(Peer.request, Peer.wait)) == [Unknown("no whole answer came: timed out")]


def test_an_answer_that_trickles_does_not_hold_the_run() -> None:
    assert outcomes(steps(Peer.request, lambda peer: peer.drip(TAKEN, 0.05))) == [
        Unknown("no whole answer came: timed out")
    ]


def test_a_slow_answer_within_its_time_counts() -> None:
    assert outcomes(steps(Peer.request, lambda peer: peer.drip(TAKEN, 0.001))) == [Accepted("abc")]


@pytest.mark.parametrize(
    "part", [Peer.request, lambda peer: peer.until(b"{")], ids=["whole", "begun"]
)
def test_a_reset_after_the_request_is_unknown(part: Play) -> None:
    (outcome,) = outcomes(steps(part, Peer.reset))

    assert isinstance(outcome, Unknown)


def test_no_server_is_a_certain_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with courier_to(url) as courier:
        assert carry(courier) == TryLater(f"no connection to {url[7:]}: Connection refused")


def test_a_server_that_lets_nobody_in_is_a_certain_refusal() -> None:
    with ExitStack() as stack:
        # Linux queues one more than asked for, and drops what comes then.
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = full.getsockname()[1]
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(("127.0.0.1", port))
        courier = stack.enter_context(courier_to(f"http://127.0.0.1:{port}"))

        assert carry(courier) == TryLater(f"no connection to 127.0.0.1:{port}: timed out")


def test_a_name_that_leads_nowhere_is_a_certain_refusal() -> None:
    transport = Transport("http://sendgrid.invalid", SHORT)

    assert isinstance(transport.exchange(Request(method="POST", target="/", headers={})), NotSent)


@pytest.mark.parametrize(
    "play",
    [
        lambda peer: peer.say(b"220 mail.example ESMTP\r\n"),
        lambda peer: None,
        lambda peer: peer.wait(),
    ],
    ids=["no TLS", "closed", "silent"],
)
def test_a_handshake_that_fails_is_a_certain_refusal(play: Play) -> None:
    with raw_server(play) as server, courier_to(f"https://127.0.0.1:{server.port}") as courier:
        assert isinstance(carry(courier), TryLater)


def test_a_certificate_nobody_vouches_for_is_a_certain_refusal() -> None:
    with (
        raw_server(answering(TAKEN), context=server_context().server) as server,
        courier_to(server.url) as courier,
    ):
        assert carry(courier) == TryLater(
            f"no connection to {server.url[8:]}: TLS: CERTIFICATE_VERIFY_FAILED"
        )


def test_tls_carries_several_requests() -> None:
    contexts = server_context()
    with raw_server(answering(TAKEN, TAKEN), context=contexts.server) as server:
        transport = Transport(server.url, SHORT, context=contexts.client)
        replies = [
            transport.exchange(Request(method="POST", target="/", headers={}, body=(b"x", b"y")))
            for _ in range(2)
        ]
        transport.close()

    assert [getattr(reply, "status", reply) for reply in replies] == [202, 202]
    assert server.connections <= 2


class TestKeptConnections:
    def test_they_carry_further_requests(self) -> None:
        with (
            raw_server(answering(TAKEN, TAKEN, TAKEN)) as server,
            courier_to(server.url) as courier,
        ):
            assert [carry(courier) for _ in range(3)] == [Accepted("abc")] * 3

        assert server.connections == 1

    @pytest.mark.parametrize(
        "end",
        [
            steps(Peer.request, Peer.reset),
            lambda peer: peer.request(),
            steps(lambda peer: peer.until(b"\r\n"), Peer.reset),
            steps(Peer.request, lambda peer: peer.say(b"HTTP/1.1 202")),
        ],
        ids=["reset", "closed", "reset in the headers", "half an answer"],
    )
    def test_any_error_on_one_is_unknown(self, end: Play) -> None:
        first, second = outcomes(
            steps(Peer.request, lambda peer: peer.say(TAKEN), end), requests=2
        )

        assert first == Accepted("abc")
        assert isinstance(second, Unknown)

    def test_one_that_was_closed_meanwhile_is_not_used(self) -> None:
        with raw_server(answering(TAKEN)) as server, courier_to(server.url) as courier:
            found = []
            for _ in range(2):
                found.append(carry(courier))
                # The end of the connection must have arrived.
                _until_closed(server)

        assert found == [Accepted("abc")] * 2
        assert server.connections == 2

    @pytest.mark.parametrize(("idle", "connections"), [(1.9, 1), (2.1, 2)])
    def test_one_that_was_idle_for_two_seconds_is_not_used(
        self, idle: float, connections: int
    ) -> None:
        clock = Clock()
        with (
            raw_server(answering(TAKEN, TAKEN)) as server,
            courier_to(server.url, clock=clock) as courier,
        ):
            carry(courier)
            clock.seconds += idle
            assert carry(courier) == Accepted("abc")

        assert server.connections == connections

    @pytest.mark.parametrize(
        "answer",
        [
            http(202, b"", "X-Message-Id: abc", "Connection: close"),
            TAKEN.replace(b"HTTP/1.1", b"HTTP/1.0"),
            TAKEN + b"HTTP/1.1 400 Left over\r\nContent-Length: 0\r\n\r\n",
        ],
        ids=["close", "1.0", "words left over"],
    )
    def test_one_that_ends_is_not_used(self, answer: bytes) -> None:
        with raw_server(answering(answer, answer)) as server, courier_to(server.url) as courier:
            assert [carry(courier) for _ in range(2)] == [Accepted("abc")] * 2

        assert server.connections == 2

    def test_after_an_unknown_a_new_one_is_made(self) -> None:
        found = outcomes(steps(Peer.request, Peer.wait), answering(TAKEN), requests=2)

        assert isinstance(found[0], Unknown)
        assert found[1] == Accepted("abc")


class FailingSocket(socket.socket):
    """A socket whose n-th `sendall` fails."""

    fails_at = 0
    calls = 0

    def sendall(self, *args: object) -> None:
        self.calls += 1
        if self.calls == self.fails_at:
            raise ConnectionResetError(104, "Connection reset by peer")
        super().sendall(*args)  # type: ignore[arg-type]  # what it was given


class FailingTransport(Transport):
    """A transport whose sockets fail while they send."""

    fails_at = 0

    def _connect(self) -> socket.socket:
        sock = FailingSocket()
        sock.fails_at = self.fails_at
        sock.connect((self._host, self._port))
        return sock


POST = Request(method="POST", target="/v3/mail/send", headers={}, body=(b"head", b"tail"))


class TestSending:
    @pytest.mark.parametrize(
        ("fails_at", "kinds"),
        [
            # Headers and two parts: three calls a request.
            (1, [NotSent]),
            (2, [Lost]),
            (3, [Lost]),
            (4, [None, Lost]),
            (5, [None, Lost]),
        ],
    )
    def test_only_before_the_first_byte_of_the_body_on_a_new_connection_it_is_certain(
        self, fails_at: int, kinds: list[type | None]
    ) -> None:
        with raw_server(answering(TAKEN, TAKEN)) as server:
            transport = FailingTransport(server.url, SHORT)
            transport.fails_at = fails_at
            replies = [transport.exchange(POST) for _ in kinds]
            transport.close()

        for reply, kind in zip(replies, kinds, strict=True):
            assert kind is None or isinstance(reply, kind)

    def test_a_refusal_while_the_request_is_sent_is_heard(self) -> None:
        def play(peer: Peer) -> None:
            peer.until(b"\r\n\r\n")
            peer.say(http(413))

        with raw_server(play) as server:
            transport = FailingTransport(server.url, SHORT)
            transport.fails_at = 3
            reply = transport.exchange(POST)
            transport.close()

        assert getattr(reply, "status", None) == 413

    def test_a_202_while_the_request_is_sent_is_not_believed(self) -> None:
        def play(peer: Peer) -> None:
            peer.until(b"\r\n\r\n")
            peer.say(TAKEN)

        with raw_server(play) as server:
            transport = FailingTransport(server.url, SHORT)
            transport.fails_at = 3
            reply = transport.exchange(POST)
            transport.close()

        assert isinstance(reply, Lost)


def _until_closed(server: RawServer) -> None:
    for thread in server._threads:
        thread.join(5)
