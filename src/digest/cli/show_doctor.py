"""Prints what `digest doctor` found."""

import shutil
import sys
import textwrap
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from digest.cli.terminal import print_json, print_line
from digest.runs.doctor.finding import CHECKS, GROUPS, Finding, Result

if TYPE_CHECKING:
    from digest.runs.doctor.diagnose import Diagnosis

_RESULTS: Final = max(len(result.value) for result in Result) + 2
#: A line that is longer is hard to read, however wide the window.
_WIDEST: Final = 100


class Watched:
    """Says on the terminal what is looked at, and wipes it in the end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._write("")

    def __call__(self, what: str) -> None:
        """Say that `what` is looked at."""
        self._write(f"looking at {GROUPS.get(what, what)} …")

    @staticmethod
    def _write(text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


def show_diagnosis(diagnosis: "Diagnosis", *, as_json: bool) -> None:
    """Print all findings, and what they come to."""
    if as_json:
        print_json([_entry(one) for one in diagnosis.findings])
        return
    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    group = ""
    for finding in diagnosis.findings:
        own, _, name = finding.check.partition(".")
        if own != group:
            print_line(f"{'' if not group else chr(10)}{GROUPS[own]}")
            group = own
        for line in finding_lines(finding, name, width):
            print_line(line)
    print_line()
    print_line(summary(diagnosis.findings))


def finding_lines(finding: Finding, name: str, width: int) -> list[str]:
    """Return the lines of one finding: what was found, then the remedy."""
    mark = f"  {finding.result.value:<{_RESULTS}}"
    found = f"{name}: {finding.found}"
    if finding.about:
        found = f"{name}, {finding.about}: {finding.found}"
    blank = " " * len(mark)
    lines = _wrapped(found, width, mark, blank)
    if finding.remedy:
        lines += _wrapped(finding.remedy, width, blank + "  ", blank + "  ")
    return lines


def summary(findings: tuple[Finding, ...]) -> str:
    """Return the last lines: how many of each, and what follows."""
    many = Counter(one.result for one in findings)
    named = (
        (Result.WRONG, "wrong"),
        (Result.WARNING, "warnings" if many[Result.WARNING] != 1 else "warning"),
        (Result.NOT_CHECKED, "not checked"),
        (Result.OK, "ok"),
    )
    counts = ", ".join(f"{many[result]} {name}" for result, name in named if many[result])
    if many[Result.WRONG]:
        return f"{counts}\nPut right what is wrong before you send."
    return counts


def _wrapped(text: str, width: int, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _entry(finding: Finding) -> dict[str, str]:
    return {
        "id": finding.check,
        "title": CHECKS[finding.check],
        "about": finding.about,
        "result": finding.result.value,
        "found": finding.found,
        "remedy": finding.remedy,
    }
