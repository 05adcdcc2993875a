"""Looks at the head of every file and says which need to be read whole. Reads the disk.

Most of an archive is old. A file whose front matter closes within its first kilobyte and whose
every date-like string lies outside the days asked for is not opened again: that makes choosing a
week cost about two `stat` calls a file instead of twenty, and there is no index that could go
stale. Whatever cannot be judged from its head is read whole.

A child process begins with it while its parent imports what comes after reading; then both look
(`begin_scan`).
"""

import os
from collections.abc import Callable, Iterable
from itertools import chain
from stat import S_ISREG
from typing import Any

from digest.articles.child import Child, Tickets, may_fork
from digest.articles.head import HEAD_BYTES, Days, Span, day_if_far

#: Suffixes of files that may be articles (casefolded).
SUFFIXES = frozenset(
    (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".html", ".htm", ".rst", ".org", ".qmd")
)
#: Folders that never hold articles.
_SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__"))
#: Parts the files are shared out in: enough that nobody waits long for the other's last one.
_PARTS = 64
_READ_ONLY = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Scan:
    """What a look at the heads has shown. Paths are relative, `/` between the parts."""

    __slots__ = ("beside", "near", "outside", "strange", "unsupported")

    def __init__(self) -> None:
        #: To be read whole.
        self.near: list[str] = []
        #: The day in the head (`2025-07-21`) → files that lie outside the days asked for.
        self.outside: dict[str, list[str]] = {}
        #: Path and reason of what cannot be read at all.
        self.strange: list[tuple[str, str]] = []
        #: Text files in a format that is not read (`.adoc`, `.ipynb`, `.txt`, `.textile`).
        self.unsupported: list[str] = []
        #: By their names, files that may say something of articles (`beside.py`).
        self.beside: list[str] = []


def begin_scan(folder: str, days: Days | None) -> Callable[[], Scan]:
    """Start to look at the heads beside the caller; return what waits for the result.

    The caller imports the selection and templates meanwhile. When it asks for the result, it
    helps with what the child has not begun. Where there is no `fork`, or threads run, or the
    child dies, the whole look happens then.

    Args:
        folder: the content folder.
        days: the days asked for; None: all.
    """
    if not may_fork():
        return lambda: scan(folder, days)
    tickets = Tickets(_PARTS)
    child = Child(lambda: _sent(scan(folder, days, tickets)))

    def result() -> Scan:
        try:
            mine = _help(folder, days, tickets)
        finally:
            tickets.close()
            theirs = _received(child.answer())
        return _joined(theirs, mine) if theirs else scan(folder, days)

    return result


def scan(folder: str, days: Days | None, parts: Iterable[int] = range(_PARTS)) -> Scan:
    """Return which files of `folder` need to be read for `days`; None: all of them.

    Args:
        folder: the content folder.
        days: the days asked for.
        parts: which parts of the files are looked at; what is not shared out always is.

    Raises:
        OSError: `folder` itself cannot be listed.
    """
    walk = _walked(folder)
    return _look(walk.found, walk, days, parts)


def _help(folder: str, days: Days | None, tickets: Tickets) -> Scan | None:
    """Look at the parts of the files that nobody has taken; None: there are none."""
    for first in tickets:
        return _look(Scan(), _walked(folder), days, chain((first,), tickets))
    return None


def _look(found: Scan, walk: "_Walk", days: Days | None, parts: Iterable[int]) -> Scan:
    span = Span(days) if days else None
    for part in parts:
        for path in walk.files[part]:
            _look_at_file(found, span, path, f"{walk.root}/{path}")
    return found


def _sent(found: Scan) -> list[Any]:
    return [getattr(found, name) for name in Scan.__slots__]


def _received(answer: list[Any] | None) -> Scan | None:
    """Return what a child saw; None when it died."""
    if answer is None:
        return None
    found = Scan()
    for name, value in zip(Scan.__slots__, answer, strict=True):
        setattr(found, name, value)
    return found


def _joined(found: Scan, other: Scan | None) -> Scan:
    """Return one look out of two that have shared the files."""
    if other:
        found.near += other.near
        found.unsupported += other.unsupported
        found.beside += other.beside
        for day, paths in other.outside.items():
            found.outside.setdefault(day, []).extend(paths)
    return found


def _walked(folder: str) -> "_Walk":
    """Return what stands in `folder`; no file has been opened."""
    walk = _Walk(os.path.realpath(folder))
    while walk.waiting or _enter_next_link(walk.found, walk):
        if not walk.waiting:
            continue
        prefix, entries = walk.waiting.pop()
        with entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_file(follow_symlinks=False):
                    walk.files[hash(path) % _PARTS].append(path)
                else:
                    _look_at_other(walk.found, walk, path, entry)
    return walk


class _Walk:
    """Where the walk through the folder is."""

    __slots__ = ("files", "found", "links", "root", "seen", "waiting")

    def __init__(self, root: str) -> None:
        self.root = root
        #: Regular files by part. Which part a file is in is told from its path, not from the
        #: order of the listing, which may change between two processes.
        self.files: list[list[str]] = [[] for _ in range(_PARTS)]
        #: What is seen without opening a file: strange things and links.
        self.found = Scan()
        #: Real path of every folder that was entered: each is read once, whatever links to it.
        self.seen = {root}
        #: Folders to be listed: what stands before their names, and their entries.
        self.waiting = [("", os.scandir(root))]
        #: Links to folders inside, path and real path; followed when all else is done, because
        #: a folder's own name is a better one than a link's.
        self.links: list[tuple[str, str]] = []


def _suffix(name: str) -> str:
    return name[dot:].lower() if (dot := name.rfind(".")) >= 0 else ""


_UNSUPPORTED = frozenset((".adoc", ".asciidoc", ".ipynb", ".textile", ".txt"))
#: Ends of names of files beside articles.
_BESIDE = (".meta", ".json", "_metadata.yml", "_metadata.yaml", "authors.yml", "authors.yaml")


def _look_at_file(found: Scan, span: Span | None, path: str, full: str) -> None:
    suffix = _suffix(path)
    if suffix not in SUFFIXES:
        if suffix in _UNSUPPORTED:
            found.unsupported.append(path)
        elif path.endswith(_BESIDE):
            found.beside.append(path)
        return
    if span is not None and (day := _day_if_far(full, path, span)):
        found.outside.setdefault(day, []).append(path)
    else:
        found.near.append(path)


def _look_at_other(found: Scan, walk: _Walk, path: str, entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        if entry.name[0] != "." and entry.name not in _SKIPPED_FOLDERS:
            _enter(found, walk, path, entry.path)
    elif entry.is_symlink():
        _follow(found, walk, path, entry.path)
    elif _suffix(path) in SUFFIXES:
        found.strange.append((path, "is not a regular file"))


def _enter(found: Scan, walk: _Walk, path: str, real: str) -> None:
    if real in walk.seen:
        return
    walk.seen.add(real)
    if path.endswith("preview") and _is_ours(real):
        return
    if _suffix(path) in SUFFIXES:
        found.strange.append((path, "is a folder, not a file"))
    try:
        walk.waiting.append((path + "/", os.scandir(real)))
    except OSError as error:
        found.strange.append((path, f"cannot be listed ({error.strerror})"))


def _is_ours(real: str) -> bool:
    """Return whether a folder is where `digest preview` writes: its pages are no articles."""
    folder, name = os.path.split(real)
    return name == "preview" and os.path.lexists(folder + "/config.toml")


def _enter_next_link(found: Scan, walk: _Walk) -> bool:
    """Enter the folder behind a link; return False when there is none left."""
    if not walk.links:
        return False
    walk.links.sort(reverse=True)  # the same names each time, whatever order the disk has
    _enter(found, walk, *walk.links.pop())
    return True


def _follow(found: Scan, walk: _Walk, path: str, full: str) -> None:
    real = os.path.realpath(full)
    article = _suffix(path) in SUFFIXES
    if not is_inside(real, walk.root):
        if path.endswith(_BESIDE):
            found.beside.append(path)  # whoever asks for it hears why it cannot be read
        elif article or os.path.isdir(real):  # noqa: PTH112  strings are what the walk has
            found.strange.append((path, LEADS_OUT))
    elif os.path.isdir(real):  # noqa: PTH112  as above
        walk.links.append((path, real))
    elif path.endswith(_BESIDE):
        found.beside.append(path)
    elif article:
        try:
            regular = S_ISREG(os.stat(real).st_mode)  # noqa: PTH116  as above
        except OSError as error:
            found.strange.append((path, f"is a link that leads nowhere ({error.strerror})"))
        else:
            if regular:
                found.near.append(path)
            else:
                found.strange.append((path, "is a link to something that is not a regular file"))


#: What is wrong with a link to a place that the publisher did not name.
LEADS_OUT = "is a link that leads out of the content folder"


def is_inside(real: str, root: str) -> bool:
    """Return whether a real path lies in the folder `root`, itself a real path."""
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _day_if_far(full: str, path: str, span: Span) -> str:
    """Return the day of a file that lies outside the span; "" when it must be read whole."""
    try:
        file = os.open(full, _READ_ONLY)
        try:
            head = os.read(file, HEAD_BYTES)
        finally:
            os.close(file)
    except OSError:
        return ""  # the full read says why
    return day_if_far(head, path, span)
