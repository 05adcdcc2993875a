"""What the service writes: one line an event, nothing personal in it."""

import enum
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import HeldError
from digest.schedule.logs import Log, LogFormat, masked

NINE = datetime(2026, 8, 17, 7, 0, 1, 234567, tzinfo=UTC)
HELSINKI = ZoneInfo("Europe/Helsinki")


class Courier(enum.Enum):
    SENDGRID = "sendgrid"


def written(form: LogFormat, event: str, /, level: str = "info", **fields: object) -> str:
    stream = io.StringIO()
    log = Log(stream, form, zone=HELSINKI, clock=lambda: NINE)
    getattr(log, level)(event, **fields)
    line = stream.getvalue()
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    return line[:-1]


def text(event: str, /, level: str = "info", **fields: object) -> str:
    return written(LogFormat.TEXT, event, level=level, **fields)


def as_json(event: str, /, level: str = "info", **fields: object) -> dict[str, Any]:
    found = json.loads(written(LogFormat.JSON, event, level=level, **fields))
    assert isinstance(found, dict)
    return found


class TestText:
    def test_an_event_reads_like_a_sentence(self) -> None:
        line = text("sent", newsletter="weekly", slot="2026-W34", readers=1234)

        assert line == "2026-08-17 10:00:01 weekly/2026-W34 sent to 1,234 readers"

    def test_one_is_one(self) -> None:
        assert text("sent", issue="weekly/x", readers=1).endswith("weekly/x sent to 1 reader")
        assert text("sent", issue="weekly/x", readers=1001).endswith("sent to 1,001 readers")
        assert text("sent", issue="weekly/x", readers=21).endswith("sent to 21 readers")

    def test_what_the_sentence_does_not_say_follows(self) -> None:
        line = text("sent", newsletter="weekly", readers=3, late=True, courier=Courier.SENDGRID)

        assert line == "2026-08-17 10:00:01 weekly sent to 3 readers (late yes, courier sendgrid)"

    def test_why_stands_behind_it(self) -> None:
        line = text("handed over", issue="weekly/x", readers=3, read=1, reason="12 minutes late")

        assert line.endswith("weekly/x handed over for 3 readers (read 1): 12 minutes late")
        assert text("skipped", issue="weekly/x", reason="").endswith("weekly/x skipped")

    def test_a_number_that_is_a_name_is_not_counted(self) -> None:
        assert text("started", pid=12345).endswith("the schedule runs (pid 12345)")

    def test_an_event_without_a_sentence_is_said_by_name(self) -> None:
        assert text("clock_jumped", by=timedelta(hours=2), seen=[1, 2], parts={"a": 1000}) == (
            "2026-08-17 10:00:01 clock jumped (by 7,200.0, seen 1 2, parts a=1,000)"
        )

    def test_a_sentence_that_lacks_a_field_gives_way(self) -> None:
        assert text("sent", newsletter="weekly") == "2026-08-17 10:00:01 weekly sent"
        assert text("sent", readers="many") == "2026-08-17 10:00:01 sent (readers many)"

    @pytest.mark.parametrize("level", ["warning", "error"])
    def test_what_needs_a_look_stands_out(self, level: str) -> None:
        line = text("held", level, newsletter="weekly", slot="2026-W34", reason="too few")

        assert line == f"2026-08-17 10:00:01 {level.upper()} weekly/2026-W34 held: too few"

    def test_an_error_of_ours_stays_on_its_line(self) -> None:
        error = HeldError("it waits", where="weekly/x", remedy="Look: digest show weekly/x")

        assert text("failed", reason=error) == (
            "2026-08-17 10:00:01 failed: weekly/x: it waits · Look: digest show weekly/x"
        )

    def test_nothing_moves_the_cursor(self) -> None:
        assert text("failed", reason="a\x1b[2Jb\u202ec\x00").endswith("failed: a?[2Jb?c?")

    @given(reason=st.text())
    def test_any_text_is_one_line(self, reason: str) -> None:
        text("failed", reason=reason)


class TestJson:
    def test_every_line_says_when_and_what(self) -> None:
        assert as_json("sent", newsletter="weekly", slot="2026-W34", readers=1234) == {
            "time": "2026-08-17T07:00:01.234Z",
            "level": "info",
            "event": "sent",
            "newsletter": "weekly",
            "slot": "2026-W34",
            "readers": 1234,
        }

    def test_the_name_of_an_event_is_one_word(self) -> None:
        assert as_json("handed over")["event"] == "handed_over"

    def test_values_of_every_kind(self) -> None:
        found = as_json(
            "any",
            moment=datetime(2026, 8, 17, 9, tzinfo=HELSINKI),
            day=date(2026, 8, 17),
            wait=timedelta(seconds=1.5),
            courier=Courier.SENDGRID,
            path=Path("/srv"),
            states={"sent": 1},
            slots=("a", "b"),
            share=0.5,
            endless=float("inf"),
            nothing=None,
            ok=True,
        )

        assert {name: one for name, one in found.items() if name not in {"time", "level"}} == {
            "event": "any",
            "moment": "2026-08-17T06:00:00.000Z",
            "day": "2026-08-17",
            "wait": 1.5,
            "courier": "sendgrid",
            "path": "/srv",
            "states": {"sent": 1},
            "slots": ["a", "b"],
            "share": 0.5,
            "endless": None,
            "ok": True,
        }

    def test_a_field_cannot_take_the_place_of_ours(self) -> None:
        found = as_json("sent", level="info", time="never", event="other")

        assert (found["event"], found["event_"], found["time_"]) == ("sent", "other", "never")

    @given(reason=st.text())
    def test_any_text_comes_back(self, reason: str) -> None:
        assert as_json("failed", reason=reason)["reason"] == masked(reason)


@pytest.mark.parametrize(
    "value",
    [
        "anna@example.org",
        "mail to <anna@example.org> bounced",
        'from "Anna B."@example.org',
        "https://x.example/?to=anna%40example.org&x=1",
        "anna.b+news@example.org: refused",
        "jürgen@bücher.example",
        "anna＠example.org",
        "anna@[192.0.2.1]",
        "mailto:anna@example.org?subject=x",
    ],
)
def test_addresses_are_masked(value: str) -> None:
    for line in (text("failed", reason=value), text("x", about=[value], of={value: 1})):
        assert "[address]" in line
        assert not any(part in line.casefold() for part in ("anna", "example.org", "jürgen"))
    assert "anna" not in written(LogFormat.JSON, "failed", reason={"who": [value]}).casefold()


def test_keys_are_masked() -> None:
    assert masked("key SG.abcdefgh.ABCDEFGHIJ refused") == "key [key] refused"


@pytest.mark.parametrize("value", ["weekly/2026-W34", "3 @ 5", "09:00", "SG.x", "@home"])
def test_what_is_no_address_stays(value: str) -> None:
    assert masked(value) == value


class Broken(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_stream_that_fails_stops_nothing() -> None:
    closed = io.StringIO()
    closed.close()

    Log(Broken()).info("sent", readers=1)
    Log(closed).info("sent", readers=1)
