"""The workflow for pull requests, step by step, as a runner of GitHub would do it."""

import os
import re
import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from command import ROOT, environment, make_site
from conftest import absent
from sending import write_story

WORKFLOW = ROOT / "examples" / "github" / "preview.yml"
BIN = Path(sys.executable).parent


def job() -> Any:
    return yaml.safe_load(WORKFLOW.read_text())["jobs"]["preview"]


def scripts() -> dict[str, str]:
    """Return the shell of every step that has one, by the name of the step."""
    return {step["name"]: step["run"] for step in job()["steps"] if "run" in step}


class Runner:
    """A folder with the site, and what GitHub sets."""

    def __init__(self, folder: Path) -> None:
        self.site = make_site(folder / "site")
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.summary = folder / "summary.md"
        self.path = folder / "path"

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        """Do one step: `bash -e` is what a runner uses unless told otherwise."""
        return subprocess.run(
            ["bash", "-e", "-c", scripts()[step]],
            cwd=self.site,
            env=environment()
            | job()["env"]
            | {
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "GITHUB_WORKSPACE": str(self.site),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "GITHUB_PATH": str(self.path),
                "RUNNER_TEMP": str(self.temp),
                # Everybody is root in the container of a test; a runner of GitHub is not.
                "BROWSER_OPTIONS": "--no-sandbox" if os.geteuid() == 0 else "",
            },
            capture_output=True,
            text=True,
            timeout=600,  # installing has a network in it
            check=False,
        )

    def write_stories(self) -> None:
        """Make a week of it, whatever the week of this test."""
        yesterday = f"{datetime.now(tz=UTC) - timedelta(days=1):%Y-%m-%d}"
        for name in ("one-boat", "two-ropes", "three-gulls", "four-winds"):
            write_story(self.site, name, yesterday)

    def mend(self) -> None:
        (self.site / "examples" / "articles" / "broken-front-matter.md").unlink()

    @property
    def made(self) -> Path:
        return self.temp / "newsletter" / "weekly"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_workflow_is_right() -> None:
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_strangers_get_nothing() -> None:
    """Neither keys nor rights; and no text of theirs becomes part of a script."""
    values = yaml.safe_load(WORKFLOW.read_text())

    assert values["permissions"] == {"contents": "read"}
    # YAML 1.1 reads the key `on` as true.
    assert set(values[True]) == {"pull_request"}
    assert "secrets." not in WORKFLOW.read_text()
    assert not [name for name, script in scripts().items() if "${{" in script]


def test_wrong_articles_are_marked_as_seen_from_the_repository(runner: Runner) -> None:
    done = runner.run("Mark wrong articles")

    assert done.returncode == 0
    assert done.stdout == (
        "::error file=examples/articles/broken-front-matter.md,line=4::"
        "the front matter is not YAML: did not find expected key%0A"
        "Put the value in quotes, or indent this line like the one above.\n"
    )


def test_a_good_pull_request_shows_its_mail(runner: Runner) -> None:
    runner.mend()
    runner.write_stories()

    done = runner.run("Preview")

    assert done.returncode == 0, done.stdout + done.stderr
    files = {path.name for path in runner.made.iterdir()}
    assert {"issue.html", "issue.txt", "issue.eml", "issue.json"} <= files
    assert "The tale of " in runner.summary.read_text()
    assert runner.summary.read_text().startswith("## weekly\n~~~~~~~~text\n")


def test_a_wrong_article_fails_it_and_the_mail_is_there(runner: Runner) -> None:
    runner.write_stories()

    done = runner.run("Preview")

    assert done.returncode == 4
    assert "broken-front-matter.md:4" in runner.summary.read_text()
    assert (runner.made / "issue.html").is_file()


def test_nothing_to_tell_fails_it(runner: Runner) -> None:
    runner.mend()

    done = runner.run("Preview")

    assert done.returncode == 5
    assert "weekly" in runner.summary.read_text()


def test_a_sound_mail_passes_the_check(runner: Runner) -> None:
    runner.mend()
    runner.write_stories()

    done = runner.run("Check the mail")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "::error" not in done.stdout


def test_a_mail_that_would_not_be_sent_is_marked(runner: Runner) -> None:
    runner.mend()
    runner.write_stories()
    templates = runner.site / "templates" / "partials"
    templates.mkdir(parents=True)
    shipped = (ROOT / "templates" / "partials" / "footer.html.j2").read_text()
    mark = "{% raw %}<p>Dear {{ reader.name }}</p>{% endraw %}"
    (templates / "footer.html.j2").write_text(shipped.replace("</body>", f"{mark}</body>"))

    done = runner.run("Check the mail")

    assert done.returncode == 6, done.stdout + done.stderr
    assert "::error" in done.stdout


def test_a_picture_is_taken(runner: Runner, chromium: str) -> None:
    runner.mend()
    runner.write_stories()
    runner.run("Preview")

    done = runner.run("Take a picture")

    assert done.returncode == 0, done.stderr[-2000:]
    for width in (700, 500):
        picture = (runner.made / f"issue-{width}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        # PNG, third edition, 11.2.1: IHDR begins with width and height.
        assert struct.unpack(">II", picture[16:24]) == (width, 6000)


def test_no_mail_no_picture(runner: Runner, chromium: str) -> None:
    assert runner.run("Take a picture").returncode == 0


@pytest.mark.slow
def test_digest_is_installed_by_hash(runner: Runner) -> None:
    if not os.environ.get("DIGEST_TEST_EVERYTHING"):
        absent(
            "installing takes a minute and a package index",
            "DIGEST_TEST_EVERYTHING=1 .venv/bin/python -m pytest -k installed_by_hash",
        )
    (runner.site / ".digest").symlink_to(ROOT)

    done = runner.run("Install digest")

    assert done.returncode == 0, done.stderr[-2000:]
    installed = Path(runner.path.read_text().strip()) / "digest"
    said = subprocess.run([installed, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"digest, version \S+\n", said.stdout)
