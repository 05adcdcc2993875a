"""Prints what `digest check` found."""

import os
import shutil
import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import Final

from digest.cli.annotations import command
from digest.cli.terminal import print_bold, print_json, print_line
from digest.config.environment import read_environment
from digest.rendering.preflight.finding import SEVERITIES, Finding, Severity
from digest.runs.check import Checked

#: A line that is longer is hard to read, however wide the window.
_WIDEST: Final = 100
_INDENT: Final = " " * 4
#: Severity → GitHub's word for it.
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def show_check(checked: Checked, *, as_json: bool) -> None:
    """Print all findings by severity, each with its remedy, and what they come to."""
    if as_json:
        print_json(
            {
                "name": checked.name,
                "what": checked.what,
                "subject": checked.subject,
                "html_bytes": checked.size_bytes,
                "findings": [finding.as_json() for finding in checked.findings],
            }
        )
        return
    print_line(f"{checked.name}, {checked.what}")
    if checked.subject is not None:
        print_line(f"subject    {checked.subject}")
    print_line(f"size       {checked.size_bytes:,} bytes")
    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    for severity in SEVERITIES:
        found = [finding for finding in checked.findings if finding.severity is severity]
        if not found:
            continue
        print_line()
        print_bold(_counted(severity, len(found)))
        for finding in found:
            for line in finding_lines(finding, width):
                print_line(line)
    print_line()
    print_line(summary(checked.findings))


def finding_lines(finding: Finding, width: int) -> list[str]:
    """Return the lines of one finding: rule and place, what is wrong, what to do."""
    where = f"{finding.where}, {finding.path}" if finding.path else finding.where
    if finding.path == finding.where:
        where = finding.path
    return [
        *_wrapped(f"{finding.rule}: {where}", width, "  "),
        *_wrapped(finding.what, width, _INDENT),
        *_wrapped(f"→ {finding.remedy}", width, _INDENT),
    ]


def summary(findings: tuple[Finding, ...]) -> str:
    """Return the last line: how many of each."""
    many = Counter(finding.severity for finding in findings)
    if not many:
        return "nothing wrong was found"
    said = ", ".join(_counted(each, many[each]) for each in SEVERITIES if many[each])
    return f"{said}. What each rule is about: docs/preflight.md"


def show_github(checked: Checked) -> None:
    """Print the findings as GitHub's workflow commands."""
    for line in annotations(checked, read_environment().github_workspace or "."):
        print_line(line)


def annotations(checked: Checked, top: str) -> Iterator[str]:
    """Yield a command for each finding: at its article, else at the issue file or the file.

    Args:
        checked: what was found.
        top: of the repository.
    """
    is_file = not checked.content
    for finding in checked.findings:
        has_article = finding.path and checked.content
        path = os.path.join(checked.content, finding.path) if has_article else checked.file
        # The line is one of the mail, and means nothing in an article.
        line = finding.line or 1 if is_file else 1
        place = {"file": os.path.relpath(path, top), "line": str(line), "title": finding.rule}
        said = f"{finding.where}: {finding.what}\n{finding.remedy}"
        yield command(_LEVELS[finding.severity], place, said)


def _counted(severity: Severity, many: int) -> str:
    return f"{many} {severity.value}{'' if many == 1 else 's'}"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
