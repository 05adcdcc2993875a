"""Hands orders to the worker, one at a time, and starts another when it died. Starts a process."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

#: `worker.HEAD`; importing that module would bring all that building needs into the server.
_HEAD: Final = 8
#: For one order; an issue of twelve thousand files takes one or two.
_SECONDS: Final = 60.0
_WHERE: Final = "building the issue"


class Builder:
    """The worker, as the server sees it. One order at a time; the others wait."""

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def order(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer; what went wrong stands in it as `problems`."""
        async with self._turn:
            try:
                return await asyncio.wait_for(self._exchange(order), self._seconds)
            except TimeoutError:
                await self._end()
                return _problem(
                    f"took longer than {self._seconds:g} seconds and was ended",
                    "Look for a loop in your templates, or for a folder that answers slowly.",
                )
            except (asyncio.IncompleteReadError, ConnectionError, OSError) as error:
                await self._end()
                reason = getattr(error, "strerror", None) or "it may have run out of memory"
                return _problem(
                    f"the process that builds ended ({reason})",
                    "It is started again with the next change; the terminal may say more.",
                )

    async def start(self) -> None:
        """Start the worker ahead of its first order."""
        async with self._turn:
            with suppress(OSError):  # said with the first order
                await self._started()

    async def close(self) -> None:
        """End the worker."""
        await self._end()

    async def _exchange(self, order: Mapping[str, Any]) -> dict[str, Any]:
        process = await self._started()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  both are pipes
        message = json.dumps(order).encode()
        process.stdin.write(len(message).to_bytes(_HEAD) + message)
        await process.stdin.drain()
        head = await process.stdout.readexactly(_HEAD)
        answer = await process.stdout.readexactly(int.from_bytes(head))
        values: dict[str, Any] = json.loads(answer)
        return values

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # the folder somebody stands in is no place for modules
                "-X",
                "utf8",
                "-m",
                "digest.workbench.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # Ctrl-C is for the server; it ends the worker by closing its input.
                start_new_session=True,
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with whatever it has started
        await process.wait()


def _problem(what: str, remedy: str) -> dict[str, Any]:
    return {"problems": [{"where": _WHERE, "what": what, "remedy": remedy}]}
