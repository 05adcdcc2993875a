"""The command that makes the pictures of an issue: images."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import ask_of, config_option, issue_options

if TYPE_CHECKING:
    from digest.config.settings import Config


@click.command()
@click.argument("words", nargs=-1, metavar="[NEWSLETTER]")
@issue_options
@click.option(
    "--breaking", multiple=True, metavar="ARTICLE", help="Those of one story. More may follow."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def images(
    config: "Config",
    words: tuple[str, ...],
    slot: str,
    week: str,
    as_of: str,
    breaking: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make the pictures of an issue fit for mails, and say what is to be published.

    Without options: those of the next issue of the first newsletter. What is wrong with a picture
    is told, and stops nothing. See [images] in config.toml.
    """
    from digest.cli.show_images import show_images
    from digest.runs.clock import read_now
    from digest.runs.images import prepare_breaking_images, prepare_images

    now = read_now()
    if breaking:
        if slot or week or as_of:
            msg = "--breaking stands alone: the stories are named, nothing is chosen"
            raise click.UsageError(msg)
        prepared = prepare_breaking_images(config, (*breaking, *words), now)
        show_images(prepared, config.images, as_json=as_json)
        return
    if len(words) > 1:
        msg = f"name one newsletter, not {len(words)}: {' '.join(words)}"
        raise click.UsageError(msg)
    from digest.cli.progress import Progress

    with Progress("reading articles") as tick:
        found = prepare_images(config, ask_of("".join(words), slot, week, as_of), now, tick)
    show_images(found, config.images, as_json=as_json)
