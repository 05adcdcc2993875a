"""Which courier carries the mail, and whether that reaches readers. Pure."""

from typing import Final

from digest.config.sending import CourierName, OnOff
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.errors import ConfigError, did_you_mean

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def courier_named(config: Config, name: str) -> CourierName:
    """Return the courier a person names, or the one of config.toml for "".

    Raises:
        ConfigError: there is none of that name.
    """
    if not name:
        return config.delivery.courier
    known = [each.value for each in CourierName]
    if name not in known:
        raise ConfigError(
            f"there is no courier {name!r}",
            where="--courier",
            remedy=f"{did_you_mean(name, known)}There is: {', '.join(known)}.",
        )
    return CourierName(name)


def realm_of(config: Config, courier: CourierName) -> Realm:
    """Return whether mail of a courier reaches readers."""
    match courier:
        case CourierName.OUTBOX:
            return Realm.REHEARSAL
        case CourierName.SMTP:
            is_local = config.delivery.smtp.host.casefold() in _LOCAL
            return Realm.REHEARSAL if is_local else Realm.REAL
        case CourierName.SENDGRID:
            is_sandbox = config.delivery.sendgrid.sandbox is OnOff.ON
            return Realm.REHEARSAL if is_sandbox else Realm.REAL
