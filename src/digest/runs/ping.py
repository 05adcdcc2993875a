"""Tells a monitor that the schedule lives: healthchecks.io and what works like it.

    URL/start     something began
    URL           it ended well
    URL/fail      it did not

Who hears nothing for too long raises the alarm: that is the monitor's part, and why it is one
elsewhere.
"""

from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from digest.delivery.notice import masked
from digest.runs.post import TIMEOUT_SECONDS, post

What: TypeAlias = Literal["start", "success", "failure"]

_ENDINGS: Final = {"start": "/start", "success": "", "failure": "/fail"}
#: Monitors keep some of it: healthchecks.io 100 kB.
_LONGEST: Final = 10_000


def ping(url: str, what: What, text: str = "", *, seconds: float = TIMEOUT_SECONDS) -> str:
    """Tell the monitor at `url`; return what went wrong, or "". Never raises, waits for seconds.

    Args:
        url: DIGEST_PING_URL: https, or http of this machine. "": there is no monitor.
        what: what is told.
        text: a few words for who looks there; addresses are masked.
        seconds: for the connection, and for the answer.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        path = parts.path.rstrip("/") + _ENDINGS[what]
        asked = urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    except ValueError:
        return "the address is not a URL"
    body = masked(text[:_LONGEST]).encode("utf-8", "replace")
    return post(asked, body, "text/plain; charset=utf-8", seconds=seconds)
