"""What the environment says; the only module that asks it."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings that belong to a terminal or a machine, not to a publication."""

    #: NO_COLOR is set to anything but nothing (no-color.org): print no colours.
    no_color: bool = False
    #: DIGEST_CONFIG: config file used when none is named; or "".
    config: str = ""


def read_environment() -> Environment:
    """Return what the variables of this process say."""
    environ = os.environ  # noqa: TID251  this is the one place
    return Environment(
        no_color=bool(environ.get("NO_COLOR")), config=environ.get("DIGEST_CONFIG", "")
    )
