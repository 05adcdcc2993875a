"""Saves an edit: reads the issue file, changes it in place, writes it in one step.

Runs in the worker. A file that is not as the page saw it stays as it is: the answer is a
conflict, and the page shows what somebody else wrote beside what was typed.
"""

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from digest.config.check import check_document
from digest.config.document import shown_path
from digest.config.issue_file import IssueFile, issue_file_path, read_issue_file
from digest.config.load import load_config
from digest.config.mistake import Mistake, place_name
from digest.errors import ConfigError, DigestError, HeldError, Problem
from digest.runs.choose import Ask, find_occasion
from digest.runs.frozen import frozen_built
from digest.workbench.edits import Edit, edited
from digest.workbench.issue import file_state

_BOM = "\ufeff"


def save_edit(config_path: str, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what became of an edit, as JSON values.

    Args:
        config_path: config.toml.
        values: `newsletter`, `slot`, `base` (hash of the file as the page saw it), `kind`,
            `path`, `value`, and `names` (as the file names articles → their paths).
        now: the present moment, aware.

    Returns:
        `saved`: hash of the file as it is now, and `file`, where it stands; or `conflict`: what
        stands in it instead.

    Raises:
        DigestError: the edit is none, the file is wrong, or it cannot be written.
        HeldError: the issue is frozen.
    """
    config = load_config(config_path)
    ask = Ask(newsletter=values["newsletter"], slot=values["slot"])
    occasion = find_occasion(config, ask, now)
    name = f"{occasion.name}/{occasion.slot.name}"
    if frozen_built(config, Ask(newsletter=occasion.name, slot=occasion.slot.name), now):
        raise HeldError(
            "is frozen: what it says is decided",
            where=name,
            remedy=f"If it may still be changed: digest edit {name}",
        )
    # Where the name is a link, the file it leads to is written.
    path = Path(issue_file_path(config.folder, occasion.name, occasion.slot.name)).resolve()
    content, digest = file_state(str(path))
    if digest != values["base"]:
        return {"conflict": "" if content is None else content.decode(errors="replace")}
    read_issue_file(str(path))  # a file that is wrong is put right by hand first
    edit = Edit(kind=values["kind"], path=values["path"], value=values["value"])
    after = _edited(content or b"", edit, values["names"], shown_path(str(path)))
    if after == (content or b""):
        return {"saved": digest, "file": str(path)}
    if not _replace(path, content, after):
        now_there, _ = file_state(str(path))
        return {"conflict": (now_there or b"").decode(errors="replace")}
    return {"saved": hashlib.sha256(after).hexdigest(), "file": str(path)}


def _edited(content: bytes, edit: Edit, names: Mapping[str, str], where: str) -> bytes:
    text = content.decode("utf-8-sig")
    has_bom = content.decode().startswith(_BOM)
    has_crlf = "\r\n" in text
    text = edited(text.replace("\r\n", "\n"), edit, names, where)
    mistakes = check_document(tomllib.loads(text), IssueFile, given={"path": where})
    if isinstance(mistakes, list):
        raise ConfigError.of(_problem(each, where) for each in mistakes)
    if has_crlf:
        text = text.replace("\n", "\r\n")
    return ((_BOM if has_bom else "") + text).encode()


def _problem(mistake: Mistake, where: str) -> Problem:
    place = place_name(mistake.place, is_table=mistake.is_table)
    return Problem(f"{where}, {place}", mistake.what, mistake.remedy)


def _replace(path: Path, before: bytes | None, after: bytes) -> bool:
    """Write a file in one step unless it is no longer as it was; say whether it was written.

    Raises:
        DigestError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".new", ".", path.parent)
        new = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            return _put(path, new, before)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise DigestError(
            f"cannot be written ({error.strerror})",
            where=shown_path(str(path)),
            remedy="Give yourself the right to write this folder.",
        ) from error


def _put(path: Path, new: Path, before: bytes | None) -> bool:
    if before is None:
        new.chmod(0o666 & ~_umask())
        try:
            path.hardlink_to(new)  # fails where a file has come into being
        except FileExistsError:
            return False
        return True
    try:
        new.chmod(path.stat().st_mode & 0o7777)
        if path.read_bytes() != before:
            return False
    except FileNotFoundError:  # somebody has just removed it
        return False
    new.replace(path)
    return True


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
