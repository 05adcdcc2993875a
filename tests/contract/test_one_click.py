"""RFC 8058 as mail programs meet it: a server process, sockets, a real store."""

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from command import make_site
from digest.delivery.links import Key
from digest.runs.probe import probe_endpoint
from serving import (
    KEY,
    MULTIPART,
    PAIR,
    PARTS,
    URLENCODED,
    Answer,
    Served,
    address,
    make_store,
    serving,
    standing,
    token,
)

READERS = 400
#: What the scanners of mail filters send before any person does.
SCANNERS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("GET", {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) BarracudaCentral"}),
    ("HEAD", {"User-Agent": "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"}),
    ("GET", {"User-Agent": "python-requests/2.32.3", "Accept": "*/*"}),
    ("GET", {"User-Agent": "Mozilla/5.0 Chrome/126.0", "Sec-Purpose": "prefetch;prerender"}),
    ("HEAD", {"User-Agent": "GoogleImageProxy", "Range": "bytes=0-0"}),
    ("GET", {"User-Agent": "facebookexternalhit/1.1", "Accept-Encoding": "gzip"}),
    ("OPTIONS", {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}),
    ("GET", {"List-Unsubscribe": "One-Click", "X-HTTP-Method-Override": "POST"}),
)


class Endpoint:
    """A server and its store."""

    def __init__(self, served: Served, store: Path) -> None:
        self.served = served
        self.store = store
        self._next = 0

    def reader(self) -> int:
        """Return a reader no test has used."""
        self._next += 1
        assert self._next < READERS
        return self._next

    def left(self, reader: int) -> tuple[str, ...]:
        """Return what a reader has left."""
        return standing(self.store).get(reader, ("active", ()))[1]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    site = make_site(tmp_path_factory.mktemp("one-click") / "site")
    store = make_store(site / "digest.db", READERS)
    with serving(site) as served:
        yield Endpoint(served, store)


@pytest.mark.parametrize(("body", "headers"), [(PAIR, URLENCODED), (PARTS, MULTIPART)])
def test_a_post_without_any_context_is_enough(
    endpoint: Endpoint, body: bytes, headers: Mapping[str, str]
) -> None:
    # No cookie, no login, no other context; no redirect; both encodings (RFC 8058).
    reader = endpoint.reader()

    answer = endpoint.served.ask("POST", f"/u/{token(reader)}", body, headers)

    assert (answer.status, answer.body) == (200, b"OK\n")
    assert not {"set-cookie", "location", "www-authenticate", "server"} & answer.headers.keys()
    assert endpoint.left(reader) == ("weekly",)


@pytest.mark.parametrize(
    "context",
    [
        {"Origin": "https://evil.example", "Referer": "https://evil.example/"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Cookie": "session=1; session=2", "Authorization": "Basic eDp5"},
        {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http", "Forwarded": "for=x"},
        {"Expect": "100-continue"},
        {"Connection": "close"},
    ],
)
def test_a_context_changes_nothing(endpoint: Endpoint, context: Mapping[str, str]) -> None:
    reader = endpoint.reader()

    answer = endpoint.served.ask("POST", f"/u/{token(reader)}", PAIR, {**URLENCODED, **context})

    assert answer.status == 200
    assert endpoint.left(reader) == ("weekly",)


def test_scanners_change_nothing(endpoint: Endpoint) -> None:
    reader = endpoint.reader()

    for method, headers in SCANNERS * 3:
        answer = endpoint.served.ask(method, f"/u/{token(reader)}", None, headers)
        assert answer.status == (405 if method == "OPTIONS" else 200)
        assert "access-control-allow-origin" not in answer.headers
        if method == "HEAD":
            assert answer.body == b""
    for path in (
        f"/u/{token(reader)}?List-Unsubscribe=One-Click",
        f"/u/{token(reader)}?leave=all",
    ):
        assert endpoint.served.ask("GET", path).status == 200

    assert endpoint.left(reader) == ()
    assert endpoint.served.one_click(token(reader)).status == 200
    assert endpoint.left(reader) == ("weekly",)


def worthless(reader: int) -> list[str]:
    """Return links that are worth nothing, near to that of `reader` and far from it."""
    good = token(reader)
    return [
        "x",
        "t1.1.weekly.AAAAAAAAAAAAAAAAAAAAAA",
        good[:-1] + ("B" if good[-1] == "A" else "A"),
        good.replace(f".{reader}.", f".{reader + 1}."),
        token(reader, "breaking").replace("breaking", "weekly"),
        token(reader, purpose="probe"),
        token(reader, key=Key(KEY.name, b"guessed")),
        token(reader, of=address(reader + 1)),
        token(READERS + 5000),
    ]


@pytest.mark.parametrize("body", [PAIR, PAIR + b"&page=1&leave=this", PAIR + b"&page=1&leave=all"])
def test_a_worthless_link_is_answered_like_a_good_one(endpoint: Endpoint, body: bytes) -> None:
    reader = endpoint.reader()
    # Pages name the newsletter the link names; of that, too, nothing is to be learnt.
    links = [word for word in worthless(reader) if word != "x" or body == PAIR]

    bad = [endpoint.served.ask("POST", f"/u/{word}", body, URLENCODED).same for word in links]
    assert endpoint.left(reader) == ()
    good = endpoint.served.ask("POST", f"/u/{token(reader)}", body, URLENCODED).same

    assert [answer == good for answer in bad] == [True] * len(links)
    assert standing(endpoint.store)[reader]


def test_a_page_does_not_say_whether_a_link_is_good(endpoint: Endpoint) -> None:
    reader = endpoint.reader()
    links = [word for word in worthless(reader) if word != "x"]

    pages = {endpoint.served.ask("GET", f"/u/{word}").body for word in [token(reader), *links]}

    assert len(pages) == 1
    assert str(reader).encode() not in pages.pop().split(b"</style>")[1]


def test_a_link_leaves_only_what_it_names(endpoint: Endpoint) -> None:
    first, second, third = (endpoint.reader() for _ in range(3))

    endpoint.served.one_click(token(first, "weekly"))
    endpoint.served.one_click(token(second, "breaking"))

    assert endpoint.left(first) == ("weekly",)
    assert endpoint.left(second) == ("breaking",)
    assert endpoint.left(third) == ()
    assert {state for state, left in standing(endpoint.store).values() if left == ()} <= {
        "unsubscribed"
    }


def test_many_at_once(endpoint: Endpoint) -> None:
    readers = [endpoint.reader() for _ in range(200)]

    def leave(reader: int) -> Answer:
        return endpoint.served.one_click(token(reader))

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(leave, readers + readers))

    assert {answer.status for answer in answers} == {200}
    assert all(endpoint.left(reader) == ("weekly",) for reader in readers)


def raw(served: Served, data: bytes) -> bytes:
    """Send bytes; return what comes back before the server closes or waits."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=2) as connection:
        received = b""
        try:
            connection.sendall(data)
            while chunk := connection.recv(65536):
                received += chunk
                if b"\r\n\r\n" in received:
                    break
        except (TimeoutError, ConnectionError):
            pass
        return received


HOSTS = (
    b"",
    b"[",
    b"[::1",
    b"[::1]:x",
    b"a b",
    b"evil.example",
    b"localhost:99999999999",
    b"../../..",
    b"\xff\xfe",
    b"%00",
    b"<script>",
    b"a@b:c@d",
    b"x" * 8000,
)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_none_hurts_nobody(endpoint: Endpoint, host: bytes) -> None:
    reader = endpoint.reader()
    head = b"POST /u/%b HTTP/1.1\r\nHost: %b\r\nContent-Length: %d\r\n\r\n"

    answer = raw(endpoint.served, head % (token(reader).encode(), host, len(PAIR)) + PAIR)

    assert answer.split()[1] in {b"200", b"400"}
    assert (endpoint.left(reader) == ("weekly",)) == (answer.split()[1] == b"200")
    assert host not in answer or not host
    assert endpoint.served.ask("GET", "/u/x").status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /u/x HTTP/9.9\r\n\r\n",
        b"GET http://evil.example/u/x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /u/%00%ff%c0%ae HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /u/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /u/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /u/x HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
        b"GET /u/" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_hurts_nobody(endpoint: Endpoint, data: bytes) -> None:
    raw(endpoint.served, data)

    assert endpoint.served.ask("GET", "/u/x").status == 200


def test_huge_bodies_are_not_read(endpoint: Endpoint) -> None:
    head = b"POST /u/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"

    assert raw(endpoint.served, head + chunk * 100).split()[1:2] in ([b"413"], [])
    assert endpoint.served.ask("POST", "/u/x", b"x" * 10_001, URLENCODED).status == 413


def test_others_are_served_while_many_are_slow(endpoint: Endpoint) -> None:
    head = b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nList-"
    slow = [socket.create_connection(("127.0.0.1", endpoint.served.port)) for _ in range(300)]
    for number, connection in enumerate(slow):
        connection.sendall(head if number % 2 else head[:20])
    reader = endpoint.reader()

    assert endpoint.served.one_click(token(reader)).status == 200
    assert endpoint.left(reader) == ("weekly",)
    for connection in slow:
        connection.close()


def test_the_probe_finds_its_own_installation(endpoint: Endpoint) -> None:
    assert probe_endpoint(endpoint.served.url, (KEY,)) is None
    assert "something else" in str(probe_endpoint(endpoint.served.url, (Key("t1", b"other"),)))
