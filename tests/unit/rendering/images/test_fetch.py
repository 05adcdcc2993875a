import datetime as dt
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.rendering.images.fetch import Fetched, Known, Limits, Network, NotFetched, fetch
from pictures import WEB_PAGE, Answers, PictureServer, picture, serving

LIMITS = Limits(max_bytes=1_000_000, seconds=5)
JPEG = picture("JPEG", 64, 48)


@pytest.fixture(scope="module")
def server() -> Iterator[PictureServer]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def _forgotten(server: PictureServer) -> None:
    server.routes.clear()
    server.asked.clear()


def got(server: PictureServer, path: str = "/a.jpg", limits: Limits = LIMITS) -> object:
    return fetch(server.url(path), limits, server.network())


def why(server: PictureServer, path: str = "/a.jpg", limits: Limits = LIMITS) -> str:
    outcome = got(server, path, limits)
    assert isinstance(outcome, NotFetched), outcome
    return outcome.why


def test_a_picture_comes_with_what_can_be_asked_later(server: PictureServer) -> None:
    server.routes["/a.jpg?w=1"] = lambda answer: answer.give(
        JPEG, ETag='"1"', Last_Modified="Mon, 10 Aug 2026 09:00:00 GMT"
    )

    assert got(server, "/a.jpg?w=1") == Fetched(
        content=JPEG, etag='"1"', last_modified="Mon, 10 Aug 2026 09:00:00 GMT"
    )
    [(_, headers)] = server.asked
    assert headers["Host"] == f"pictures.example:{server.server_port}"
    assert not {"Cookie", "Authorization", "Referer", "Proxy-Authorization"} & headers.keys()


def test_a_picture_in_chunks(server: PictureServer) -> None:
    def chunks(answer: Answers) -> None:
        answer.send_response(200)
        answer.send_header("Content-Type", "image/jpeg")
        answer.send_header("Transfer-Encoding", "chunked")
        answer.end_headers()
        for part in (JPEG[:100], JPEG[100:]):
            answer.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        answer.wfile.write(b"0\r\n\r\n")

    server.routes["/a.jpg"] = chunks

    assert got(server) == Fetched(content=JPEG)


def test_what_has_not_changed_is_not_sent_again(server: PictureServer) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(status=304)

    outcome = fetch(
        server.url("/a.jpg"), LIMITS, server.network(), Known(etag='"1"', last_modified="Mon")
    )

    assert outcome == Fetched(unchanged=True)
    [(_, headers)] = server.asked
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"1"', "Mon")


def test_what_was_kept_begins_no_line_of_its_own() -> None:
    assert Known(etag='"1"\r\nHost: y.example', last_modified="Mon\n").headers == {}


def test_nothing_new_where_nothing_was_asked_about_is_an_error(server: PictureServer) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(status=304)

    assert why(server) == "its server answers 304"


@pytest.mark.parametrize(
    ("status", "passing"), [(404, False), (410, False), (403, False), (429, True), (503, True)]
)
def test_refusals(server: PictureServer, status: int, *, passing: bool) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(b"no", status=status)

    assert got(server) == NotFetched(f"its server answers {status}", passing)


def test_a_web_page_is_no_picture(server: PictureServer) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(WEB_PAGE, kind="text/html; charset=utf-8")

    assert why(server) == "its server says that it is 'text/html', not a picture"


def test_a_server_that_does_not_know_is_believed_for_the_bytes(server: PictureServer) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(JPEG, kind="application/octet-stream")

    assert got(server) == Fetched(content=JPEG)


def test_what_is_packed_is_not_unpacked(server: PictureServer) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(JPEG, Content_Encoding="gzip")

    assert why(server) == "its server packs it, which was not asked for"


def test_a_file_too_large_is_not_read_to_its_end(server: PictureServer) -> None:
    sent = 0

    def stream(answer: Answers) -> None:
        nonlocal sent
        answer.send_response(200)
        answer.send_header("Content-Type", "image/jpeg")
        answer.end_headers()
        for _ in range(500):
            sent += answer.wfile.write(bytes(100_000))

    server.routes["/a.jpg"] = stream

    assert why(server) == "it has more than 1,000,000 bytes"
    assert sent < 20_000_000


def test_a_file_that_ends_early(server: PictureServer) -> None:
    def half(answer: Answers) -> None:
        answer.send_response(200)
        answer.send_header("Content-Type", "image/jpeg")
        answer.send_header("Content-Length", str(len(JPEG)))
        answer.end_headers()
        answer.wfile.write(JPEG[:99])

    server.routes["/a.jpg"] = half

    assert why(server) == "its server ended before all of it had come"


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_left(server: PictureServer, part: str) -> None:
    """Each byte comes soon enough; all of them together do not."""
    over = threading.Event()

    def drip(answer: Answers) -> None:
        if part == "body":
            answer.send_response(200)
            answer.send_header("Content-Type", "image/jpeg")
            answer.end_headers()
        for _ in range(200):  # ten seconds at most
            if over.wait(0.05):
                break
            answer.wfile.write(b"H")

    server.routes["/a.jpg"] = drip
    start = time.monotonic()

    said = why(server, limits=Limits(max_bytes=1_000_000, seconds=0.4))

    over.set()
    assert said == "it did not come within 0.4 seconds"
    assert time.monotonic() - start < 2


def test_a_server_that_says_nothing_is_left(server: PictureServer) -> None:
    over = threading.Event()
    server.routes["/a.jpg"] = lambda _answer: over.wait(3)

    outcome = got(server, limits=Limits(max_bytes=1_000_000, seconds=0.2))

    over.set()
    assert outcome == NotFetched("it did not come within 0.2 seconds", passing=True)


def test_an_endless_head(server: PictureServer) -> None:
    def talk(answer: Answers) -> None:
        answer.send_response(200)
        for number in range(5000):
            answer.send_header(f"X-{number}", "x" * 50)
            answer.flush_headers()

    server.routes["/a.jpg"] = talk

    assert isinstance(got(server), NotFetched)


def test_three_redirects_are_followed(server: PictureServer) -> None:
    for number in range(3):
        server.routes[f"/{number}"] = lambda answer, number=number: answer.give(  # type: ignore[misc]  # bound now
            status=302, Location=f"/{number + 1}"
        )
    server.routes["/3"] = lambda answer: answer.give(JPEG)

    assert got(server, "/0") == Fetched(content=JPEG)


def test_a_loop_of_redirects_ends(server: PictureServer) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(status=301, Location="/a.jpg")

    assert why(server) == "it leads on to another address more than 3 times"
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("location", "said"),
    [
        (
            "http://169.254.169.254/latest/meta-data/",
            "169.254.169.254, port 80, is not a public web server",
        ),
        ("http://127.0.0.1:22/", "127.0.0.1, port 22, is not a public web server"),
        ("file:///etc/passwd", "its address does not begin with https:// or http://"),
        ("gopher://x.example/", "its address does not begin with https:// or http://"),
        ("http://anna:word@x.example/", "its address holds a user name or password"),
        ("http://[", "its address is no sound URL"),
        ("//x.example:0x50/", "its address is no sound URL"),
    ],
)
def test_a_redirect_is_judged_like_an_address(
    server: PictureServer, location: str, said: str
) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.give(status=302, Location=location)
    network = server.network(
        look_up=lambda host, _port: ["127.0.0.1" if host.endswith(".example") else host]
    )

    assert fetch(server.url("/a.jpg"), LIMITS, network) == NotFetched(said)


def test_a_name_is_asked_for_once_and_its_address_kept(server: PictureServer) -> None:
    """DNS rebinding: the second answer, this machine's neighbour, is never used."""
    with serving("127.0.0.2") as neighbour:
        neighbour.server_port = server.server_port
        answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]])
        server.routes["/a.jpg"] = lambda answer: answer.give(JPEG)
        network = server.network(look_up=lambda _host, _port: next(answers))

        assert fetch(server.url("/a.jpg"), LIMITS, network) == Fetched(content=JPEG)
        assert next(answers) == ["127.0.0.2"]
        assert neighbour.asked == []


def test_one_private_address_among_public_ones_is_enough(server: PictureServer) -> None:
    network = server.network(look_up=lambda _host, _port: ["127.0.0.1", "10.0.0.1"])

    outcome = fetch(server.url("/a.jpg"), LIMITS, network)

    assert isinstance(outcome, NotFetched)
    assert "is not a public web server" in outcome.why
    assert server.asked == []


def test_the_next_address_is_tried(server: PictureServer) -> None:
    """Nobody listens at 127.0.0.3."""
    server.routes["/a.jpg"] = lambda answer: answer.give(JPEG)
    network = server.network(
        look_up=lambda _host, _port: ["127.0.0.3", "127.0.0.1"],
        may_reach=lambda _address, _port: True,
    )

    assert fetch(server.url("/a.jpg"), LIMITS, network) == Fetched(content=JPEG)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.jpg",
        "http://localhost/a.jpg",
        "http://[::1]/a.jpg",
        "http://2130706433/a.jpg",
        "http://0x7f.1/a.jpg",
        "http://0/a.jpg",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_this_machine_and_its_neighbours_are_refused_as_shipped(url: str) -> None:
    outcome = fetch(url, LIMITS, Network())

    assert isinstance(outcome, NotFetched)
    assert "is not a public web server" in outcome.why or "there is no server" in outcome.why


def test_other_ports_are_refused_as_shipped() -> None:
    assert fetch("http://1.1.1.1:6379/a.jpg", LIMITS, Network()) == NotFetched(
        "1.1.1.1, port 6379, is not a public web server"
    )


def test_a_name_nobody_knows() -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError

    assert fetch("http://x.example/", LIMITS, Network(look_up=nobody)) == NotFetched(
        "there is no server x.example", passing=True
    )


def test_a_port_where_nobody_listens(server: PictureServer) -> None:
    network = server.network(may_reach=lambda _address, _port: True)

    outcome = fetch("http://pictures.example:1/", LIMITS, network)

    assert outcome == NotFetched("it cannot be reached (Connection refused)", passing=True)


class TestHttps:
    @pytest.fixture
    def secret(self, tmp_path: Path) -> Iterator[PictureServer]:
        with serving() as running:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(own_certificate(tmp_path))
            running.socket = context.wrap_socket(
                running.socket, server_side=True, do_handshake_on_connect=False
            )
            running.routes["/a.jpg"] = lambda answer: answer.give(JPEG)
            yield running

    def test_a_certificate_of_ones_own_is_not_believed(self, secret: PictureServer) -> None:
        outcome = fetch(secret.url("/a.jpg", scheme="https"), LIMITS, secret.network())

        assert outcome == NotFetched("the connection is not secure (CERTIFICATE_VERIFY_FAILED)")
        assert secret.asked == []

    def test_one_that_somebody_vouches_for_is(
        self, secret: PictureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The name is checked though the connection goes to an address."""
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
        network = secret.network()

        sound = fetch(secret.url("/a.jpg", scheme="https"), LIMITS, network)
        other = fetch(secret.url("/a.jpg", host="x.example", scheme="https"), LIMITS, network)

        assert sound == Fetched(content=JPEG)
        assert other == NotFetched("the connection is not secure (CERTIFICATE_VERIFY_FAILED)")


@settings(max_examples=30)
@given(st.binary(max_size=400))
def test_property_whatever_a_server_says_nothing_is_raised(
    server: PictureServer, said: bytes
) -> None:
    server.routes["/a.jpg"] = lambda answer: answer.wfile.write(said)

    limits = Limits(max_bytes=1000, seconds=2)
    assert isinstance(got(server, limits=limits), Fetched | NotFetched)


def own_certificate(folder: Path) -> Path:
    """Write a certificate for pictures.example that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pictures.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("pictures.example")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
