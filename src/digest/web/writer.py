"""The one thread that writes: departures queue up for it, and it takes all that wait at once."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Final, Self

from digest.errors import StoreError
from digest.web.departures import Departure, Departures

_log = logging.getLogger(__name__)

#: Most departures in one transaction: it takes some 10 ms, during which `digest send` waits.
_MOST: Final = 500
#: Most that may wait; more than a second's worth means that the store hangs.
_LONGEST: Final = 5000

_Waiting = tuple[Departure, "Future[bool]"]


class Writer:
    """Carries out departures in a thread of its own. A context manager: leaving it waits."""

    def __init__(self, make: Callable[[], Departures]) -> None:
        """Take what makes `Departures`: called in the thread that uses them."""
        self._make = make
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._queue.put(None)
        self._thread.join()

    def submit(self, departure: Departure) -> "Future[bool]":
        """Return what will say whether the token was genuine, once that is committed.

        It raises StoreError when the departure could not be carried out.
        """
        future: Future[bool] = Future()
        if self._queue.qsize() >= _LONGEST:
            future.set_exception(
                StoreError("is too slow", where="the store", remedy="Try again in a minute.")
            )
        else:
            self._queue.put((departure, future))
        return future

    def _work(self) -> None:
        departures = self._make()
        try:
            while waiting := self._wait():
                _carry_out(departures, waiting)
        finally:
            departures.close()

    def _wait(self) -> list[_Waiting]:
        """Return all that wait, at least one; nothing when there will be no more."""
        first = self._queue.get()
        waiting = []
        while first is not None:
            # Whoever gave up meanwhile has been told so; then it must not happen.
            if first[1].set_running_or_notify_cancel():
                waiting.append(first)
            try:
                if len(waiting) >= _MOST:
                    return waiting
                first = self._queue.get_nowait()
            except queue.Empty:
                if waiting:
                    return waiting
                first = self._queue.get()
        if waiting:
            self._queue.put(None)  # for the next call
        return waiting


def _carry_out(departures: Departures, waiting: list[_Waiting]) -> None:
    try:
        genuine = departures.apply([departure for departure, _ in waiting])
    except StoreError as error:
        for _, future in waiting:
            future.set_exception(error)
    except Exception as error:  # noqa: BLE001  the thread must live on: without it nobody can leave
        if len(waiting) == 1:
            _log.exception("one departure failed")
            waiting[0][1].set_exception(error)
            return
        for each in waiting:  # one of them is to blame
            _carry_out(departures, [each])
    else:
        for (_, future), is_genuine in zip(waiting, genuine, strict=True):
            future.set_result(is_genuine)
