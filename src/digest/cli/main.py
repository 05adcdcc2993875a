"""The `digest` command: parses words and prints; what happens stands in `runs`.

Everything heavy is imported inside the commands, so that `digest --help` costs little more than
an interpreter.
"""

import gc
import io
import sys
from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn

import click

from digest import __version__
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.config.settings import Config
    from digest.runs.choose import Ask

_EXIT_CODES = """\b
Exit codes:
  0  done
  1  something else that you can put right; the message says how
  2  the command was called in a wrong way
  3  config.toml or an issue file is wrong
  4  some articles are wrong, and --strict was given
  5  no such newsletter, slot, article or folder, or nothing to make an issue of
  6  a template is wrong, or the mail does not fit
"""


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="digest")
def digest() -> None:
    """Make this week's e-mail digest out of a folder of articles."""


def _config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config`, and the checked settings as its first argument."""

    def load(config_file: str | None, **options: Any) -> Any:  # noqa: ANN401  click's options
        from digest.config.environment import read_environment
        from digest.config.load import find_config, load_config

        named = config_file or read_environment().config or None
        return command(load_config(find_config(".", named)), **options)

    return click.option(
        "--config",
        "config_file",
        metavar="FILE",
        help="Settings to use.  [default: config.toml here, or DIGEST_CONFIG]",
    )(update_wrapper(load, command))


def _issue_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name an issue."""
    for option in (
        click.option(
            "--as-of", default="", metavar="DATE", help="Look from this day or moment, not now."
        ),
        click.option("--week", default="", help="The issue with the content of 2026-W33."),
        click.option("--slot", default="", help="The issue of the slot 2026-W34."),
    ):
        command = option(command)
    return command


def _ask(newsletter: str, slot: str, week: str, as_of: str, categories: Any = ()) -> "Ask":  # noqa: ANN401  click gives a tuple
    from digest.runs.choose import Ask

    if slot and week:
        msg = "--slot names the moment an issue goes out, --week the content; give one of them"
        raise click.UsageError(msg)
    return Ask(newsletter=newsletter, slot=slot, week=week, as_of=as_of, categories=categories)


@digest.command()
@click.argument("words", nargs=-1, metavar="[NEWSLETTER]")
@_issue_options
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@click.option(
    "--breaking", multiple=True, metavar="ARTICLE", help="One story, now. More may follow."
)
@click.option("--out", default="", metavar="DIR", help="Where the files go.")
@click.option("--open", "show", is_flag=True, help="Open the mail in your browser.")
@click.option("--explain", is_flag=True, help="Say for every article why, or why not.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest, nothing else.")
@click.option("--strict", is_flag=True, help="Read every file; fail when one is wrong.")
@_config_option
def preview(
    config: "Config",
    words: tuple[str, ...],
    slot: str,
    week: str,
    as_of: str,
    categories: tuple[str, ...],
    breaking: tuple[str, ...],
    out: str,
    show: bool,
    explain: bool,
    as_json: bool,
    strict: bool,
) -> None:
    """Show the issue that would go out.

    Without options: the next one of the first newsletter, as far as it is known by now. Writes
    issue.html, issue.txt, issue.eml and issue.json to preview/NEWSLETTER/SLOT.
    """
    from digest.cli.show_preview import show_breaking, show_nothing, show_preview
    from digest.runs.clock import read_now

    if breaking:
        from digest.runs.breaking import preview_breaking

        if slot or week or as_of or categories or explain or strict:
            msg = "--breaking stands alone: the stories are named, nothing is chosen"
            raise click.UsageError(msg)
        made = preview_breaking(config, (*breaking, *words), read_now(), out)
        show_breaking(made, as_json=as_json)
        _open(made.files["issue.html"], wanted=show)
        return

    from digest.cli.progress import Progress
    from digest.runs.preview import preview as build

    if len(words) > 1:
        msg = f"name one newsletter, not {len(words)}: {' '.join(words)}"
        raise click.UsageError(msg)
    ask = _ask("".join(words), slot, week, as_of, categories)
    with Progress("reading articles") as tick:
        choice, built = build(config, ask, read_now(), out=out, whole=strict, tick=tick)
    if built is None:
        show_nothing(choice, as_json=as_json, explain=explain)
    else:
        show_preview(choice, built, as_json=as_json, explain=explain)
        _open(built.files["issue.html"], wanted=show)
    if strict and choice.contents.bad:
        from digest.errors import ContentError

        raise ContentError.of(file.problem for file in choice.contents.bad)
    if built is None:
        from digest.cli.show_preview import no_article

        raise no_article(choice, choice.occasion.as_of if as_of else read_now(), categories)


@digest.command()
@click.argument("article")
@click.option("--newsletter", "-n", default="", help="Which one.  [default: the first]")
@_issue_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_config_option
def why(
    config: "Config",
    article: str,
    newsletter: str,
    slot: str,
    week: str,
    as_of: str,
    as_json: bool,
) -> None:
    """Say why ARTICLE is in the issue, or why not.

    ARTICLE is its path below the content folder, its file name, its identity or its address.
    """
    from digest.cli.show_articles import show_why
    from digest.runs.clock import read_now
    from digest.runs.why import why as ask_why

    answer = ask_why(config, article, _ask(newsletter, slot, week, as_of), read_now())
    show_why(answer, as_json=as_json)


@digest.command()
@click.option("--since", default="", metavar="DATE", help="Dated on this day or later.")
@click.option("--until", default="", metavar="DATE", help="Dated on this day or before.")
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@click.option("--bad", is_flag=True, help="Only files that are wrong, with the remedy.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_config_option
def articles(
    config: "Config",
    since: str,
    until: str,
    categories: tuple[str, ...],
    bad: bool,
    as_json: bool,
) -> None:
    """List the articles of the folder, newest first, and what is wrong with any."""
    from digest.cli.progress import Progress
    from digest.cli.show_articles import show_bad, show_listing
    from digest.runs.clock import read_now
    from digest.runs.listing import list_articles

    with Progress("reading articles") as tick:
        listing = list_articles(config, since=since, until=until, categories=categories, tick=tick)
    if bad:
        show_bad(listing, as_json=as_json)
    else:
        show_listing(listing, read_now(), as_json=as_json)


@digest.command()
@click.argument("folder", default=".")
@click.option("--content", default="", metavar="DIR", help="Folder of the articles.")
def init(folder: str, content: str) -> None:
    """Write a config.toml that fits what FOLDER looks like.

    Recognises Hugo, Jekyll, Hexo, Astro, Next, Eleventy, Gatsby, Pelican, Nikola, MkDocs, Zola,
    Docusaurus and Quarto; anything else is a folder of files.
    """
    from digest.cli.terminal import print_line
    from digest.runs.init import init as write

    started = write(folder, content)
    recognition = started.recognition
    print_line(f"wrote     {started.path}")
    print_line(f"articles  {started.content}")
    print_line(f"made by   {recognition.generator.value}: {recognition.evidence}")
    print_line(
        f"next      set {', '.join(started.to_set)} in {started.path}, then: digest preview"
    )


@digest.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete `digest` commands.

    For bash: digest completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:
        print(kind(digest, {}, "digest", "_DIGEST_COMPLETE").source())


def _open(path: str, *, wanted: bool) -> None:
    if wanted:
        click.launch(path)


def main() -> NoReturn:
    """Run the command; a user's mistake ends with its message and exit code."""
    # A command lives for a second and leaves few cycles; looking for them costs a tenth of it.
    # One that stays must switch it on again.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no letter for something shows "?": titles are in every language.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        digest.main(prog_name="digest", standalone_mode=False)
    except DigestError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted; nothing is half-written")
        sys.exit(130)
    except BrokenPipeError:  # `digest articles | head`
        sys.stderr.close()
        sys.exit(141)
    sys.exit(0)


def _say(message: str) -> None:
    from digest.cli.terminal import printable

    print(printable(message), file=sys.stderr)
