"""Prepares the pictures of one issue. Reads content, writes the folder of pictures."""

import os
from dataclasses import dataclass
from datetime import datetime

from digest.config.settings import Config
from digest.errors import DigestError
from digest.issue.issue import Issue
from digest.runs.choose import Ask, Tick, choose
from digest.runs.gallery import Deed, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The pictures of an issue."""

    issue: Issue
    #: In the order they were asked for; one story may have several.
    findings: tuple[Finding, ...]

    @property
    def made(self) -> tuple[Finding, ...]:
        """Those that have a file in the folder."""
        return tuple(found for found in self.findings if found.asset)

    @property
    def bad(self) -> tuple[Finding, ...]:
        """Those that cannot be shown."""
        return tuple(found for found in self.findings if found.deed is Deed.BAD)


def prepare_images(
    config: Config, ask: Ask, now: datetime, tick: Tick | None = None
) -> Prepared | None:
    """Make the pictures of the issue asked for; None: no article to make one of.

    Raises:
        DigestError: see `choose` and `compose_with`; or the folder cannot be written.
    """
    from digest.runs.preview import compose_with, gallery_of, import_rendering

    _check_folder(config)
    choice = choose(config, ask, now, meanwhile=import_rendering, tick=tick)
    if choice.selection.lead is None:
        return None
    gallery = gallery_of(config, choice, make=True)
    return Prepared(issue=compose_with(config, choice, gallery), findings=gallery.findings)


def prepare_breaking_images(config: Config, names: tuple[str, ...], now: datetime) -> Prepared:
    """Make the pictures of the breaking issue of the named articles.

    Raises:
        DigestError: see `compose_named`; or the folder cannot be written.
    """
    from digest.runs.breaking import compose_named

    _check_folder(config)
    findings: list[Finding] = []
    issue = compose_named(config, names, now, where="--breaking", findings=findings)
    return Prepared(issue=issue, findings=tuple(findings))


def _check_folder(config: Config) -> None:
    folder = config.images.folder
    if not folder:
        return
    try:
        os.makedirs(folder, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise DigestError(
            "cannot be written",
            where=folder,
            remedy="Name a folder you may write to: config.toml, [images] folder.",
        )
