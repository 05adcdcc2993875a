"""Commands for the first day: init, completion."""

import click


@click.command()
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


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete `digest` commands.

    For bash: digest completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    from digest.cli.main import digest

    kind = get_completion_class(shell)
    if kind is not None:
        print(kind(digest, {}, "digest", "_DIGEST_COMPLETE").source())
