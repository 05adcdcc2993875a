"""`digest check`: what readers would stumble over, before they do."""

import sys
from typing import TYPE_CHECKING

import click

from digest.cli.options import ask_of

if TYPE_CHECKING:
    from digest.runs.check import Checked


@click.command()
@click.argument("what", default="", metavar="[NEWSLETTER | FILE.html | FILE.eml]")
@click.option("--slot", default="", help="The issue of the slot 2026-W34.  [default: the next]")
@click.option("--week", default="", help="The issue with the content of 2026-W33.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    help="github: as annotations of a pull request.  [default: text]",
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="Settings to use.  [default: config.toml here, or DIGEST_CONFIG]",
)
def check(
    what: str,
    slot: str,
    week: str,
    strict: bool,
    as_json: bool,
    form: str | None,
    config_file: str | None,
) -> None:
    """Check a mail before it is sent: an issue, or a file.

    Without a word: the next issue of the first newsletter, as it would be by now; an issue that
    is frozen is checked as it is. Exit code 6: there are errors. All rules: docs/preflight.md.
    """
    from digest.cli.show_check import show_check, show_github
    from digest.runs.check import check_file, is_file

    if as_json and form not in {None, "json"}:
        msg = f"--json and --format {form} contradict each other; give one of them"
        raise click.UsageError(msg)
    if is_file(what):
        if slot or week:
            msg = "--slot and --week name an issue; a file is checked as it is"
            raise click.UsageError(msg)
        checked = check_file(what)
    else:
        checked = _issue(what, slot, week, config_file)
    if form == "github":
        show_github(checked)
    else:
        show_check(checked, as_json=as_json or form == "json")
    # Not an error of the command: what is wrong was its answer.
    sys.exit(checked.exit_code(strict=strict))


def _issue(newsletter: str, slot: str, week: str, config_file: str | None) -> "Checked":
    from digest.cli.progress import Progress
    from digest.config.environment import read_environment
    from digest.config.load import find_config, load_config
    from digest.runs.check import Checked, check_issue
    from digest.runs.clock import read_now

    config = load_config(find_config(".", config_file or read_environment().config or None))
    now = read_now()
    with Progress("reading articles") as tick:
        found = check_issue(config, ask_of(newsletter, slot, week), now, tick=tick)
    if isinstance(found, Checked):
        return found
    from digest.cli.show_preview import no_article

    raise no_article(found, now)
