"""`digest check`: an issue, a file; what it prints, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from command import digest, make_site
from digest.cli.show_check import annotations
from digest.rendering.preflight import check
from digest.runs.check import Checked
from preflight.faults import FAULTS
from preflight.sound import html, message

WEEK = ("--week", "2026-W33")
#: A text part that says nothing.
SILENT = "{# nothing #}\n"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("sample") / "site")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site")


def silence(site: Path) -> None:
    """Give the site a text part that says nothing."""
    (site / "templates").mkdir()
    (site / "templates" / "weekly.txt.j2").write_text(SILENT)


def lone(tmp_path: Path, change: tuple[str, str] = ("", "")) -> Path:
    """Write a sound HTML part, or one with a change, to a file."""
    path = tmp_path / "mail.html"
    leave = html(leave="https://harbour.example/unsubscribe")
    path.write_text(leave.replace(*change) if change[0] else leave)
    return path


class TestIssue:
    def test_the_sample_has_no_error_and_no_warning(self, sample: Path) -> None:
        done = digest(sample, "check", "weekly", *WEEK)

        assert done.code == 0, done.out
        assert done.out.startswith("weekly/2026-W34, as it would be now\nsubject    ")
        assert "error" not in done.out
        assert "warning" not in done.out

    def test_errors_end_it_with_6(self, site: Path) -> None:
        silence(site)

        done = digest(site, "check", *WEEK)

        assert done.code == 6
        assert "1 error\n  text.missing: the text part\n    there is no text part\n" in done.out
        assert "    → Give your template a .txt.j2 beside its .html.j2.\n" in done.out

    def test_as_json(self, site: Path) -> None:
        silence(site)

        done = digest(site, "check", "--json", *WEEK)

        assert done.code == 6
        found: dict[str, Any] = done.json
        assert found["name"] == "weekly/2026-W34"
        errors = [one["rule"] for one in found["findings"] if one["severity"] == "error"]
        assert errors == ["text.missing"]

    def test_without_an_article(self, sample: Path) -> None:
        done = digest(sample, "check", "--week", "2020-W01")

        assert done.code == 5
        assert "no article for" in done.err

    def test_of_no_newsletter(self, sample: Path) -> None:
        assert digest(sample, "check", "monthly").code == 5


class TestFile:
    def test_needs_no_settings(self, tmp_path: Path) -> None:
        done = digest(tmp_path, "check", str(lone(tmp_path)))

        assert (done.code, done.err) == (0, "")
        assert done.out.endswith("nothing wrong was found\n")

    def test_warnings_count_when_strict(self, tmp_path: Path) -> None:
        path = str(lone(tmp_path, ('alt="Picture 1"', 'alt="Picture 1" style="float: left"')))

        assert digest(tmp_path, "check", path).code == 0
        assert digest(tmp_path, "check", path, "--strict").code == 6

    def test_a_message_is_checked_with_its_headers(self, tmp_path: Path) -> None:
        path = tmp_path / "mail.eml"
        path.write_text("Subject: Hello\nContent-Type: text/html\n\n<p>A</p>\n")

        done = digest(tmp_path, "check", str(path), "--json")

        rules = {one["rule"] for one in done.json["findings"]}
        assert {"header.from", "header.date", "header.id", "text.missing"} <= rules
        assert done.code == 6

    def test_on_github_it_is_marked_at_its_line(self, tmp_path: Path) -> None:
        lone(tmp_path, ("https://harbour.example/news/bridge", "/news/bridge"))

        done = digest(tmp_path, "check", "mail.html", "--format", "github")

        assert done.out.startswith("::error file=mail.html,line=21,title=link.relative::line 21, ")
        assert done.code == 6

    def test_that_is_not_there(self, tmp_path: Path) -> None:
        done = digest(tmp_path, "check", "gone.html")

        assert done.code == 5
        assert done.err.startswith("gone.html: cannot be read (No such file or directory)\n")

    def test_without_html(self, tmp_path: Path) -> None:
        (tmp_path / "mail.eml").write_text("Subject: Hello\n\nA\n")

        done = digest(tmp_path, "check", "mail.eml")

        assert done.code == 5
        assert "there is no HTML in it" in done.err


class TestUsage:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--json", "--format", "github"), "contradict each other"),
            (("mail.html", "--slot", "2026-W34"), "a file is checked as it is"),
        ],
    )
    def test_contradictions(self, sample: Path, words: tuple[str, ...], said: str) -> None:
        done = digest(sample, "check", *words)

        assert done.code == 2
        assert said in done.err


def test_on_github_a_story_is_marked_at_its_article() -> None:
    checked = Checked(
        name="weekly/2026-W34",
        what="as it would be now",
        subject="A",
        size_bytes=1,
        findings=tuple(check(FAULTS["picture.alt"][0]) + check(FAULTS["subject.capitals"][0])),
        file="/site/issues/weekly/2026-W34.toml",
        content="/site/articles",
    )

    first, second = annotations(checked, "/site")

    assert first.startswith("::warning file=articles/news/bridge.md,line=1,title=picture.alt::")
    assert second.startswith("::warning file=issues/weekly/2026-W34.toml,line=1,title=subject.cap")


def test_json_is_what_the_rules_say() -> None:
    (finding,) = check(message(lambda raw: raw.replace("Date:", "X-Date:")))

    assert json.loads(json.dumps(finding.as_json())) == finding.as_json()
