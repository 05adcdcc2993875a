"""The look at the heads, on real folders."""

import marshal
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.articles.child import Tickets
from digest.articles.scan import Scan, begin_scan, scan

WEEK = ("2026-08-10", "2026-08-16", "2026-08-09", "2026-08-17")
OLD = "---\ntitle: Old\ndate: 2020-01-01\n---\nBoats.\n"
NEW = "---\ntitle: New\ndate: 2026-08-11\n---\nBoats.\n"


def write(folder: Path, name: str, text: str = NEW) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def everything(found: Scan) -> list[str]:
    outside = [path for paths in found.outside.values() for path in paths]
    strange = [path for path, _ in found.strange]
    return sorted([*found.near, *outside, *found.unsupported, *strange])


def open_files() -> set[str]:
    links = (f"/proc/self/fd/{number}" for number in range(64))
    return {f"{link}:{Path(link).readlink()}" for link in links if os.path.lexists(link)}


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Check that no file stays open and no child unburied."""
    before = open_files()

    yield

    assert open_files() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


class TestScan:
    def test_files_are_near_outside_or_unsupported(self, tmp_path: Path) -> None:
        write(tmp_path, "new.md")
        write(tmp_path, "2020/old.md", OLD)
        write(tmp_path, "note.txt")
        write(tmp_path, "picture.png")

        found = scan(str(tmp_path), WEEK)

        assert found.near == ["new.md"]
        assert found.outside == {"2020-01-01": ["2020/old.md"]}
        assert found.unsupported == ["note.txt"]
        assert found.strange == []

    def test_without_days_every_file_is_near(self, tmp_path: Path) -> None:
        write(tmp_path, "new.md")
        write(tmp_path, "old.md", OLD)

        assert sorted(scan(str(tmp_path), None).near) == ["new.md", "old.md"]

    def test_folders_that_hold_no_articles_are_not_entered(self, tmp_path: Path) -> None:
        for folder in (".git", "node_modules", "__pycache__"):
            write(tmp_path, f"{folder}/x.md")

        assert everything(scan(str(tmp_path), WEEK)) == []

    @pytest.mark.parametrize("name", [".md", "a.MD", "a.b.markdown", "sub/.md", "a.htm"])
    def test_suffix_decides(self, tmp_path: Path, name: str) -> None:
        write(tmp_path, name)

        assert scan(str(tmp_path), WEEK).near == [name]

    def test_empty_file_is_read_whole(self, tmp_path: Path) -> None:
        write(tmp_path, "empty.md", "")

        assert scan(str(tmp_path), WEEK).near == ["empty.md"]

    def test_what_is_no_file_is_strange_and_never_opened(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.md")
        (tmp_path / "zero.md").symlink_to("/dev/zero")
        (tmp_path / "folder.md").mkdir()
        write(tmp_path, "folder.md/inside.md")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(tmp_path / "socket.md"))

            found = scan(str(tmp_path), WEEK)

        assert sorted(found.strange) == [
            ("folder.md", "is a folder, not a file"),
            ("pipe.md", "is not a regular file"),
            ("socket.md", "is not a regular file"),
            ("zero.md", "is a link that leads out of the content folder"),
        ]
        assert found.near == ["folder.md/inside.md"]

    def test_links(self, tmp_path: Path) -> None:
        """Links to files inside count; out of the folder, nowhere and in circles do not."""
        folder, elsewhere = tmp_path / "content", tmp_path / "elsewhere"
        write(folder, "real.md")
        write(elsewhere, "secret.md")
        os.mkfifo(folder / "pipe")
        for name, target in {
            "same.md": "real.md",
            "out.md": "../elsewhere/secret.md",
            "out": "../elsewhere",
            "beside.md": "../content-too.md",
            "nowhere.md": "nothing.md",
            "a.md": "b.md",
            "b.md": "a.md",
            "pipe.md": "pipe",
            "picture.png": "../elsewhere/secret.md",
        }.items():
            (folder / name).symlink_to(target)

        found = scan(str(folder), WEEK)

        assert sorted(found.near) == ["real.md", "same.md"]
        assert sorted(found.strange) == [
            ("a.md", "is a link that leads nowhere (Too many levels of symbolic links)"),
            ("b.md", "is a link that leads nowhere (Too many levels of symbolic links)"),
            ("beside.md", "is a link that leads out of the content folder"),
            ("nowhere.md", "is a link that leads nowhere (No such file or directory)"),
            ("out", "is a link that leads out of the content folder"),
            ("out.md", "is a link that leads out of the content folder"),
            ("pipe.md", "is a link to something that is not a regular file"),
        ]

    def test_every_folder_is_read_once_whatever_links_to_it(self, tmp_path: Path) -> None:
        write(tmp_path, "posts/x.md")
        write(tmp_path, ".data/deep/y.md")
        (tmp_path / "posts/loop").symlink_to("..")
        (tmp_path / "again").symlink_to("posts")
        (tmp_path / "first").symlink_to(".data/deep")
        (tmp_path / "second").symlink_to(".data")

        found = scan(str(tmp_path), WEEK)

        assert sorted(found.near) == ["first/y.md", "posts/x.md"]
        assert found.strange == []

    def test_the_folder_itself_may_be_a_link(self, tmp_path: Path) -> None:
        write(tmp_path, "real/x.md")
        (tmp_path / "link").symlink_to("real")

        assert scan(str(tmp_path / "link"), WEEK).near == ["x.md"]

    def test_folder_that_cannot_be_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path, "closed/x.md")
        write(tmp_path, "open/y.md")
        real = os.scandir

        def scandir(path: str) -> "os._ScandirIterator[str]":
            if path.endswith("closed"):
                raise PermissionError(13, "Permission denied")
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)

        found = scan(str(tmp_path), WEEK)

        assert found.strange == [("closed", "cannot be listed (Permission denied)")]
        assert found.near == ["open/y.md"]

    def test_file_that_cannot_be_opened_is_left_to_the_full_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path, "x.md", OLD)

        def refuse(path: str, flags: int) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)

        assert scan(str(tmp_path), WEEK).near == ["x.md"]

    @pytest.mark.parametrize(
        "name", [b"line\nbreak.md", b"\x1b[31mred.md", b"\xff\xfe.md", "ж.md".encode()]
    )
    def test_names_are_bytes(self, tmp_path: Path, name: bytes) -> None:
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text(OLD)

        assert everything(scan(str(tmp_path), WEEK)) == [os.fsdecode(name)]

    @given(
        texts=st.lists(
            st.sampled_from((OLD, NEW, "", "---\n", "text", "---\ndate: 1 May 2020\n---\n")),
            max_size=12,
        ),
        suffix=st.sampled_from((".md", ".html", ".org", ".txt")),
    )
    def test_property_every_file_is_found_once(
        self, tmp_path_factory: pytest.TempPathFactory, texts: list[str], suffix: str
    ) -> None:
        folder = tmp_path_factory.mktemp("folder")
        names = [f"{'sub/' * (number % 3)}{number}{suffix}" for number in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            write(folder, name, text)

        assert everything(scan(str(folder), WEEK)) == sorted(names)


def same(one: Scan, other: Scan) -> bool:
    """Say whether two looks saw the same, in whatever order."""
    days = [{day: sorted(paths) for day, paths in scan.outside.items()} for scan in (one, other)]
    return everything(one) == everything(other) and days[0] == days[1]


class TestBeginScan:
    def test_the_child_brings_what_a_scan_here_would(self, tmp_path: Path) -> None:
        write(tmp_path, "new.md")
        write(tmp_path, "old.md", OLD)
        Path(os.fsdecode(bytes(tmp_path) + b"/\xff.md")).write_text(OLD)
        os.mkfifo(tmp_path / "pipe.md")

        with nothing_left_behind():
            found = begin_scan(str(tmp_path), WEEK)()

        assert same(found, scan(str(tmp_path), WEEK))

    def test_each_file_is_looked_at_once(self, tmp_path: Path) -> None:
        for number in range(40):
            write(tmp_path, f"sub/{number}.md", OLD if number % 3 else NEW)
            (tmp_path / f"{number}.adoc").touch()
            (tmp_path / f"{number}.meta").touch()
            (tmp_path / f"link-{number}.md").symlink_to("sub/0.md")
            (tmp_path / f"gone-{number}.md").symlink_to("nowhere.md")

        found = begin_scan(str(tmp_path), WEEK)()

        here = scan(str(tmp_path), WEEK)
        assert same(found, here)
        assert sorted(found.beside) == sorted(here.beside)

    @pytest.mark.parametrize("taken", [0, 1, 20, 64])
    def test_the_parent_looks_at_what_the_child_has_not_taken(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
    ) -> None:
        for number in range(200):
            write(tmp_path, f"{number}.md", OLD if number % 3 else NEW)
            (tmp_path / f"{number}.adoc").touch()
        (tmp_path / "link.md").symlink_to("0.md")
        parent = os.getpid()

        def take(tickets: Tickets) -> Iterator[int]:
            number = 0
            while (os.getpid() == parent or number < taken) and (byte := tickets._pile.read(1)):
                number += 1
                yield byte[0]

        monkeypatch.setattr(Tickets, "__iter__", take)
        monkeypatch.setattr("threading.active_count", lambda: 1)

        with nothing_left_behind():
            found = begin_scan(str(tmp_path), WEEK)()

        assert same(found, scan(str(tmp_path), WEEK))

    @pytest.mark.parametrize(
        "fate",
        [
            lambda *_: os.kill(os.getpid(), signal.SIGKILL),
            lambda *_: os._exit(7),
            lambda _, pipe: pipe.write(b"garbage"),
            lambda _, pipe: pipe.write(b"i\x07\0\0\0"),
            lambda *_: 1 / 0,
        ],
        ids=["killed", "ends", "garbage", "a number", "raises"],
    )
    def test_a_child_that_fails_is_replaced(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fate: Callable[..., object]
    ) -> None:
        write(tmp_path, "new.md")
        monkeypatch.setattr(marshal, "dump", fate)

        with nothing_left_behind():
            found = begin_scan(str(tmp_path), WEEK)()

        assert found.near == ["new.md"]

    def test_children_that_nobody_may_wait_for(self, tmp_path: Path) -> None:
        """Some daemons start their jobs with SIGCHLD ignored: the system buries the children."""
        write(tmp_path, "new.md")
        before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        try:
            assert begin_scan(str(tmp_path), WEEK)().near == ["new.md"]
        finally:
            signal.signal(signal.SIGCHLD, before)

    def test_no_fork_beside_threads(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "new.md")
        monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked beside a thread"))
        done = threading.Event()
        thread = threading.Thread(target=done.wait)
        thread.start()
        try:
            assert begin_scan(str(tmp_path), WEEK)().near == ["new.md"]
        finally:
            done.set()
            thread.join()

    def test_where_there_is_no_fork(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path, "new.md")
        monkeypatch.delattr(os, "fork")

        assert begin_scan(str(tmp_path), WEEK)().near == ["new.md"]

    def test_a_folder_that_goes_away_raises(self, tmp_path: Path) -> None:
        with nothing_left_behind(), pytest.raises(FileNotFoundError):
            begin_scan(str(tmp_path / "gone"), WEEK)()
