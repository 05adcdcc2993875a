"""The one thread that writes: departures wait for it, and it takes all that wait at once.

The event loop keeps the list of who waits; one call to the thread and one back serve all of
them, however many they are. Threads that wake each other for every reader take longer over that
than over the store.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final, NamedTuple, Self

from digest.errors import StoreError
from digest.web.departures import Departure, Departures

_log = logging.getLogger(__name__)

#: Most departures in one transaction: it takes some 10 ms, during which `digest send` waits.
_MOST: Final = 500
#: Most that may wait; more than some seconds' worth means that the store hangs.
_LONGEST: Final = 5000


class _Waiting(NamedTuple):
    departure: Departure
    #: Result: whether the token was genuine.
    answer: "asyncio.Future[bool]"


class Writer:
    """Carries out departures in a thread of its own. A context manager around the event loop."""

    def __init__(self, departures: Departures) -> None:
        """Take what is used in that thread only from now on."""
        self._departures = departures
        self._waiting: list[_Waiting] = []
        self._is_busy = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.submit(self._departures.close).result()
        self._thread.shutdown()

    async def leave(self, departure: Departure) -> bool:
        """Return whether the token was genuine, once that is committed.

        Whoever stops to wait before it was begun has changed nothing.

        Raises:
            StoreError: it is not carried out.
        """
        if len(self._waiting) >= _LONGEST:
            raise StoreError(
                "is too slow", where="the store", remedy="Look what is writing to it."
            )
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(_Waiting(departure, answer))
        if not self._is_busy:
            # Not at once: what came in at the same moment is still being read.
            loop.call_soon(self._begin, loop)
        return await answer

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        # Whoever gave up meanwhile has been told so; then it must not happen.
        self._waiting = [each for each in self._waiting if not each.answer.done()]
        if self._is_busy or not self._waiting:
            return
        batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        self._is_busy = True

        def answer(done: "asyncio.Future[list[bool | Exception]]") -> None:
            self._is_busy = False
            _answer(batch, done.result())
            self._begin(loop)

        departures = [each.departure for each in batch]
        loop.run_in_executor(
            self._thread, _carry_out, self._departures, departures
        ).add_done_callback(answer)


def _answer(batch: Sequence[_Waiting], results: Sequence[bool | Exception]) -> None:
    for waiting, result in zip(batch, results, strict=True):
        if waiting.answer.done():  # given up while it happened
            continue
        if isinstance(result, Exception):
            waiting.answer.set_exception(result)
        else:
            waiting.answer.set_result(result)


def _carry_out(departures: Departures, batch: Sequence[Departure]) -> list[bool | Exception]:
    """Return for each whether it was genuine, or why it was not carried out."""
    try:
        return list(departures.apply(batch))
    except StoreError as error:
        return [error] * len(batch)
    except Exception as error:  # noqa: BLE001  without this thread nobody can leave
        if len(batch) > 1:  # one of them is to blame
            return [result for each in batch for result in _carry_out(departures, [each])]
        _log.error("one departure failed", exc_info=error, extra={"event": "failed"})
        return [error]
