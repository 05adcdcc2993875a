"""The command that shows how everything stands, and whether anybody must do something."""

import sys
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config


@click.command()
@click.option(
    "--healthy",
    is_flag=True,
    help="For containers: 1 if the store cannot be opened or no digest schedule runs, else 0.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def status(config: "Config", healthy: bool, as_json: bool) -> None:
    """Show what comes next, what was last, and what needs you.

    Exit code 8 when something needs a person, 0 when nothing does.
    """
    from digest.cli.show_status import show_status
    from digest.errors import HeldError, StoreError
    from digest.runs.clock import read_now
    from digest.runs.status import is_healthy, read_status

    if healthy:
        try:
            why = is_healthy(config)
        except StoreError as error:
            why = str(error)
        if why:
            raise click.ClickException(why)
        return
    found = read_status(config, read_now())
    show_status(found, as_json=as_json)
    if found.needs:
        sys.exit(HeldError.exit_code)
