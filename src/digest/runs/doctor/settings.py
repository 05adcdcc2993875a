"""Settings and secrets: config.toml, keys of links, key or password of the courier. Pure."""

from collections.abc import Iterator
from typing import Final

from digest.config.environment import Environment
from digest.config.secrets import parse_keys
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.way import Way
from digest.errors import NotReadyError
from digest.runs.doctor.finding import Case, Finding, Step, ok, warning, wrong

_KEY: Final = (
    "Make a key at SendGrid (Settings, API Keys) and set SENDGRID_API_KEY to it as it is shown."
)


def sound(config: Config) -> Finding:
    """Return that the config file could be used."""
    many = len(config.newsletters)
    names = ", ".join(config.newsletters)
    return ok("config.file", f"{config.path}: {many} newsletter{'s' * (many > 1)} ({names})")


def secret(environment: Environment) -> list[Finding]:
    """Return what is to be said of the keys that sign readers' links."""
    try:
        keys = parse_keys(environment.secret)
    except NotReadyError as error:
        return [
            wrong("config.secret", f"{one.where} {one.what}", one.remedy) for one in error.problems
        ]
    earlier = f", {len(keys) - 1} earlier" if len(keys) > 1 else ""
    return [ok("config.secret", f"DIGEST_SECRET holds a key{earlier}")]


def _secret(case: Case) -> Iterator[Finding]:
    is_needed = case.config.subscribers.unsubscribe is Way.ENDPOINT
    is_rehearsal = case.config.delivery.courier is CourierName.OUTBOX
    for finding in secret(case.environment):
        if finding.result.value == "ok" or not (is_rehearsal and not case.environment.secret):
            yield finding
        else:
            yield warning(
                finding.check,
                f"{finding.found}; a rehearsal needs none"
                if is_needed
                else "DIGEST_SECRET is not set; a rehearsal needs none",
                finding.remedy,
            )


def _key(case: Case) -> Iterator[Finding]:
    delivery, environment = case.config.delivery, case.environment
    match delivery.courier:
        case CourierName.SENDGRID:
            key = environment.sendgrid_key
            if not key:
                yield wrong("config.key", "SENDGRID_API_KEY is not set", _KEY)
            elif not (key.isascii() and key.isprintable() and " " not in key):
                yield wrong(
                    "config.key", "SENDGRID_API_KEY holds blanks, line breaks or odd letters", _KEY
                )
            elif environment.sendgrid_url:
                yield warning(
                    "config.key",
                    f"SENDGRID_API_KEY is set; DIGEST_SENDGRID_URL sends all mail to "
                    f"{environment.sendgrid_url}",
                    "Unset DIGEST_SENDGRID_URL where readers are to get mail.",
                )
            else:
                yield ok("config.key", "SENDGRID_API_KEY is set")
        case CourierName.SMTP:
            if delivery.smtp.username and not environment.smtp_password:
                yield wrong(
                    "config.key",
                    "DIGEST_SMTP_PASSWORD is not set, and [delivery.smtp] username is",
                    "Set DIGEST_SMTP_PASSWORD, or empty username if the server wants no login.",
                )
            elif environment.smtp_password and not delivery.smtp.username:
                yield warning(
                    "config.key",
                    "DIGEST_SMTP_PASSWORD is set, and nobody logs in",
                    "Set [delivery.smtp] username, or unset the password.",
                )
            elif delivery.smtp.username:
                yield ok("config.key", "DIGEST_SMTP_PASSWORD is set")
            else:
                yield ok("config.key", "no login, no password")
        case CourierName.OUTBOX:
            yield ok("config.key", "the outbox needs none")


STEPS: Final[tuple[Step, ...]] = (
    Step(checks=("config.secret",), run=_secret),
    Step(checks=("config.key",), run=_key),
)
