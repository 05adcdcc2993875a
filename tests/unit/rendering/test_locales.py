import string
from datetime import date, datetime, time
from pathlib import Path

import pytest

from builders import BERLIN, THIS_WEEK
from digest.rendering import locales
from digest.rendering.locales import (
    direction,
    format_day,
    format_days,
    issue_dates,
    join_names,
    languages,
    words,
)
from digest.selection.window import Window

DATED = date(2026, 8, 17)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class TestWords:
    def test_six_languages_are_there(self) -> None:
        assert {"en", "de", "fr", "es", "ar", "zh-hans"} <= set(languages())

    def test_a_file_is_there_for_each_language_and_nothing_else_lies_about(self) -> None:
        folder = Path(locales.__file__).parent / "words"

        assert sorted(path.name for path in folder.iterdir()) == [
            f"{language}.toml" for language in languages()
        ]

    @pytest.mark.parametrize("language", languages())
    def test_every_language_has_the_same_words_with_the_same_placeholders(
        self, language: str
    ) -> None:
        english, own = words("en"), words(language)

        assert own.keys() == english.keys()
        assert all(own.values())
        assert {key: placeholders(text) for key, text in own.items()} == {
            key: placeholders(text) for key, text in english.items()
        }

    @pytest.mark.parametrize(
        ("language", "unsubscribe"),
        [
            ("en", "Unsubscribe"),
            ("de-AT", "Abbestellen"),
            ("FR", "Se désabonner"),
            ("es_MX", "Cancelar la suscripción"),
            ("ar-EG", "إلغاء الاشتراك"),
            ("zh", "退订"),
            ("zh-Hans-CN", "退订"),
            ("zh-CN", "退订"),
            # A private subtag of a known language.
            ("de-x-quay", "Abbestellen"),
        ],
    )
    def test_finds_the_file_of_a_tag(self, language: str, unsubscribe: str) -> None:
        assert words(language)["unsubscribe"] == unsubscribe

    @pytest.mark.parametrize("language", ["pl", "zh-Hant", "zh-TW", "xx", "", "../en", "no such"])
    def test_a_language_without_a_file_has_english_words(self, language: str) -> None:
        assert words(language) == words("en")


class TestDirection:
    @pytest.mark.parametrize("language", ["ar", "ar-EG", "he", "fa", "ur"])
    def test_right_to_left(self, language: str) -> None:
        assert direction(language) == "rtl"

    @pytest.mark.parametrize("language", ["en", "de", "zh-Hans", "ru", "xx", ""])
    def test_left_to_right(self, language: str) -> None:
        assert direction(language) == "ltr"


class TestIssueDates:
    @pytest.mark.parametrize(
        ("language", "day", "week"),
        [
            ("en", "17 August 2026", "10 – 16 August 2026"),
            ("en-US", "August 17, 2026", "August 10 – 16, 2026"),
            ("de", "17. August 2026", "10. – 16. August 2026"),
            ("fr", "17 août 2026", "10 – 16 août 2026"),
            ("es", "17 de agosto de 2026", "10 – 16 de agosto de 2026"),
            ("ar", "17 أغسطس 2026", "10 – 16 أغسطس 2026"),
            ("zh-Hans", "2026年8月17日", "2026年8月10日至16日"),
            # No words of ours, but dates of CLDR.
            ("pl", "17 sierpnia 2026", "10 – 16 sierpnia 2026"),
        ],
    )
    def test_speaks_the_language(self, language: str, day: str, week: str) -> None:
        assert issue_dates(DATED, THIS_WEEK, language) == {"date": day, "range": week}

    def test_a_window_that_ends_during_a_day_includes_that_day(self) -> None:
        window = Window(THIS_WEEK.start, datetime(2026, 8, 17, 9, tzinfo=BERLIN))

        assert issue_dates(DATED, window, "en")["range"] == "10 – 17 August 2026"

    def test_a_window_of_one_day_is_a_day(self) -> None:
        window = Window(datetime(2026, 8, 10, tzinfo=BERLIN), datetime(2026, 8, 11, tzinfo=BERLIN))

        assert issue_dates(DATED, window, "en")["range"] == "10 August 2026"

    def test_a_window_of_hours_is_a_day(self) -> None:
        window = Window(
            datetime(2026, 8, 10, 6, tzinfo=BERLIN), datetime(2026, 8, 10, 18, tzinfo=BERLIN)
        )

        assert issue_dates(DATED, window, "en")["range"] == "10 August 2026"

    def test_without_a_window_the_range_is_the_day(self) -> None:
        assert issue_dates(DATED, None, "en") == {
            "date": "17 August 2026",
            "range": "17 August 2026",
        }

    def test_the_last_day_is_right_where_the_clocks_change(self) -> None:
        window = Window(
            datetime(2026, 10, 19, tzinfo=BERLIN), datetime(2026, 10, 26, tzinfo=BERLIN)
        )

        assert issue_dates(DATED, window, "en")["range"] == "19 – 25 October 2026"


class TestFormatDays:
    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            (date(2026, 7, 27), date(2026, 8, 2), "27 July – 2 August 2026"),
            (date(2026, 12, 28), date(2027, 1, 3), "28 December 2026 – 3 January 2027"),
            (date(2026, 8, 10), date(2026, 8, 10), "10 August 2026"),
        ],
    )
    def test_names_month_and_year_once_where_they_are_shared(
        self, first: date, last: date, expected: str
    ) -> None:
        assert format_days(first, last, "en") == expected

    @pytest.mark.parametrize(
        "language", [*languages(), "pl", "he", "pt-BR", "ja", "sr-Latn", "hi"]
    )
    def test_has_no_thin_spaces_that_old_fonts_show_as_boxes(self, language: str) -> None:
        text = format_days(date(2026, 12, 28), date(2027, 1, 3), language)

        assert not {"\u2009", "\u202f"} & set(text)
        assert "2027" in text


class TestFormatDay:
    def test_leaves_out_the_year_of_the_issue(self) -> None:
        assert format_day(date(2026, 8, 14), "en", near=DATED) == "14 August"
        assert format_day(date(2026, 8, 14), "zh-Hans", near=DATED) == "8月14日"

    def test_names_another_year(self) -> None:
        assert format_day(date(2025, 12, 31), "de", near=DATED) == "31. Dezember 2025"


class TestJoinNames:
    @pytest.mark.parametrize(
        ("names", "language", "expected"),
        [
            ((), "en", ""),
            (("Ann",), "en", "Ann"),
            (("Ann", "Ben"), "de", "Ann und Ben"),
            (("Ann", "Ben", "Cleo"), "en", "Ann, Ben and Cleo"),
            (("Ann", "Ben", "Cleo"), "zh-Hans", "Ann、Ben和Cleo"),
        ],
    )
    def test_lists_names_as_the_language_does(
        self, names: tuple[str, ...], language: str, expected: str
    ) -> None:
        assert join_names(names, language) == expected


def test_midnight_is_the_only_time_that_gives_the_day_away() -> None:
    """An end one microsecond past midnight belongs to the new day."""
    window = Window(THIS_WEEK.start, datetime.combine(DATED, time(0, 0, 0, 1), tzinfo=BERLIN))

    assert issue_dates(DATED, window, "en")["range"] == "10 – 17 August 2026"
