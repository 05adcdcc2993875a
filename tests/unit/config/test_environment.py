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


def test_secrets_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_SECRET", "a")
    monkeypatch.setenv("SENDGRID_API_KEY", "b")
    monkeypatch.setenv("DIGEST_SENDGRID_URL", "c")
    monkeypatch.setenv("DIGEST_SMTP_PASSWORD", "d")
    monkeypatch.setenv("DIGEST_WEBHOOK_URL", "e")
    monkeypatch.setenv("DIGEST_PING_URL", "f")

    found = read_environment()

    assert (found.secret, found.sendgrid_key) == ("a", "b")
    assert (found.sendgrid_url, found.smtp_password) == ("c", "d")
    assert (found.webhook_url, found.ping_url) == ("e", "f")
    assert not any(secret in repr(found) for secret in ("'a'", "'b'", "'d'", "'e'", "'f'"))


def test_what_systemd_says_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "@a")
    monkeypatch.setenv("WATCHDOG_USEC", "1")
    monkeypatch.setenv("WATCHDOG_PID", "2")

    found = read_environment()

    assert (found.notify_socket, found.watchdog_usec, found.watchdog_pid) == ("@a", "1", "2")
