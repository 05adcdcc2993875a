"""The client of SendGrid's other endpoints, and what must never become of the key."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from conftest import absent
from contract.couriers.raw_server import Peer, RawServer, http, raw_server
from digest.delivery.couriers.sendgrid import SendGridCourier
from digest.delivery.couriers.sendgrid_api import EU, GLOBAL, SendGridApi
from digest.delivery.couriers.transport import Request, Timeouts, Transport
from digest.delivery.letter import Unsubscribe
from digest.delivery.outcome import Accepted, SetAside, Unknown
from digest.delivery.payload import Options
from digest.errors import ConfigError, DigestError, NotReadyError
from fake_sendgrid import FakeSendGrid
from fake_sendgrid.schema import FOLDER
from unit.delivery.letters import (
    ENDPOINT,
    GROUP,
    MAILTO,
    NAMED_HTML,
    NAMED_TEXT,
    NOW,
    SIGN,
    make_handover,
    make_letter,
    make_readers,
)

KEY = "SG.canary-of-the-tests"
SHORT = Timeouts(connect=timedelta(seconds=0.5), read=timedelta(seconds=2))


@contextmanager
def api_to(url: str, key: str = KEY) -> Iterator[SendGridApi]:
    """An API client that is closed afterwards."""
    api = SendGridApi(key, host=url, timeouts=SHORT)
    try:
        yield api
    finally:
        api.close()


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid(key=KEY) as running:
        yield running


def test_other_endpoints_answer_with_values(fake: FakeSendGrid) -> None:
    with api_to(fake.url) as api:
        scopes = api.get("/v3/scopes")
        created = api.post("/v3/mail/batch", None)
        known = api.get(f"/v3/mail/batch/{created[1]['batch_id']}")
        bounces = api.get("/v3/suppression/bounces", {"limit": 5, "start_time": 0})
        nowhere = api.get("/v3/nowhere")

    assert "mail.send" in scopes[1]["scopes"]
    assert (created[0], known[0]) == (201, 200)
    assert bounces == (200, [])
    assert nowhere[0] == 404
    assert fake.connections == 1


def test_what_was_sent_can_be_read_back(fake: FakeSendGrid) -> None:
    with api_to(fake.url) as api:
        courier = SendGridCourier(
            make_letter(), api, options=Options(), sign=SIGN, now=lambda: NOW
        )
        assert isinstance(courier.prepare(make_handover())(), Accepted)
        query = "to_email = 'reader1@mail.example' AND subject = 'The week at the harbour'"
        status, found = api.post("/v3/logs", {"query": query, "limit": 10})
        (message,) = found["messages"]
        _, details = api.get(f"/v3/logs/{message['sg_message_id']}")

    assert status == 200
    assert "0123456789abcdef0123456789abcdef" in str(details)


def test_a_full_batch_is_accepted_and_a_bad_reader_set_aside(fake: FakeSendGrid) -> None:
    with api_to(fake.url) as api:
        courier = SendGridCourier(
            make_letter(), api, options=Options(sandbox=False), sign=SIGN, now=lambda: NOW
        )
        assert courier.most_readers == 1000
        assert isinstance(courier.prepare(make_handover(*make_readers(1000)))(), Accepted)
        fake.fault("F11", address="reader7@")
        outcome = courier.prepare(make_handover(*make_readers(10)))()

    assert outcome == SetAside({6: "Does not contain a valid address."})
    assert len(fake.copies()) == 1000


@pytest.mark.parametrize("kind", ["F5", "F6", "F8", "F9b", "F10", "F13", "F14", "F14b"])
def test_what_may_have_been_taken_is_unknown(fake: FakeSendGrid, kind: str) -> None:
    fake.fault(kind)
    with api_to(fake.url) as api:
        courier = SendGridCourier(
            make_letter(), api, options=Options(), sign=SIGN, now=lambda: NOW
        )
        outcome = courier.prepare(make_handover())()

    assert isinstance(outcome, Unknown)
    assert fake.mail_sends == 1


@pytest.mark.parametrize("most", [0, 1001])
def test_more_than_sendgrid_takes_is_not_offered(most: int) -> None:
    with api_to("http://127.0.0.1:1") as api, pytest.raises(ValueError, match="in one request"):
        SendGridCourier(
            make_letter(), api, options=Options(most_readers=most), sign=SIGN, now=lambda: NOW
        )


@pytest.mark.parametrize("kind", ["F16", "F16b"])
def test_no_redirect_is_followed(fake: FakeSendGrid, kind: str) -> None:
    fake.fault(kind)
    with api_to(fake.url) as api:
        courier = SendGridCourier(
            make_letter(), api, options=Options(), sign=SIGN, now=lambda: NOW
        )
        assert isinstance(courier.prepare(make_handover())(), Unknown)

    assert fake.redirected == []


def test_the_sandbox_takes_everything_and_sends_nothing(fake: FakeSendGrid) -> None:
    with api_to(fake.url) as api:
        courier = SendGridCourier(
            make_letter(), api, options=Options(sandbox=True), sign=SIGN, now=lambda: NOW
        )
        assert isinstance(courier.prepare(make_handover())(), Accepted)

    assert fake.ledger == ()


def test_no_proxy_of_the_environment_is_used(
    fake: FakeSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    with api_to(fake.url) as api:
        assert api.get("/v3/scopes")[0] == 200


@pytest.mark.parametrize(
    ("answer", "message", "kind"),
    [
        (http(401), "SendGrid answered 401 to /v3/scopes", NotReadyError),
        (http(403), "SendGrid answered 403 to /v3/scopes", NotReadyError),
        (http(429), "too many requests", DigestError),
        (http(500, b"{}"), "the answer is 500", DigestError),
        (http(302), "the answer is 302", DigestError),
        (http(200, b"<html>"), "the answer is no JSON", DigestError),
        (b"HTTP/1.1 20", "no whole answer came", DigestError),
    ],
)
def test_what_ends_the_matter_is_an_error_with_a_remedy(
    answer: bytes, message: str, kind: type[DigestError]
) -> None:
    def play(peer: Peer) -> None:
        peer.request()
        peer.say(answer)

    with (
        raw_server(play) as server,
        api_to(server.url) as api,
        pytest.raises(kind, match=message) as caught,
    ):
        api.get("/v3/scopes")

    assert caught.value.problems[0].remedy
    assert KEY not in str(caught.value)


def test_no_server_is_an_error_with_a_remedy() -> None:
    with api_to("http://127.0.0.1:1") as api, pytest.raises(DigestError, match="no connection"):
        api.get("/v3/scopes")


@pytest.mark.parametrize(
    "path", ["/v2/x", "v3/x", "/v3/../x y", "/v3/a?b", "/v3/a\r\nX: y", "/v3"]
)
def test_a_path_is_one_of_the_api(path: str) -> None:
    with api_to("http://127.0.0.1:1") as api, pytest.raises(ValueError, match="not a path"):
        api.get(path)


@pytest.mark.parametrize("host", [GLOBAL, EU, "http://127.0.0.1:80", "http://localhost:1"])
def test_the_key_goes_to_sendgrid_or_to_this_machine(host: str) -> None:
    SendGridApi(KEY, host=host).close()


@pytest.mark.parametrize(
    "host",
    [
        "https://api.sendgrid.com.evil.example",
        "http://api.sendgrid.com",
        "https://api.sendgrid.com/",
        "http://127.0.0.1.evil.example:80",
        "http://127.0.0.1:80@evil.example:80",
        "http://10.0.0.1:80",
        "",
    ],
)
def test_the_key_goes_nowhere_else(host: str) -> None:
    with pytest.raises(ConfigError, match="is not SendGrid"):
        SendGridApi(KEY, host=host)


@pytest.mark.parametrize("key", ["", " ", "SG.a b", "SG.a\r\nX: y", "SG.é"])
def test_a_key_that_cannot_be_one_is_refused_unseen(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.from-the-environment")

    with pytest.raises(NotReadyError) as caught:
        SendGridApi(key)

    assert "SG." not in str(caught.value)


def test_headers_never_hold_line_ends() -> None:
    transport = Transport("http://127.0.0.1:1", SHORT)
    for request in (
        Request(method="GET", target="/", headers={"X": f"{KEY}\r\nY: z"}),
        Request(method="GET", target="/ HTTP/1.1\r\nX: y", headers={}),
    ):
        with pytest.raises(ValueError, match=r"no .* may") as caught:
            transport.exchange(request)
        assert KEY not in f"{caught.value}{request!r}"


def test_the_library_logs_nothing(fake: FakeSendGrid, caplog: pytest.LogCaptureFixture) -> None:
    with api_to(fake.url) as api:
        for name in ("", "python_http_client", "python_http_client.client"):
            logging.getLogger(name).disabled = False
            caplog.set_level(logging.DEBUG, logger=name or None)
        api.get("/v3/scopes")
        api.post("/v3/logs", {"query": "to_email = 'reader1@mail.example'", "limit": 1})

    assert "python_http_client.client" not in {record.name for record in caplog.records}
    assert KEY not in caplog.text


def test_a_request_is_whole(fake: FakeSendGrid) -> None:
    seen: list[bytes] = []

    def play(peer: Peer) -> None:
        seen.append(peer.request())
        peer.say(http(202))

    with raw_server(play) as server, api_to(server.url) as api:
        api.send((b'{"a":', b"1", b"}"))
        address = _address(server)

    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines: dict[str, Any] = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert head.startswith(b"POST /v3/mail/send HTTP/1.1\r\n")
    assert body == b'{"a":1}'
    assert lines["Authorization"] == f"Bearer {KEY}"
    assert lines["Content-Type"] == "application/json"
    assert lines["Content-Length"] == "7"
    assert lines["Host"] == address


def _address(server: RawServer) -> str:
    return server.url.removeprefix("http://")


@pytest.mark.parametrize("way", [ENDPOINT, MAILTO, GROUP], ids=lambda way: way.way.value)
def test_the_published_schema_agrees(way: Unsubscribe) -> None:
    if not (FOLDER / "tsg_mail_v3.json").is_file():
        absent(
            "SendGrid's published descriptions are not here", "put them into ../shared/sendgrid"
        )
    options = Options(
        categories=("digest",),
        ip_pool="letters",
        click_tracking=True,
        open_tracking=False,
        send_at=int(NOW.timestamp()),
    )
    letter = make_letter(html=NAMED_HTML, text=NAMED_TEXT, unsubscribe=way)
    with FakeSendGrid(key=KEY, published_schema=True) as strict, api_to(strict.url) as api:
        courier = SendGridCourier(letter, api, options=options, sign=SIGN, now=lambda: NOW)
        outcome = courier.prepare(make_handover(*make_readers(20)))()

    assert isinstance(outcome, Accepted)
    assert strict.schema_violations == []
