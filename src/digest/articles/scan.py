"""Looks at the head of every file and says which need to be read whole. Reads the disk.

Most of an archive is old. A file whose front matter closes within its first kilobyte and whose
every date-like string lies outside the days asked for is not opened again: that makes choosing a
week cost about two `stat` calls a file instead of twenty, and there is no index that could go
stale. Whatever cannot be judged from its head is read whole.

This runs in a child process while its parent imports what comes after reading (`begin_scan`).
"""

import marshal
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from stat import S_ISREG

from digest.articles.head import HEAD_BYTES, Days, Span, day_if_far

#: Suffixes of files that may be articles (casefolded).
SUFFIXES = frozenset(
    (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".html", ".htm", ".rst", ".org", ".qmd")
)
#: Folders that never hold articles.
_SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__"))
#: Processes that share the look; every machine that builds a mail has two cores.
_CHILDREN = 2
_READ_ONLY = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Scan:
    """What a look at the heads has shown. Paths are relative, `/` between the parts."""

    __slots__ = ("beside", "near", "outside", "read", "strange", "unsupported")

    def __init__(self) -> None:
        #: To be read whole.
        self.near: list[str] = []
        #: Those of them that a child has read whole already, as it handed them over.
        self.read: dict[str, Mapping[str, object]] = {}
        #: The day in the head (`2025-07-21`) → files that lie outside the days asked for.
        self.outside: dict[str, list[str]] = {}
        #: Path and reason of what cannot be read at all.
        self.strange: list[tuple[str, str]] = []
        #: Text files in a format that is not read (`.adoc`, `.ipynb`, `.txt`, `.textile`).
        self.unsupported: list[str] = []
        #: By their names, files that may say something of articles (`beside.py`).
        self.beside: list[str] = []


def begin_scan(
    folder: str, days: Days | None, then: Callable[[Scan], object] | None = None
) -> Callable[[], Scan]:
    """Start to look at the heads beside the caller; return what waits for the result.

    The caller imports the selection and templates meanwhile, and two children share the files:
    on two cores the look costs little time. Where there is no `fork`, or threads run (forking
    them is unsafe), or a child dies, the look happens when the result is asked for.

    Args:
        folder: the content folder.
        days: the days asked for; None: all.
        then: what a child does with its share before it answers; it may fill `read`.
    """
    threading = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threading is not None and threading.active_count() > 1):
        return lambda: scan(folder, days)

    def look(share: int) -> Scan:
        found = scan(folder, days, share)
        if then:
            then(found)
        return found

    children = [_fork(look, share) for share in range(_CHILDREN)]

    def result() -> Scan:
        answers = [_answer(*child) for child in children]
        if any(answer is None for answer in answers):  # a child died
            return scan(folder, days)
        return _joined([answer for answer in answers if answer is not None])

    return result


def _fork(look: Callable[[int], Scan], share: int) -> tuple[int, int]:
    """Start a child that looks at its share; return its process id and where it answers."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):  # a child that fails says nothing; the parent looks itself
            os.close(reader)
            found = look(share)
            with os.fdopen(writer, "wb") as pipe:
                marshal.dump([getattr(found, name) for name in Scan.__slots__], pipe)
        os._exit(0)
    os.close(writer)
    return child, reader


def _answer(child: int, reader: int) -> Scan | None:
    """Wait for a child; return what it saw, None when it died."""
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    with suppress(ChildProcessError):  # SIGCHLD is ignored here: there are no zombies then
        os.waitpid(child, 0)
    found = Scan()
    try:
        lists = marshal.loads(answer)  # noqa: S302  written by our own child
        for name, value in zip(Scan.__slots__, lists, strict=True):
            setattr(found, name, value)
    except (EOFError, ValueError, TypeError):
        return None
    return found


def _joined(shares: list[Scan]) -> Scan:
    """Return one look out of the shares, each file in one of them."""
    found, *others = shares
    for other in others:
        found.near += other.near
        found.read |= other.read
        found.unsupported += other.unsupported
        found.beside += other.beside
        for day, paths in other.outside.items():
            found.outside.setdefault(day, []).extend(paths)
    return found


def scan(folder: str, days: Days | None, share: int | None = None) -> Scan:
    """Return which files of `folder` need to be read for `days`; None: all of them.

    Args:
        folder: the content folder.
        days: the days asked for.
        share: number of the child this is; it looks at that part of the articles only. Which
            part a file belongs to is told from its path, not from the order of the listing,
            which may change between two children.

    Raises:
        OSError: `folder` itself cannot be listed.
    """
    found = Scan()
    # Every child walks everywhere; what is not shared out by path, the first one reports.
    rest = found if not share else Scan()
    walk = _Walk(os.path.realpath(folder))
    span = Span(days) if days else None
    while walk.waiting or _enter_next_link(rest, walk):
        if not walk.waiting:
            continue
        prefix, entries = walk.waiting.pop()
        with entries:
            for entry in entries:
                path = prefix + entry.name
                if not entry.is_file(follow_symlinks=False):
                    _look_at_other(rest, walk, path, entry)
                elif share is None or hash(path) % _CHILDREN == share:
                    _look_at_file(found, span, path, entry.path)
    return found


class _Walk:
    """Where the walk through the folder is."""

    __slots__ = ("links", "root", "seen", "waiting")

    def __init__(self, root: str) -> None:
        self.root = root
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
