"""Commands of editors: approve, hold, edit, pause, unpause."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option

if TYPE_CHECKING:
    from digest.config.settings import Config


@click.command()
@click.argument("issue")
@config_option
def approve(config: "Config", issue: str) -> None:
    """Let ISSUE, weekly/2026-W34, go out at its time; of a newsletter, the one that waits."""
    from digest.cli.show_send import show_waiting
    from digest.cli.terminal import print_line
    from digest.runs.approval import approve as run
    from digest.runs.approval import named_or_next
    from digest.runs.clock import read_now
    from digest.runs.person import read_user

    decided = run(config, named_or_next(config, issue), read_user(), read_now())
    word = "was approved before" if decided.was_so else "is approved"
    print_line(f"{decided.issue.name} {word}")
    for change in decided.changes:
        print_line(f"since      {change.path} {change.what}")
    if any(change.is_withdrawn for change in decided.changes):
        print_line("           readers would not find it: at its time the issue will be held.")
        print_line(f"           Make it anew without: digest edit {decided.issue.name} --again")
    show_waiting(config, decided.issue)


@click.command()
@click.argument("issue")
@click.option("--because", default="", metavar="TEXT", help="Why, for the others.")
@config_option
def hold(config: "Config", issue: str, because: str) -> None:
    """Let nothing more of ISSUE leave until somebody approves or resumes it."""
    from digest.cli.terminal import print_line
    from digest.runs.approval import hold as run
    from digest.runs.approval import named_or_next
    from digest.runs.clock import read_now
    from digest.runs.person import read_user

    why = " ".join(because.split())
    decided = run(config, named_or_next(config, issue), read_user(), why, read_now())
    name = decided.issue.name
    print_line(f"{name} {'was held before' if decided.was_so else 'is held'}")
    print_line(f"why        {decided.issue.reason}")
    if decided.issue.leaves_at is not None:
        print_line("           what SendGrid has got already leaves all the same. Stop that, too:")
        print_line(f"           digest cancel {name}")
    if decided.issue.recipients_frozen_at is None:
        print_line(f"go on      at its time: digest approve {name}")
    print_line(f"           now: digest resume {name}")


@click.command()
@click.argument("issue", default="")
@click.option("--again", is_flag=True, help="Open no editor; only make a frozen issue anew.")
@config_option
def edit(config: "Config", issue: str, again: bool) -> None:
    """Decide about ISSUE, weekly/2026-W34: subject, intro, what stands first, what stays out.

    Opens issues/NEWSLETTER/SLOT.toml in your editor. An issue that is frozen already is made
    anew, shown to its editors and, where that is wanted, waits for approval once more. Of a
    newsletter, the next issue is meant.
    """
    from digest.cli.show_send import show_waiting
    from digest.cli.terminal import print_line
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.editing import edit as run
    from digest.runs.person import read_user

    edited = run(
        config,
        read_environment(),
        issue,
        read_now(),
        who=read_user(),
        open_editor=None if again else _open_editor,
    )
    print_line(
        f"file       {edited.path}" + ("" if edited.is_changed or again else " (as it was)")
    )
    newsletter, _, slot = edited.name.partition("/")
    if edited.issue is None:
        if edited.reason:
            print_line(f"{edited.name} is as it was: {edited.reason}")
        else:
            print_line(f"see it     digest preview {newsletter} --slot {slot}")
        return
    print_line(f"{edited.name} was made anew, and is {edited.issue.state.value}")
    for warning in edited.warnings:
        print_line(f"warning    {warning}")
    print_line(f"see it     digest preview {newsletter} --slot {slot}")
    show_waiting(config, edited.issue)


@click.command()
@click.argument("newsletter", default="")
@click.option("--until", default="", metavar="DATE", help="A day, which rests still, or a moment.")
@click.option(
    "--keep-articles/--drop-articles",
    "keeps",
    default=True,
    help="Whether what is published meanwhile is told afterwards.  [default: keep]",
)
@config_option
def pause(config: "Config", newsletter: str, until: str, keeps: bool) -> None:
    """Let NEWSLETTER rest: its slots are skipped, and nothing of it goes out by itself."""
    from digest.cli.terminal import print_line
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.notice_texts import moment_of
    from digest.runs.pausing import pause as run
    from digest.runs.person import read_user

    resting = run(
        config,
        read_environment(),
        newsletter,
        read_now(),
        until=until,
        keeps_articles=keeps,
        who=read_user(),
    )
    name = resting.newsletter
    ends = "until digest unpause" if resting.until is None else (
        f"until {moment_of(config, name, resting.until)}"
    )  # fmt: skip
    print_line(f"{name} rests {ends}")
    said = "are told in the first issue afterwards" if keeps else "are not told later"
    print_line(f"articles   of this time {said}")


@click.command()
@click.argument("newsletter", default="")
@config_option
def unpause(config: "Config", newsletter: str) -> None:
    """Let NEWSLETTER come again, from its next slot on."""
    from digest.cli.terminal import print_line
    from digest.config.environment import read_environment
    from digest.config.timetables import timetable_of
    from digest.runs.choose import find_newsletter
    from digest.runs.clock import read_now
    from digest.runs.pausing import unpause as run
    from digest.selection.slot import next_slot

    name, _ = find_newsletter(config.newsletters, newsletter)
    ended = run(config, read_environment(), name, read_now())
    print_line(f"{name} comes again" if ended else f"{name} did not rest")
    slot = next_slot(timetable_of(config, name), read_now())
    print_line(f"next       {slot.name}, {slot.moment:%a %d %b %Y %H:%M}")


def _open_editor(path: str) -> None:
    from digest.errors import DigestError

    try:
        click.edit(filename=path)
    except click.ClickException as error:
        raise DigestError(
            error.format_message(),
            where="your editor",
            remedy=f"Set EDITOR, or edit {path} yourself, then: digest edit --again",
        ) from error
