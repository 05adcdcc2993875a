"""Commands that look ahead and back: plan, backtest."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config

_WEEKS = click.IntRange(1, 520)


@click.command()
@click.argument("newsletter", default="")
@click.option("--weeks", default=4, type=_WEEKS, help="So far ahead.  [4]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def plan(config: "Config", newsletter: str, weeks: int, as_json: bool) -> None:
    """Show the next slots, and how many articles each would have today.

    Of NEWSLETTER, or of all. A slot is judged as at its moment, with what is in the folder now;
    the slots before it count as sent.
    """
    from digest.cli.progress import Progress
    from digest.cli.show_plan import show_plan
    from digest.runs.clock import read_now
    from digest.runs.plan import plan as look_ahead

    with Progress("reading articles") as tick:
        found = look_ahead(config, newsletter, read_now(), weeks=weeks, tick=tick)
    show_plan(found, as_json=as_json)


@click.command()
@click.argument("newsletter", default="")
@click.option("--weeks", default=12, type=_WEEKS, help="So far back.  [12]")
@click.option(
    "--as-of", default="", metavar="DATE", help="Look back from this day or moment, not from now."
)
@click.option(
    "--svg", default="", metavar="FILE", help="The picture.  [preview/NEWSLETTER/backtest.svg]"
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def backtest(
    config: "Config", newsletter: str, weeks: int, as_of: str, svg: str, as_json: bool
) -> None:
    """Show what the last issues would have been under today's rules.

    Each knows what the ones before it told. Nothing is sent, and nothing is remembered.
    """
    from digest.cli.progress import Progress
    from digest.cli.show_backtest import show_backtest
    from digest.runs.backtest import backtest as look_back
    from digest.runs.backtest_svg import write_svg
    from digest.runs.clock import read_now

    with Progress("reading articles") as tick, Progress("choosing issues") as chosen:
        found = look_back(
            config, newsletter, read_now(), weeks=weeks, as_of=as_of, tick=tick, chosen=chosen
        )
    picture = write_svg(config, found, svg)
    show_backtest(found, picture, as_json=as_json)
