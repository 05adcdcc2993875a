"""The mail server's answers, and the connections to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from contract.couriers.certificates import server_context
from contract.couriers.raw_server import Peer, Play, raw_server, steps
from digest.delivery.couriers.smtp import SmtpCourier
from digest.delivery.couriers.smtp_session import Security, Server
from digest.delivery.letter import Letter, Reader
from digest.delivery.outcome import (
    Accepted,
    Outcome,
    Refused,
    SetAside,
    Stop,
    TryLater,
    Unknown,
)
from digest.errors import NotReadyError
from smtp_server import MailServer, Manners, mail_server
from unit.delivery.letters import (
    ATTEMPT,
    GROUP,
    HTML,
    NOW,
    SIGN,
    make_handover,
    make_letter,
    make_readers,
)


class Clock:
    """A monotonic clock that tests move."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def courier_to(
    port: int, *, clock: Clock | None = None, letter: Letter | None = None, **server: Any
) -> Iterator[SmtpCourier]:
    """A courier with short time-outs."""
    about: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.NONE,
        "connect_timeout": timedelta(seconds=0.5),
        "read_timeout": timedelta(seconds=0.4),
    }
    courier = SmtpCourier(
        letter or make_letter(),
        Server(**(about | server)),
        sign=SIGN,
        now=lambda: NOW,
        clock=clock or Clock(),
    )
    try:
        yield courier
    finally:
        courier.close()


def carry(courier: SmtpCourier, number: int = 1) -> Outcome:
    """Hand over to one reader."""
    return courier.prepare(make_handover(make_readers(number)[-1]))()


@pytest.fixture(scope="module")
def running() -> Iterator[MailServer]:
    """A server that takes everything."""
    with mail_server() as server:
        yield server


@pytest.fixture
def server(running: MailServer) -> Iterator[MailServer]:
    """The server, empty and with good manners."""
    running.taken.clear()
    yield running
    running.manners.objections.clear()


def test_a_message_has_an_id_of_its_own_attempt(server: MailServer) -> None:
    with courier_to(server.port) as courier:
        outcome = carry(courier)

    (taken,) = server.taken
    message = message_from_bytes(taken.message)
    assert outcome == Accepted(f"<{ATTEMPT}.1@courier.example>")
    assert message["Message-ID"] == f"<{ATTEMPT}.1@courier.example>"
    assert message["X-Digest-Attempt"] == ATTEMPT
    assert taken.sender == "news@courier.example"
    assert taken.recipients == ("reader1@mail.example",)


def test_lines_that_begin_with_a_dot_keep_it(server: MailServer) -> None:
    letter = make_letter()
    letter = make_letter(text=f".\n..\n.hidden\n{letter.text}")
    with courier_to(server.port, letter=letter) as courier:
        assert isinstance(carry(courier), Accepted)

    message = message_from_bytes(server.taken[0].message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines()[:3] == [".", "..", ".hidden"]


def test_one_connection_carries_many_mails(server: MailServer) -> None:
    with courier_to(server.port) as courier:
        outcomes = [carry(courier, number) for number in range(1, 6)]

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len({taken.port for taken in server.taken}) == 1


@pytest.mark.parametrize(("idle", "connections"), [(9.9, 1), (10.1, 2)])
def test_one_that_was_idle_for_ten_seconds_is_not_used(
    server: MailServer, idle: float, connections: int
) -> None:
    clock = Clock()
    with courier_to(server.port, clock=clock) as courier:
        carry(courier)
        clock.seconds += idle
        assert isinstance(carry(courier, 2), Accepted)

    assert len({taken.port for taken in server.taken}) == connections


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("MAIL", "451 later", TryLater("451 later")),
        ("MAIL", "421 closing", TryLater("421 closing")),
        ("RCPT", "450 greylisted", TryLater("450 greylisted")),
        ("RCPT", "550 no such user", SetAside({0: "550 no such user"})),
        ("RCPT", "550 <reader1@mail.example> unknown", SetAside({0: "550 <(address)> unknown"})),
        ("MESSAGE", "451 later", TryLater("451 later")),
        ("MESSAGE", "552 too large", Refused("552 too large")),
        ("MESSAGE", "554 spam", Refused("554 spam")),
        ("MESSAGE", "251 odd", Unknown("no clear answer to the message: 251 odd")),
        ("MESSAGE", "354 odd", Unknown("no clear answer to the message: 354 odd")),
    ],
)
def test_every_answer_means_one_thing(
    server: MailServer, command: str, answer: str, outcome: Outcome
) -> None:
    server.manners.objections[command] = lambda _said: answer
    with courier_to(server.port) as courier:
        assert carry(courier) == outcome


def test_a_refused_sender_stops_the_run(server: MailServer) -> None:
    server.manners.objections["MAIL"] = lambda _said: "550 who are you"
    with courier_to(server.port) as courier:
        assert carry(courier) == Stop(
            "the mail server refuses us: 550 who are you",
            "Check host, port and login: [delivery.smtp] in config.toml.",
        )


def test_after_a_refused_reader_the_next_one_gets_the_mail(server: MailServer) -> None:
    server.manners.objections["RCPT"] = lambda said: "550 no" if "reader1@" in said else None
    with courier_to(server.port) as courier:
        assert isinstance(carry(courier, 1), SetAside)
        assert isinstance(carry(courier, 2), Accepted)

    assert [taken.recipients for taken in server.taken] == [("reader2@mail.example",)]


def test_a_reader_refused_on_a_kept_connection_is_set_aside(server: MailServer) -> None:
    server.manners.objections["RCPT"] = lambda said: "550 no" if "reader2@" in said else None
    with courier_to(server.port) as courier:
        outcomes = [carry(courier, number) for number in (1, 2, 3)]

    assert [type(outcome) for outcome in outcomes] == [Accepted, SetAside, Accepted]


def test_a_server_that_leaves_in_the_middle_of_a_mail_has_not_taken_it() -> None:
    # More than the buffers of both sides hold.
    letter = make_letter(html=f"{HTML}{'<p>More.</p>' * 1_000_000}")
    with (
        raw_server(talk(*TO_DATA, end=Peer.reset)) as server,
        courier_to(server.port, letter=letter) as courier,
    ):
        outcome = carry(courier)

    assert isinstance(outcome, TryLater)
    assert outcome.reason.startswith("the mail server went away")


def test_a_closed_courier_has_no_connection(server: MailServer) -> None:
    with courier_to(server.port) as courier:
        carry(courier)
        session = courier._session()
        courier.close()

        assert isinstance(session.finish(b"", ""), TryLater)


@pytest.mark.parametrize(
    ("password", "kind"), [("right", Accepted), ("wrong", Stop), ("größer", Stop)]
)
def test_a_login_is_right_or_stops_the_run(password: str, kind: type[Outcome]) -> None:
    contexts = server_context()
    manners = Manners(users={"courier": "right"})
    with (
        mail_server(manners, starttls=contexts.server) as server,
        courier_to(
            server.port,
            security=Security.STARTTLS,
            context=contexts.client,
            username="courier",
            password=password,
        ) as courier,
    ):
        assert isinstance(carry(courier), kind)

    assert [(taken.user, taken.encrypted) for taken in server.taken] == (
        [("courier", True)] if kind is Accepted else []
    )


@pytest.mark.parametrize(
    "about", [{"security": Security.STARTTLS}, {"username": "courier"}, {"username": "jörg"}]
)
def test_what_the_server_does_not_offer_stops_the_run(
    server: MailServer, about: dict[str, Any]
) -> None:
    with courier_to(server.port, **about) as courier:
        assert isinstance(carry(courier), Stop)
    assert server.taken == []


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_nobody_vouches_for_is_refused(security: Security) -> None:
    context = server_context().server
    with (
        mail_server(
            starttls=context if security is Security.STARTTLS else None,
            tls=context if security is Security.TLS else None,
        ) as server,
        courier_to(server.port, security=security) as courier,
    ):
        assert carry(courier) == TryLater(
            "no connection to the mail server: TLS: CERTIFICATE_VERIFY_FAILED"
        )
    assert server.taken == []


JOERG = Reader(7, "jörg@mail.example", "Jörg")


def test_addresses_in_any_script_are_carried(server: MailServer) -> None:
    with courier_to(server.port) as courier:
        assert isinstance(courier.prepare(make_handover(JOERG))(), Accepted)

    (taken,) = server.taken
    assert taken.recipients == ("jörg@mail.example",)
    assert "To: <jörg@mail.example>\r\n".encode() in taken.message


def test_where_they_are_not_taken_the_reader_is_set_aside() -> None:
    with mail_server(smtputf8=False) as server, courier_to(server.port) as courier:
        assert courier.prepare(make_handover(JOERG))() == SetAside(
            {0: "the mail server takes no address with such letters (SMTPUTF8)"}
        )


def test_a_way_out_by_sendgrid_is_refused_at_once() -> None:
    with (
        pytest.raises(NotReadyError, match="unsubscribe groups work with the courier sendgrid"),
        courier_to(1, letter=make_letter(unsubscribe=GROUP)),
    ):
        pass


def talk(*answers: str, end: Play = lambda _peer: None, starts: str = "220 hi") -> Play:
    """Return a play: a greeting, an answer to each line, then the end."""

    def play(peer: Peer) -> None:
        peer.say(f"{starts}\r\n".encode())
        for answer in answers:
            peer.until(b"\r\n")
            peer.say(f"{answer}\r\n".encode())
        end(peer)

    return play


TO_DATA = ("250 hello", "250 OK", "250 OK", "354 go on")


def _to_the_dot(peer: Peer) -> None:
    peer.until(b"\r\n.\r\n")


def _answer(data: bytes) -> Play:
    def play(peer: Peer) -> None:
        _to_the_dot(peer)
        peer.say(data)

    return play


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        (talk(starts="554 no mail here"), Stop),
        (talk(starts="421 busy"), TryLater),
        (talk(starts="what?"), TryLater),
        (lambda peer: None, TryLater),
        (lambda peer: peer.wait(), TryLater),
        (lambda peer: peer.reset(), TryLater),
        (talk("250 hello"), TryLater),
        (talk("250 hello", end=Peer.wait), TryLater),
        (talk("250 hello", "250 OK"), TryLater),
        (talk("250 hello", "250 OK", "x" * 10_000), TryLater),
        (
            talk("250 hello", "250 OK", "251 will forward", "354 go", end=_answer(b"250 OK\r\n")),
            Accepted,
        ),
        (talk("250 hello", "250 OK", "250 OK", "451 not now"), TryLater),
        (talk("250 hello", "250 OK", "250 OK", "554 no"), Refused),
        (talk("250 hello", "250 OK", "250 OK", "250 odd"), TryLater),
        (talk(*TO_DATA, end=_answer(b"250 OK\r\n")), Accepted),
        (talk(*TO_DATA, end=_answer(b"250-first\r\n250 OK\r\n")), Accepted),
        (talk(*TO_DATA, end=_to_the_dot), Unknown),
        (talk(*TO_DATA, end=steps(_to_the_dot, Peer.reset)), Unknown),
        (talk(*TO_DATA, end=Peer.wait), Unknown),
        (talk(*TO_DATA, end=_answer(b"25")), Unknown),
        (talk(*TO_DATA, end=_answer(b"250-first\r\n")), Unknown),
        (talk(*TO_DATA, end=_answer(b"hello\r\n")), Unknown),
        (talk(*TO_DATA, end=_answer(b"250" + b"x" * 10_000)), Unknown),
        (talk(*TO_DATA, end=_answer(b"500" + b"x" * 10_000)), Unknown),
    ],
)
def test_before_the_dot_all_is_certain_and_after_it_only_an_answer(
    play: Play, kind: type[Outcome]
) -> None:
    with raw_server(play) as server, courier_to(server.port) as courier:
        outcome = carry(courier)

    assert isinstance(outcome, kind)


@pytest.mark.parametrize(
    "end",
    [
        Peer.reset,
        lambda peer: None,
        lambda peer: (peer.until(b"\r\n"), peer.say(b"421 enough\r\n")),
    ],
)
def test_a_server_that_is_tired_of_a_connection_gets_a_new_one(end: Play) -> None:
    first = talk(*TO_DATA, end=lambda peer: (_answer(b"250 OK\r\n")(peer), end(peer)))
    second = talk(*TO_DATA, end=_answer(b"250 OK\r\n"))
    with raw_server(first, second) as server, courier_to(server.port) as courier:
        outcomes = [carry(courier), carry(courier, 2)]

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert server.connections == 2


def test_no_server_is_a_certain_refusal() -> None:
    with courier_to(1) as courier:
        assert carry(courier) == TryLater(
            "no connection to the mail server: [Errno 111] Connection refused"
        )


def test_the_password_is_in_no_text() -> None:
    assert "secret" not in repr(Server(host="h", port=25, username="u", password="secret"))
