"""What an article is called for ever, and what its body is made of. Pure.

The identity survives edits, and renaming where the front matter allows: the delivery ledger
stores it, so a change to these rules sends articles again. The fingerprint finds copies.
"""

import re

from digest.articles.fields import IDENTITY, Fields, text_of
from digest.articles.permalinks import Addresses
from digest.articles.urls import web_url

try:  # `hashlib` loads OpenSSL first, which costs 3 ms
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

#: Longer ones are replaced by their hash.
_MAX_LENGTH = 512
#: Where a reader came from, not what they read.
_TRACKING = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "igsh"}
    | {"mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "vero_id", "oly_anon_id", "oly_enc_id"}
    | {"s_cid", "cmpid", "ref", "ref_src", "ftag"}
)
_PORTS = {"http": ":80", "https": ":443"}
#: Characters that would spoil a line of a report: controls, direction marks, lone surrogates.
_UNPRINTABLE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def identity_of(fields: Fields, addresses: Addresses, path: str) -> str:
    """Return the identity: `id:…`, `url:…` or `path:…`, at most 512 printable characters.

    The front matter's own `id`, `guid` or `uuid` → its canonical URL → its source → the path.
    """
    found = fields.first(IDENTITY)
    if found and (own := text_of(found.value)):
        return _bounded("id:", own)
    if url := addresses.canonical or addresses.origin:
        return _bounded("url:", normalised_url(url))
    return _bounded("path:", path)


def normalised_url(url: str) -> str:
    """Return an absolute http(s) URL in the one form of all that lead to the same story.

    Scheme and host in lower case; default port, fragment, tracking parameters and the slash at
    the end gone; the query sorted. Others are returned as they are.
    """
    checked = web_url(url)
    if not checked:
        return url
    scheme, _, rest = checked.partition("://")
    rest = rest.partition("#")[0]
    place, _, query = rest.partition("?")
    host, slash, path = place.partition("/")
    host = host.removesuffix(_PORTS[scheme]).rstrip(".")
    kept = sorted(pair for pair in query.split("&") if pair and not _is_tracking(pair))
    place = f"{scheme}://{host}{slash}{path}".rstrip("/")
    return place + ("?" + "&".join(kept) if kept else "")


def fingerprint_of(body: str) -> str:
    """Return a hash of a body, equal for copies however they are spaced; "" for an empty one."""
    # Without its spaces: joining the words by one space each takes four times as long.
    inked = body.encode("utf-8", "replace").translate(None, b" \t\n\r\f\v")
    return blake2b(inked, digest_size=16).hexdigest() if inked else ""


def names_of(path: str) -> tuple[str, str, str, str]:
    """Return what a person may call a file: its path and its name, each with and without suffix.

    The most exact first: path, path without suffix, name, name without suffix.
    """
    folder, slash, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    return path, folder + slash + stem, name, stem


def as_shown(path: str) -> str:
    r"""Return a path as messages show it: controls and lone surrogates as `\x1b`, `\udcff`."""
    if path.isascii() and path.isprintable():
        return path
    return re.sub(_UNPRINTABLE, _escaped, path)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = name.casefold()
    return name in _TRACKING or name.startswith("utm_") or (name == "src" and value == "rss")


def _bounded(kind: str, text: str) -> str:
    shown = as_shown(text)
    if len(kind) + len(shown) <= _MAX_LENGTH:
        return kind + shown
    return f"{kind}#{blake2b(shown.encode(), digest_size=16).hexdigest()}"
