"""The only reader of the environment."""

import pytest

from digest.config.environment import Environment, read_environment


def test_empty_variables_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.delenv("DIGEST_CONFIG", raising=False)

    assert read_environment() == Environment(no_color=False, config="")


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "0")
    monkeypatch.setenv("DIGEST_CONFIG", "/srv/config.toml")

    assert read_environment() == Environment(no_color=True, config="/srv/config.toml")
