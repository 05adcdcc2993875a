"""Looking after the store: upgrade, check, backup."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config


@click.group()
def store() -> None:
    """Look after the file that holds subscribers and the record of what was sent."""


@store.command()
@config_option
def upgrade(config: "Config") -> None:
    """Bring the store of an older digest up to date; a copy is kept beside it."""
    from digest.cli.terminal import print_line
    from digest.runs.store import upgrade_store

    done = upgrade_store(config)
    if not done.done:
        print_line(f"is up to date (version {done.version})")
        return
    print_line(f"brought up to version {done.version}")
    print_line(f"the store as it was: {done.copy}")


@store.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def check(config: "Config", as_json: bool) -> None:
    """Read the whole store: damage, contradictions, and whether every issue is in balance."""
    import json
    from dataclasses import asdict

    from digest.cli.terminal import counted, print_line
    from digest.runs.store import check as run
    from digest.runs.store import unsound

    health = run(config)
    if as_json:
        print(json.dumps(asdict(health), indent=2, ensure_ascii=False))
    if health.faults:
        raise unsound(config, health)
    if not as_json:
        numbers = f"{counted(health.subscribers, 'subscriber')}, {counted(health.issues, 'issue')}"
        print_line(f"sound: version {health.version}, {numbers}")
        for note in health.notes:
            print_line(f"warning    {note}")


@store.command()
@click.argument("file", default="")
@config_option
def backup(config: "Config", file: str) -> None:
    """Write a copy of the store to FILE, whole even while a send is running.

    Without FILE it goes beside the store, named by the moment.
    """
    from digest.cli.terminal import print_line
    from digest.runs.clock import read_now
    from digest.runs.store import backup as run

    print_line(f"copied to {run(config, file, read_now())}")
