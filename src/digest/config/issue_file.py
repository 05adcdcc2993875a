# ruff: noqa: PTH118  pathlib costs 7 ms, and every issue asks for its file
"""What an editor decides for one issue: `issues/NEWSLETTER/SLOT.toml`. Reads the disk."""

import os
import re
from collections.abc import Mapping
from typing import Final

from digest.config.document import read_document, shown_path
from digest.config.table import NO_ENTRIES, Table
from digest.config.values import Line, Phrase, Prose, TemplateOrEmpty
from digest.errors import NotFoundError

_UNREADABLE: Final = (
    "Make this issue file a TOML file that you may read, or remove it: no file, no decisions."
)


class IssueFile(Table, kw_only=True):
    """An editor's words and decisions for one issue; without a file, none.

    Articles are named as in `matching.py`: by path, file name, identity or URL.
    """

    #: Template of the subject for this issue; empty: the newsletter's.
    subject: TemplateOrEmpty = ""
    #: Template of the preheader for this issue; empty: the newsletter's.
    preheader: TemplateOrEmpty = ""
    #: Words above the stories, in Markdown.
    intro: Prose = ""
    #: Articles that stand first, in this order.
    pin: tuple[Phrase, ...] = ()
    #: Articles that stay out.
    exclude: tuple[Phrase, ...] = ()
    #: Article → title of the section it stands in.
    move: Mapping[Phrase, Line] = NO_ENTRIES
    #: Article → plain text instead of its excerpt.
    blurb: Mapping[Phrase, Prose] = NO_ENTRIES
    #: The file, for messages; not a key of the file.
    path: str = ""


def issue_file_path(folder: str, newsletter: str, slot: str) -> str:
    """Return where the decisions for an issue stand.

    Args:
        folder: folder of config.toml.
        newsletter: name of the newsletter.
        slot: name of the slot: `2026-W34`, `2026-08`, `2026-08-17`, `2026-08-17T09:00`.

    Raises:
        NotFoundError: a name could lead out of the folder.
    """
    for what, name in (("newsletter", newsletter), ("slot", slot)):
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z:_-]{0,79}", name):
            wrong = f"{name!r} is not the name of a {what}"
            remedy = 'Name a newsletter of config.toml and a slot like "2026-W34".'
            raise NotFoundError(wrong, where="issues", remedy=remedy)
    return os.path.join(folder, "issues", newsletter, f"{slot}.toml")


def read_issue_file(path: str) -> IssueFile:
    """Return what stands in the file; a missing file decides nothing.

    Raises:
        ConfigError: the file is wrong; all mistakes at once.
    """
    try:
        return read_document(path, IssueFile, given={"path": shown_path(path)}, remedy=_UNREADABLE)
    except FileNotFoundError:
        return IssueFile(path=shown_path(path))
