"""What other programs call: the example of the docs, and the promises of the command line."""

import doctest
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import digest
from command import ROOT, make_site
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending
from serving import make_store

PAGE = (ROOT / "docs" / "api.md").read_text()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_site(tmp_path / "site")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as running:
        yield running


def test_the_page_is_true(site: Path) -> None:
    """Every example of docs/api.md, in its order, with thirty readers."""
    make_store(site / "digest.db", 30)
    told: list[str] = []
    example = doctest.DocTestParser().get_doctest(PAGE, {}, "docs/api.md", "docs/api.md", 0)

    result = doctest.DocTestRunner(verbose=False).run(example, out=told.append)

    assert result.attempted > 15
    assert result.failed == 0, "".join(told)


def test_the_page_names_everything() -> None:
    assert [name for name in digest.__all__ if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("name", digest.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(digest, name).__name__ == name


def test_a_name_that_is_not_there_is_no_riddle() -> None:
    with pytest.raises(AttributeError, match="module 'digest' has no attribute 'sned'"):
        _ = digest.sned  # type: ignore[attr-defined]  # that is the point
    assert "open_publication" in dir(digest)


def test_importing_it_imports_nothing() -> None:
    told = "import sys; before = set(sys.modules); import digest; print(set(sys.modules) - before)"

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout == "{'digest'}\n"


def test_it_sends_to_everybody_once(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 30, batch="10")
    counted: list[int] = []
    publication = digest.open_publication("config.toml", environment=keys(fake))

    sent = publication.send("weekly", week="2026-W33", progress=counted.append)
    again = publication.send("weekly", week="2026-W33", progress=counted.append)

    assert (sent.state, sent.recipients, sent.accepted) == ("sent", 30, 30)
    assert (sent.is_rehearsal, sent.is_old, again.is_old) == (False, False, True)
    assert (again.accepted, counted) == (30, [10, 10, 10])
    assert publication.preview("weekly", "2026-W34").is_frozen
    assert publication.status().last[0].is_rehearsal is False


def test_it_stops_when_it_is_told_and_goes_on(site: Path, fake: FakeSendGrid) -> None:
    make_sending(site, 30, batch="10", in_flight="1")
    counted: list[int] = []
    publication = digest.open_publication("config.toml", environment=keys(fake))

    with pytest.raises(digest.UnfinishedError, match="stopped as you wished, 20 readers to go"):
        publication.send(
            "weekly",
            week="2026-W33",
            is_stopped=lambda: bool(counted),
            progress=counted.append,
        )
    sent = publication.send("weekly", week="2026-W33")

    assert sent.accepted == 30


def test_a_dry_run_leaves_no_trace(site: Path) -> None:
    make_store(site / "digest.db", 3)
    publication = digest.open_publication("config.toml", environment={})

    planned = publication.send("weekly", week="2026-W33", dry_run=True)

    assert (planned.state, planned.recipients, planned.accepted) == ("planned", 3, 0)
    assert not (site / "outbox").exists()
    assert publication.status().last == ()


def test_keys_are_those_that_are_given(
    site: Path, fake: FakeSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sending(site, 3)
    for name, value in keys(fake).items():
        monkeypatch.setenv(name, value)
    publication = digest.open_publication("config.toml", environment={})

    with pytest.raises(digest.NotReadyError, match="DIGEST_SECRET: is not set"):
        publication.send("weekly", week="2026-W33")


def test_a_preview_writes_nothing(site: Path) -> None:
    before = sorted(site.rglob("*"))

    digest.open_publication("config.toml").preview("weekly", week="2026-W33")

    assert sorted(site.rglob("*")) == before


def test_what_is_written_is_what_the_command_writes(site: Path, tmp_path: Path) -> None:
    from command import digest as command  # noqa: PLC0415  its name is that of the package

    ours = digest.open_publication("config.toml").preview(
        "weekly", week="2026-W33", folder=tmp_path / "ours"
    )
    command(site, "preview", "weekly", "--week", "2026-W33", "--out", str(tmp_path / "theirs"))

    for name, path in ours.files.items():
        assert Path(path).read_bytes() == (tmp_path / "theirs" / name).read_bytes(), name


def test_nothing_to_tell_is_an_error_that_says_where(site: Path) -> None:
    with pytest.raises(digest.NotFoundError) as caught:
        digest.open_publication("config.toml").preview("weekly", "2019-W01")

    assert str(caught.value) == (
        "weekly/2019-W01: there is no article from 2018-12-24 00:00 to 2018-12-31 00:00\n"
        "  Ask for another slot, or see why: digest preview weekly --slot 2019-W01 --explain"
    )


def test_a_slot_and_a_week_are_a_slip(site: Path) -> None:
    with pytest.raises(ValueError, match="give one of them"):
        digest.open_publication("config.toml").preview("weekly", "2026-W34", week="2026-W33")


def test_beside_threads_nothing_is_forked(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork has one thread and the locks of all."""
    make_store(site / "digest.db", 3)
    monkeypatch.setattr(os, "fork", None)
    done: list[object] = []

    def work() -> None:
        publication = digest.open_publication("config.toml")
        done.append(publication.preview("weekly", week="2026-W33").issue)
        done.append(publication.send("weekly", week="2026-W33").state)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert done == ["weekly/2026-W34", "sent"]
