"""The clock of the service: it calls, it never calls twice at once, and it says nothing itself."""

import time
from datetime import timedelta
from threading import Event

import pytest

from digest.schedule.ticker import Ticker


def test_calls_at_once_and_again() -> None:
    calls = []
    third = Event()

    def tick() -> None:
        calls.append(1)
        if len(calls) == 3:
            third.set()

    ticker = Ticker(tick, timedelta(milliseconds=20))
    ticker.start()

    assert third.wait(10)
    ticker.stop()
    after = len(calls)
    time.sleep(0.1)
    assert len(calls) == after


def test_a_call_that_takes_long_is_not_joined_by_another_and_nothing_is_said_of_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    begun, ended, go_on = [], [], Event()

    def tick() -> None:
        begun.append(1)
        go_on.wait(10)
        ended.append(1)

    ticker = Ticker(tick, timedelta(milliseconds=10))
    ticker.start()
    time.sleep(0.2)
    assert len(begun) == 1
    go_on.set()
    ticker.stop()

    assert len(begun) == len(ended)
    assert capfd.readouterr() == ("", "")
