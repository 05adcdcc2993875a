"""The packaged templates on the samples and on the real archive: no error, no warning."""

import re
from pathlib import Path

import pytest

from command import ROOT, Done, digest, make_site


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("sample") / "site")


@pytest.fixture(scope="module")
def publisher(archive_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publisher")
    shipped = (ROOT / "config.toml").read_text()
    changed = re.sub(r"(?m)^path = .*$", f'path = "{archive_folder}"', shipped, count=1)
    (folder / "config.toml").write_text(changed)
    return folder


def worse_than_notes(done: Done) -> list[str]:
    assert done.err == ""
    return [
        f"{one['rule']}: {one['what']}"
        for one in done.json["findings"]
        if one["severity"] != "note"
    ]


@pytest.mark.parametrize("week", ["2026-W32", "2026-W33"])
def test_the_sample(sample: Path, week: str) -> None:
    assert worse_than_notes(digest(sample, "check", "--week", week, "--json")) == []


@pytest.mark.archive
@pytest.mark.parametrize("week", ["2025-W27", "2025-W30", "2025-W36", "2025-W40", "2025-W51"])
def test_weeks_of_the_real_archive(publisher: Path, week: str) -> None:
    assert worse_than_notes(digest(publisher, "check", "--week", week, "--json")) == []


@pytest.mark.parametrize("template", ["weekly", "breaking", "compact"])
def test_every_template(sample: Path, tmp_path: Path, template: str) -> None:
    if not (ROOT / "templates" / f"{template}.html.j2").exists():
        pytest.skip(f"there is no template {template} yet")
    config = tmp_path / "config.toml"
    text = (sample / "config.toml").read_text()
    text = text.replace('template = "weekly"', f'template = "{template}"')
    config.write_text(text.replace('path = "examples', f'path = "{sample}/examples'))

    done = digest(tmp_path, "check", "--week", "2026-W33", "--json")

    assert worse_than_notes(done) == []
