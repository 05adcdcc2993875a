"""A taste of the kills between "due" and "sent": `make year` has more of them, in more cases."""

from pathlib import Path

import pytest

from year.kills import CASES, SLOT, bench_of, faults_of, sweep
from year.plan import HOUR, MINUTE

pytestmark = pytest.mark.slow
_BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize(
    ("case", "step", "first"),
    [("frozen late and sent at once", 90, 70), ("too late", 19, 30), ("not approved", 70, 60)],
)
def test_killed_at_statements_it_comes_to_the_same_end(
    tmp_path: Path, case: str, step: int, first: int
) -> None:
    swept = sweep(tmp_path, _BY_NAME[case], step=step, first=first)

    assert swept.faults == []
    assert swept.kills >= 2


@pytest.mark.parametrize("room", [4_096, 300_000])
def test_a_full_disk_is_said_and_the_next_look_goes_on(tmp_path: Path, room: int) -> None:
    """Files may grow by so little that no issue can be frozen, or that one can hardly be sent."""
    case = _BY_NAME["frozen late and sent at once"]
    with bench_of(tmp_path, case) as bench:
        size = (tmp_path / "site" / "digest.db").stat().st_size
        limit = room if room < size else size + room

        code = bench.look(2 * HOUR, file_limit=limit)
        assert code in {0, 7, 9}, bench.said
        if code:
            assert "disk" in bench.said or "cannot be written" in bench.said
        bench.look(2 * HOUR + MINUTE)
        bench.look(2 * HOUR + 2 * MINUTE)

        assert [fault for fault in faults_of(bench) if fault != "in doubt"] == []
    assert SLOT
