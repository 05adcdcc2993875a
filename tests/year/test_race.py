"""A taste of the race for slots: `make year` lets sixteen processes run for a thousand."""

from datetime import timedelta
from pathlib import Path

import pytest

from fake_sendgrid import FakeSendGrid
from year.race import once_each, race
from year.service import Publisher, utc_now

pytestmark = pytest.mark.slow


def test_a_slot_is_an_issue_or_missed_and_never_both(tmp_path: Path) -> None:
    raced = race(tmp_path / "race.db", 16, 60)

    assert raced == (60, 0, ())


def test_whole_commands_at_once_send_each_slot_once(tmp_path: Path) -> None:
    slot = utc_now().replace(second=0, microsecond=0)
    with FakeSendGrid(latency=0.05) as fake:
        publisher = Publisher(tmp_path, fake, f"{slot.minute} {slot.hour} * * *", 9)
        publisher.write_stories(slot - timedelta(minutes=3), slot)
        publisher.begin_at(slot - timedelta(seconds=1))

        ended = once_each(publisher.site.config, 5, publisher.variables)

        publisher.close()
        assert publisher.issues() == {f"{slot:%Y-%m-%d}": "sent"}
        assert set(fake.copies().values()) == {1}
    assert publisher.batches() == {"accepted": 9}
    assert {code for code, _ in ended} == {0}, ended
