"""The folder of articles, with planted faults."""

import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from command import article
from digest.runs.doctor.content import STEPS
from doctoring import NOW, case_of, set_keys, told


def test_the_sample(site: Path) -> None:
    (site / "examples/articles/news/broken-front-matter.md").unlink(missing_ok=True)

    found = told(STEPS, case_of(site))

    assert found["content.folder"] == ("ok", "examples/articles")
    assert found["content.generator"] == ("ok", "none recognised: plain files")
    assert found["content.articles"][0] == "ok"
    assert found["content.articles"][1].endswith("articles, the newest of 2026-08-23")


def test_files_that_are_wrong(site: Path) -> None:
    article(site, "a.md", "---\ntitle: A\ndate: 2026-08-22\n")
    article(site, "b.md", "---\ntitle: [\n---\n\nText.\n")

    result, found = told(STEPS, case_of(site))["content.bad"]

    assert result == "warning"
    assert "a.md" in found
    assert "b.md" in found


@pytest.mark.parametrize(("days", "result"), [(7, "ok"), (8, "warning"), (400, "warning")])
def test_nothing_new(site: Path, days: int, result: str) -> None:
    found = told(STEPS, case_of(site, now=NOW + timedelta(days=days)))["content.articles"]

    assert found[0] == result
    assert "2026-08-23" in found[1]


def test_what_is_not_public_is_not_new(site: Path) -> None:
    shutil.rmtree(site / "examples/articles")
    article(site, "old.md", "---\ntitle: Old\ndate: 2020-01-01\n---\n\nText.\n")
    for name, more in (("draft", "draft: true\n"), ("future", "")):
        day = "2026-08-22" if more else "2026-08-24"
        article(site, f"{name}.md", f"---\ntitle: {name}\ndate: {day}\n{more}---\n\nText.\n")

    assert told(STEPS, case_of(site))["content.articles"][1].startswith(
        "3 articles; the newest is of 2020-01-01"
    )
    (site / "examples/articles/old.md").unlink()
    assert told(STEPS, case_of(site))["content.articles"] == (
        "warning",
        "2 articles, none of them public",
    )


def test_an_empty_folder(site: Path) -> None:
    shutil.rmtree(site / "examples/articles")
    (site / "examples/articles").mkdir()

    assert told(STEPS, case_of(site))["content.articles"] == ("wrong", "there is none")


def test_no_folder(site: Path) -> None:
    shutil.rmtree(site / "examples")

    found = told(STEPS, case_of(site))

    assert found["content.folder"][0] == "wrong"
    assert "cannot be read" in found["content.folder"][1]
    assert {found[check][0] for check in found if check != "content.folder"} == {"not checked"}


def test_generator_that_is_named_or_recognised(site: Path) -> None:
    (site / "hugo.toml").write_text("")
    shutil.move(site / "examples/articles", site / "content")
    set_keys(site, path='"content"')
    assert told(STEPS, case_of(site))["content.generator"][1].startswith("hugo: ")

    set_keys(site, generator='"jekyll"')
    assert told(STEPS, case_of(site))["content.generator"] == (
        "ok",
        "jekyll, as [content] generator says",
    )


@pytest.mark.archive
def test_quick_on_the_real_archive(site: Path, archive_folder: Path) -> None:
    set_keys(site, path=f'"{archive_folder}"')
    begun = time.monotonic()

    found = told(STEPS, case_of(site))

    assert found["content.articles"][1].startswith("6,1")
    assert time.monotonic() - begun < 10  # a second on a machine with nothing else to do
