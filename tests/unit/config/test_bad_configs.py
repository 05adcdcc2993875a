"""One folder of tests/bad_configs for every kind of mistake; what is said, word for word."""

from pathlib import Path

import pytest

from digest.config.load import load_config
from digest.errors import ConfigError

BAD_CONFIGS = Path(__file__).resolve().parents[2] / "bad_configs"
FOLDERS = sorted(folder.name for folder in BAD_CONFIGS.iterdir() if folder.is_dir())


@pytest.mark.parametrize("mistake", FOLDERS)
def test_mistake_is_told_with_place_value_and_remedy(
    mistake: str, monkeypatch: pytest.MonkeyPatch, *, golden: bool
) -> None:
    monkeypatch.chdir(BAD_CONFIGS / mistake)

    with pytest.raises(ConfigError) as caught:
        load_config("config.toml")

    told = f"{caught.value}\n"
    expected = BAD_CONFIGS / mistake / "expected.txt"
    if golden:
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert caught.value.exit_code == 3


def test_every_mistake_has_its_folder() -> None:
    assert len(FOLDERS) >= 80


def test_no_secret_is_repeated() -> None:
    """The made-up secrets of the bad configs occur in no message."""
    for folder in FOLDERS:
        assert "not-a-real" not in (BAD_CONFIGS / folder / "expected.txt").read_text("utf-8")
