"""What the environment says; the only module that asks it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Settings that belong to a terminal or a machine, not to a publication; and all secrets."""

    #: NO_COLOR is set to anything but nothing (no-color.org): print no colours.
    no_color: bool = False
    #: DIGEST_CONFIG: config file used when none is named; or "".
    config: str = ""
    #: DIGEST_SECRET: keys of readers' links, for `secrets.parse_keys`; or "".
    secret: str = field(default="", repr=False)
    #: SENDGRID_API_KEY; or "".
    sendgrid_key: str = field(default="", repr=False)
    #: DIGEST_SENDGRID_URL: where SendGrid is asked instead, for trials against a fake; or "".
    sendgrid_url: str = ""
    #: DIGEST_SMTP_PASSWORD; or "".
    smtp_password: str = field(default="", repr=False)
    #: DIGEST_WEBHOOK_URL: where notices are posted, which whoever knows it can do; or "".
    webhook_url: str = field(default="", repr=False)
    #: DIGEST_PING_URL: where the schedule says that it lives; or "".
    ping_url: str = field(default="", repr=False)
    #: NOTIFY_SOCKET: where systemd listens for the state of its service, sd_notify(3); or "".
    notify_socket: str = ""
    #: WATCHDOG_USEC: microseconds of silence after which systemd ends the service; or "".
    watchdog_usec: str = ""
    #: WATCHDOG_PID: the process that systemd expects to hear, sd_watchdog_enabled(3); or "".
    watchdog_pid: str = ""
    #: GITHUB_WORKSPACE: top of the repository on a runner of GitHub; or "".
    github_workspace: str = ""


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Return what the variables say: those given, or those of this process."""
    environ = os.environ if variables is None else variables  # noqa: TID251  the one place
    return Environment(
        no_color=bool(environ.get("NO_COLOR")),
        config=environ.get("DIGEST_CONFIG", ""),
        secret=environ.get("DIGEST_SECRET", ""),
        sendgrid_key=environ.get("SENDGRID_API_KEY", ""),
        sendgrid_url=environ.get("DIGEST_SENDGRID_URL", ""),
        smtp_password=environ.get("DIGEST_SMTP_PASSWORD", ""),
        webhook_url=environ.get("DIGEST_WEBHOOK_URL", ""),
        ping_url=environ.get("DIGEST_PING_URL", ""),
        notify_socket=environ.get("NOTIFY_SOCKET", ""),
        watchdog_usec=environ.get("WATCHDOG_USEC", ""),
        watchdog_pid=environ.get("WATCHDOG_PID", ""),
        github_workspace=environ.get("GITHUB_WORKSPACE", ""),
    )
