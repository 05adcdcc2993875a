"""What the acceptance tests share: a copy of the sample site, and the command itself."""

from pathlib import Path

import pytest

from command import make_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the shipped config.toml and the sample articles."""
    return make_site(tmp_path / "site")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for tests that change nothing; made once."""
    return make_site(tmp_path_factory.mktemp("sample") / "site")
