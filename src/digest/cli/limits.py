"""`--limit-to category:X` and `language:X` → limits."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from digest.runs.limits import Limits


def limits_of(words: tuple[str, ...]) -> "Limits":
    """Return what the words of `--limit-to` say.

    Raises:
        UsageError: one is of another form, or says something twice.
    """
    from digest.runs.limits import Limits

    said: dict[str, str] = {}
    for word in words:
        kind, colon, value = word.partition(":")
        if kind not in ("category", "language") or not colon or not value.strip():
            msg = f"--limit-to {word}: write category:NAME or language:TAG"
            raise click.UsageError(msg)
        if kind in said:
            msg = f"--limit-to names a {kind} twice: {said[kind]} and {value}"
            raise click.UsageError(msg)
        said[kind] = value.strip()
    return Limits(**said)
