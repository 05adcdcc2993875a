"""The queue before the one thread that writes."""

import asyncio
import threading
from collections.abc import Sequence
from typing import cast

import pytest

from digest.errors import StoreError
from digest.web import writer as writers
from digest.web.departures import Departure, Departures
from digest.web.writer import Writer


class FakeDepartures:
    """Takes everything; stops at `gate`; fails as it is told."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.threads: set[str] = set()
        self.closed = False

    def apply(self, departures: Sequence[Departure]) -> list[bool]:
        self.threads.add(threading.current_thread().name)
        self.gate.wait(5)
        words = [departure.token for departure in departures]
        if "full" in words:
            raise StoreError("the disk is full", where="x", remedy="y")
        if "poison" in words:
            raise ValueError(words)
        self.batches.append(words)
        return [word != "forged" for word in words]

    def close(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.closed = True


def wish(word: str) -> Departure:
    return Departure(word, everything=False, origin="endpoint:one-click")


async def begun(writer: Writer, word: str) -> "asyncio.Task[bool]":
    """Return the task of a departure that is being carried out."""
    task = asyncio.create_task(writer.leave(wish(word)))
    for _ in range(5):
        await asyncio.sleep(0)
    assert writer._is_busy
    return task


def tasks(writer: Writer, *words: str) -> "list[asyncio.Task[bool]]":
    return [asyncio.create_task(writer.leave(wish(word))) for word in words]


@pytest.fixture
def fake() -> FakeDepartures:
    return FakeDepartures()


@pytest.fixture
def writer(fake: FakeDepartures) -> Writer:
    return Writer(cast("Departures", fake))


def test_what_waits_is_taken_together_in_one_thread(fake: FakeDepartures, writer: Writer) -> None:
    async def run() -> list[bool]:
        first = await begun(writer, "a")
        others = tasks(writer, "b", "forged", "c")
        await asyncio.sleep(0)
        fake.gate.set()
        return await asyncio.gather(first, *others)

    with writer:
        assert asyncio.run(run()) == [True, True, False, True]

    assert fake.batches == [["a"], ["b", "forged", "c"]]
    assert len(fake.threads) == 1
    assert "MainThread" not in fake.threads
    assert fake.closed


def test_no_transaction_is_too_long(fake: FakeDepartures, writer: Writer) -> None:
    async def run() -> list[bool]:
        return await asyncio.gather(*tasks(writer, *map(str, range(1200))))

    fake.gate.set()
    with writer:
        assert asyncio.run(run()) == [True] * 1200

    assert [word for batch in fake.batches for word in batch] == list(map(str, range(1200)))
    assert max(map(len, fake.batches)) == 500


def test_whoever_gave_up_is_not_carried_out(fake: FakeDepartures, writer: Writer) -> None:
    async def run() -> None:
        first = await begun(writer, "a")
        late, other = tasks(writer, "b", "c")
        await asyncio.sleep(0)
        late.cancel()
        await asyncio.sleep(0)
        fake.gate.set()
        assert await first
        assert await other

    with writer:
        asyncio.run(run())

    assert fake.batches == [["a"], ["c"]]


def test_giving_up_while_it_happens_hurts_nobody(fake: FakeDepartures, writer: Writer) -> None:
    async def run() -> None:
        first = await begun(writer, "a")
        first.cancel()
        (other,) = tasks(writer, "b")
        await asyncio.sleep(0)
        fake.gate.set()
        assert await other

    with writer:
        asyncio.run(run())

    assert fake.batches == [["a"], ["b"]]


def test_a_failing_store_fails_all_and_the_thread_goes_on(
    fake: FakeDepartures, writer: Writer
) -> None:
    async def run() -> list[bool | BaseException]:
        failed = await asyncio.gather(*tasks(writer, "a", "full"), return_exceptions=True)
        return [*failed, await writer.leave(wish("b"))]

    fake.gate.set()
    with writer:
        *_, full, last = asyncio.run(run())

    assert isinstance(full, StoreError)
    assert last is True


def test_one_departure_that_breaks_us_does_not_break_the_others(
    fake: FakeDepartures, writer: Writer
) -> None:
    async def run() -> list[bool | BaseException]:
        first = await begun(writer, "a")
        others = tasks(writer, "b", "poison", "c")
        await asyncio.sleep(0)
        fake.gate.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    with writer:
        first, before, bad, behind = asyncio.run(run())

    assert (first, before, behind) == (True, True, True)
    assert isinstance(bad, ValueError)


def test_a_queue_that_is_too_long_is_our_failure(
    fake: FakeDepartures, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "_LONGEST", 2)

    async def run() -> None:
        first = await begun(writer, "a")
        waiting = tasks(writer, "b", "c")
        await asyncio.sleep(0)
        with pytest.raises(StoreError):
            await writer.leave(wish("d"))
        fake.gate.set()
        assert await asyncio.gather(first, *waiting) == [True] * 3

    with writer:
        asyncio.run(run())
