"""No network at all is told from a name that is not there."""

import socket

import pytest

from digest.runs.doctor.network import without_network
from doctoring import NOBODY
from name_server import name_server


def let_names_fail(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise socket.gaierror(number, "as the test wants it")

    monkeypatch.setattr(socket, "getaddrinfo", fail)


def test_names_are_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    let_names_fail(monkeypatch, socket.EAI_AGAIN)

    assert without_network("https://x.example", NOBODY) == "no name server answered"


def test_a_name_that_is_not_there_is_no_lack_of_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with name_server({}) as server:
        let_names_fail(monkeypatch, socket.EAI_NONAME)

        assert not without_network("https://x.example", server.client)


def test_unless_no_name_at_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    let_names_fail(monkeypatch, socket.EAI_NONAME)

    assert without_network("https://x.example", NOBODY) == "no name server answered"


def test_no_route(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody may connect there: what a machine without a network says to every address.
    found = [(socket.AF_INET, socket.SOCK_DGRAM, 0, "", ("255.255.255.255", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)

    assert without_network("https://x.example", NOBODY) == "there is no way from here to x.example"


@pytest.mark.parametrize("url", ["http://x:port", "//[", "http://x:99999999"])
def test_what_is_no_address_is_for_others_to_say(url: str) -> None:
    assert not without_network(url, NOBODY)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "//127.0.0.1", "http://[::ffff:127.0.0.1]"])
def test_this_machine_is_reached(url: str) -> None:
    assert not without_network(url, NOBODY)
