"""What a terminal is given, whatever files and people have written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli.terminal import counted, print_line, print_table, printable, shown_path


class TestPrintable:
    @given(st.text(st.characters(exclude_categories=())))
    def test_property_nothing_is_left_that_a_terminal_obeys(self, text: str) -> None:
        shown = printable(text)

        assert all(character in "\n\t" or character.isprintable() for character in shown)
        shown.encode()  # raises where a lone surrogate is left

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("\x1b[31mred", r"\x1b[31mred"),
            ("\x9b31m", r"\x9b31m"),
            ("\u202egnp.exe", r"\x202egnp.exe"),
            ("\udcff", r"\xdcff"),
            ("Шахи на пірсі\n", "Шахи на пірсі\n"),
        ],
    )
    def test_examples(self, text: str, shown: str) -> None:
        assert printable(text) == shown


def test_lines_are_made_safe(capsys: pytest.CaptureFixture[str]) -> None:
    print_line("\x07bell")

    assert capsys.readouterr().out == "\\x07bell\n"


def test_a_table_is_plain_columns_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("date", "title"), [("10 Aug", "\x1b[2JBoats"), ("9 Aug", "")])

    assert capsys.readouterr().out == "date    title\n10 Aug  \\x1b[2JBoats\n9 Aug\n"


def test_an_empty_table_has_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("date", "title"), [])

    assert capsys.readouterr().out == "date  title\n"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (6113, "6,113 files")]
)
def test_counted(number: int, text: str) -> None:
    assert counted(number, "file") == text


class TestShownPath:
    def test_a_file_elsewhere_is_no_folder(self) -> None:
        assert shown_path("/elsewhere/issue.html") == "/elsewhere/issue.html"

    def test_an_issue_is_a_folder_in_a_folder(self) -> None:
        assert shown_path("/elsewhere", "weekly/2026-W34") == "/elsewhere/weekly/2026-W34"
