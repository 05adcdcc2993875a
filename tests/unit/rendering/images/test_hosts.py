import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.rendering.images.hosts import Target, is_public, target_of


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::6810:84e5"])
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:5ef5:79fd:0:0:80ff:fffe",
        "",
        "nowhere",
    ],
)
def test_addresses_of_somebody(address: str) -> None:
    assert not is_public(address)


def test_where_a_request_goes() -> None:
    assert target_of("https://x.example/a/b.png?w=3#top") == Target(
        https=True, host="x.example", port=443, path="/a/b.png?w=3"
    )
    assert target_of("http://[2606:4700::1]:8080") == Target(
        https=False, host="2606:4700::1", port=8080, path="/"
    )


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("https://x.example/", "x.example"),
        ("http://x.example:443/", "x.example:443"),
        ("http://[2606:4700::1]/", "[2606:4700::1]"),
    ],
)
def test_what_the_request_calls_the_host(url: str, header: str) -> None:
    target = target_of(url)

    assert isinstance(target, Target)
    assert target.host_header == header


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://x.example/a", "its address does not begin with https:// or http://"),
        ("file:///etc/passwd", "its address does not begin with https:// or http://"),
        ("https:///a", "its address does not begin with https:// or http://"),
        ("https://anna:word@x.example/", "its address holds a user name or password"),
        ("https://anna@x.example/", "its address holds a user name or password"),
        ("https://x.example/a b", "its address is no sound URL"),
        ("https://x.example/\r\nHost: y", "its address is no sound URL"),
        ("https://x.example:99999/", "its address is no sound URL"),
        ("http://[::1", "its address is no sound URL"),
        ("https://x.example/" + "a" * 3000, "its address is no sound URL"),
    ],
)
def test_what_is_not_asked_for(url: str, why: str) -> None:
    assert target_of(url) == why


@given(st.text(max_size=60))
def test_property_whatever_the_text_nothing_is_raised(text: str) -> None:
    assert isinstance(target_of(f"http://{text}"), Target | str)
    assert is_public(text) in {True, False}
