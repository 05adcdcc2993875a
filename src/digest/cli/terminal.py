"""What a terminal is given: text without control characters, colours where they are wanted."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from digest.config.environment import read_environment

#: Columns whose cells a terminal must not break.
_WHOLE: Final = frozenset({"date", "slot", "goes out", "content"})


def printable(text: str) -> str:
    """Return `text` without what a terminal would obey or could not show.

    Titles and paths come from files: an escape sequence in one must not recolour, retitle or
    rewrite the user's screen.
    """
    return "".join(
        character
        if character in "\n\t"
        or (character.isprintable() and not "\ud800" <= character <= "\udfff")
        else f"\\x{ord(character):02x}"
        for character in text
    )


def counted(number: int, what: str) -> str:
    """Return `1 bad file`, `2 bad files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shown_path(folder: str, name: str = "") -> str:
    """Return where something named `NEWSLETTER/SLOT` is, as seen from here where that is short."""
    path = os.path.join(folder, *filter(None, name.split("/")))
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def is_terminal() -> bool:
    """Return whether standard output is a terminal a person looks at."""
    return sys.stdout.isatty()


def print_line(text: str = "") -> None:
    """Print one line, or several, safely."""
    print(printable(text))


def print_bold(text: str) -> None:
    """Print one line, safely; on a terminal that may be coloured it stands out."""
    is_plain = not is_terminal() or read_environment().no_color
    print(printable(text) if is_plain else f"\x1b[1m{printable(text)}\x1b[0m")


def print_json(value: object) -> None:
    """Print `value` as JSON, in ASCII so that every terminal and pipe can carry it."""
    import json

    print(json.dumps(value, indent=1))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: drawn on a terminal, in plain columns elsewhere."""
    safe = [[printable(cell) for cell in row] for row in rows]
    if is_terminal():
        _draw(head, safe)
        return
    widths = [max(map(len, column)) for column in zip(head, *safe, strict=True)]
    for row in (head, *safe):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print_line("  ".join(cells).rstrip())


def _draw(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in head:
        table.add_column(title, overflow="fold", no_wrap=title in _WHOLE)
    for row in rows:
        table.add_row(*map(Text, row))
    Console(no_color=read_environment().no_color or None, highlight=False).print(table)
