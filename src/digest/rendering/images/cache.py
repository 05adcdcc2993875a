"""What was fetched, kept in a folder, so that a picture is fetched once and asked about seldom.

    HASH-OF-URL.json       address, ETag, Last-Modified, hash of the content or why there is none
    HASH-OF-CONTENT.bin    the content: two addresses of one picture share it

Files are written in one step, and what does not fit its hash is not believed: the folder may be
deleted, copied or damaged at any time. Reads and writes that folder.
"""

import contextlib
import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

#: So long an answer is believed without asking again; a failure, so that it can be mended.
_FRESH: Final = timedelta(days=1)
_FAILED_FRESH: Final = timedelta(minutes=10)
#: What nobody asked for this long is deleted.
_KEPT: Final = timedelta(days=60)
_LARGEST_ENTRY: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one address."""

    url: str
    #: Seconds since 1970 at which the server was asked.
    asked_at: float
    #: SHA-256 of the content; "": there is none.
    content: str = ""
    #: Why there is none; "" when there is.
    why: str = ""
    etag: str = ""
    last_modified: str = ""

    def fresh(self, now: datetime) -> bool:
        """Return whether it need not be asked again."""
        span = _FRESH if self.content else _FAILED_FRESH
        return 0 <= now.timestamp() - self.asked_at < span.total_seconds()


class Cache:
    """The folder of what was fetched."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def entry(self, url: str) -> Entry | None:
        """Return what is known of an address; None: nothing, or nothing that can be read."""
        try:
            with self._entry_path(url).open("rb") as file:
                entry = Entry(**json.loads(file.read(_LARGEST_ENTRY)))
            sound = entry.url == url and isinstance(entry.asked_at, int | float)
            texts = (entry.content, entry.why, entry.etag, entry.last_modified)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return entry if sound and all(isinstance(text, str) for text in texts) else None

    def content(self, entry: Entry, most_bytes: int) -> bytes | None:
        """Return the content of an entry; None: it is gone, damaged or too large."""
        if not entry.content.isalnum():
            return None
        try:
            with (self._folder / f"{entry.content}.bin").open("rb") as file:
                content = file.read(most_bytes + 1)
        except OSError:
            return None
        sound = len(content) <= most_bytes and sha256(content) == entry.content
        return content if sound else None

    def keep(self, entry: Entry, content: bytes | None = None) -> None:
        """Write an entry, its content first; a folder that cannot be written is none."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            if content is not None:
                write_whole(self._folder / f"{sha256(content)}.bin", content)
            write_whole(self._entry_path(entry.url), json.dumps(asdict(entry)).encode())

    def prune(self, now: datetime) -> None:
        """Delete what nobody has asked for in a long time."""
        before = (now - _KEPT).timestamp()
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix in {".json", ".bin"} and path.stat().st_mtime < before:
                    path.unlink(missing_ok=True)

    def _entry_path(self, url: str) -> Path:
        return self._folder / f"{sha256(url.encode(errors='replace'))}.json"


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: others see the old one or the new one, never half.

    Raises:
        OSError: it cannot be written; nothing is left behind.
    """
    # Of its own name: two processes may write the same picture, or two threads two of them.
    new = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
