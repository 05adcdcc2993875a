"""One HTTP request to an address that is a secret: a chat's webhook, a monitor's ping.

Opens a connection to that address and no other: no proxy, no redirect. Never raises for what
the world does; what it says names the host at most, for whoever knows the rest may use it.
"""

import contextlib
from typing import Final
from urllib.parse import quote, urlsplit

#: For the connection, and again for the whole answer.
TIMEOUT_SECONDS: Final = 5.0

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
#: `socket.SHUT_RDWR`.
_BOTH_WAYS: Final = 2
_TARGET: Final = "/:@!$&'()*+,;=-._~%?"


def post(url: str, body: bytes, content_type: str, *, seconds: float = TIMEOUT_SECONDS) -> str:
    """Post `body` to `url`, or get it if there is nothing to post; return what went wrong, or "".

    Args:
        url: https, or http of this machine.
        body: b"": a GET.
        content_type: of the body.
        seconds: for the connection, and for the answer.
    """
    if wrong := wrong_url(url):
        return wrong
    from http.client import HTTPException

    from digest.delivery.classify import without_addresses

    try:
        status = _status(url, body, content_type, seconds)
    except (OSError, HTTPException, ValueError) as error:  # a host that is no name
        said = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
        said = "timed out" if isinstance(error, TimeoutError) else without_addresses(said)
        return f"{host_of(url)}: no answer: {said}"
    if 200 <= status < 300:
        return ""
    redirect = ", a redirect, which is not followed" if 300 <= status < 400 else ""
    return f"{host_of(url)} answered {status}{redirect}"


def _status(url: str, body: bytes, content_type: str, seconds: float) -> int:
    """Return the status of the answer; what comes behind its headers is not waited for."""
    from http.client import HTTPConnection, HTTPSConnection
    from threading import Timer

    parts = urlsplit(url)
    target = quote(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", safe=_TARGET)
    headers = {"User-Agent": "digest", "Connection": "close"}
    headers |= {"Content-Type": content_type} if body else {}
    kind = HTTPSConnection if parts.scheme.lower() == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=seconds)
    connection.connect()
    sock = connection.sock

    def end() -> None:
        with contextlib.suppress(OSError):
            sock.shutdown(_BOTH_WAYS)

    # The time-out is for each wait, and headers may trickle in for ever.
    alarm = Timer(seconds, end)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST" if body else "GET", target, body or None, headers)
        return connection.getresponse().status
    finally:
        alarm.cancel()
        connection.close()


def wrong_url(url: str) -> str:
    """Return why `url` is none that can be asked, without showing it; or ""."""
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return "the address is not a URL"
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or not port_is_sound:
        return "the address is not an https URL"
    if "@" in parts.netloc:
        return "the address holds a user name or password"
    if not url.isprintable() or any(blank.isspace() for blank in url):
        return "the address holds blanks or line breaks"
    if parts.scheme.lower() == "http" and parts.hostname not in _LOCAL:
        return f"{host_of(url)}: the address does not begin with https://"
    return ""


def host_of(url: str) -> str:
    """Return the host of an address: all of it that may be shown."""
    try:
        return urlsplit(url).hostname or "(no host)"
    except ValueError:
        return "(no host)"
