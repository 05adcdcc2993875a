"""Commands about what came of mails: resolve, events, suppressions."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config
    from digest.runs.resolve import Resolved

_REASONS = ("manual", "bounce", "complaint", "invalid")


@click.command()
@click.argument("issue")
@click.option(
    "--not-accepted",
    "refused",
    multiple=True,
    metavar="BATCH",
    help="Your word that readers of this batch did not get it; all: of every one in doubt.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--wait",
    default=0,
    type=click.IntRange(0, 86_400),
    metavar="SECONDS",
    help="Go on looking for so long: logs come late.  [0]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def resolve(
    config: "Config", issue: str, refused: tuple[str, ...], yes: bool, wait: int, as_json: bool
) -> None:
    """Look for proof of what became of batches of ISSUE that had no clear answer.

    A mail of the batch in SendGrid's log proves that it was accepted. Finding none proves
    nothing: then events may (digest events import), or a person must decide (--not-accepted).
    """
    from digest.cli.show_feedback import show_resolved, still_held
    from digest.config.environment import read_environment
    from digest.runs.resolve import resolve as run

    batches = _batches(refused)
    done = run(config, read_environment(), issue, wait=timedelta(seconds=wait))
    # What the last look has proven is not asked about any more.
    proven = {each.batch for each in done.looked} - {each.batch for each in done.in_doubt}
    asked = tuple(number for number in batches if number not in proven)
    if asked or (refused and not batches and done.in_doubt):
        done = _decided(config, issue, done, asked, yes=yes, as_json=as_json)
    show_resolved(done, as_json=as_json)
    if error := still_held(done):
        raise error


@click.group()
def events() -> None:
    """What SendGrid tells about single mails: proofs, bounces, complaints."""


@events.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def import_(config: "Config", files: tuple[str, ...], as_json: bool) -> None:
    """Read FILEs of Event Webhook events; `-` is standard input.

    One event a line, one array a line, or one array. The same events again change nothing.
    """
    from digest.cli.progress import Progress
    from digest.cli.show_feedback import bad_import, show_imported
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.events import import_events

    with Progress("reading events, bytes") as tick:
        done = import_events(config, read_environment(), files, read_now(), tick)
    show_imported(done, as_json=as_json)
    if error := bad_import(done):
        raise error


@click.group()
def suppressions() -> None:
    """Addresses that must never be mailed again."""


@suppressions.command()
@click.option(
    "--since", default="", metavar="DATE", help="Read anew from this day on: after an import."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def sync(config: "Config", since: str, as_json: bool) -> None:
    """Bring in SendGrid's bounces, complaints, invalid addresses and unsubscribes.

    Goes on where the last reading ended. Nothing is ever deleted at SendGrid.
    """
    from digest.cli.show_feedback import show_synced
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.suppressions import sync_suppressions

    done = sync_suppressions(config, read_environment(), read_now(), since=_day(since))
    show_synced(done, as_json=as_json)


@suppressions.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def list_(config: "Config", as_json: bool) -> None:
    """List the suppressed addresses, whether or not they are subscribers."""
    from digest.cli.show_feedback import show_suppressed
    from digest.runs.suppressions import list_suppressions

    show_suppressed(list_suppressions(config), as_json=as_json)


@suppressions.command()
@click.argument("address")
@click.option("--reason", type=click.Choice(_REASONS), default="manual", show_default=True)
@config_option
def add(config: "Config", address: str, reason: str) -> None:
    """See that ADDRESS is never mailed again. Nothing takes that back."""
    from digest.cli.terminal import print_line
    from digest.runs.clock import read_now
    from digest.runs.person import read_user
    from digest.runs.suppressions import add_suppression

    changed = add_suppression(config, address, reason, user=read_user(), now=read_now())
    print_line("suppressed" if changed else "is suppressed already; nothing had to be changed")


def _decided(
    config: "Config",
    issue: str,
    done: "Resolved",
    batches: tuple[int, ...],
    *,
    yes: bool,
    as_json: bool,
) -> "Resolved":
    """Take a person's word after the last look for proof; return where the issue then stands."""
    from digest.cli.asking import confirm
    from digest.cli.show_feedback import show_resolved
    from digest.cli.terminal import counted, print_line
    from digest.runs.person import read_user
    from digest.runs.resolve import take_words

    wanted = [each for each in done.in_doubt if not batches or each.batch in batches]
    readers = counted(sum(each.readers for each in wanted), "reader")
    names = ", ".join(str(each.batch) for each in wanted)
    if wanted and not yes:
        if not as_json:
            show_resolved(done, as_json=False)
        question = f"Batch {names}: {readers} did not get it? If they did, they get it twice."
        if not confirm(question, yes=False):
            if not as_json:
                print_line("nothing was changed")
            return done
    return take_words(config, issue, batches, user=read_user())


def _batches(refused: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of the batches; none for `all`."""
    if "all" in refused:
        return ()
    if wrong := [each for each in refused if not (each.isascii() and each.isdigit())]:
        msg = f"--not-accepted {wrong[0]}: give the number of a batch, or all"
        raise click.UsageError(msg)
    return tuple(dict.fromkeys(int(each[:18]) for each in refused))


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        msg = f"--since {text}: write a day like 2026-08-31"
        raise click.UsageError(msg) from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
