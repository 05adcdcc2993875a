"""`digest plan`: the next slots, and what each would hold today."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from command import ROOT, digest
from crash.stores import add_readers
from digest.articles import folder
from digest.cli.show_plan import show_plan
from digest.runs import series
from digest.runs.choose import Ask, choose
from digest.runs.plan import Plan, Planned, plan
from digest.selection.series import Fate, candidates_of
from office import BERLIN, NOW, SLOT, WEEK, Office
from sending import write_story

GOLDEN = ROOT / "tests" / "acceptance" / "golden"
#: A Monday on which two weeks of the sample are over, and one has begun.
THEN = datetime(2026, 8, 10, 8, tzinfo=BERLIN)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office(tmp_path / "site")
    monkeypatch.chdir(office.site)
    office.write(lambda database: add_readers(database, range(1, 31)))
    return office


def ahead(office: Office, now: datetime = THEN, weeks: int = 4, name: str = "") -> Plan:
    return plan(office.config, name, now, weeks=weeks)


def stories(one: Planned) -> list[str]:
    selection = one.turnout.selection if one.turnout else None
    return [each.article.path for each in selection.chosen] if selection else []


def test_golden(office: Office, capsys: pytest.CaptureFixture[str], *, golden: bool) -> None:
    office.edit("skip_dates", '["2026-08-24"]')
    office.edit("hand_over", '"20 minutes"')
    office.add("2026-W33", THEN + timedelta(hours=1))
    office.add("2026-08-10-1", THEN + timedelta(hours=9), newsletter="breaking")

    show_plan(ahead(office), as_json=False)

    out, file = capsys.readouterr().out, GOLDEN / "plan.txt"
    if golden:
        file.write_text(out)
    assert out == file.read_text()


def test_slots_know_what_those_before_them_tell(office: Office) -> None:
    (found,) = ahead(office).newsletters

    first, second, third, _ = found.slots
    assert [len(stories(one)) for one in (first, second, third)] == [10, 10, 10]
    assert not set(stories(first)) & set(stories(second))
    assert first.turnout
    assert second.turnout
    assert (first.turnout.number, second.turnout.number) == (1, 2)
    assert (first.freezes_at, first.window.end) == (
        THEN + timedelta(minutes=30),
        THEN - timedelta(hours=8),
    )


def test_the_next_slot_is_what_preview_shows(office: Office) -> None:
    (found,) = ahead(office).newsletters
    choice = choose(office.config, Ask(slot="2026-W33"), THEN)

    assert found.slots[0].turnout
    assert found.slots[0].turnout.selection == choice.selection


def test_the_folder_is_read_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    begin = folder.begin_reading

    def counting(*words: object) -> object:
        begun.append(words)
        return begin(*words)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(series, "begin_reading", counting)
    second = (office.site / "config.toml").read_text()
    table = '\n[newsletters.daily]\ntitle = "Daily"\nschedule = "daily 07:00"\nwindow = "1 day"\n'
    (office.site / "config.toml").write_text(second + table)

    found = ahead(office)

    assert [each.name for each in found.newsletters] == ["weekly", "daily"]
    assert len(found.newsletters[1].slots) == 28
    assert len(begun) == 1


def test_too_few_says_what_happens_then(office: Office) -> None:
    later = THEN + 8 * WEEK
    (skipped,) = ahead(office, later, 1).newsletters[0].slots
    office.edit("too_few", '"hold"')
    write_story(office.site, "lonely", f"{later - timedelta(days=3):%Y-%m-%d}")
    (held,) = ahead(office, later, 1).newsletters[0].slots

    assert skipped.turnout
    assert held.turnout
    assert (skipped.turnout.fate, held.turnout.fate) == (Fate.SKIPPED, Fate.HELD)
    assert held.turnout.reason == "1 of at least 3 articles"


def test_frozen_issue_is_not_chosen_again(office: Office) -> None:
    office.add("2026-W33", THEN + timedelta(hours=1))

    first, second, *_ = ahead(office).newsletters[0].slots

    assert (first.turnout, first.frozen_stories, first.at.stage.value) == (None, 1, "approved")
    assert second.turnout
    assert second.turnout.number == 1  # it has a number when it is sent


def test_paused_slots_leave_their_articles_or_not(office: Office) -> None:
    until = SLOT - timedelta(hours=1)
    office.send("2026-W32", THEN - WEEK)
    candidates = {}
    for keeps in (True, False):
        office.pause(until, since=THEN, keeps=keeps)
        first, second, *_ = ahead(office).newsletters[0].slots
        assert (first.at.stage.value, first.turnout) == ("paused", None)
        assert second.turnout
        assert second.turnout.selection
        candidates[keeps] = {one.path for one in candidates_of(second.turnout.selection)}

    # The newsletter had an issue before, so that something can come late.
    assert candidates[False] < candidates[True]


class TestRemarks:
    def test_days_that_no_window_holds(self, office: Office) -> None:
        office.edit("window", '"3 days"')
        office.edit("grace", '"2 days"')

        (remark,) = ahead(office).newsletters[0].remarks
        assert remark.startswith("up to 4 days between two windows lie in none")
        assert "grace is 2 days" in remark
        assert 'window = "since last issue"' in remark

    def test_days_that_come_late(self, office: Office) -> None:
        office.edit("window", '"3 days"')

        (remark,) = ahead(office).newsletters[0].remarks
        assert remark.endswith("what is published then comes late, as carried over")

    def test_days_in_two_windows(self, office: Office) -> None:
        office.edit("window", '"10 days"')

        assert ahead(office).newsletters[0].remarks == (
            "up to 3 days lie in two windows; no article is told twice",
        )

    @pytest.mark.parametrize("window", ["week", "7 days", "since last issue"])
    def test_windows_that_meet(self, office: Office, window: str) -> None:
        office.edit("window", f'"{window}"')

        assert ahead(office, NOW + 8 * WEEK).newsletters[0].remarks == ()

    def test_clock_change(self, office: Office) -> None:
        autumn = datetime(2026, 10, 20, 8, tzinfo=BERLIN)

        first, second, *_ = ahead(office, autumn).newsletters[0].slots

        assert first.clocks_move == timedelta(hours=-1)
        assert second.clocks_move == timedelta()
        assert first.at.moment.hour == 9


class TestCommand:
    def test_json(self, office: Office) -> None:
        done = digest(office.site, "plan", "weekly", "--weeks", "2", "--json")

        assert done.code == 0, done.err
        (newsletter,) = done.json["newsletters"]
        assert len(newsletter["slots"]) == 2
        assert newsletter["slots"][0]["stage"] in {"open", "to be frozen", "due"}
        assert newsletter["slots"][0]["today"]["fate"] == "skipped"

    def test_writes_nothing(self, sample: Path) -> None:
        before = sorted(sample.rglob("*"))

        done = digest(sample, "plan")

        assert done.code == 0, done.err
        assert sorted(sample.rglob("*")) == before

    def test_unknown_newsletter(self, sample: Path) -> None:
        done = digest(sample, "plan", "weakly")

        assert done.code == 5
        assert "Did you mean 'weekly'?" in done.err

    def test_the_next_slot_is_there_however_far(self, office: Office) -> None:
        office.edit("schedule", '"every 40 weeks from 2026-01-05 09:00"')

        (one,) = ahead(office, weeks=1).newsletters[0].slots
        assert one.at.moment == datetime(2026, 10, 12, 9, tzinfo=BERLIN)
