"""Which addresses of the internet a picture may be fetched from. Pure.

An article names the address of its cover, and whoever writes articles must not make this machine
call its neighbours: routers, databases, the metadata service of a cloud. So the *addresses* a name
leads to are judged, not the name, and the connection goes to the very address that was judged: a
name that answers differently the second time (DNS rebinding) gains nothing.
"""

import ipaddress
from typing import Final, NamedTuple
from urllib.parse import urlsplit

#: Ways of writing an IPv4 address into an IPv6 one; a gateway would carry it there.
_CARRIES_V4: Final = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # RFC 6052
    (ipaddress.IPv6Network("64:ff9b:1::/48"), 0),  # RFC 8215
    (ipaddress.IPv6Network("::/96"), 0),  # RFC 4291 §2.5.5.1, deprecated
    (ipaddress.IPv6Network("2002::/16"), 80),  # RFC 3056
)
_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2_048


class Target(NamedTuple):
    """Where a request goes."""

    https: bool
    host: str
    port: int
    #: Path and query.
    path: str

    @property
    def host_header(self) -> str:
        """Return what the request calls the host."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return (
            name
            if self.port == _PORTS["https" if self.https else "http"]
            else (f"{name}:{self.port}")
        )


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the internet: nobody's house, nobody's machine."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip.teredo or ip.is_site_local:
            return False
        for network, shift in _CARRIES_V4:
            if ip in network:
                return is_public(str(ipaddress.IPv4Address(int(ip) >> shift & 0xFFFFFFFF)))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def target_of(url: str) -> Target | str:
    """Return where a request for `url` goes, or a phrase that says why none is made."""
    if len(url) > _LONGEST or not (url.isascii() and url.isprintable()) or " " in url:
        return "its address is no sound URL"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "its address is no sound URL"
    if parts.scheme not in _PORTS or not parts.hostname:
        return "its address does not begin with https:// or http://"
    if parts.username is not None or parts.password is not None:
        return "its address holds a user name or password"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", parts.hostname, port or _PORTS[parts.scheme], path)
