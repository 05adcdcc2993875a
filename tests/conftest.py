"""What all tests share: profiles, the real archive, the browser, golden files."""

import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
ARCHIVE = SHARED / "aivibe" / "posts-2025.tar.xz"

settings.register_profile(
    "default", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden files")


@pytest.fixture(scope="session")
def archive_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The 6,113 real articles, unpacked once a run."""
    if not ARCHIVE.is_file():
        absent(
            "the real archive is not here",
            "put posts-2025.tar.xz into ../shared/aivibe beside the project",
        )
    folder = tmp_path_factory.mktemp("archive")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "posts"


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run beside each other: many wait for a process or a browser."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else 3


#: The first is the same engine without windows and their pages, and starts in half the time.
_BROWSERS = (
    *("/usr/bin/chromium-headless-shell", "/usr/bin/chromium"),
    *("/usr/bin/chromium-browser", "/usr/bin/google-chrome"),
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium."""
    for path in _BROWSERS:
        if os.access(path, os.X_OK):
            return path
    absent("there is no Chromium", "apt-get install chromium")
    raise AssertionError


def absent(what: str, remedy: str) -> None:
    """Skip with the remedy; fail where DIGEST_TEST_EVERYTHING asks for every test (CI)."""
    message = f"{what}; to run this test: {remedy}"
    if os.environ.get("DIGEST_TEST_EVERYTHING"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--golden"))
