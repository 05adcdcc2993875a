"""Commands that send: send, resume, breaking."""

import gc
from typing import TYPE_CHECKING

import click

from digest.cli.options import ask_of, config_option

if TYPE_CHECKING:
    from datetime import datetime

    from digest.config.environment import Environment
    from digest.config.settings import Config
    from digest.runs.claim import Planned


@click.command()
@click.argument("newsletter", default="")
@click.option("--slot", default="", help="The issue of the slot 2026-W34.  [default: the last]")
@click.option("--week", default="", help="The issue with the content of 2026-W33.")
@click.option("--courier", default="", metavar="NAME", help="Instead of that in config.toml.")
@click.option(
    "--limit-to",
    multiple=True,
    metavar="WHAT",
    help="Only readers of category:NAME or language:TAG.",
)
@click.option(
    "--to", "addresses", multiple=True, metavar="ADDRESS", help="A test to this address only."
)
@click.option("--force", is_flag=True, help="Despite errors of preflight, or an issue only just.")
@click.option("--dry-run", is_flag=True, help="Show what would happen; nothing does.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def send(
    config: "Config",
    newsletter: str,
    slot: str,
    week: str,
    courier: str,
    limit_to: tuple[str, ...],
    addresses: tuple[str, ...],
    force: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send the issue of the last slot, once.

    Run it again: an interrupted issue goes on where it stopped, a sent one stays as it is.
    """
    from digest.cli.limits import limits_of
    from digest.cli.progress import Progress
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.send import plan_send

    environment, now = read_environment(), read_now()
    ask, limits = ask_of(newsletter, slot, week), limits_of(limit_to)
    with Progress("reading articles") as tick:
        if addresses:
            from digest.runs.trial import plan_test

            planned = plan_test(
                config, environment, ask, addresses, now, courier=courier, tick=tick
            )
        else:
            planned = plan_send(
                config,
                environment,
                ask,
                now,
                courier=courier,
                limits=limits,
                force=force,
                tick=tick,
            )
    # A person who names the readers of a test has been asked.
    _carry_out(config, environment, planned, now, dry_run=dry_run, yes=yes or bool(addresses))


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.option("--subject", default="", help="Subject line instead of that in config.toml.")
@click.option("--at", default="", metavar="TIME", help='Plan it for "18:00", for the schedule.')
@click.option("--now", "at_once", is_flag=True, help="Even in the quiet hours.")
@click.option("--force", is_flag=True, help="Despite errors of preflight.")
@click.option("--courier", default="", metavar="NAME", help="Instead of that in config.toml.")
@click.option(
    "--to", "addresses", multiple=True, metavar="ADDRESS", help="A test to this address only."
)
@click.option("--dry-run", is_flag=True, help="Show what would happen; nothing does.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def breaking(
    config: "Config",
    articles: tuple[str, ...],
    subject: str,
    at: str,
    at_once: bool,
    force: bool,
    courier: str,
    addresses: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Send one story (or few) now; the first ARTICLE is the lead story.

    The same story cannot go out twice: run it again, and an interrupted sending goes on.
    """
    from digest.config.environment import read_environment
    from digest.runs.breaking_send import (
        build_stories,
        check_quiet,
        moment_named,
        plan_breaking,
    )
    from digest.runs.clock import read_now

    if at and (at_once or addresses):
        msg = "--at plans a story for all its readers; without --now and --to"
        raise click.UsageError(msg)
    environment, now = read_environment(), read_now()
    moment = moment_named(config, at, now) if at else None
    if not at_once and not addresses:
        check_quiet(config, moment or now)
    built = build_stories(config, articles, now, subject)
    if addresses:
        from digest.runs.trial import plan_test_of

        planned = plan_test_of(config, environment, built, addresses, courier=courier)
    else:
        planned = plan_breaking(
            config, environment, built, now, courier=courier, at=moment, force=force
        )
    _carry_out(config, environment, planned, now, dry_run=dry_run, yes=yes or bool(addresses))


@click.command()
@click.argument("issue")
@click.option("--courier", default="", metavar="NAME", help="Go on with this one.")
@click.option(
    "--accept-restore",
    is_flag=True,
    help="Readers do not have it: the store was put back from an older copy.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def resume(config: "Config", issue: str, courier: str, accept_restore: bool, yes: bool) -> None:
    """Send what is left of ISSUE: after an interruption, or when it was held.

    Batches whose fate is not known stay as they are: see digest resolve. It asks when nothing of
    the issue has left so far.
    """
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.look import has_begun
    from digest.runs.send import plan_resume

    planned = plan_resume(config, issue, courier=courier, accept_restore=accept_restore)
    begun = has_begun(config, planned)
    _carry_out(config, read_environment(), planned, read_now(), dry_run=False, yes=yes or begun)


def _carry_out(
    config: "Config",
    environment: "Environment",
    planned: "Planned",
    now: "datetime",
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Show a planned send, ask, and do it."""
    from digest.cli.asking import confirm
    from digest.cli.show_send import show_plan, show_sent_already, show_waiting
    from digest.cli.terminal import counted, print_line
    from digest.delivery.states import IssueState
    from digest.runs.breaking_send import put_down
    from digest.runs.issues import show_issue
    from digest.runs.look import look_at

    if planned.issue is not None and planned.issue.state is IssueState.SENT:
        account = show_issue(config, planned.name, realm=planned.realm)
        show_sent_already(config, planned, account.balance)
        return
    if planned.issue is not None and planned.waits_until:
        print_line(f"{planned.name} is planned already")
        show_waiting(config, planned.issue)
        return
    outlook = look_at(config, environment, planned, now)
    show_plan(planned, outlook)
    if dry_run:
        print_line("dry run    nothing was written, nothing left")
        return
    readers = counted(outlook.readers, "reader")
    when = f" at {outlook.moment:%H:%M}" if planned.waits_until and outlook.moment else ""
    if not confirm(f"Send {planned.name} to {readers} by {planned.courier.value}{when}?", yes=yes):
        print_line("nothing was sent: that takes the whole word yes")
        return
    if planned.waits_until:
        show_waiting(config, put_down(config, planned, now))
        return
    _drive(config, environment, planned, now, outlook.readers)


def _drive(
    config: "Config",
    environment: "Environment",
    planned: "Planned",
    now: "datetime",
    readers: int,
) -> None:
    """Send, show how it goes, print the balance; end with what is left to do."""
    from digest.cli.send_progress import SendProgress
    from digest.cli.show_balance import leaving, show_balance, word_of
    from digest.cli.show_send import show_outbox
    from digest.cli.stopping import stopping_cleanly
    from digest.cli.terminal import print_line
    from digest.runs.ending import ending
    from digest.runs.issues import show_issue
    from digest.runs.send import send as run

    # This command stays for a while: it needs what `main` has switched off.
    gc.enable()
    progress = SendProgress(readers)
    try:
        with stopping_cleanly(planned.name) as is_stopped:
            driven = run(config, environment, planned, now, is_stopped=is_stopped, tick=progress)
    finally:
        progress.end()
    issue = driven.issue
    balance = show_issue(config, issue.full_name, realm=issue.realm).balance
    moment = leaving(issue, balance)
    print_line(f"{issue.full_name} is {word_of(issue, balance)}{moment and ', and '}{moment}")
    if driven.lost:
        print_line(f"in doubt   {driven.lost:,} of its batches: the sender before ended too soon")
    show_balance(balance)
    show_outbox(config, planned)
    if error := ending(driven, issue.full_name):
        raise error
