"""Web addresses: checked, percent-encoded, joined. Pure.

Only http and https ever come out; `javascript:`, `data:` and their kind end here. RFC 3986 by a
few lines of our own: urllib.parse costs 7 ms to import and lets everything through.
"""

import re
from functools import lru_cache

#: Some mail clients and proxies cut or refuse longer ones.
_MAX_LENGTH = 2_048

_ALLOWED = r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]"
_HOST = r"(?i)(?:[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?\.?|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?"


def web_url(text: str) -> str:
    """Return an absolute http(s) URL, percent-encoded; "" for everything else.

    `//host/path` gets https. User names before the host are refused: they only serve to make
    an address look like another's.
    """
    text = text.strip()
    if text.startswith("//"):
        text = "https:" + text
    found = re.match(r"(?i)(https?)://([^/?#\\\s]+)([/?#][^\x00-\x1f\x7f]*)?\Z", text)
    if not found or len(text) > _MAX_LENGTH:
        return ""
    host = _ascii_host(found[2])
    if not host:
        return ""
    url = f"{found[1].lower()}://{host}{encoded(found[3] or '')}"
    return url if len(url) <= _MAX_LENGTH else ""


def encoded(text: str) -> str:
    """Return `text` with everything percent-encoded that may not stand in a URL."""
    if re.fullmatch(r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]*", text):
        return text
    return re.sub(rf"%(?![0-9A-Fa-f]{{2}})|(?!%){'(?!' + _ALLOWED + ')'}.", _percent, text)


def encoded_part(text: str) -> str:
    """Return `text` as parts of a path, percent-encoded; `?`, `#` and `%` are just characters."""
    return re.sub(r"[^A-Za-z0-9\-._~:/@!$&'()*+,;=]", _percent, text)


def joined(base_url: str, folder_url: str, reference: str) -> str:
    """Return what an address written in an article leads to; "" if that is nothing on the web.

    Args:
        base_url: of the site, without a slash at its end; or "".
        folder_url: of the article's page; or "".
        reference: absolute, `//host/x`, `/x` (below the site), or relative to the page.
    """
    reference = reference.strip()
    if not reference or "{{" in reference or "{%" in reference:
        return ""
    if reference.startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", reference):
        return web_url(reference)
    if reference.startswith("/"):
        return web_url(_below(base_url, reference)) if base_url else ""
    origin, path = _split(folder_url or (base_url + "/" if base_url else ""))
    if not origin:
        return ""
    return web_url(origin + _without_dots(path.rpartition("/")[0] + "/" + reference))


def host_of(url: str) -> str:
    """Return the host (and port) of an absolute URL, lower case; or ""."""
    return url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0].lower()


def _below(base_url: str, reference: str) -> str:
    """Return `/x` below the site, whose own folder may stand in it already."""
    origin, path = _split(base_url)
    if path and (reference + "/").startswith(path.rstrip("/") + "/"):
        return origin + _without_dots(reference)
    return origin + _without_dots(path.rstrip("/") + reference)


def _split(url: str) -> tuple[str, str]:
    found = re.match(r"([a-z]+://[^/?#]+)([^?#]*)", url)
    return (found[1], found[2]) if found else ("", "")


def _without_dots(path: str) -> str:
    """Return the path without `.` and `..` (RFC 3986 §5.2.4); the query stays as it is."""
    path, mark, rest = re.match(r"([^?#]*)([?#]?)(.*)", path, re.DOTALL).groups()  # type: ignore[union-attr]  # every part may be empty: it always matches
    parts = path.split("/")
    if parts[-1] in {".", ".."}:
        parts.append("")  # "a/.." is the folder above, with its slash
    kept: list[str] = []
    for part in parts:
        if part == ".." and len(kept) > 1:
            kept.pop()
        elif part not in {".", ".."}:
            kept.append(part)
    return "/".join(kept) + mark + rest


@lru_cache(maxsize=512)  # the articles of a site name few hosts
def _ascii_host(host: str) -> str:
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    found = re.fullmatch(_HOST, host)
    if not found or ".." in host or (found[1] and int(found[1]) > 65_535):
        return ""
    return host.lower()


def _percent(found: re.Match[str]) -> str:
    # Names of files that are no UTF-8 arrive as lone surrogates (PEP 383).
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogateescape"))
