"""What lies on the workbench: the last good version, what is wrong now, and when to build anew.

Lives in the server's event loop; all who look see the same issue.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from digest.workbench.builder import Builder
from digest.workbench.version import Version

#: Editors write a file in several steps, and several files at once.
_SETTLE_SECONDS: Final = 0.05
#: A page that is opened later than this after the last build gets a fresh one: time goes on, and
#: what the ledger knows is not watched.
_STALE_SECONDS: Final = 15.0


class Bench:
    """The issue that is looked at, built again whenever something changed."""

    def __init__(self, builder: Builder, config_path: str, ask: Mapping[str, Any]) -> None:
        self._builder = builder
        self._config_path = config_path
        self.ask: dict[str, Any] = dict(ask)
        #: The last good one; None: there was none yet.
        self.version: Version | None = None
        #: Why the newest state cannot be shown; empty: it is shown.
        self.problems: list[dict[str, str]] = []
        self.is_building = True
        #: Raised whenever anything above changes.
        self.count = 0
        self.is_closed = False
        self._changed = asyncio.Condition()
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._built_at = 0.0
        #: Issue file → hash of what this page wrote there.
        self._written: dict[str, str] = {}

    async def run(self) -> None:
        """Build whenever it is wanted, for ever."""
        while True:
            await self._wanted.wait()
            await asyncio.sleep(_SETTLE_SECONDS)
            self._wanted.clear()
            self.is_building = True
            await self._publish()
            await self._build()
            self.is_building = self._wanted.is_set()
            await self._publish()

    def want(self) -> None:
        """Let it be built anew."""
        self._wanted.set()

    def want_if_stale(self) -> None:
        """Let it be built anew if the last build is some time ago."""
        if not self.is_building and time.monotonic() - self._built_at > _STALE_SECONDS:
            self.want()

    async def look_at(self, newsletter: str, slot: str, as_of: str) -> None:
        """Turn to another issue."""
        self.ask |= {"newsletter": newsletter, "slot": slot, "week": "", "as_of": as_of}
        self.is_building = True
        await self._publish()
        self.want()

    async def edit(self, edit: Mapping[str, Any]) -> dict[str, Any]:
        """Save an edit of the issue file; return what became of it."""
        version = self.version
        names = version.issue["file"]["names"] if version else {}
        order = {"do": "edit", "config": self._config_path, "edit": {**edit, "names": names}}
        answer = await self._builder.order(order)
        if "saved" in answer:
            self._written[answer["file"]] = answer["saved"]
        self.want()
        return answer

    def has_written(self, path: str, digest: str) -> bool:
        """Say whether a file is as this page wrote it."""
        return self._written.get(path) == digest

    async def changed_since(self, count: int) -> int:
        """Return the count once it is another than `count`, or the bench is closed."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.is_closed or self.count != count)
            return self.count

    async def close(self) -> None:
        """Let go whoever waits."""
        self.is_closed = True
        await self._publish()

    def state(self) -> dict[str, Any]:
        """Return all that the page shows, as JSON values."""
        version = self.version
        return {
            "count": self.count,
            "version": version.number if version else 0,
            "building": self.is_building,
            "problems": self.problems,
            "ask": self.ask,
            "took": version.took if version else 0,
            "mail": version.digest if version else "",
            "issue": version.issue if version else None,
        }

    async def _build(self) -> None:
        began = time.monotonic()
        order = {"do": "build", "config": self._config_path, "ask": self.ask}
        answer = await self._builder.order(order)
        self._built_at = time.monotonic()
        self.problems = answer.get("problems", [])
        if not self.problems:
            number = self.version.number + 1 if self.version else 1
            self.version = Version.of(answer, number, round(self._built_at - began, 2))

    async def _publish(self) -> None:
        async with self._changed:
            self.count += 1
            self._changed.notify_all()
