"""A running fake, and a clock that stands until it is moved."""

from collections.abc import Iterator

import pytest

from fake_sendgrid import FakeSendGrid
from fake_sendgrid.sample import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> Iterator[FakeSendGrid]:
    with FakeSendGrid(now=clock, drip=0.001) as fake:
        yield fake
