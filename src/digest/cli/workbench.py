"""`digest preview --serve`: starts the workbench, says where it is."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.config.settings import Config
    from digest.runs.choose import Ask


def serve_preview(config: "Config", ask: "Ask", port: int, *, show: bool, others: bool) -> None:
    """Show the workbench until it is stopped.

    Args:
        config: the publisher's settings.
        ask: which issue is shown first.
        port: 0: any that is free.
        show: open the page in a browser.
        others: options were given that belong to files and terminals.

    Raises:
        UsageError: they were.
        DigestError: the port is taken, or there is no such issue.
    """
    import gc

    from digest.runs.choose import find_occasion
    from digest.runs.clock import read_now
    from digest.workbench.server import serve

    if others:
        msg = "--serve shows it on a page: leave --out, --explain, --json and --strict away"
        raise click.UsageError(msg)
    find_occasion(config, ask, read_now())  # a slip in the options is said here, not on the page
    gc.enable()  # main() has switched it off: other commands live for a second

    def ready(address: str) -> None:
        print(f"open       {address}", flush=True)
        print("           Whoever knows this address can edit issue files. Ctrl-C ends it.")
        if show:
            click.launch(address)

    asked = {
        "newsletter": ask.newsletter,
        "slot": ask.slot,
        "week": ask.week,
        "as_of": ask.as_of,
        "categories": list(ask.categories),
    }
    serve(config.path, asked, port, ready=ready)
    print("stopped")
