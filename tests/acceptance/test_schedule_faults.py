"""The schedule among faults: clocks that step, zones that move, a store that cannot be written.

Kills at every statement are in tests/year/test_kills.py.
"""

import shutil
import sqlite3
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from acceptance.test_schedule import (
    DAY,
    HOUR,
    MINUTE,
    NAME,
    OPERATOR,
    SLOT,
    Newsroom,
)
from command import make_site
from digest.delivery.states import IssueState
from digest.errors import HeldError, StoreError
from digest.runs.cancel import cancel_issue
from digest.runs.round import run_round
from digest.runs.shift import Shift
from digest.store import database as database_module
from fake_sendgrid import FakeSendGrid

_ZONES = Path("/usr/share/zoneinfo/Etc")


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as running:
        yield running


@pytest.fixture
def newsroom(tmp_path: Path, fake: FakeSendGrid) -> Callable[..., Newsroom]:
    def make(**settings: str) -> Newsroom:
        made = Newsroom(make_site(tmp_path / "site"), fake, **settings)
        assert made.look(datetime.now(UTC)) == []
        return made

    return make


def is_sent_once(room: Newsroom) -> bool:
    mails = [mail.email for mail in room.fake.mails() if mail.email.startswith("reader")]
    return len(mails) == len(set(mails)) == 30


class TestClock:
    def test_a_small_step_back_sends_nothing_twice(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)
        assert room.events(SLOT) == ["sent"]

        for step in (-1, -2, -4, 1, 5):
            assert room.events(SLOT + step * MINUTE) == []

        assert is_sent_once(room)

    def test_a_step_back_over_the_cut_off_waits_and_sends_once(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]

        with pytest.raises(HeldError, match="nothing is begun"):
            room.look(SLOT - 2 * HOUR)
        assert room.events(SLOT - 29 * MINUTE) == []
        assert room.events(SLOT) == ["sent"]

        assert is_sent_once(room)
        # Who watches the sending hears of it.
        assert any("the clock jumped back" in told for told in room.mails(OPERATOR))

    @pytest.mark.parametrize("late", [MINUTE, HOUR, 5 * HOUR + 59 * MINUTE])
    def test_a_step_ahead_over_cut_off_and_slot_sends_late_once(
        self, newsroom: Callable[..., Newsroom], late: timedelta
    ) -> None:
        room = newsroom()
        room.look(SLOT - HOUR)

        assert room.events(SLOT + late) == ["frozen", "sent"]

        assert is_sent_once(room)

    def test_frozen_before_and_slept_too_long_it_is_missed(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)

        assert room.events(SLOT + 6 * HOUR + MINUTE) == ["missed"]

        assert room.mails() == []
        assert room.issue().reason == "later than max_lateness"


@contextmanager
def zone_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Give what installs another version of the zone Harbour/Town."""
    before = zoneinfo.TZPATH
    (folder / "Harbour").mkdir(parents=True)

    def install(offset: str) -> None:
        shutil.copy(_ZONES / offset, folder / "Harbour" / "Town")
        forget()

    def forget() -> None:
        # Only this one: zones other tests keep must stay the same objects.
        zoneinfo.ZoneInfo.clear_cache(only_keys=["Harbour/Town"])

    monkeypatch.setattr("digest.config.values.available_timezones", lambda: {"Harbour/Town"})
    zoneinfo.reset_tzpath([str(folder), *before])
    try:
        yield install
    finally:
        zoneinfo.reset_tzpath(before)
        forget()


@pytest.mark.skipif(not _ZONES.is_dir(), reason="no zone files here: apt-get install tzdata")
class TestZoneData:
    """An update of the zone data moves the moment of a slot, and not its name."""

    def test_moved_later_after_it_was_sent_nothing_leaves_again(
        self,
        newsroom: Callable[..., Newsroom],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with zone_data(tmp_path / "zones", monkeypatch) as install:
            install("GMT")
            room = newsroom(timezone='"Harbour/Town"')
            room.look(SLOT - 30 * MINUTE)
            assert room.events(SLOT) == ["sent"]

            install("GMT+2")  # two hours behind: its time comes once more
            assert [room.events(SLOT + n * HOUR) for n in (1, 2, 3)] == [[], [], []]

        assert is_sent_once(room)

    @pytest.mark.parametrize("offset", ["GMT+1", "GMT-1"])
    def test_moved_while_it_is_frozen_it_leaves_once(
        self,
        newsroom: Callable[..., Newsroom],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        offset: str,
    ) -> None:
        with zone_data(tmp_path / "zones", monkeypatch) as install:
            install("GMT")
            room = newsroom(timezone='"Harbour/Town"')
            assert room.events(SLOT - 30 * MINUTE) == ["frozen"]

            install(offset)
            moments = [SLOT + n * 30 * MINUTE for n in range(-1, 5)]
            events = [event for moment in moments for event in room.events(moment)]

        assert events == ["sent"]
        assert is_sent_once(room)

    def test_moved_before_it_is_frozen_it_leaves_at_the_new_moment(
        self,
        newsroom: Callable[..., Newsroom],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with zone_data(tmp_path / "zones", monkeypatch) as install:
            install("GMT")
            room = newsroom(timezone='"Harbour/Town"')

            install("GMT+1")
            assert room.events(SLOT) == []
            assert room.events(SLOT + 30 * MINUTE) == ["frozen"]
            assert room.events(SLOT + HOUR) == ["sent"]

        assert is_sent_once(room)


class TestSlotFormat:
    """Another kind of schedule gives the same moment another name."""

    def several(self, room: Newsroom) -> None:
        later = SLOT + 2 * HOUR
        room.set("newsletters.weekly", "schedule", f'"daily {SLOT:%H:%M},{later:%H:%M}"')

    def test_changed_after_it_was_sent_nothing_leaves_again(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        room.look(SLOT - 30 * MINUTE)
        assert room.events(SLOT) == ["sent"]

        self.several(room)
        assert room.events(SLOT + MINUTE) == []
        assert room.events(SLOT + HOUR) == []

        assert is_sent_once(room)

    def test_changed_while_it_is_frozen_it_leaves_once(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]

        self.several(room)
        assert room.events(SLOT - MINUTE) == []
        assert room.events(SLOT) == ["sent"]
        assert room.events(SLOT + MINUTE) == []

        assert room.issue(NAME).state is IssueState.SENT
        assert is_sent_once(room)

    def test_changed_before_the_slot_has_its_new_name(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()

        self.several(room)
        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]
        assert room.events(SLOT) == ["sent"]

        assert room.issue(f"{SLOT:%Y-%m-%dT%H:%M}").state is IssueState.SENT
        assert is_sent_once(room)

    def test_changed_back_in_between_nothing_leaves_again(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        self.several(room)
        room.look(SLOT - 30 * MINUTE)
        assert room.events(SLOT) == ["sent"]

        room.set("newsletters.weekly", "schedule", f'"daily {SLOT:%H:%M}"')
        assert room.events(SLOT + MINUTE) == []
        assert room.events(SLOT + HOUR) == []

        assert is_sent_once(room)


class TestLockedStore:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database_module, "_PATIENCE_SECONDS", 0.1)

    @contextmanager
    def locked(self, room: Newsroom) -> Iterator[None]:
        with closing(sqlite3.connect(room.config.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    @pytest.mark.parametrize("at", [-30 * MINUTE, timedelta()])
    def test_is_said_and_the_next_look_goes_on(
        self, newsroom: Callable[..., Newsroom], at: timedelta
    ) -> None:
        room = newsroom()
        if not at:
            room.look(SLOT - 30 * MINUTE)

        with self.locked(room):
            said = self.reasons(room, SLOT + at)
        assert "another command is writing to it" in said

        events = [*room.events(SLOT + at), *room.events(SLOT)]
        assert events[-1] == "sent"
        assert is_sent_once(room)

    def reasons(self, room: Newsroom, now: datetime) -> str:
        try:
            return "\n".join(did.reason for did in room.look(now) if did.is_trouble)
        except StoreError as error:
            return str(error)


class TestContent:
    def test_a_folder_that_was_away_for_a_while_costs_no_issue(
        self, newsroom: Callable[..., Newsroom]
    ) -> None:
        room = newsroom()
        folder = room.site / "examples" / "articles"
        away = folder.rename(room.site / "away")

        assert room.events(SLOT - 30 * MINUTE) == ["failed"]
        assert room.events(SLOT) == ["failed"]
        away.rename(folder)
        assert room.events(SLOT + HOUR) == ["frozen", "sent"]

        assert is_sent_once(room)
        assert [told for told in room.mails(OPERATOR) if "sent: " not in told]


def test_the_first_thing_a_schedule_ever_does_is_told(
    newsroom: Callable[..., Newsroom],
) -> None:
    """A service looks without a round until something is due; clocks go on during a round."""
    room = newsroom(min_articles="9")
    with closing(sqlite3.connect(room.config.store.path)) as connection, connection:
        connection.execute("DELETE FROM fact WHERE name = 'telling_since'")
    seconds = count()
    shift = Shift(config=room.config, environment=room.environment, now=SLOT - 30 * MINUTE)

    done = list(run_round(shift, lambda: shift.now + timedelta(seconds=next(seconds))))

    assert [did.event for did in done] == ["skipped"]
    assert [told for told in room.mails(OPERATOR) if "skipped" in told]


@pytest.mark.parametrize("grace", ["0 days", "7 days"])
def test_what_a_missed_slot_left_outlives_a_cancelled_issue(
    newsroom: Callable[..., Newsroom], grace: str
) -> None:
    """Nothing of it left, so its readers have been told nothing."""
    room = newsroom(window='"1 day"', grace=f'"{grace}"')
    assert room.events(SLOT + 7 * HOUR) == ["missed"]
    assert room.events(SLOT + DAY - 30 * MINUTE) == ["frozen"]
    second, third = (f"{SLOT + days * DAY:%Y-%m-%d}" for days in (1, 2))
    assert len(room.stories(second)) == 5
    cancel_issue(room.config, room.environment, f"weekly/{second}")

    assert room.events(SLOT + 2 * DAY - 30 * MINUTE) == ["frozen"]

    assert len(room.stories(third)) == 5
