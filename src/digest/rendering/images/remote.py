"""The pictures of one issue, fetched side by side within one time for all.

Opens sockets, see `fetch.py`; reads and writes the cache.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.rendering.images.cache import Cache, Entry, sha256
from digest.rendering.images.fetch import Fetched, Known, Limits, Network, NotFetched, fetch

_AT_ONCE: Final = 8
#: All pictures of an issue may take so many times as long as one.
ALL_TOGETHER: Final = 3
#: And so many times as many bytes: all are in memory.
_BYTES_TOGETHER: Final = 20
_TOO_MUCH: Final = "the pictures of this issue are too large together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Where pictures are fetched from, and what is remembered of it."""

    cache: Cache
    limits: Limits
    network: Network
    #: The present moment.
    now: Callable[[], datetime]
    #: Ask again about what failed, however short ago.
    retry: bool = False

    def contents(self, urls: Iterable[str]) -> Mapping[str, bytes | str]:
        """Return URL → content, or a phrase that says why there is none.

        Never raises for what a server does, and takes no longer than `ALL_TOGETHER` times the
        limit for one.
        """
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        wanted = list(dict.fromkeys(urls))
        for url in wanted:
            waiting.put(url)
        found: queue.SimpleQueue[tuple[str, bytes | str]] = queue.SimpleQueue()
        for _ in range(min(_AT_ONCE, len(wanted))):
            # A daemon: looking up a name cannot be interrupted, and must not keep us.
            threading.Thread(target=self._work, args=(waiting, found), daemon=True).start()
        seconds = self.limits.seconds * ALL_TOGETHER
        contents: dict[str, bytes | str] = {}
        size, most = 0, self.limits.max_bytes * _BYTES_TOGETHER
        ends_at = self.network.clock() + seconds
        while len(contents) < len(wanted):
            try:
                left = max(0.0, ends_at - self.network.clock())
                url, content = found.get(timeout=left)
            except queue.Empty:
                break
            size += len(content)
            contents[url] = content if size <= most else _TOO_MUCH
        late = f"the pictures of this issue did not come within {seconds:g} seconds"
        return {url: contents.get(url, late) for url in wanted}

    def _work(
        self,
        waiting: "queue.SimpleQueue[str]",
        found: "queue.SimpleQueue[tuple[str, bytes | str]]",
    ) -> None:
        while True:
            try:
                url = waiting.get_nowait()
            except queue.Empty:
                return
            found.put((url, self._content(url)))

    def _content(self, url: str) -> bytes | str:
        now = self.now()
        entry = self.cache.entry(url)
        kept = self.cache.content(entry, self.limits.max_bytes) if entry else None
        if entry and entry.fresh(now) and not (self.retry and not entry.content):
            if kept is not None:
                return kept
            if entry.why:
                return entry.why
        known = Known()
        if entry and kept is not None:
            known = Known(etag=entry.etag, last_modified=entry.last_modified)
        got = fetch(url, self.limits, self.network, known)
        if isinstance(got, NotFetched):
            if got.passing and kept is not None:
                return kept  # what was good yesterday, while its server is away
            self.cache.keep(Entry(url=url, asked_at=now.timestamp(), why=got.why))
            return got.why
        content = kept if got.unchanged and kept is not None else got.content
        self.cache.keep(_entry(url, now, got, known, content), None if got.unchanged else content)
        return content


def _entry(url: str, now: datetime, got: Fetched, known: Known, content: bytes) -> Entry:
    return Entry(
        url=url,
        asked_at=now.timestamp(),
        content=sha256(content),
        etag=got.etag or known.etag,
        last_modified=got.last_modified or known.last_modified,
    )
