"""Options that several commands share. Imported by them, never by `digest --help`."""

from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from digest.runs.choose import Ask


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config`, and the checked settings as its first argument."""

    def load(config_file: str | None, **options: Any) -> Any:  # noqa: ANN401  click's options
        from digest.config.environment import read_environment
        from digest.config.load import find_config, load_config

        named = config_file or read_environment().config or None
        return command(load_config(find_config(".", named)), **options)

    return click.option(
        "--config",
        "config_file",
        metavar="FILE",
        help="Settings to use.  [default: config.toml here, or DIGEST_CONFIG]",
    )(update_wrapper(load, command))


def issue_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name an issue."""
    for option in (
        click.option(
            "--as-of", default="", metavar="DATE", help="Look from this day or moment, not now."
        ),
        click.option("--week", default="", help="The issue with the content of 2026-W33."),
        click.option("--slot", default="", help="The issue of the slot 2026-W34."),
    ):
        command = option(command)
    return command


def ask_of(
    newsletter: str, slot: str, week: str, as_of: str = "", categories: tuple[str, ...] = ()
) -> "Ask":
    """Return which issue these options ask for.

    Raises:
        UsageError: they contradict each other.
    """
    from digest.runs.choose import Ask

    if slot and week:
        msg = "--slot names the moment an issue goes out, --week the content; give one of them"
        raise click.UsageError(msg)
    return Ask(newsletter=newsletter, slot=slot, week=week, as_of=as_of, categories=categories)
