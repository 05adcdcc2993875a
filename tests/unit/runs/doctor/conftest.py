"""A site to examine."""

from pathlib import Path

import pytest

from command import make_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path / "site")
