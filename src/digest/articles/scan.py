"""Looks at the head of every file and says which need to be read whole. Reads the disk.

Most of an archive is old. A file whose front matter closes within its first kilobyte and whose
every date-like string lies outside the days asked for is not opened again: that makes choosing a
week cost about two `stat` calls a file instead of twenty, and there is no index that could go
stale. Whatever cannot be judged from its head is read whole.

Only modules that every interpreter start has loaded anyway are imported here, because this runs
in a child process while its parent imports the rest (`begin_scan`).
"""

import marshal
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from stat import S_ISREG

#: Suffixes of files that may be articles (casefolded).
SUFFIXES = frozenset(
    (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".html", ".htm", ".rst", ".org", ".qmd")
)
#: Folders that never hold articles.
_SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__"))
#: Front matter of real archives is under 1 KiB (facts §4.8: at most 770 bytes).
_HEAD_BYTES = 1024
_READ_ONLY = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

_DATE_KEY = re.compile(rb"\ndate: ?[\"']?([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")
_ISO_DAY = re.compile(rb"([12][0-9]{3})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
# Dates that are written otherwise, or numbers that may be a time stamp: not judged from the head.
_OTHER_DATE = re.compile(
    rb"(?i)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? [0-9]"
    rb"|[0-9] ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    rb"|[0-9]/[0-9]{1,2}/[0-9]{4}|[0-9]{9,13}|(?:19|20)[0-9]{6}|today|last.modified|created"
)

#: First and last day (ISO, inclusive) whose files must be read whole.
Days = tuple[str, str]


class Scan:
    """What a look at the heads has shown. Paths are relative, `/` between the parts."""

    __slots__ = ("near", "outside", "strange", "unsupported")

    def __init__(self) -> None:
        #: To be read whole.
        self.near: list[str] = []
        #: The day in the head (`2025-07-21`) → files that lie outside the days asked for.
        self.outside: dict[str, list[str]] = {}
        #: Path and reason of what cannot be read at all.
        self.strange: list[tuple[str, str]] = []
        #: Text files in a format that is not read (`.adoc`, `.ipynb`, `.txt`, `.textile`).
        self.unsupported: list[str] = []


class _Span:
    """The days asked for, in the shapes that are quick to compare with bytes."""

    __slots__ = ("first", "last", "months")

    def __init__(self, days: Days) -> None:
        self.first, self.last = (day.encode() for day in days)
        self.months = _months(*days)

    def holds(self, day: tuple[bytes, bytes, bytes]) -> bool:
        year, month, number = day
        return self.first <= b"%s-%02d-%02d" % (year, int(month), int(number)) <= self.last


def begin_scan(folder: str, days: Days | None) -> Callable[[], Scan]:
    """Start to look at the heads beside the caller; return what waits for the result.

    The caller imports YAML and templates meanwhile: on two cores the look costs no time. Where
    there is no `fork`, or threads run (forking them is unsafe), or the child dies, the look
    happens when the result is asked for.
    """
    threading = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threading is not None and threading.active_count() > 1):
        return lambda: scan(folder, days)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):  # a child that fails says nothing; the parent looks itself
            os.close(reader)
            found = scan(folder, days)
            with os.fdopen(writer, "wb") as pipe:
                marshal.dump((found.near, found.outside, found.strange, found.unsupported), pipe)
        os._exit(0)
    os.close(writer)

    def result() -> Scan:
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        found = Scan()
        try:
            found.near, found.outside, found.strange, found.unsupported = marshal.loads(answer)
        except (EOFError, ValueError, TypeError):
            return scan(folder, days)
        return found

    return result


def scan(folder: str, days: Days | None) -> Scan:
    """Return which files of `folder` need to be read for `days`; None: all of them.

    Raises:
        OSError: `folder` itself cannot be listed.
    """
    found = Scan()
    root = os.path.realpath(folder)
    seen = {root}
    waiting = [("", os.scandir(root))]
    span = _Span(days) if days else None
    while waiting:
        prefix, entries = waiting.pop()
        with entries:
            for entry in entries:
                name = entry.name
                if entry.is_file(follow_symlinks=False):
                    _look_at_file(found, span, prefix + name, entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    if name[0] != "." and name not in _SKIPPED_FOLDERS:
                        _enter(found, waiting, prefix + name, entry.path)
                elif entry.is_symlink():
                    _follow(found, waiting, (root, seen), prefix + name, entry.path)
                elif _suffix(name) in SUFFIXES:
                    found.strange.append((prefix + name, "is not a regular file"))
    return found


def _suffix(name: str) -> str:
    return name[dot:].lower() if (dot := name.rfind(".")) > 0 else ""


_UNSUPPORTED = frozenset((".adoc", ".asciidoc", ".ipynb", ".textile", ".txt"))


def _look_at_file(found: Scan, span: _Span | None, path: str, full: str) -> None:
    suffix = _suffix(path)
    if suffix not in SUFFIXES:
        if suffix in _UNSUPPORTED:
            found.unsupported.append(path)
        return
    if span is not None and (day := _day_if_far(full, path, span)):
        found.outside.setdefault(day, []).append(path)
    else:
        found.near.append(path)


def _enter(found: Scan, waiting: list[tuple[str, "os._ScandirIterator[str]"]], path: str, full: str) -> None:
    if _suffix(path) in SUFFIXES:
        found.strange.append((path, "is a folder, not a file"))
    try:
        waiting.append((path + "/", os.scandir(full)))
    except OSError as error:
        found.strange.append((path, error.strerror or str(error)))


def _follow(found: Scan, waiting: list[tuple[str, "os._ScandirIterator[str]"]], walk: tuple[str, set[str]], path: str, full: str) -> None:
    root, seen = walk
    target = os.path.realpath(full)
    article = _suffix(path) in SUFFIXES
    if target != root and not target.startswith(root + os.sep):
        if article or os.path.isdir(target):
            found.strange.append((path, "is a link that leads out of the content folder"))
    elif os.path.isdir(target):
        if target in seen:
            found.strange.append((path, "is a link back to a folder that was read already"))
        else:
            seen.add(target)
            _enter(found, waiting, path, full)
    elif article:
        try:
            regular = S_ISREG(os.stat(target).st_mode)
        except OSError as error:
            found.strange.append((path, f"is a link that leads nowhere ({error.strerror})"))
        else:
            if regular:
                found.near.append(path)
            else:
                found.strange.append((path, "is a link to something that is not a regular file"))


def _day_if_far(full: str, path: str, span: _Span) -> str:
    """Return the day of a file that lies outside the span; "" when it must be read whole."""
    try:
        file = os.open(full, _READ_ONLY)
        head = os.read(file, _HEAD_BYTES)
        os.close(file)
    except OSError:
        return ""  # the full read says why
    # The usual case, in the fewest steps: closed front matter with `date: 2025-07-21`. That key
    # is the first one looked up, so dates written otherwise under other keys cannot matter.
    if (match := _DATE_KEY.search(head)) and head.startswith(b"---"):
        day = match[1]
        end = head.find(b"\n---", 3)
        if span.first <= day <= span.last or end < match.end():
            return ""
        if span.months.search(head, 0, end) and any(map(span.holds, _ISO_DAY.findall(head, 0, end))):
            return ""
        return day.decode()
    front_matter = _front_matter(head)
    if not front_matter or _OTHER_DATE.search(front_matter):
        return ""
    days = _ISO_DAY.findall(front_matter + b"\n" + os.fsencode(path))
    if not days or any(map(span.holds, days)):
        return ""
    return "-".join(part.decode().zfill(2) for part in days[0])


def _front_matter(head: bytes) -> bytes:
    """Return the front matter when the head certainly holds all of it, else nothing."""
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for opening, closing in _FENCES:
        if text.startswith(opening):
            end = text.find(closing, len(opening))
            return text[: end + 1] if end > 0 else b""
    return b""


#: Opening and closing mark of the containers whose end can be seen without parsing.
_FENCES = ((b"---", b"\n---"), (b"+++", b"\n+++"), (b"<!DOCTYPE", b"</head"), (b"<html", b"</head"))


def _months(first: str, last: str) -> re.Pattern[bytes]:
    """Return what finds every spelling of a day in the months between two ISO days."""
    year, month = int(first[:4]), int(first[5:7])
    spelled: list[str] = []
    while (year, month) <= (int(last[:4]), int(last[5:7])):
        spelled.append(f"{year:04}[-/.]0?{month}[-/.]")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return re.compile("|".join(spelled).encode())
