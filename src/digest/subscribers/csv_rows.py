"""Rows of a CSV file whose dialect nobody has said. Pure.

A quote that is never closed would make the `csv` module swallow the rest of the file as one
field. Here a row has a few lines at most: what does not end by then is one bad row, and reading
goes on with its second line.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from digest.subscribers.lines import LONGEST_LINE
from digest.subscribers.record import BadRow

_DELIMITERS: Final = (",", ";", "\t")
#: Lines a quoted field may go over.
_MOST_LINES: Final = 20
#: What a spreadsheet would take for a formula, also behind blanks. Its wide forms count too.
_FORMULA: Final = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Return what `guard` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def find_delimiter(lines: Sequence[str]) -> str:
    """Return what stands between the cells: the mark that as many lines as possible have equally.

    Args:
        lines: the first ones of the file.
    """
    if lines and (said := re.fullmatch(r'"?sep=(.)"?', lines[0].strip(), re.IGNORECASE)):
        return said[1]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]

    def fit(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in bare]
        first = counts[0] if counts else 0
        return (counts.count(first) if first else 0, first)

    return max(_DELIMITERS, key=fit)


class _Lines:
    """Numbered lines, some of which may be put back."""

    def __init__(self, source: Iterable[tuple[int, str]]) -> None:
        self._source = iter(source)
        self._waiting: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            # Nothing waits most of the time, and asking for each line would cost a tenth.
            for numbered in self._source:
                yield numbered
                if self._waiting:
                    break
            else:
                return

    def take(self) -> tuple[int, str] | None:
        """Return the next line; None at the end."""
        return self._waiting.popleft() if self._waiting else next(self._source, None)

    def put_back(self, lines: Sequence[tuple[int, str]]) -> None:
        """Make `lines` the next ones again."""
        self._waiting.extendleft(reversed(lines))


def iterate_rows(
    lines: Iterable[tuple[int, str]], delimiter: str
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Yield every row with the number of its first line; empty lines are none.

    Args:
        lines: numbered, without their ends.
        delimiter: one character.
    """
    source = _Lines(lines)
    opens_quote = re.compile(rf'(?:^|{re.escape(delimiter)})\s*"').search
    for number, line in source:
        if '"' not in line:
            if len(line) >= LONGEST_LINE:
                yield BadRow(number, "the line is too long", "Write one reader a line.", line[:80])
            elif line and not line.isspace():
                cells = line.split(delimiter)
                yield number, list(map(unguard, cells)) if "'" in line else cells
        elif line.count('"') % 2 and opens_quote(line):
            yield _over_lines(number, line, source, delimiter)
        else:
            yield _split(number, line, delimiter)


def _over_lines(
    number: int, line: str, source: _Lines, delimiter: str
) -> tuple[int, list[str]] | BadRow:
    """Return the row that begins in `line` and ends where its quote is closed."""
    text = line
    taken: list[tuple[int, str]] = []
    while text.count('"') % 2 and len(taken) < _MOST_LINES and (following := source.take()):
        taken.append(following)
        text = f"{text}\n{following[1]}"
    if text.count('"') % 2 == 0:
        return _split(number, text, delimiter)
    source.put_back(taken)
    return BadRow(number, "a quote is opened and never closed", 'Remove it, or write "".', line)


def _split(number: int, text: str, delimiter: str) -> tuple[int, list[str]] | BadRow:
    try:
        cells = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True))
    except csv.Error as error:
        return BadRow(number, f"the row cannot be read: {error}", "Write it anew.", text[:200])
    return number, list(map(unguard, cells))
