"""Asks a person before something happens that cannot be undone."""

import sys

from digest.errors import DigestError


def confirm(question: str, *, yes: bool) -> bool:
    """Return whether a person agrees; `yes` is the agreement given with `--yes`.

    Only the whole word counts: a slip of a finger must not send mail to everybody.

    Raises:
        DigestError: nobody can be asked.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise DigestError(
            "nobody can be asked here",
            where="standard input is not a terminal",
            remedy="Say so beforehand: --yes. To see what would happen: --dry-run",
        )
    sys.stderr.write(f"{question} Type yes: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() == "yes"
