"""The file in which an editor decides about one issue."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config.issue_file import IssueFile, issue_file_path, read_issue_file
from digest.errors import ConfigError, NotFoundError


def write(folder: Path, text: str) -> str:
    path = folder / "2026-W34.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


class TestIssueFilePath:
    @pytest.mark.parametrize("slot", ["2026-W34", "2026-08", "2026-08-17", "2026-08-17T09:00"])
    def test_file_stands_beside_config(self, slot: str) -> None:
        assert issue_file_path("/srv", "weekly", slot) == f"/srv/issues/weekly/{slot}.toml"

    @pytest.mark.parametrize(
        "name", ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "a\0", "a\n", ".x", "x" * 99]
    )
    def test_names_that_lead_elsewhere_are_refused(self, name: str) -> None:
        with pytest.raises(NotFoundError):
            issue_file_path("/srv", "weekly", name)
        with pytest.raises(NotFoundError):
            issue_file_path("/srv", name, "2026-W34")

    @given(st.text(max_size=12))
    def test_property_no_slot_leads_out_of_the_folder(self, slot: str) -> None:
        try:
            path = issue_file_path("/srv", "weekly", slot)
        except NotFoundError:
            return
        assert os.path.dirname(os.path.normpath(path)) == "/srv/issues/weekly"  # noqa: PTH120  text, no disk


class TestReadIssueFile:
    def test_missing_file_decides_nothing(self, tmp_path: Path) -> None:
        path = str(tmp_path / "issues" / "weekly" / "2026-W34.toml")

        assert read_issue_file(path) == IssueFile(path=path)

    def test_every_key_is_read(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            """
            subject = "{{ lead.title }}!"
            preheader = "And more"
            intro = "A **good** week.\\n\\nReally."
            pin = ["news/a.md", "b"]
            exclude = ["https://harbour-courier.example/c/"]
            [move]
            "d.md" = "Sport"
            [blurb]
            "e.md" = "All of it."
            """,
        )

        assert read_issue_file(path) == IssueFile(
            subject="{{ lead.title }}!",
            preheader="And more",
            intro="A **good** week.\n\nReally.",
            pin=("news/a.md", "b"),
            exclude=("https://harbour-courier.example/c/",),
            move={"d.md": "Sport"},
            blurb={"e.md": "All of it."},
            path=path,
        )

    def test_mistakes_come_together(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        path = write(
            tmp_path,
            'subject = "a\\nb"\nintro = 5\npins = ["a.md", ""]\nexclude = "b.md"\n'
            '[move]\n"c.md" = ""\n[blurb]\n"d.md" = ["x"]\n',
        )

        with pytest.raises(ConfigError) as caught:
            read_issue_file(path)

        assert str(caught.value) == (
            '2026-W34.toml:1, subject: "a\\nb" holds a control character or line break, U+000A, '
            "at character 2\n  Write plain text on one line.\n"
            '2026-W34.toml:2, intro: 5 is not text\n  Write text in quotes: "…".\n'
            "2026-W34.toml:3, pins: is not known here\n  Did you mean 'pin'? Known here: subject, "
            "preheader, intro, pin, exclude, move, blurb.\n"
            '2026-W34.toml:3, pins, no. 2: "" is empty\n  Write some text, or remove it.\n'
            '2026-W34.toml:4, exclude: "b.md" is not a list\n  Write a list: ["b.md"].\n'
            '2026-W34.toml:6, [move] "c.md": "" is empty\n  Write some text.\n'
            '2026-W34.toml:8, [blurb] "d.md": ["x"] is not text\n  Write text in quotes: "…".'
        )

    def test_unreadable_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "2026-W34.toml").mkdir()

        with pytest.raises(ConfigError, match="is not a file\n  Make this issue file"):
            read_issue_file(str(tmp_path / "2026-W34.toml"))
