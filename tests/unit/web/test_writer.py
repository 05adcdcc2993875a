"""The queue before the one thread that writes."""

import threading
import time
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


def writer(fake: FakeDepartures) -> Writer:
    return Writer(lambda: cast("Departures", fake))


def wish(word: str) -> Departure:
    return Departure(word, everything=False, origin="one-click")


def test_what_waits_is_taken_together_in_one_thread() -> None:
    fake = FakeDepartures()
    with writer(fake) as started:
        first = started.submit(wish("a"))
        while not first.running():
            time.sleep(0.001)
        others = [started.submit(wish(word)) for word in ("b", "forged", "c")]
        fake.gate.set()

        assert first.result(5)
        assert [other.result(5) for other in others] == [True, False, True]

    assert fake.batches == [["a"], ["b", "forged", "c"]]
    assert fake.threads == {"writer"}
    assert fake.closed


def test_leaving_waits_for_what_was_submitted() -> None:
    fake = FakeDepartures()
    with writer(fake) as started:
        futures = [started.submit(wish(str(number))) for number in range(1200)]
        fake.gate.set()

    assert all(future.done() for future in futures)
    assert [word for batch in fake.batches for word in batch] == list(map(str, range(1200)))
    assert max(map(len, fake.batches)) <= 500


def test_whoever_gave_up_is_not_carried_out() -> None:
    fake = FakeDepartures()
    with writer(fake) as started:
        first = started.submit(wish("a"))
        while not first.running():
            time.sleep(0.001)
        second = started.submit(wish("b"))
        assert second.cancel()
        assert not first.cancel()
        fake.gate.set()

    assert fake.batches == [["a"]]


def test_a_failing_store_fails_all_and_the_thread_goes_on() -> None:
    fake = FakeDepartures()
    fake.gate.set()
    with writer(fake) as started:
        with pytest.raises(StoreError):
            started.submit(wish("full")).result(5)

        assert started.submit(wish("a")).result(5)


def test_one_departure_that_breaks_us_does_not_break_the_others() -> None:
    fake = FakeDepartures()
    with writer(fake) as started:
        first = started.submit(wish("a"))
        while not first.running():
            time.sleep(0.001)
        good, bad, better = (started.submit(wish(word)) for word in ("b", "poison", "c"))
        fake.gate.set()

        assert good.result(5)
        assert better.result(5)
        with pytest.raises(ValueError, match="poison"):
            bad.result(5)


def test_a_queue_that_is_too_long_is_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "_LONGEST", 2)
    fake = FakeDepartures()
    with writer(fake) as started:
        first = started.submit(wish("a"))
        while not first.running():
            time.sleep(0.001)
        waiting = [started.submit(wish("b")) for _ in range(2)]
        with pytest.raises(StoreError):
            started.submit(wish("c")).result(0)
        fake.gate.set()

    assert all(future.result(0) for future in waiting)
