"""Slots around every clock change of every zone; `make sweep` asks for each in many ways."""

from zoneinfo import available_timezones

import pytest

from sweep import sweep


@pytest.mark.slow
def test_no_slot_is_early_doubled_or_skipped_in_any_zone() -> None:
    tally = sweep(available_timezones(), whole=False)

    assert tally.wrong == []
    assert tally.zones > 400
    assert tally.changes > 1000


def test_every_slot_is_found_by_its_name_and_from_the_moments_around_it() -> None:
    tally = sweep(["America/Santiago", "Australia/Lord_Howe"], whole=True)

    assert tally.wrong == []
    assert tally.slots > 10_000
