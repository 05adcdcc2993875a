"""One week of the real archive, with nothing but the content folder changed."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from command import ROOT, Done, digest

pytestmark = pytest.mark.archive

#: Words of the sites the articles were taken from that are no part of any article.
FURNITURE = re.compile(
    r"(?i)(?:tech home|why you can trust|skip to|sign up|subscribe|home\s+tech|advertisement"
    r"|image credit|affiliate|share this)"
)
#: What the archive's generated filler has in its front matter, and no real article.
FILLER = re.compile(r"(?m)^readTime:")


class Made(NamedTuple):
    """The preview of the week."""

    done: Done
    manifest: dict[str, Any]
    archive: Path


@pytest.fixture(scope="module")
def made(archive_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("publisher")
    shipped = (ROOT / "config.toml").read_text()
    changed = re.sub(r"(?m)^path = .*$", f'path = "{archive_folder}"', shipped, count=1)
    (folder / "config.toml").write_text(changed)
    done = digest(folder, "preview", "--week", "2025-W30")
    manifest = json.loads((folder / "preview/weekly/2025-W31/issue.json").read_text())
    return Made(done, manifest, archive_folder)


def test_the_issue_is_made(made: Made) -> None:
    assert made.done.code == 0
    assert made.done.err == ""
    assert 3 <= len(made.manifest["stories"]) <= 10
    assert made.manifest["size"]["html_bytes"] <= 90_000


def test_every_file_is_accounted_for(made: Made) -> None:
    outside = [path for paths in made.manifest["outside"].values() for path in paths]
    told = [one["path"] for one in (*made.manifest["stories"], *made.manifest["left_out"])]

    assert sorted(outside + told) == sorted(path.name for path in made.archive.iterdir())
    assert len(outside + told) == 6_113


def test_no_story_and_no_cover_comes_twice(made: Made) -> None:
    stories = made.manifest["stories"]
    covers = [story["cover"] for story in stories if story["cover"]]

    assert len({story["title"] for story in stories}) == len(stories)
    assert len({story["fingerprint"] for story in stories}) == len(stories)
    assert len({cover.partition("?")[0] for cover in covers}) == len(covers)


def test_excerpts_are_clean(made: Made) -> None:
    for story in made.manifest["stories"]:
        excerpt = story["excerpt"]

        assert 20 <= len(excerpt) <= 320, excerpt
        assert not excerpt.endswith(("...", "…")), excerpt
        assert not FURNITURE.match(excerpt), excerpt
        assert not re.search(r"<\w+|&\w+;|\]\(", excerpt), excerpt


def test_no_filler_is_chosen(made: Made) -> None:
    for story in made.manifest["stories"]:
        assert not FILLER.search((made.archive / story["path"]).read_text()[:1024]), story["path"]
