import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.rendering.images.cache import Cache
from digest.rendering.images.fetch import Limits
from digest.rendering.images.remote import Remote
from pictures import Answers, PictureServer, picture, serving

NOW = datetime(2026, 8, 17, 9, tzinfo=UTC)
JPEG, PNG = picture("JPEG", 64, 48), picture("PNG", 64, 48)


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with serving() as running:
        yield running


@pytest.fixture
def remote(server: PictureServer, tmp_path: Path) -> Remote:
    return Remote(
        cache=Cache(str(tmp_path)),
        limits=Limits(max_bytes=100_000, seconds=2),
        network=server.network(),
        now=lambda: NOW,
    )


def later(remote: Remote, span: timedelta, *, retry: bool = False) -> Remote:
    return replace(remote, now=lambda: NOW + span, retry=retry)


def test_every_address_has_an_answer(server: PictureServer, remote: Remote) -> None:
    server.routes["/a"] = lambda answer: answer.give(JPEG)
    server.routes["/b"] = lambda answer: answer.give(status=404)
    urls = [server.url("/a"), server.url("/b"), "ftp://x.example/", server.url("/a")]

    assert remote.contents(urls) == {
        server.url("/a"): JPEG,
        server.url("/b"): "its server answers 404",
        "ftp://x.example/": "its address does not begin with https:// or http://",
    }
    assert len(server.asked) == 2
    assert remote.contents([]) == {}


def test_a_fresh_picture_is_not_asked_for(server: PictureServer, remote: Remote) -> None:
    server.routes["/a"] = lambda answer: answer.give(JPEG)
    url = server.url("/a")
    remote.contents([url])

    assert later(remote, timedelta(hours=20)).contents([url]) == {url: JPEG}
    assert len(server.asked) == 1


def test_an_older_one_is_asked_about_and_kept(server: PictureServer, remote: Remote) -> None:
    def answer_once(answer: Answers) -> None:
        if answer.headers["If-None-Match"] == '"1"':
            answer.give(status=304)
        else:
            answer.give(JPEG, ETag='"1"')

    server.routes["/a"] = answer_once
    url = server.url("/a")
    remote.contents([url])

    for days in (2, 4):
        assert later(remote, timedelta(days=days)).contents([url]) == {url: JPEG}
    assert len(server.asked) == 3
    assert server.asked[2][1]["If-None-Match"] == '"1"'


def test_another_picture_under_the_same_address(server: PictureServer, remote: Remote) -> None:
    server.routes["/a"] = lambda answer: answer.give(JPEG)
    url = server.url("/a")
    remote.contents([url])
    server.routes["/a"] = lambda answer: answer.give(PNG)

    assert later(remote, timedelta(days=2)).contents([url]) == {url: PNG}


def test_while_a_server_is_away_what_it_said_last_counts(
    server: PictureServer, remote: Remote
) -> None:
    server.routes["/a"] = lambda answer: answer.give(JPEG)
    url = server.url("/a")
    remote.contents([url])
    server.routes["/a"] = lambda answer: answer.give(status=503)

    assert later(remote, timedelta(days=2)).contents([url]) == {url: JPEG}
    server.routes["/a"] = lambda answer: answer.give(status=404)
    assert later(remote, timedelta(days=2)).contents([url]) == {url: "its server answers 404"}


def test_a_failure_is_remembered_for_minutes_unless_a_person_asks(
    server: PictureServer, remote: Remote
) -> None:
    server.routes["/a"] = lambda answer: answer.give(status=404)
    url = server.url("/a")
    remote.contents([url])
    server.routes["/a"] = lambda answer: answer.give(JPEG)

    assert later(remote, timedelta(minutes=5)).contents([url]) == {url: "its server answers 404"}
    assert later(remote, timedelta(minutes=5), retry=True).contents([url]) == {url: JPEG}


def test_the_cache_may_be_deleted(server: PictureServer, remote: Remote, tmp_path: Path) -> None:
    server.routes["/a"] = lambda answer: answer.give(JPEG)
    url = server.url("/a")
    remote.contents([url])
    for path in tmp_path.glob("*.bin"):
        path.unlink()

    assert remote.contents([url]) == {url: JPEG}
    assert len(server.asked) == 2


def test_all_together_have_one_time(server: PictureServer, remote: Remote) -> None:
    """Names that nobody answers for cannot be interrupted; nobody waits for them."""

    def slow(_host: str, _port: int) -> list[str]:
        time.sleep(1.5)
        return ["127.0.0.1"]

    hurried = replace(
        remote,
        limits=Limits(max_bytes=100_000, seconds=0.1),
        network=server.network(look_up=slow),
    )
    start = time.monotonic()

    said = hurried.contents([server.url(f"/{number}") for number in range(20)])

    assert set(said.values()) == {"the pictures of this issue did not come within 0.3 seconds"}
    assert time.monotonic() - start < 1.2


def test_all_together_have_one_size(server: PictureServer, remote: Remote) -> None:
    for number in range(25):
        server.routes[f"/{number}"] = lambda answer: answer.give(JPEG + bytes(95_000))

    said = remote.contents([server.url(f"/{number}") for number in range(25)])

    too_much = [each for each in said.values() if isinstance(each, str)]
    assert 0 < len(too_much) < 10
    assert set(too_much) == {"the pictures of this issue are too large together"}
