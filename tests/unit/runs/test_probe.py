"""Whether the public address is really ours: everything that may be there instead."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from digest.delivery.links import UNSUBSCRIBE, Key, is_genuine, parse_token
from digest.runs.probe import ONE_CLICK, probe_answer, probe_endpoint

NEW, OLD = (
    Key("b", b"new secret of 32 bytes.........."),
    Key("a", b"old secret of 32 bytes.........."),
)


class Handler(BaseHTTPRequestHandler):
    """Answers as its server is told."""

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, method: str, body: bytes) -> None:
        assert isinstance(self.server, FakeEndpoint)
        self.server.asked.append((method, urlsplit(self.path).path, body))
        status, keys, location = self.server.rules.get(method, (200, self.server.keys, ""))
        nonce = parse_qs(urlsplit(self.path).query)["c"][0]
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write((probe_answer(nonce, keys) or "").encode())

    def log_message(self, *args: object) -> None:
        pass


class FakeEndpoint(ThreadingHTTPServer):
    """What may stand behind a public address."""

    keys: tuple[Key, ...] = (NEW, OLD)

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, bytes]] = []
        self.rules: dict[str, tuple[int, tuple[Key, ...], str]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def _running() -> Iterator[FakeEndpoint]:
    with FakeEndpoint() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    with _running() as server:
        yield server


def test_ours_is_asked_as_a_browser_and_as_a_mail_program(endpoint: FakeEndpoint) -> None:
    assert probe_endpoint(endpoint.url, (NEW,)) is None
    assert endpoint.asked == [("GET", "/u/probe", b""), ("POST", "/u/probe", ONE_CLICK)]


def test_an_address_with_a_path_keeps_it(endpoint: FakeEndpoint) -> None:
    assert probe_endpoint(f"{endpoint.url}/letters/", (NEW, OLD)) is None
    assert endpoint.asked[0][1] == "/letters/u/probe"


def test_a_server_that_does_not_know_the_new_key_yet_is_not_ready(endpoint: FakeEndpoint) -> None:
    endpoint.keys = (OLD,)

    assert probe_endpoint(endpoint.url, (NEW, OLD)) == (
        f"GET {endpoint.url}/u/ is answered by something else than a `digest serve` with the "
        "present key of DIGEST_SECRET"
    )


def test_a_redirect_is_not_followed(endpoint: FakeEndpoint) -> None:
    endpoint.rules["POST"] = (301, (NEW,), f"{endpoint.url}/elsewhere")

    assert probe_endpoint(endpoint.url, (NEW,)) == (
        f"POST {endpoint.url}/u/ answers 301, a redirect, which mail programs do not follow"
    )
    assert len(endpoint.asked) == 2


def test_a_server_that_lets_no_post_through(endpoint: FakeEndpoint) -> None:
    endpoint.rules["POST"] = (403, (NEW,), "")

    assert probe_endpoint(endpoint.url, (NEW,)) == (
        f"POST {endpoint.url}/u/ answers 403: `digest serve` is not behind it"
    )


def test_nobody_there(endpoint: FakeEndpoint) -> None:
    endpoint.server_close()

    wrong = probe_endpoint(endpoint.url, (NEW,))

    assert wrong
    assert wrong.startswith(f"GET {endpoint.url}/u/: no answer: ")


def test_an_environment_full_of_proxies_changes_nothing(
    endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert probe_endpoint(endpoint.url, (NEW,)) is None


def test_a_proof_is_not_a_link_of_a_reader() -> None:
    answer = probe_answer("0" * 32, (NEW,))
    claim = parse_token((answer or "").strip())

    assert claim
    assert not is_genuine(claim, UNSUBSCRIBE, "", (NEW,))
