"""How schedules are worded, and what is said about those that are wrong."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.mistake import Wrong
from digest.config.schedule_words import parse_schedule
from digest.selection.schedule import LAST, Schedule

NINE = (time(9),)
DAYS = "Write mon, tue, wed, thu, fri, sat, sun, daily, weekdays or weekend."
PLACES = "Write first, second, third, fourth, last."
FORMS = (
    'Write it like "mon 09:00", "weekdays 07:30", "first mon 09:00", '
    '"every 2 weeks from 2026-01-05 09:00" or "cron: 0 9 * * 1".'
)
CLOCK = "Write hours and minutes from 00:00 to 23:59."
CRON = (
    'Write "cron:" and minute, hour, day of the month, month, day of the week: '
    '"cron: 0 9 * * 1" is Monday at 09:00.'
)
EVERY = '"every 2 weeks from 2026-01-05 09:00".'
NOTHING = "is not a schedule"


@pytest.mark.parametrize(
    ("words", "schedule"),
    [
        ("mon 09:00", Schedule(times=NINE, weekdays=(0,))),
        ("thu,mon 09:00", Schedule(times=NINE, weekdays=(0, 3))),
        ("mon 17:00,09:00", Schedule(times=(time(9), time(17)), weekdays=(0,))),
        ("weekdays 09:00", Schedule(times=NINE, weekdays=(0, 1, 2, 3, 4))),
        ("weekend 09:00", Schedule(times=NINE, weekdays=(5, 6))),
        ("daily 00:00", Schedule(times=(time(0),), weekdays=(0, 1, 2, 3, 4, 5, 6))),
        ("first mon 09:00", Schedule(times=NINE, places=(1,), weekdays=(0,))),
        ("last,second fri 09:00", Schedule(times=NINE, places=(2, LAST), weekdays=(4,))),
        ("3rd sun 09:00", Schedule(times=NINE, places=(3,), weekdays=(6,))),
        ("1st 09:00", Schedule(times=NINE, places=(1,))),
        ("15th,1st 09:00", Schedule(times=NINE, places=(1, 15))),
        ("last day 09:00", Schedule(times=NINE, places=(LAST,))),
        (
            "every 2 weeks from 2026-01-05 09:00",
            Schedule(times=NINE, every=14, first=date(2026, 1, 5)),
        ),
        (
            "every 1 day from 2026-01-05 09:00",
            Schedule(times=NINE, every=1, first=date(2026, 1, 5)),
        ),
        ("cron: 0 9 * * 1", Schedule(cron="0 9 * * 1")),
        ("cron:0 9 l * mon-fri", Schedule(cron="0 9 l * mon-fri")),
    ],
)
def test_every_form_has_its_meaning(words: str, schedule: Schedule) -> None:
    assert parse_schedule(words) == schedule


@pytest.mark.parametrize(
    "words", ["monday 9:00", "Mon 09:00", " MON   09:00 ", "Monday\t09:00", "mon 9:00"]
)
def test_what_can_mean_one_thing_only_is_understood(words: str) -> None:
    assert parse_schedule(words) == Schedule(times=NINE, weekdays=(0,))
    assert parse_schedule("mon , thu 09:00") == parse_schedule("mon,thu 09:00")


@pytest.mark.parametrize(
    ("words", "what", "remedy"),
    [
        ("", NOTHING, FORMS),
        ("   ", NOTHING, FORMS),
        ("tomorrow", NOTHING, FORMS),
        ("weekly", NOTHING, f"Did you mean 'mon'? {FORMS}"),
        ("munday 09:00", 'has "munday", which is no day', f"Did you mean 'sunday'? {DAYS}"),
        ("workdays 09:00", 'has "workdays", which is no day', f"Did you mean 'weekdays'? {DAYS}"),
        (
            "mon-fri 09:00",
            'has "mon-fri", which is no day',
            f"Name each day, with commas between. {DAYS}",
        ),
        ("mon,,tue 09:00", 'has "", which is no day', DAYS),
        ("first daily 09:00", 'has "daily", which is no day', DAYS),
        ("mon,mon 09:00", 'names "mon" twice', "Write it once."),
        ("mon 09:00,9:00", 'names "9:00" twice', "Write it once."),
        ("mon", "names no time", 'Write it behind the day: "mon 09:00".'),
        ("first monday", "names no time", 'Write it behind the day: "first monday 09:00".'),
        ("9:00", "names no day", 'Write one before the time: "daily 09:00".'),
        ("mon 25:00", 'has "25:00", which is no time', CLOCK),
        ("mon 09:60", 'has "09:60", which is no time', CLOCK),
        ("mon 09:00:00", 'has "09:00:00", which is no time', CLOCK),
        ("mon ٠٩:00", 'has "٠٩:00", which is no time', CLOCK),
        (
            "mon 24:00",
            'has "24:00", which is no time',
            'Write "00:00", which is the beginning of a day.',
        ),
        ("mon 9am", 'has "9am", which is no time', 'Write "09:00".'),
        ("mon 12am", 'has "12am", which is no time', 'Write "00:00".'),
        ("mon 9:30pm", 'has "9:30pm", which is no time', 'Write "21:30".'),
        ("mon 9.30", 'has "9.30", which is no time', 'Write "09:30".'),
        ("mon 0930", 'has "0930", which is no time', 'Write "09:30".'),
        ("mon 9", 'has "9", which is no time', 'Write "09:00".'),
        ("mon noon", 'has "noon", which is no time', 'Write "12:00".'),
        ("mon 99", NOTHING, FORMS),
        (
            "mon 09:00 tue 10:00",
            "has times in two places",
            'Write the days, then the times of each: "mon,thu 09:00,17:00"; or a pattern of cron.',
        ),
        (
            "frist mon 09:00",
            'has "frist", which says not which one of the month',
            f"Did you mean 'first'? {PLACES}",
        ),
        (
            "fifth mon 09:00",
            'has "fifth", which says not which one of the month',
            f"Did you mean 'last'? {PLACES}",
        ),
        (
            "31st 09:00",
            'has "31st", a day that not every month has',
            'Write "last day 09:00".',
        ),
        (
            "32nd 09:00",
            'has "32nd", which is no day',
            'Write a day of the month from "1st" to "28th", or "last day".',
        ),
        (
            "every 2 weeks",
            NOTHING,
            f"Write how many days or weeks, the first day and the time: {EVERY}",
        ),
        ("every monday 10:00", NOTHING, 'Write "mon 10:00", without "every".'),
        ("every day", NOTHING, 'Write "daily 09:00", without "every".'),
        (
            "every 0 weeks from 2026-01-05 09:00",
            "has 0 weeks",
            f"Write 1 to 366 days or 1 to 52 weeks: {EVERY}",
        ),
        (
            "every 53 weeks from 2026-01-05 09:00",
            "has 53 weeks",
            f"Write 1 to 366 days or 1 to 52 weeks: {EVERY}",
        ),
        (
            "every 2 weeks from 2026-02-30 09:00",
            'has "2026-02-30", which is no day of 1970 to 2199',
            f"Write year, month and day: {EVERY}",
        ),
        (
            "every 2 weeks from 2026-W01 09:00",
            'has "2026-w01", which is no day of 1970 to 2199',
            f"Write year, month and day: {EVERY}",
        ),
        (
            "every 2 weeks from 9999-12-31 09:00",
            'has "9999-12-31", which is no day of 1970 to 2199',
            f"Write year, month and day: {EVERY}",
        ),
        ("every 2 weeks from 2026-01-05 9", 'has "9", which is no time', CLOCK),
        ("cron: 0 9 * *", "has 4 fields", CRON),
        ("cron: 0 0 9 * * 1", "has 6 fields", CRON),
        ("cron:", "has 0 fields", CRON),
        ("cron: 60 9 * * 1", "has a bad minute", CRON),
        ("cron: 0 9 32 * 1", "has a bad day-of-month", CRON),
        ("cron: 0 9 * * x", "has a bad day-of-week", CRON),
        ("cron: 0 9 31 2 *", "names a day that never comes", CRON),
        ("cron: 0 9 30 feb *", "names a day that never comes", CRON),
        ("cron: 0 9 31 4,6 *", "names a day that never comes", CRON),
        ("cron: 0 9 */29 2 1#3", "names a day that never comes", CRON),
        (f"cron: 0 9 {'1' * 5000} * *", "has a number that is too long", CRON),
        ("0 9 * * 1", NOTHING, CRON),
        ("*/5 * * * *", NOTHING, CRON),
        ("@weekly", NOTHING, CRON),
        ("cron 0 9 * * 1", NOTHING, CRON),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(words: str, what: str, remedy: str) -> None:
    assert parse_schedule(words) == Wrong(what, remedy)


PARTS = ["mon", "monday", "first", "last", "day", "every", "2", "weeks", "from", "09:00", "cron:"]
PARTS += ["2026-01-05", "*", ",", "1st", "31", "noon", "daily", "9pm", "0", "@daily", "24:00", "-"]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PARTS)).map(" ".join)))
def test_hostile_text_is_a_schedule_or_wrong_and_nothing_else(text: str) -> None:
    parsed = parse_schedule(text)

    assert isinstance(parsed, Schedule | Wrong)
    if isinstance(parsed, Wrong):
        assert parsed.what
        assert parsed.remedy.endswith(".")
