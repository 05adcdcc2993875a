"""The files in examples/operation, by those programs that read them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from command import ROOT
from conftest import absent
from digest.config.environment import read_environment

FOLDER = ROOT / "examples" / "operation"
BIN = Path(sys.executable).parent
SERVICES = sorted(path.name for path in FOLDER.glob("*.service"))
UNITS = [*SERVICES, *sorted(path.name for path in FOLDER.glob("*.timer"))]


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with this very `digest` in them: systemd looks whether it can be run."""
    if not shutil.which("systemd-analyze"):
        absent("there is no systemd-analyze", "apt-get install systemd")
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (FOLDER / name).read_text()
        (folder / name).write_text(text.replace("/opt/digest/bin/digest", f"{BIN}/digest"))
    return folder


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


class TestSystemd:
    def test_the_units_are_right(self, units: Path) -> None:
        done = run("systemd-analyze", "verify", *(units / name for name in UNITS))

        assert (done.returncode, done.stdout + done.stderr) == (0, "")

    @pytest.mark.parametrize("name", SERVICES)
    def test_they_may_do_little(self, units: Path, name: str) -> None:
        """Below 2 is what systemd itself calls OK; docs/running.md has the figure."""
        done = run("systemd-analyze", "security", "--offline=yes", "--threshold=15", units / name)

        assert done.returncode == 0, done.stdout[-500:]

    def test_all_are_locked_in_alike(self) -> None:
        blocks = {
            text[text.index("# What it may touch") :].partition("\n\n")[0].strip()
            for text in ((FOLDER / name).read_text() for name in SERVICES)
        }

        assert len(blocks) == 1


class TestContainer:
    def test_the_compose_file_is_right(self) -> None:
        done = run(
            BIN / "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            FOLDER / "compose.yaml",
        )

        assert done.returncode == 0, done.stdout

    def test_what_is_mounted_is_what_is_used(self) -> None:
        values = compose()["services"]["schedule"]
        text = (FOLDER / "Containerfile").read_text()

        targets = {one["target"] for one in values["volumes"]}
        assert targets == {"/site", "/var/lib/digest"}
        assert "WORKDIR /site" in text
        assert 'VOLUME ["/var/lib/digest"]' in text

    def test_a_batch_on_its_way_may_end(self) -> None:
        assert compose()["services"]["schedule"]["stop_grace_period"] == "3m"
        assert "TimeoutStopSec=180" in (FOLDER / "digest-schedule.service").read_text()

    def test_the_containerfile_is_right(self) -> None:
        done = run(BIN / "hadolint", "--no-color", FOLDER / "Containerfile")

        assert (done.returncode, done.stdout) == (0, "")

    def test_everything_it_copies_is_there_and_may_be_seen(self) -> None:
        seen = (FOLDER / "Containerfile.dockerignore").read_text().split()

        sources = copied()
        assert len(sources) > 5
        assert [one for one in sources if not (ROOT / one).exists()] == []
        assert [one for one in sources if f"!{one}" not in seen] == []

    def test_it_copies_what_the_package_is_made_of(self) -> None:
        """As pyproject.toml has it: what is missing there fails only when it is built."""
        text = (ROOT / "pyproject.toml").read_text()
        listed = re.search(r"(?s)sdist\]\ninclude = \[(.*?)\]", text)

        assert listed
        assert set(re.findall(r'"(.*?)"', listed[1])) <= set(copied())


def compose() -> Any:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def copied() -> list[str]:
    """Return what the Containerfile copies out of the project."""
    text = (FOLDER / "Containerfile").read_text().replace("\\\n", " ")
    lines = re.findall(r"(?m)^COPY (?!--from)(.*)$", text)
    return [source for line in lines for source in line.split()[:-1]]


class TestSecrets:
    def test_every_secret_is_one_that_is_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = (FOLDER / "secrets.env.example").read_text()
        names = re.findall(r"(?m)^#?([A-Z_]+)=$", text)
        for name in names:
            monkeypatch.setenv(name, f"value of {name}")

        found = read_environment()

        assert {
            found.secret,
            found.sendgrid_key,
            found.smtp_password,
            found.webhook_url,
            found.ping_url,
        } == {f"value of {name}" for name in names}

    def test_git_keeps_them_out(self) -> None:
        assert "/examples/operation/secrets.env" in (ROOT / ".gitignore").read_text().split()


class TestCron:
    def test_the_line_runs(self, tmp_path: Path) -> None:
        """By the shell that cron uses, with a site, secrets and a digest of this test."""
        line = (FOLDER / "cron").read_text().strip().splitlines()[-1]
        *moment, user, command = line.split(maxsplit=6)
        (tmp_path / "secrets").write_text("DIGEST_SECRET=abc\n#DIGEST_PING_URL=\n")
        program = tmp_path / "digest"
        program.write_text('#!/bin/sh\necho "$PWD $DIGEST_SECRET $*"\n')
        program.chmod(0o755)

        for real, ours in (
            ("/srv/newsletter", tmp_path),
            ("/etc/digest/environment", tmp_path / "secrets"),
            ("/opt/digest/bin/digest", program),
        ):
            assert str(real) in command
            command = command.replace(str(real), str(ours))
        done = run("/bin/sh", "-c", command)

        assert (moment, user) == (["*/5", "*", "*", "*", "*"], "digest")
        assert "%" not in command  # cron makes a line break of it
        assert (done.stdout, done.stderr) == (f"{tmp_path} abc schedule --once\n", "")

    def test_the_page_has_it_too(self) -> None:
        page = (ROOT / "docs" / "running.md").read_text()

        assert (FOLDER / "cron").read_text().strip().splitlines()[-1] in page


def test_the_page_leads_to_files_that_are_there() -> None:
    page = (ROOT / "docs" / "running.md").read_text()
    links = re.findall(r"\]\((\.\./[^)#]+)\)", page)

    assert len(links) > 6
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []
    for path in FOLDER.iterdir():
        if path.name != "secrets.env":
            assert path.name.partition(".dockerignore")[0] in page, path.name
