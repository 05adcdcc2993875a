"""Reading a content folder: nothing vanishes, nothing waits, nothing leads out."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import THIS_WEEK, make_reading_rules
from digest.articles import folder as folder_module
from digest.articles.contents import Contents
from digest.articles.folder import Reading, begin_reading
from digest.articles.scan import Scan, scan
from digest.errors import NotFoundError

Span = tuple[datetime, datetime]
WEEK: Span = (THIS_WEEK.start, THIS_WEEK.end)


def article(day: str = "2026-08-11", title: str = "Boats") -> str:
    return f"---\ntitle: {title}\ndate: {day}\n---\nBoats.\n"


def write(folder: Path, name: str, text: str | bytes | None = None) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = article() if text is None else text
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, span: Span | None = WEEK, wanted: tuple[str, ...] = ()) -> Contents:
    return begin_reading(str(folder), make_reading_rules(), span).contents(wanted)


def read_after(folder: Path, change: Callable[[], object]) -> Contents:
    """Read the folder; `change` happens between the look at the heads and the reading."""

    def scanned() -> Scan:
        found = scan(str(folder), None)
        change()
        return found

    return Reading(str(folder), make_reading_rules(), None, scanned).contents()


def paths(contents: Contents) -> list[str]:
    return [one.path for one in contents.articles]


def problems(contents: Contents) -> list[tuple[str, str]]:
    return [(bad.path, bad.problem.what) for bad in contents.bad]


def all_paths(contents: Contents) -> list[str]:
    outside = [path for day in contents.outside.values() for path in day]
    bad = [bad.path for bad in contents.bad]
    return sorted([*paths(contents), *outside, *bad, *contents.unsupported])


TEXTS = st.sampled_from(
    (
        article(),
        article("2020-01-01"),
        article("11 Aug 2026"),
        article("2026-02-30"),
        article("9999-12-31"),
        "---\ntitle: [\n---\n",
        "---\ntitle: never closed\n",
        "",
        "\0",
        "no front matter",
        "Title: Pelican\nDate: 2026-08-12\n\nBoats.\n",
    )
)


class TestContents:
    @settings(max_examples=30)  # each starts a process
    @given(
        files=st.dictionaries(
            st.from_regex(r"\A(?:[ab]/){0,2}[a-d]{1,2}\.(?:md|html|txt|png|MD)\Z"),
            TEXTS,
            max_size=10,
        ),
        span=st.sampled_from((WEEK, None)),
    )
    def test_property_every_file_is_exactly_once_somewhere(
        self, tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], span: Span | None
    ) -> None:
        folder = tmp_path_factory.mktemp("folder")
        for name, text in files.items():
            write(folder, name, text)

        contents = read(folder, span)

        assert all_paths(contents) == sorted(n for n in files if not n.endswith(".png"))

    def test_articles_come_in_order_of_path(self, tmp_path: Path) -> None:
        for name in ("c.md", "a/z.md", "b.md"):
            write(tmp_path, name)

        assert paths(read(tmp_path)) == ["a/z.md", "b.md", "c.md"]

    def test_named_files_are_read_wherever_they_are_dated(self, tmp_path: Path) -> None:
        names = [f"old/{number}.md" for number in range(300)]
        for number, name in enumerate(names):
            write(tmp_path, name, article(f"{1700 + number}-01-01"))

        contents = read(tmp_path, wanted=("0.md", "old/1", "2"))

        assert {"old/0.md", "old/1.md", "old/2.md"} <= set(paths(contents))
        assert all_paths(contents) == sorted(names)

    def test_the_sample_is_bounded_and_near(self, tmp_path: Path) -> None:
        for number in range(120):
            write(tmp_path, f"near/{number}.md", article("2026-07-20"))
            write(tmp_path, f"far/{number}.md", article("2020-01-01"))
        write(tmp_path, "odd.md", article("2020-02-30"))

        contents = read(tmp_path)

        assert len(contents.articles) == 100
        assert all(path.startswith("near/") for path in paths(contents))
        assert len(all_paths(contents)) == 241

    def test_a_full_window_needs_no_sample(self, tmp_path: Path) -> None:
        for number in range(101):
            write(tmp_path, f"{number}.md")
        write(tmp_path, "old.md", article("2026-07-20"))

        assert read(tmp_path).outside == {"2026-07-20": ("old.md",)}

    def test_progress_is_told_after_each_file(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md")
        write(tmp_path, "b.md", "\0")
        told: list[tuple[int, int]] = []

        begin_reading(str(tmp_path), make_reading_rules(), None).contents(
            tick=lambda done, total: told.append((done, total))
        )

        assert told == [(1, 2), (2, 2)]

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            (b"line\nbreak", r"line\x0abreak"),
            (b"\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
            (b"\xff\xfe", r"\udcff\udcfe"),
            ("\u202egnp".encode(), r"\u202egnp"),
            ("ж".encode(), "ж"),
        ],
    )
    def test_names_are_shown_without_what_a_terminal_obeys(
        self, tmp_path: Path, name: bytes, shown: str
    ) -> None:
        for end, text in {
            b".md": article(),
            b"-bad.md": "\0",
            b"-old.md": article("2020-01-01"),
            b".txt": "",
        }.items():
            Path(os.fsdecode(bytes(tmp_path) + b"/" + name + end)).write_text(text)
        for number in range(99):
            write(tmp_path, f"new/{number}.md")

        contents = read(tmp_path)

        assert f"{shown}.md" in paths(contents)
        assert [bad.path for bad in contents.bad] == [f"{shown}-bad.md"]
        assert contents.outside == {"2020-01-01": (f"{shown}-old.md",)}
        assert contents.unsupported == (f"{shown}.txt",)

    def test_a_file_too_large_is_bad(self, tmp_path: Path) -> None:
        write(tmp_path, "large.md", article().encode() + b"x" * 6_000_000)

        (bad,) = read(tmp_path).bad

        assert str(bad.problem) == (
            "large.md: is larger than 5 MB\n"
            "  Move pictures and data out of the text into files of their own."
        )

    def test_a_file_that_grows_without_end_is_left(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path, "x.md")
        monkeypatch.setattr(os, "read", lambda file, size: b"x" * size)

        assert problems(read(tmp_path, None)) == [("x.md", "is larger than 5 MB")]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
    def test_a_file_without_permission_is_bad(self, tmp_path: Path) -> None:
        write(tmp_path, "x.md").chmod(0)

        assert problems(read(tmp_path)) == [("x.md", "cannot be read (Permission denied)")]

    @pytest.mark.parametrize("call", ["open", "read"])
    def test_a_file_that_cannot_be_read_is_bad_and_stops_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        write(tmp_path, "a.md")
        write(tmp_path, "b.md")
        real = getattr(os, call)
        first = True

        def fail_once(*arguments: object) -> object:
            nonlocal first
            if first and (call == "read" or str(arguments[0]).endswith("a.md")):
                first = False
                raise OSError(5, "Input/output error")
            return real(*arguments)

        reading = Reading(
            str(tmp_path), make_reading_rules(), None, lambda: scan(str(tmp_path), None)
        )
        monkeypatch.setattr(os, call, fail_once)

        contents = reading.contents()

        assert problems(contents) == [("a.md", "cannot be read (Input/output error)")]
        assert paths(contents) == ["b.md"]


class TestChangesMeanwhile:
    def test_a_file_deleted_after_the_look_is_bad(self, tmp_path: Path) -> None:
        write(tmp_path, "stays.md")
        goes = write(tmp_path, "goes.md")

        contents = read_after(tmp_path, goes.unlink)

        assert [str(bad.problem) for bad in contents.bad] == [
            "goes.md: was deleted while the folder was read\n  Run the command again."
        ]
        assert paths(contents) == ["stays.md"]

    def test_a_fifo_in_place_of_a_file_makes_nobody_wait(self, tmp_path: Path) -> None:
        path = write(tmp_path, "x.md")

        def change() -> None:
            path.unlink()
            os.mkfifo(path)

        assert problems(read_after(tmp_path, change)) == [("x.md", "is not a regular file")]

    def test_a_folder_in_place_of_a_file_is_bad(self, tmp_path: Path) -> None:
        path = write(tmp_path, "x.md")

        def change() -> None:
            path.unlink()
            path.mkdir()

        assert problems(read_after(tmp_path, change)) == [("x.md", "is not a regular file")]

    def test_a_link_in_place_of_a_file_does_not_lead_out(self, tmp_path: Path) -> None:
        secret = write(tmp_path, "elsewhere/secret.md")
        path = write(tmp_path, "content/x.md")

        def change() -> None:
            path.unlink()
            path.symlink_to(secret)

        contents = read_after(tmp_path / "content", change)

        assert problems(contents) == [("x.md", "is a link that leads out of the content folder")]

    def test_a_link_inside_is_read(self, tmp_path: Path) -> None:
        write(tmp_path, "x.md", article(title="Linked"))
        (tmp_path / "y.md").symlink_to("x.md")

        assert [one.title for one in read(tmp_path).articles] == ["Linked", "Linked"]

    def test_a_folder_that_goes_away_is_an_error_with_a_remedy(self, tmp_path: Path) -> None:
        write(tmp_path, "content/x.md")
        reading = Reading(
            str(tmp_path / "content"),
            make_reading_rules(),
            None,
            lambda: scan(str(tmp_path / "content"), None),
        )
        shutil.rmtree(tmp_path / "content")

        with pytest.raises(NotFoundError, match="No such file or directory"):
            reading.contents()


class TestBeginReading:
    def test_a_folder_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(NotFoundError) as caught:
            read(tmp_path / "posts")

        assert str(caught.value) == (
            f"{tmp_path}/posts: the content folder cannot be read (No such file or directory)\n"
            "  Set [content] path in config.toml to the folder that holds your articles."
        )

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(NotFoundError, match="Not a directory"):
            read(write(tmp_path, "x.md"))

    def test_a_fifo_is_no_folder_and_makes_nobody_wait(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")

        with pytest.raises(NotFoundError, match="Not a directory"):
            read(tmp_path / "pipe")

    def test_a_folder_that_cannot_be_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: str) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "scandir", refuse)

        with pytest.raises(NotFoundError, match="Permission denied"):
            read(tmp_path)

    def test_an_empty_folder_is_fine(self, tmp_path: Path) -> None:
        assert read(tmp_path) == Contents()

    def test_a_window_at_the_end_of_time_is_fine(self, tmp_path: Path) -> None:
        write(tmp_path, "x.md")
        first = datetime.min.replace(tzinfo=THIS_WEEK.start.tzinfo)
        last = datetime.max.replace(tzinfo=THIS_WEEK.start.tzinfo)

        assert paths(read(tmp_path, (first, last))) == ["x.md"]

    def test_margin_is_two_days_far_from_greenwich(self) -> None:
        start = datetime(2026, 8, 10, tzinfo=ZoneInfo("Pacific/Kiritimati"))

        days = folder_module.days_of((start, start + timedelta(days=7)))

        assert days == ("2026-08-10", "2026-08-16", "2026-08-08", "2026-08-18")
