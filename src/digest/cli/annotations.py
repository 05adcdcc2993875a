"""Bad files as annotations: GitHub shows each in the pull request, at its line.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (read in
November 2026). GitHub shows ten of a kind for each step; all of them stand in the step's log.
"""

import os
import re
from collections.abc import Iterator

from digest.cli.terminal import print_line
from digest.config.environment import read_environment
from digest.runs.listing import Listing


def show_annotations(listing: Listing, content: str) -> None:
    """Print the files that are wrong as GitHub's workflow commands.

    Args:
        listing: what the folder holds.
        content: the content folder; paths are told as seen from the top of the repository.
    """
    top = read_environment().github_workspace or "."
    for line in annotations(listing, os.path.relpath(content, top)):
        print_line(line)


def annotations(listing: Listing, folder: str) -> Iterator[str]:
    """Yield a command for each file: an error for one that is wrong, a warning for one not read.

    Args:
        listing: what the folder holds.
        folder: the content folder, as seen from the top of the repository.
    """
    for bad in listing.bad:
        found = re.match(r":(\d+)", bad.problem.where.removeprefix(bad.path))
        place = {"file": _below(folder, bad.path), "line": found[1] if found else "1"}
        yield command("error", place, f"{bad.problem.what}\n{bad.problem.remedy}")
    for path in listing.unsupported:
        yield command(
            "warning",
            {"file": _below(folder, path), "line": "1"},
            "this format is not read\nWrite articles in Markdown or HTML.",
        )


def _below(folder: str, path: str) -> str:
    return os.path.normpath(os.path.join(folder, path))


def command(name: str, properties: dict[str, str], message: str) -> str:
    """Return one workflow command.

    Args:
        name: `error`, `warning` or `notice`.
        properties: `file`, `line`, `title`.
        message: what is shown; its first line is seen before it is opened.
    """
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {said}::{_data(message)}"


def _data(text: str) -> str:
    # actions/toolkit, packages/core/src/command.ts, escapeData: nothing else is decoded.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    # The same file, escapeProperty.
    return _data(text).replace(":", "%3A").replace(",", "%2C")
