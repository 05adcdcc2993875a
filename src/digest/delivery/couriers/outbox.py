"""Mails as files to look at: the rehearsal, and what works without any account. Touches the disk.

    FOLDER/NEWSLETTER/SLOT/17.eml        one a reader, named by the reader's number
                           sample.eml    one of those beyond the limit
                           manifest.json how many, which batches and attempts, hashes

A hand-over that is done twice, after a crash, writes the same names again. Each file is written
beside its name and then takes it, so none is ever seen half.
"""

import errno
import hashlib
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from digest.delivery.courier import Carry
from digest.delivery.filling import Sign, unfit_readers
from digest.delivery.letter import Handover, Letter, Reader
from digest.delivery.mail import Mails
from digest.delivery.outcome import Accepted, Outcome, SetAside, Stop, TryLater

MANIFEST: Final = "manifest.json"
SAMPLE: Final = "sample.eml"

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
#: Trying again does not help: somebody must make room or give leave.
_LASTING = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}
    | {errno.ENAMETOOLONG, errno.ELOOP, errno.EISDIR}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where mails are put, and how many."""

    folder: Path
    #: So many readers of an issue get a file of their own.
    messages: int = 20
    #: Readers in one batch.
    most_readers: int = 1000


class OutboxCourier:
    """Writes a letter's mails into a folder.

    Args:
        letter: what everybody gets.
        shelf: where, and how many.
        sign: makes the tokens of the unsubscribe links.
        now: aware; for the header Date.
    """

    def __init__(
        self, letter: Letter, shelf: Shelf, *, sign: Sign, now: Callable[[], datetime]
    ) -> None:
        self._letter = letter
        self._shelf = shelf
        self._mails = Mails(letter, sign)
        self._now = now
        self._lock = threading.Lock()
        #: Where this letter's mails are.
        self.folder = shelf.folder.joinpath(*map(_safe, letter.issue.split("/")))

    @property
    def most_readers(self) -> int:
        """Readers in one batch, at most."""
        return self._shelf.most_readers

    def prepare(self, handover: Handover) -> Carry:
        """Return what writes the mails of a batch.

        Raises:
            ValueError: There are too many readers, or none.
        """
        if not 1 <= len(handover.readers) <= self._shelf.most_readers:
            msg = f"a batch of {len(handover.readers)} readers"
            raise ValueError(msg)
        if unfit := unfit_readers(handover.readers):
            return lambda: SetAside(unfit)
        date = self._now()
        return lambda: self._carry(handover, date)

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _carry(self, handover: Handover, date: datetime) -> Outcome:
        try:
            with self._lock:
                self._write(handover, date)
        except OSError as error:
            return _refusal(error, self._shelf.folder)
        return Accepted()

    def _write(self, handover: Handover, date: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        written = {
            path.name for path in self.folder.iterdir() if path.suffix == ".eml"
        }  # hidden ones end in .new
        room = self._shelf.messages - len(written - {SAMPLE})
        for reader in handover.readers:
            name = f"{reader.id}.eml"
            if name not in written:
                if room > 0:
                    room -= 1
                elif SAMPLE not in written:
                    name = SAMPLE
                else:
                    continue
            written.add(name)
            self._put(name, self._mails.build(reader, handover.token, date))
        self._put(MANIFEST, self._manifest(handover, len(written)))

    def _manifest(self, handover: Handover, files: int) -> bytes:
        """Return the manifest with this hand-over in it; the same one twice counts once."""
        before = _read_manifest(self.folder / MANIFEST)
        batches: dict[str, Any] = before.get("batches", {})
        entry = batches.setdefault(str(handover.batch), {"attempts": []})
        if handover.token not in entry["attempts"]:
            entry["attempts"].append(handover.token)
        entry["readers"] = len(handover.readers)
        entry["readers_sha256"] = _hash_of(handover.readers)
        letter = self._letter
        manifest = {
            "issue": letter.issue,
            "newsletter": letter.newsletter,
            "subject": letter.subject,
            "readers": sum(batch["readers"] for batch in batches.values()),
            "files": files,
            "html_sha256": hashlib.sha256(letter.html.encode()).hexdigest(),
            "text_sha256": hashlib.sha256(letter.text.encode()).hexdigest(),
            "batches": batches,
        }
        return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def _put(self, name: str, data: bytes) -> None:
        new = self.folder / f".{name}.new"
        new.unlink(missing_ok=True)
        # Readers' addresses are nobody else's business; and no link is followed.
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        new.replace(self.folder / name)


def _safe(part: str) -> str:
    """Return one name of a folder: never a way out of it, on any system."""
    return _UNSAFE.sub("-", part).strip(".-") or "_"


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _hash_of(readers: tuple[Reader, ...]) -> str:
    lines = "".join(f"{reader.id} {reader.address}\n" for reader in readers)
    return hashlib.sha256(lines.encode()).hexdigest()


def _refusal(error: OSError, folder: Path) -> Outcome:
    """Return what a failure of the disk means: writing again does no harm, so never unknown."""
    reason = f"the outbox cannot be written: {error.strerror or error}"
    if error.errno in _LASTING:
        return Stop(reason, f"Make room in {folder}, or give the right to write there.")
    return TryLater(reason)
