"""Whether the public address of `[subscribers] url` leads to our own `digest serve`.

A question only our keys can answer goes there, once as a browser asks and once as a mail
program does. Opens a connection to that address and no other: no proxy, no redirect.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from digest.delivery.links import Key, signer

if TYPE_CHECKING:
    from http.client import HTTPConnection

#: Purpose of the signature; a link of a reader has another one, so neither can be the other.
PROBE: Final = "probe"
#: What mail programs post (RFC 8058).
ONE_CLICK: Final = b"List-Unsubscribe=One-Click"
_FORM: Final = "application/x-www-form-urlencoded"
_NONCE: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST_ANSWER: Final = 4096


def probe_answer(nonce: str, keys: Sequence[Key]) -> str | None:
    """Return what an installation with `keys` answers to `nonce`; None if that is no nonce.

    One line for each key: links signed with any of them work.
    """
    if not _NONCE.fullmatch(nonce):
        return None
    return "".join(f"{signer(key, PROBE, nonce)(0, '')}\n" for key in keys)


def probe_endpoint(url: str, keys: Sequence[Key], *, timeout_seconds: float = 10) -> str | None:
    """Return why readers could not unsubscribe at `url`, in one line; None if they can.

    Args:
        url: of `[subscribers]`: checked, without a query.
        keys: the first one signs the links that are about to be sent.
        timeout_seconds: for the connection and for each wait for an answer.
    """
    from secrets import token_hex

    nonce = token_hex(16)
    expected = signer(keys[0], PROBE, nonce)(0, "")
    for method in ("GET", "POST"):
        wrong = _ask(url, f"/u/probe?c={nonce}", method, expected, timeout_seconds)
        if wrong:
            return wrong
    return None


def _ask(url: str, path: str, method: str, expected: str, timeout_seconds: float) -> str | None:
    import ssl
    from http.client import HTTPException
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    where = f"{method} {url.rstrip('/')}/u/"
    body, headers = (ONE_CLICK, {"Content-Type": _FORM}) if method == "POST" else (None, {})
    connection = _connection(parts.scheme, parts.netloc, timeout_seconds)
    try:
        connection.request(method, parts.path.rstrip("/") + path, body, headers)
        response = connection.getresponse()
        answer = response.read(_LONGEST_ANSWER)
    except ssl.SSLCertVerificationError as error:
        return f"{where}: its certificate is not valid: {error.verify_message}"
    except (OSError, HTTPException, ValueError) as error:
        return f"{where}: no answer: {str(error) or type(error).__name__}"
    finally:
        connection.close()
    if 300 <= response.status < 400:
        # RFC 8058: the answer must not be a redirect.
        return f"{where} answers {response.status}, a redirect, which mail programs do not follow"
    if response.status != 200:
        return f"{where} answers {response.status}: `digest serve` is not behind it"
    if expected not in answer.decode("ascii", "replace").splitlines():
        return (
            f"{where} is answered by something else than a `digest serve` with the present key "
            "of DIGEST_SECRET"
        )
    return None


def _connection(scheme: str, host: str, timeout_seconds: float) -> "HTTPConnection":
    from http.client import HTTPConnection, HTTPSConnection

    # http only leads to this machine itself: the config allows nothing else.
    kind = HTTPSConnection if scheme.lower() == "https" else HTTPConnection
    return kind(host, timeout=timeout_seconds)
