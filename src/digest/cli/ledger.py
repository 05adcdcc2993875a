"""Commands that look at what was sent: issues, show, who; and cancel."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config


@click.command()
@click.argument("newsletter", default="")
@click.option("--limit", default=20, type=click.IntRange(1, 10_000), help="So many.  [20]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def issues(config: "Config", newsletter: str, limit: int, as_json: bool) -> None:
    """List the issues of the ledger, newest first."""
    from digest.cli.show_ledger import show_issues
    from digest.runs.issues import list_issues

    show_issues(config, list_issues(config, newsletter, limit), as_json=as_json)


@click.command()
@click.argument("issue")
@click.option(
    "--attempts", is_flag=True, help="List every attempt, not only of batches that need a look."
)
@click.option("--watch", is_flag=True, help="Show it anew every second until it is done.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def show(config: "Config", issue: str, attempts: bool, watch: bool, as_json: bool) -> None:
    """Show where ISSUE stands: states, counts, reasons, attempts.

    ISSUE is named like weekly/2026-W34, the second test of it weekly/2026-W34#2.
    """
    from digest.cli.show_ledger import show_account, watch_account
    from digest.runs.issues import show_issue

    if watch:
        watch_account(config, issue)
    show_account(show_issue(config, issue, every=attempts or as_json), as_json=as_json)


@click.command()
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def who(config: "Config", address: str, as_json: bool) -> None:
    """Say what the reader of ADDRESS got, when, and what came of it."""
    from digest.cli.show_ledger import show_mail
    from digest.runs.issues import mail_to

    state, mail = mail_to(config, address)
    show_mail(address, state, mail, as_json=as_json)


@click.command()
@click.argument("issue")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def cancel(config: "Config", issue: str, yes: bool) -> None:
    """Let nothing more of ISSUE leave. What has left cannot be called back.

    What SendGrid keeps until its moment is cancelled there, too: for certain until ten minutes
    before. Run it again when SendGrid could not be reached.
    """
    from digest.cli.asking import confirm
    from digest.cli.show_cancel import doubt_of, show_cancelled
    from digest.cli.terminal import print_line
    from digest.config.environment import read_environment
    from digest.runs.cancel import cancel_issue
    from digest.runs.issues import show_issue

    account = show_issue(config, issue)
    if not confirm(f"Cancel {account.issue.name} for good?", yes=yes):
        print_line("nothing was changed")
        return
    cancelled = cancel_issue(config, read_environment(), issue)
    show_cancelled(cancelled)
    if error := doubt_of(cancelled):
        raise error
