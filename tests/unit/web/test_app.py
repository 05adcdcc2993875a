"""Requests at the border: slow, huge, odd ones, and a store that does not answer."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, cast

import pytest

from command import ROOT
from digest.config.load import load_config
from digest.errors import StoreError
from digest.web.app import Desk, make_app
from digest.web.departures import Departure, Departures
from digest.web.pages import Pages
from digest.web.writer import Writer
from serving import KEY, MULTIPART, PAIR, PARTS, URLENCODED, Answer, token

PAGES = Pages(load_config(str(ROOT / "config.toml")))
BY_HAND = PAIR + b"&page=1&leave=this"


def wish(word: str, origin: str, *, everything: bool = False) -> Departure:
    return Departure(word, everything, origin)


class FakeStore:
    """Notes departures; may hang, fail, or break."""

    def __init__(self) -> None:
        self.taken: list[Departure] = []
        self.wrong: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def apply(self, departures: Sequence[Departure]) -> list[bool]:
        self.gate.wait(5)
        if self.wrong:
            raise self.wrong
        self.taken += departures
        return [True] * len(departures)

    def close(self) -> None:
        self.gate.set()


class Site:
    """The application, asked without a socket."""

    def __init__(self, url: str = "https://letters.example.org") -> None:
        self.store = FakeStore()
        self.writer = Writer(cast("Departures", self.store))
        desk = Desk(PAGES, (KEY,), self.writer, body_seconds=0.05, store_seconds=0.2)
        self.app: Any = make_app(desk, url)

    def ask(
        self,
        method: str,
        path: str,
        body: Sequence[bytes] | None = (),
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> Answer:
        """Send one request; a body of None never comes."""
        chunks = list(body or ())
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if body is None:
                await asyncio.sleep(10)
            chunk = chunks.pop(0) if chunks else b""
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            sent.append(message)

        route, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": route,
            "raw_path": route.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": list(headers),
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        asyncio.run(self.app(scope, receive, send))
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        whole = b"".join(message["body"] for message in sent[1:])
        return Answer(sent[0]["status"], found, whole)

    def post(self, path: str, body: bytes, kind: str = URLENCODED["Content-Type"]) -> Answer:
        headers = [(b"content-type", kind.encode())]
        return self.ask("POST", path, [body], headers)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    with made.writer:
        yield made


def test_one_click_leaves_the_newsletter(site: Site) -> None:
    for body, kind in ((PAIR, URLENCODED), (PARTS, MULTIPART)):
        answer = site.post("/u/a.1.weekly.x", body, kind["Content-Type"])
        assert (answer.status, answer.body) == (200, b"OK\n")

    assert site.store.taken == [wish("a.1.weekly.x", "endpoint:one-click")] * 2


def test_the_page_can_leave_everything_and_a_mail_program_cannot(site: Site) -> None:
    site.post("/u/x", PAIR + b"&page=1&leave=all")
    site.post("/u/x", PAIR + b"&leave=all")
    site.post("/u/x", BY_HAND)

    assert site.store.taken == [
        wish("x", "endpoint:page", everything=True),
        wish("x", "endpoint:one-click"),
        wish("x", "endpoint:page"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"List-Unsubscribe=",
        b"List-Unsubscribe=one-click",
        b"list-unsubscribe=One-Click",
        b"x=List-Unsubscribe=One-Click",
        b"page=1&leave=all",
        b"\xff\x00",
    ],
)
def test_without_the_pair_nothing_happens(site: Site, body: bytes) -> None:
    assert site.post(f"/u/{token(1)}", body).same == site.post("/u/x", body).same
    assert site.post("/u/x", body).status == 400
    assert site.store.taken == []


@pytest.mark.parametrize("around", [".", ")", ">", ",", "%20"])
def test_what_stands_behind_a_link_in_a_text_is_no_part_of_it(site: Site, around: str) -> None:
    site.post(f"/u/x{around.replace('%20', ' ')}", PAIR)

    assert site.store.taken[0].token == "x"


def test_a_body_that_is_too_long_is_not_read(site: Site) -> None:
    announced = [(b"content-length", b"10001")]

    assert site.ask("POST", "/u/x", None, announced).status == 413
    assert site.ask("POST", "/u/x", [b"x" * 6000, b"x" * 6000]).status == 413
    assert site.store.taken == []


def test_a_body_that_does_not_come_is_not_waited_for(site: Site) -> None:
    assert site.ask("POST", "/u/x", None).status == 408


def test_a_reader_who_hangs_up_is_no_bug_of_ours(site: Site) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/u/x", "query_string": b"", "headers": []}
    asyncio.run(site.app(scope, receive, send))

    assert sent[0]["status"] == 400


def test_a_path_that_is_too_long(site: Site) -> None:
    assert site.ask("GET", "/u/" + "x" * 1000).status == 414


@pytest.mark.parametrize("wrong", [StoreError("is full", where="x", remedy="y"), ValueError()])
@pytest.mark.filterwarnings("ignore")
def test_our_own_failure_asks_to_come_again(site: Site, wrong: Exception) -> None:
    site.store.wrong = wrong
    if isinstance(wrong, ValueError):  # logged by the server, as every bug of ours
        with pytest.raises(ValueError, match=r"^$"):
            site.post("/u/x", PAIR)
        return

    answers = [site.post(f"/u/{word}", PAIR) for word in (token(1), "x")]
    page = site.post("/u/x", BY_HAND)

    assert answers[0].same == answers[1].same
    assert (answers[0].status, answers[0].headers["retry-after"]) == (503, "60")
    assert page.status == 503
    assert b"<button" in page.body
    assert site.ask("GET", "/u/probe?c=" + "0" * 32).status == 503
    assert site.ask("GET", "/u/x").status == 200


def test_a_store_that_does_not_answer_is_not_waited_for(site: Site) -> None:
    site.store.gate.clear()

    assert site.post("/u/x", PAIR).status == 503

    site.store.gate.set()


def test_methods_that_mean_nothing_here(site: Site) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        answer = site.ask(method, "/u/x")
        assert answer.status == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "POST", "HEAD"}
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/u", "/u/", "/u/x/", "/u//x", "/x", "/u/x/y", "/favicon.ico"]
)
def test_there_is_nothing_else_and_no_redirect(site: Site, path: str) -> None:
    answer = site.ask("GET", path)

    assert answer.status == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize("prefix", ["", "/letters"])
def test_links_work_whether_or_not_the_web_server_cuts_the_path_off(prefix: str) -> None:
    made = Site("https://example.org/letters/")
    with ExitStack() as stack:
        stack.enter_context(made.writer)

        assert made.post(f"{prefix}/u/x", PAIR).status == 200
        assert made.ask("GET", f"{prefix}/u/probe?c=" + "0" * 32).status == 200


@pytest.mark.parametrize("nonce", ["", "x", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "\n"])
def test_only_a_nonce_is_signed(site: Site, nonce: str) -> None:
    assert site.ask("GET", f"/u/probe?c={nonce}").status == 404


def test_a_proof_is_no_link(site: Site) -> None:
    proof = site.ask("GET", "/u/probe?c=" + "0" * 32).body.decode().strip()

    assert proof.startswith(f"t1.0.{'0' * 32}.")
    assert site.store.taken == [wish("", "endpoint:probe")]
