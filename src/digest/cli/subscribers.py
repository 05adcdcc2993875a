"""Readers: add, remove, unsubscribe, list, import, export, erase, stats."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config
    from digest.runs.subscribers import ImportAsk, Person

_STATES = ("pending", "active", "unsubscribed", "suppressed")
_CONSENT = "The words readers agreed to, and where."
_STATUS = "active: they have confirmed; pending: not yet, and get nothing."


@click.group()
def subscribers() -> None:
    """Who gets mail: bring readers in, look at them, let them go."""


@subscribers.command()
@click.argument("address")
@click.option("--name", default="", help="As they write it.")
@click.option("--language", default="", metavar="TAG", help='Language: "de", "pt-BR".')
@click.option("--frequency", default="", help="At most: daily, weekly, monthly.  [default: any]")
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Wanted one; repeatable."
)
@click.option(
    "--newsletter", "newsletters", multiple=True, metavar="NAME", help="Wanted one; repeatable."
)
@click.option("--consent", required=True, metavar="TEXT", help=_CONSENT)
@click.option(
    "--status", type=click.Choice(["active", "pending"]), default="pending", help=_STATUS
)
@config_option
def add(
    config: "Config",
    address: str,
    name: str,
    language: str,
    frequency: str,
    categories: tuple[str, ...],
    newsletters: tuple[str, ...],
    consent: str,
    status: str,
) -> None:
    """Add one reader, or confirm a pending one.

    Who has left, was suppressed or asked to be forgotten is never brought back.
    """
    from digest.cli.show_subscribers import show_added
    from digest.runs.subscribers import add as run

    wishes = {
        "name": name,
        "language": language,
        "frequency": frequency,
        # The line break at the end marks a list: its entries may have commas in them.
        "categories": "".join(f"{each}\n" for each in categories),
        "newsletters": "".join(f"{each}\n" for each in newsletters),
    }
    tally, found = run(config, address, wishes, _ask("", consent, status), _person())
    show_added(tally, found)


@subscribers.command()
@click.argument("address")
@config_option
def remove(config: "Config", address: str) -> None:
    """Delete a reader.

    Who had left, even one newsletter, is suppressed as well, so that no import brings them back.
    """
    from digest.cli.terminal import print_line
    from digest.runs.subscribers import remove as run

    if run(config, address, _person()):
        print_line("removed, and suppressed: they had left, and no import brings them back")
    else:
        print_line("removed; an import or `digest subscribers add` can bring them back")


@subscribers.command()
@click.argument("address")
@click.option("--newsletter", default="", metavar="NAME", help="Only this one.  [default: all]")
@config_option
def unsubscribe(config: "Config", address: str, newsletter: str) -> None:
    """Take a reader off one newsletter, or off everything."""
    from digest.cli.terminal import print_line
    from digest.runs.subscribers import unsubscribe as run

    changed = run(config, address, newsletter, _person())
    what = f"gets no {newsletter} any more" if newsletter else "gets no mail any more"
    print_line(what if changed else f"{what}: nothing had to be changed")


@subscribers.command("list")
@click.option("--state", type=click.Choice(_STATES), default=None, help="Only those in it.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def list_(config: "Config", state: str | None, limit: int, as_json: bool) -> None:
    """List readers in the order they came."""
    from digest.cli.show_subscribers import show_list
    from digest.runs.subscribers import count, iterate

    total = count(config, state or "")
    found = list(iterate(config, state or "", limit))
    show_list(found, total, is_empty=not total and not count(config, ""), as_json=as_json)


@subscribers.command("import")
@click.argument("file")
@click.option("--consent", required=True, metavar="TEXT", help=_CONSENT)
@click.option("--status", type=click.Choice(["active", "pending"]), required=True, help=_STATUS)
@click.option(
    "--report", default="", metavar="FILE", help="Bad rows.  [default: FILE.rejected.csv]"
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def import_(
    config: "Config", file: str, consent: str, status: str, report: str, yes: bool
) -> None:
    """Bring in the readers of FILE; `-` is standard input.

    CSV with or without titles, apart by comma, semicolon or tab; JSON lines; a JSON list. The
    same file again changes nothing, and nobody who has left comes back.
    """
    from digest.cli.progress import Progress
    from digest.cli.show_subscribers import show_import
    from digest.runs.subscribers import import_file

    _agree(f"Import {file} as {status}? They have agreed to: {consent}", yes=yes)
    with Progress("importing, bytes") as tick:
        done = import_file(config, _ask(file, consent, status, report), _person(), tick)
    show_import(done)


@subscribers.command()
@click.argument("file", default="-")
@click.option("--state", type=click.Choice(_STATES), default=None, help="Only those in it.")
@click.option("--raw", is_flag=True, help="Do not keep spreadsheets from running formulas.")
@config_option
def export(config: "Config", file: str, state: str | None, raw: bool) -> None:
    """Write readers to a CSV FILE, or to standard output.

    A cell that a spreadsheet would take for a formula gets a ' in front; our import removes it.
    """
    from digest.cli.show_subscribers import show_export
    from digest.runs.subscribers import export as run

    show_export(run(config, file, state or "", raw=raw), file)


@subscribers.command()
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def erase(config: "Config", address: str, yes: bool) -> None:
    """Forget a person who asked for it. Needs DIGEST_SECRET.

    A hash stays that only your secret can make; by it an import knows whom to leave out.
    """
    from digest.cli.terminal import print_line
    from digest.runs.subscribers import erase as run

    _agree("Forget this person? It cannot be undone.", yes=yes)
    was_there = run(config, address, _person())
    print_line(
        "forgotten" if was_there else "was no subscriber; noted, so that no import adds them"
    )
    print_line("copies of the store and files you imported may still name them")


@subscribers.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
def stats(config: "Config", as_json: bool) -> None:
    """Count readers by state, suppressions by reason, and what was left."""
    from digest.cli.show_subscribers import show_stats
    from digest.runs.subscribers import stats as run

    show_stats(run(config), as_json=as_json)


def _ask(file: str, consent: str, status: str, report: str = "") -> "ImportAsk":
    from digest.runs.subscribers import ImportAsk
    from digest.subscribers.states import State

    words = " ".join(consent.split())
    if not words:
        msg = "--consent: say which words readers agreed to, and where"
        raise click.UsageError(msg)
    return ImportAsk(file=file, consent=words, status=State(status), report=report)


def _person() -> "Person":
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.person import read_user
    from digest.runs.subscribers import Person

    return Person(user=read_user(), now=read_now(), secret=read_environment().secret)


def _agree(question: str, *, yes: bool) -> None:
    """Ask, unless the answer was given beforehand.

    Raises:
        UsageError: nobody can be asked.
        Abort: the answer is no.
    """
    import sys

    from digest.cli.terminal import printable

    if yes:
        return
    if not sys.stdin.isatty():
        msg = "nobody can be asked here; say so beforehand: --yes"
        raise click.UsageError(msg)
    click.confirm(printable(question), abort=True, err=True)
