"""The service as a process of its own, over one slot: `make year` runs it over several."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from fake_sendgrid import FakeSendGrid
from year.service import Publisher, children, kill, utc_now, wait_until

pytestmark = pytest.mark.slow
_READERS = 15  # five batches


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid(latency=0.4) as found:
        yield found


@pytest.fixture
def made() -> Iterator[Callable[[Publisher], Publisher]]:
    with ExitStack() as ends:

        def note(publisher: Publisher) -> Publisher:
            ends.callback(publisher.close)
            return publisher

        yield note


def test_killed_and_stopped_it_sends_its_slot_once(
    fake: FakeSendGrid, made: Callable[[Publisher], Publisher], tmp_path: Path
) -> None:
    slot = utc_now().replace(second=0, microsecond=0)
    publisher = made(Publisher(tmp_path, fake, f"{slot.minute} {slot.hour} * * *", _READERS))
    publisher.write_stories(slot - timedelta(minutes=3), slot)
    publisher.begin_at(slot - timedelta(seconds=1))

    with publisher.serving("0.5") as service:
        wait_until(publisher.mails)
        for child in children(service.pid):
            kill(child)
        service.kill()
    with publisher.serving("0.5") as service:
        before = publisher.mails()
        wait_until(lambda: publisher.mails() > before)
        service.terminate()
        stopped = service.wait(60)
        sending = publisher.batches().get("sending", 0)
    with publisher.serving("0.5") as service:
        wait_until(lambda: not publisher.batches().get("planned"))
        wait_until(lambda: set(publisher.issues().values()) <= {"sent", "held"})
        service.terminate()
        ended = service.wait(60)

    assert (stopped, ended) == (0, 0)
    assert sending == 0, "the batch in flight was not finished"
    # The batch whose sender was killed is in doubt; nobody got anything twice.
    assert len(publisher.issues()) == 1
    assert max(fake.copies().values()) == 1
    batches = publisher.batches()
    assert batches["accepted"] >= _READERS - 3
    assert batches["accepted"] + batches.get("unknown", 0) == _READERS
    wait_until(lambda: publisher.heard.count("STOPPING=1") == 2, 5)
    heard = publisher.heard
    assert heard.count("READY=1") == 3
    assert "WATCHDOG=1" in heard
    events = [line["event"] for line in publisher.lines()]
    assert events.count("started") == 3
    assert events.count("stopped") == 2
    assert "@" not in publisher.said()
    assert json.dumps(publisher.site.environment["DIGEST_SECRET"]) not in publisher.said()


def test_a_second_service_is_turned_away(
    fake: FakeSendGrid, made: Callable[[Publisher], Publisher], tmp_path: Path
) -> None:
    """With the reason, and the first one goes on."""
    publisher = made(Publisher(tmp_path, fake, "0 0 1 1 *", 1))

    with publisher.serving("0.5") as first:
        wait_until(lambda: publisher.heard.count("READY=1"))
        with publisher.serving("0.5") as second:
            code = second.wait(60)
        assert first.poll() is None

    assert code == 7
    assert "another digest schedule is running" in publisher.said()
    assert publisher.heard.count("READY=1") == 1
