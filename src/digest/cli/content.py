"""Commands that look at articles and issues and send nothing: preview, why, articles."""

from typing import TYPE_CHECKING

import click

from digest.cli.options import ask_of, config_option, issue_options

if TYPE_CHECKING:
    from digest.config.settings import Config


@click.command()
@click.argument("words", nargs=-1, metavar="[NEWSLETTER]")
@issue_options
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@click.option(
    "--breaking", multiple=True, metavar="ARTICLE", help="One story, now. More may follow."
)
@click.option("--out", default="", metavar="DIR", help="Where the files go.")
@click.option("--open", "show", is_flag=True, help="Open the mail in your browser.")
@click.option("--serve", is_flag=True, help="Show it on a page that follows every change.")
@click.option("--port", type=click.IntRange(0, 65535), help="For --serve.  [default: a free one]")
@click.option("--explain", is_flag=True, help="Say for every article why, or why not.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest, nothing else.")
@click.option("--strict", is_flag=True, help="Read every file; fail when one is wrong.")
@config_option
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
    serve: bool,
    port: int | None,
    explain: bool,
    as_json: bool,
    strict: bool,
) -> None:
    """Show the issue that would go out.

    Without options: the next one of the first newsletter, as far as it is known by now. Writes
    issue.html, issue.txt, issue.eml and issue.json to preview/NEWSLETTER/SLOT.
    """
    from digest.cli.show_preview import show_nothing, show_preview
    from digest.runs.clock import read_now

    if breaking:
        if slot or week or as_of or categories or explain or strict or serve:
            msg = "--breaking stands alone: the stories are named, nothing is chosen"
            raise click.UsageError(msg)
        _preview_breaking(config, (*breaking, *words), out, as_json=as_json, show=show)
        return

    from digest.cli.progress import Progress
    from digest.runs.preview import preview as build

    if len(words) > 1:
        msg = f"name one newsletter, not {len(words)}: {' '.join(words)}"
        raise click.UsageError(msg)
    ask = ask_of("".join(words), slot, week, as_of, categories)
    if serve:
        from digest.cli.workbench import serve_preview

        others = bool(out or explain or as_json or strict)
        serve_preview(config, ask, port or 0, show=show, others=others)
        return
    if (slot or week) and not (as_of or categories or strict):
        from digest.cli.show_preview import show_frozen
        from digest.runs.frozen import frozen_preview

        frozen = frozen_preview(config, ask, read_now(), out)
        if frozen is not None:
            show_frozen(frozen, as_json=as_json, explain=explain)
            _open(frozen.files["issue.html"], wanted=show)
            return
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


@click.command()
@click.argument("article")
@click.option("--newsletter", "-n", default="", help="Which one.  [default: the first]")
@issue_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
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

    answer = ask_why(config, article, ask_of(newsletter, slot, week, as_of), read_now())
    show_why(answer, as_json=as_json)


@click.command()
@click.option("--since", default="", metavar="DATE", help="Dated on this day or later.")
@click.option("--until", default="", metavar="DATE", help="Dated on this day or before.")
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@click.option("--bad", is_flag=True, help="Only files that are wrong, with the remedy.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    help="github: what is --bad as annotations of a pull request.  [default: text]",
)
@config_option
def articles(
    config: "Config",
    since: str,
    until: str,
    categories: tuple[str, ...],
    bad: bool,
    as_json: bool,
    form: str | None,
) -> None:
    """List the articles of the folder, newest first, and what is wrong with any."""
    from digest.cli.progress import Progress
    from digest.cli.show_articles import show_bad, show_listing
    from digest.runs.clock import read_now
    from digest.runs.listing import list_articles

    if form == "github" and not bad:
        msg = "--format github is for files that are wrong: add --bad"
        raise click.UsageError(msg)
    if as_json and form not in {None, "json"}:
        msg = f"--json and --format {form} contradict each other; give one of them"
        raise click.UsageError(msg)
    as_json = as_json or form == "json"
    with Progress("reading articles") as tick:
        listing = list_articles(config, since=since, until=until, categories=categories, tick=tick)
    if form == "github":
        from digest.cli.annotations import show_annotations

        show_annotations(listing, config.content.path)
    elif bad:
        show_bad(listing, as_json=as_json)
    else:
        show_listing(listing, read_now(), as_json=as_json)


def _preview_breaking(
    config: "Config", names: tuple[str, ...], out: str, *, as_json: bool, show: bool
) -> None:
    from digest.cli.show_preview import show_breaking
    from digest.runs.breaking import preview_breaking
    from digest.runs.clock import read_now

    made = preview_breaking(config, names, read_now(), out)
    show_breaking(made, as_json=as_json)
    _open(made.files["issue.html"], wanted=show)


def _open(path: str, *, wanted: bool) -> None:
    if wanted:
        click.launch(path)
