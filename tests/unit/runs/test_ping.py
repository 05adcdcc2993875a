"""Requests to a monitor and to a webhook: real sockets, and nothing that is raised or shown."""

import time
from collections.abc import Iterator

import pytest

from chat_server import ChatServer, chat_server
from contract.couriers.certificates import server_context
from contract.couriers.raw_server import Peer, Play, answering, http, raw_server
from digest.runs.ping import What, ping
from digest.runs.post import post, wrong_url

CANARY = "canary-of-the-monitor"


@pytest.fixture
def monitor() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


@pytest.mark.parametrize(
    ("what", "path"),
    [("start", "/x/abc/start"), ("success", "/x/abc"), ("failure", "/x/abc/fail")],
)
@pytest.mark.parametrize("end", ["", "/"])
def test_what_happened_stands_behind_the_address(
    monitor: ChatServer, what: What, path: str, end: str
) -> None:
    assert ping(f"{monitor.url}/x/abc{end}", what) == ""

    (asked,) = monitor.asked
    assert (asked.method, asked.path) == ("GET", path)


def test_words_are_posted_without_addresses(monitor: ChatServer) -> None:
    assert ping(f"{monitor.url}/x?rid=1", "failure", "ann@mail.example is häld") == ""

    (asked,) = monitor.asked
    assert (asked.method, asked.path) == ("POST", "/x/fail?rid=1")
    assert asked.body.decode() == "(address) is häld"


def test_no_monitor_is_no_fault() -> None:
    assert ping("", "start") == ""


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(monitor: ChatServer, status: int) -> None:
    monitor.statuses = [status]

    said = ping(f"{monitor.url}/x", "success")

    assert said == f"127.0.0.1 answered {status}, a redirect, which is not followed"
    assert len(monitor.asked) == 1


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_error_is_said(monitor: ChatServer, status: int) -> None:
    monitor.statuses = [status]

    assert ping(f"{monitor.url}/{CANARY}", "success") == f"127.0.0.1 answered {status}"


@pytest.mark.parametrize(
    "url",
    [
        f"http://monitor.example/{CANARY}",
        f"ftp://127.0.0.1/{CANARY}",
        f"https://user:{CANARY}@monitor.example/x",
        f"https:///{CANARY}",
        f"https://[::1/{CANARY}",
        f"https://monitor.example:99999/{CANARY}",
        f"https://monitor.example:0/{CANARY}",
        f"{CANARY}",
        f"https://monitor.example/{CANARY}\r\nX: y",
        f"https://monitor.example/a b{CANARY}",
        f"https://{'x' * 70}.example/{CANARY}",
        f"https://..example/{CANARY}",
    ],
)
def test_an_address_that_cannot_be_asked_is_said_and_not_shown(url: str) -> None:
    for said in (ping(url, "start"), post(url, b"{}", "application/json")):
        assert said
        assert CANARY not in said


def test_other_machines_are_asked_over_https_only() -> None:
    assert wrong_url("http://hooks.example/x") == (
        "hooks.example: the address does not begin with https://"
    )
    assert wrong_url("https://hooks.example/x") == ""
    assert wrong_url("http://localhost:8000/x") == ""


def test_nobody_who_listens_is_said() -> None:
    said = ping(f"http://127.0.0.1:1/{CANARY}", "start")

    assert said == "127.0.0.1: no answer: Connection refused"


@pytest.mark.parametrize(
    "play",
    [
        lambda peer: peer.wait(),
        lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100, 0.05),
        lambda peer: peer.reset(),
        answering(b"nonsense\r\n\r\n"),
        answering(b""),
        answering(b"HTTP/1.1 200 OK\r\n" + b"X" * 70_000),
    ],
    ids=["silence", "drip", "reset", "nonsense", "nothing", "endless header"],
)
def test_what_the_other_side_does_is_a_text_and_takes_seconds(play: Play) -> None:
    start = time.perf_counter()
    with raw_server(play) as server:
        said = ping(f"{server.url}/{CANARY}", "start", seconds=0.3)
        took = time.perf_counter() - start

    assert said.startswith("127.0.0.1: no answer: ")
    assert CANARY not in said
    assert took < 2


def test_a_body_without_an_end_is_not_waited_for() -> None:
    def play(peer: Peer) -> None:
        peer.request()
        peer.say(b"HTTP/1.0 200 OK\r\n\r\nok")
        peer.wait()

    with raw_server(play) as server:
        assert ping(f"{server.url}/x", "start", seconds=2) == ""


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    with raw_server(answering(http(200)), context=server_context().server) as server:
        said = ping(f"{server.url}/{CANARY}", "start")

    assert "CERTIFICATE_VERIFY_FAILED" in said.upper().replace(" ", "_")
    assert CANARY not in said


def test_an_address_with_a_password_is_not_asked() -> None:
    with chat_server() as monitor:
        said = ping(monitor.url.replace("://", f"://user:{CANARY}@"), "start")

        assert said == "the address holds a user name or password"
        assert monitor.asked == []
