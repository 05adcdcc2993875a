"""Who is answered: only a page of this program, opened by whoever knows its address. Pure.

The page can write files, so other web sites that a browser has open must not reach it:
* by a name of theirs that points here (DNS rebinding): the Host must be this computer's;
* by a request across sites: changes need an Origin of ours, and nothing of ours loads elsewhere;
* by guessing: the address holds a random token. There is no cookie a browser could send along.
"""

import hmac
from collections.abc import Mapping
from typing import Final

#: For everything but mails.
_COMMON: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    # The address is the key.
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}
#: Nothing but files of this program; text of articles cannot become markup (`trusted-types`).
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
#: A mail: no script, no form, no way out of its frame, an origin of its own.
MAIL_POLICY: Final = (
    "sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
#: For data, files and errors: nothing may come of it, even when it is opened as a page.
DATA_POLICY: Final = "default-src 'none'; sandbox; base-uri 'none'; frame-ancestors 'none'"


def headers(policy: str, kind: str) -> dict[str, str]:
    """Return the headers of an answer.

    Args:
        policy: one of the above.
        kind: its content type.
    """
    return {**_COMMON, "content-security-policy": policy, "content-type": kind}


def is_our_host(host: str, port: int) -> bool:
    """Say whether a request was meant for this computer, whatever name led here."""
    return host.lower() in {f"127.0.0.1:{port}", f"localhost:{port}"}


def is_token(given: str, token: str) -> bool:
    """Say whether somebody knows the token, in the same time for every guess."""
    return hmac.compare_digest(given.encode(errors="replace"), token.encode())


def is_our_page(request: Mapping[str, str], host: str) -> bool:
    """Say whether a request that changes something comes from the page itself.

    Args:
        request: its headers, names in small letters.
        host: that it was sent to, checked.
    """
    site = request.get("sec-fetch-site", "same-origin")  # browsers before 2023 do not say
    kind = request.get("content-type", "").partition(";")[0].strip().lower()
    # JSON: no form of another site can send it without being asked for leave first, and is not.
    return (
        request.get("origin", "").lower() == f"http://{host.lower()}"
        and site == "same-origin"
        and kind == "application/json"
    )


def may_load(request: Mapping[str, str]) -> bool:
    """Say whether a request that only looks is a visit or comes from the page itself."""
    site = request.get("sec-fetch-site", "none")
    return site in {"none", "same-origin"} or request.get("sec-fetch-mode", "") == "navigate"
