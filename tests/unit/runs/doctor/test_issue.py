"""The next issue, made as a preview makes it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.runs.doctor.issue import STEPS
from doctoring import NOW, case_of, examined, set_keys, told


def test_the_sample(site: Path) -> None:
    found = told(STEPS, case_of(site))

    assert found["issue.articles"] == ("ok", "2026-W35: 10 articles so far")
    assert found["issue.mail"][0] == "ok"
    assert found["issue.mail"][1].endswith(" of at most 90,000 bytes")
    assert not (site / "preview").exists()


@pytest.mark.parametrize(
    ("too_few", "happens"),
    [
        ("skip", "the issue would be skipped"),
        ("hold", "the issue would wait for a person"),
        ("send", "it would be sent all the same"),
    ],
)
def test_too_few_articles(site: Path, too_few: str, happens: str) -> None:
    set_keys(site, min_articles="90", max_articles="100", too_few=f'"{too_few}"')

    finding = examined(STEPS, case_of(site))["issue.articles"]

    assert finding.result.value == "warning"
    assert finding.found.endswith(f"of at least 90; {happens}")
    assert "until Mon 24 Aug 00:00" in finding.remedy
    assert finding.about == "weekly"


def test_early_in_the_week_the_last_issue_shows_the_templates(site: Path) -> None:
    found = told(STEPS, case_of(site, now=datetime(2026, 8, 25, 6, tzinfo=UTC)))

    assert found["issue.articles"] == (
        "warning",
        "0 articles of at least 3; without one there is no issue",
    )
    assert found["issue.mail"][0] == "ok"
    assert found["issue.mail"][1].startswith("2026-W35: ")


def test_nothing_in_two_weeks(site: Path) -> None:
    found = told(STEPS, case_of(site, now=NOW + timedelta(days=60)))

    assert found["issue.mail"][0] == "warning"
    assert "nothing to try the templates on" in found["issue.mail"][1]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>{{ issue.nothing_of_the_kind }}</p>", "weekly.html"),
        ("<html><body><p>No way out.</p></body></html>", "has no unsubscribe link"),
        ("{% for", "weekly.html"),
    ],
)
def test_a_template_is_wrong(site: Path, template: str, found: str) -> None:
    (site / "templates").mkdir()
    (site / "templates" / "weekly.html.j2").write_text(template)

    said = told(STEPS, case_of(site))

    results = {result for result, _ in said.values()}
    assert "wrong" in results
    assert any(found in text for _, text in said.values()), said


def test_an_issue_file_is_wrong(site: Path) -> None:
    folder = site / "issues" / "weekly"
    folder.mkdir(parents=True)
    (folder / "2026-W35.toml").write_text("pinned = 1\n")

    said = told(STEPS, case_of(site))["issue.articles"]

    assert said[0] == "wrong"
    assert "2026-W35.toml" in said[1]


def test_decisions_without_effect_are_told(site: Path) -> None:
    folder = site / "issues" / "weekly"
    folder.mkdir(parents=True)
    (folder / "2026-W35.toml").write_text('pin = ["no-such-article.md"]\n')

    said = told(STEPS, case_of(site))["issue.mail"]

    assert said[0] == "warning"
    assert "no-such-article.md" in said[1]


def test_no_folder(site: Path) -> None:
    shutil.rmtree(site / "examples")

    assert told(STEPS, case_of(site))["issue.articles"][0] == "wrong"
