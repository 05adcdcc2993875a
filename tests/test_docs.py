"""README.md says what the command line can do, and nothing that it cannot."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from command import ROOT
from digest.cli.main import digest

README = (ROOT / "README.md").read_text()
#: The same at every command, and said once in a sentence.
EVERYWHERE = {"--help", "-h"}


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(digest, info_name="digest")
    for name in sorted(digest.list_commands(context)):
        command = digest.get_command(context, name)
        assert command is not None
        yield from _with_parts(name, command)


def _with_parts(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for part, inner in sorted(command.commands.items()):
        yield f"{name} {part}", inner


def options() -> Iterator[tuple[str, str]]:
    for name, command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield name, max(parameter.opts, key=len)
                yield from ((name, other) for other in parameter.secondary_opts)


def lines() -> list[str]:
    """Return every line of README.md's code blocks that calls `digest`."""
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```", README)
    blocks += re.findall(r"(?m)^ {4}(.*)$", README)
    found = [line.strip().removeprefix("$ ") for block in blocks for line in block.split("\n")]
    return [line for line in found if line.startswith("digest ")]


def words_of(line: str) -> list[str]:
    """Return what is typed: without the remark behind two spaces, and the optional brackets."""
    typed = re.split(r"\s{2,}|\s[>|#]\s", line)[0]
    return shlex.split(typed.replace("[", "").replace("]", "").replace("…", ""))[1:]


@pytest.mark.parametrize(("name", "option"), list(options()))
def test_every_option_is_in_the_readme(name: str, option: str) -> None:
    assert re.search(rf"{option}(?![\w-])", README) or option == "--newsletter", name


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"digest {name}" in README


def test_options_of_the_readme_exist() -> None:
    known = {option for _, option in options()} | EVERYWHERE | {"--version"}
    said = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", "\n".join(lines())))

    assert said <= known


@pytest.mark.parametrize("line", lines())
def test_every_line_of_the_readme_parses(line: str) -> None:
    words = words_of(line)
    context = click.Context(digest, info_name="digest")
    if words == ["--version"]:
        return

    _, command, rest = digest.resolve_command(context, words)

    assert command is not None
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=words[0], parent=context)
        _, command, rest = command.resolve_command(context, rest)
        assert command is not None
    command.make_context(words[0], rest, parent=context)


def test_there_are_lines_to_check() -> None:
    assert len(lines()) > 10
