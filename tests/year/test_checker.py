"""The judge of the year itself: it sees every kind of wrong, and nothing where all is well."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from year.checker import broken, count
from year.clock import in_ms
from year.history import Departure, History, Row
from year.oracle import Due, Rest, Times, Version, first_instant, slots
from year.plan import DAY, HOUR, Plan, Span, Story
from year.simulate import Happened

_START = in_ms(datetime(2026, 3, 2, tzinfo=UTC))
_AT = _START + 10 * DAY
_BLANK_AT = _AT - DAY
_READERS = ("a@example.org", "b@example.org")

_SENT = Row(
    id=2,
    newsletter="nightly",
    slot="two",
    state="sent",
    reason="",
    slot_at=_AT,
    created_at=_AT - HOUR,
    window=(_AT - DAY, _AT),
    drops=False,
    has_content=True,
    readers={"accepted": 2},
    decisions=(("frozen", "schedule", _AT - HOUR),),
    notices=(("sent", True),),
    articles=frozenset({"nightly0001x", "nightly0002x"}),
)
_SKIPPED = _SENT._replace(
    id=1,
    slot="one",
    state="skipped",
    reason="1 of at least 2 articles",
    slot_at=_BLANK_AT,
    window=(_BLANK_AT - DAY, _BLANK_AT),
    has_content=False,
    readers={},
    decisions=(),
    notices=(("skipped", True),),
    articles=frozenset(),
)
_FIRST = _SENT._replace(
    id=0,
    slot="zero",
    slot_at=_BLANK_AT - DAY,
    created_at=_BLANK_AT - DAY - HOUR,
    window=(_BLANK_AT - 2 * DAY, _BLANK_AT - DAY),
    articles=frozenset({"nightly0000x"}),
)
_LEFT = Departure("nightly/two", _AT, _AT, _READERS, frozenset({"nightly0001x"}), "x")
_LEFT_FIRST = Departure(
    "nightly/zero", _FIRST.slot_at, _FIRST.slot_at, _READERS, frozenset({"nightly0000x"}), "y"
)
_PLAN = Plan(
    start=_START,
    end=_START + 21 * DAY,
    stories=[],
    suspends=[],
    outages=[],
    skews=[],
    edits=[],
    pauses=[],
    skip_dates=frozenset(),
)
_WELL = History(
    due=(Due("nightly", _FIRST.slot_at), Due("nightly", _BLANK_AT), Due("nightly", _AT)),
    rows=(_FIRST, _SKIPPED, _SENT),
    departures=(_LEFT_FIRST, _LEFT),
    plan=_PLAN,
    happened=Happened(),
    stories=(
        # Of the skipped slot, and told in the next one.
        Story(
            token="nightly0001x", paper="nightly", published=_BLANK_AT - HOUR, arrives=0, came=1
        ),
    ),
)


def well(**fields: object) -> History:
    return replace(_WELL, **fields)  # type: ignore[arg-type]  # a test names what it is about


def sent(**fields: Any) -> History:
    return well(rows=(_FIRST, _SKIPPED, _SENT._replace(**fields)))


def left(**fields: Any) -> History:
    return well(departures=(_LEFT_FIRST, _LEFT._replace(**fields)))


def test_where_all_is_well_nothing_is_broken() -> None:
    assert broken(_WELL) == []
    found = count(_WELL)
    assert (found.slots, found.sent, found.skipped, found.mails) == (3, 2, 1, 4)
    assert (found.twice, found.lost, found.late) == (0, 0, 0)


@pytest.mark.parametrize(
    ("promise", "history"),
    [
        ("Y1", well(rows=(_FIRST, _SENT))),
        ("Y1", well(rows=(*_WELL.rows, _SENT._replace(id=3, slot="again")))),
        ("Y1", sent(state="approved")),
        ("Y1", sent(state="held")),
        ("Y2", well(due=_WELL.due[:2])),
        ("Y2", well(departures=(*_WELL.departures, _LEFT._replace(issue="nightly/none")))),
        ("Y3", well(departures=(*_WELL.departures, _LEFT))),
        ("Y3", left(articles=frozenset({"nightly0000x"}))),
        ("Y4", left(left_at=_AT - HOUR)),
        ("Y4", left(left_at=_AT + 7 * HOUR)),
        ("Y5", well(due=(*_WELL.due[:2], Due("nightly", _AT, "pause")))),
        ("Y7", sent(notices=())),
        ("Y7", sent(notices=(("sent", False),))),
        ("Y7", sent(state="held", reason="in doubt")),
        ("Y8", sent(articles=frozenset())),
        ("Y9", well(departures=(*_WELL.departures, _LEFT._replace(readers=(), content="z")))),
        ("Y10", sent(state="missed", reason="later than max_lateness")),
        ("Y10", left(left_at=_AT + HOUR)),
        ("Y11", well(damage=("page 7 is lost",))),
        ("Y11", well(happened=Happened(bugs=["Traceback"]))),
    ],
)
def test_each_kind_of_wrong_is_seen(promise: str, history: History) -> None:
    assert [fault for fault in broken(history) if fault.startswith(f"{promise}:")]


def test_what_nobody_approved_may_not_leave() -> None:
    row = _SENT._replace(newsletter="weekly", slot="w")
    due = Due("weekly", _AT)
    mail = _LEFT._replace(issue="weekly/w")
    history = well(due=(due,), rows=(row,), departures=(mail,), stories=())

    assert [fault[:3] for fault in broken(history)] == ["Y6:"]
    row = row._replace(decisions=(*row.decisions, ("approved", "root", _AT - HOUR)))
    assert broken(replace(history, rows=(row,))) == []


def test_a_machine_that_slept_is_excused() -> None:
    slept = replace(_PLAN, suspends=[Span(_AT - HOUR, _AT + HOUR)])

    assert broken(replace(left(left_at=_AT + HOUR), plan=slept)) == []


def test_lost_readers_are_counted() -> None:
    assert count(well(departures=_WELL.departures[:1])).lost == 2


class TestOracle:
    @pytest.mark.parametrize(
        ("zone", "wanted", "instant"),
        [
            ("Europe/Berlin", "2026-08-17T09:00", "2026-08-17T07:00"),
            ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00"),  # skipped
            ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),  # comes twice
            ("Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00"),  # no midnight
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # half an hour
        ],
    )
    def test_knows_the_first_instant(self, zone: str, wanted: str, instant: str) -> None:
        found = first_instant(datetime.fromisoformat(wanted), ZoneInfo(zone))

        assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)

    def test_knows_changes_of_schedules_pauses_and_free_days(self) -> None:
        once, twice = (Times(frozenset(days), time(9)) for days in ({0}, {0, 3}))
        versions = [Version(_START, once), Version(_START + 8 * DAY, twice, frozenset({"03-12"}))]
        rests = [Rest("weekly", _START + 13 * DAY, _START + 15 * DAY, keeps=True)]

        found = slots("weekly", ZoneInfo("Etc/UTC"), versions, rests, (_START, _START + 18 * DAY))

        assert [((due.at - _START) // DAY, due.rests) for due in found] == [
            (0, ""),
            (7, ""),
            (10, "skip date"),
            (14, "pause"),
            (17, ""),
        ]


def test_a_story_of_a_skipped_slot_that_nobody_told_is_seen() -> None:
    """Although it is older than any grace by then."""
    old = Story(
        token="nightly0009x", paper="nightly", published=_BLANK_AT - HOUR, arrives=0, came=1
    )

    faults = broken(well(stories=(old,)))

    assert faults == ["Y8: nightly/two does not know nightly0009x"]


_Change = Callable[[Story], Story]


@pytest.mark.parametrize(
    "change",
    [
        lambda story: replace(story, came=None),
        lambda story: replace(story, came=_AT),
        lambda story: replace(story, went=_AT - 2 * HOUR),
        lambda story: replace(story, published=_AT - 30 * DAY),
        lambda story: replace(story, published=_AT + HOUR),
    ],
)
def test_a_story_that_could_not_be_told_is_excused(change: _Change) -> None:
    story = Story(
        token="nightly0009x", paper="nightly", published=_BLANK_AT - HOUR, arrives=0, came=1
    )

    assert broken(well(stories=(change(story),))) == []
