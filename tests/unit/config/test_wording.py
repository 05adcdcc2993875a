"""How spans and moments of the week are worded."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.mistake import Wrong
from digest.config.wording import parse_grace, parse_week_start, parse_window
from digest.selection.rules import WindowKind


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("week", (WindowKind.WEEK, 7)),
        ("since last issue", (WindowKind.SINCE_LAST, 7)),
        ("1 day", (WindowKind.DAYS, 1)),
        ("10 days", (WindowKind.DAYS, 10)),
        ("366 days", (WindowKind.DAYS, 366)),
    ],
)
def test_windows(text: str, window: tuple[WindowKind, int]) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize(
    "text", ["", "0 days", "367 days", "-1 days", "7", "days", "7 weeks", "٧ days", "week\n"]
)
def test_wrong_windows(text: str) -> None:
    assert isinstance(parse_window(text), Wrong)


@pytest.mark.parametrize("text", ["Week", "since-last-issue", " since  last_issue"])
def test_windows_nearly_right_are_spelled_out(text: str) -> None:
    wrong = parse_window(text)

    assert isinstance(wrong, Wrong)
    assert wrong.remedy in ('Write "week".', 'Write "since last issue".')


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("mon 00:00", (0, time(0))),
        ("sun 23:59", (6, time(23, 59))),
        ("Thu 06:30", (3, time(6, 30))),
        ("saturday 09:00", (5, time(9))),
    ],
)
def test_week_starts(text: str, start: tuple[int, time]) -> None:
    assert parse_week_start(text) == start


@pytest.mark.parametrize(
    "text",
    ["", "mon", "mon 24:00", "mon 09:60", "mon 9:00", "so 09:00", "mon 09:00:00", "0 00:00"],
)
def test_wrong_week_starts(text: str) -> None:
    assert isinstance(parse_week_start(text), Wrong)


def test_grace() -> None:
    assert parse_grace("0 days") == 0
    assert parse_grace("1 day") == 1
    assert parse_grace("366 days") == 366


@pytest.mark.parametrize("text", ["", "7", "367 days", "-7 days", "12 hours", "week"])
def test_wrong_grace(text: str) -> None:
    assert isinstance(parse_grace(text), Wrong)


@given(st.text(max_size=12) | st.from_regex(r"[a-z0-9]{1,5} [a-z0-9:]{1,5}", fullmatch=True))
def test_property_any_text_is_a_value_or_wrong(text: str) -> None:
    for parse in (parse_window, parse_week_start, parse_grace):
        parse(text)
