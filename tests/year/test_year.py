"""Some weeks of the year, over the clock changes of two zones: `make year` is the whole of it."""

from pathlib import Path

import pytest

from year.whole import live

pytestmark = pytest.mark.slow


def test_weeks_of_kills_outages_and_sleep_break_no_promise(tmp_path: Path) -> None:
    """
    Over the end of winter in Berlin, and of summer on Lord Howe: every slot ends as it should.
    """
    verdict = live(tmp_path / "year", 5, "2026-03-23", 2, readers=4)

    assert verdict.faults == []
    assert (verdict.figures.twice, verdict.figures.lost) == (0, 0)
    assert verdict.figures.slots >= 18
    assert verdict.figures.sent >= 8
    assert verdict.figures.kills >= 1
