"""Reads the files that a look at the folder asks for. Reads the disk.

What a file says is decided in `read.py`; this module opens it without ever waiting (no FIFO, no
device, no link that leads out), and brings back every file either as an article or with what is
wrong with it.
"""

import os
from collections.abc import Callable, Collection, Iterator
from datetime import date
from errno import ELOOP
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from digest.articles.article import Article, BadFile
from digest.articles.child import Child, may_fork
from digest.articles.contents import Contents
from digest.articles.handover import Packed, packed, unpacked
from digest.articles.head import Days
from digest.articles.identity import as_shown, names_of
from digest.articles.read import parse_article
from digest.articles.scan import LEADS_OUT, Scan, is_inside
from digest.articles.settings import Generator, ReadingRules
from digest.errors import Problem

if TYPE_CHECKING:
    from digest.articles.beside import Beside

#: Longest article that is read; the longest real one has 0.1 MB.
_MOST_BYTES = 5_000_000
#: Generators with files about articles that the walk does not note by their names.
_WITH_SITE_FILES = frozenset(
    {Generator.JEKYLL, Generator.HUGO, Generator.MKDOCS, Generator.DOCUSAURUS}
)
#: From so many files on, a child reads some of them: up to a half, and up to what is handed over
#: in one piece. Starting it costs as much as reading a few.
_SHARED, _HANDED_OVER = 32, 400
#: So many articles show what recurs (`boilerplate.py`); a fuller window needs no more.
SAMPLE = 100


class Found(NamedTuple):
    """What a look at the heads has shown of a folder."""

    #: Real path of the folder.
    root: str
    scan: Scan
    #: The days asked for; None: all.
    days: Days | None


def read_found(
    looked: Found,
    rules: ReadingRules,
    wanted: Collection[str],
    tick: Callable[[int, int], object] | None,
) -> Contents:
    """Return everything the folder holds; arguments as in `Reading.contents`."""
    root, found, days = looked
    near = list(found.near)
    for paths in found.outside.values():
        for path in [path for path in paths if _is_named(path, wanted)]:
            paths.remove(path)
            near.append(path)
    if days:
        near += _take_sample(found, days, SAMPLE - len(near))
    beside = _beside(root, found, near, rules)
    articles: list[Article] = []
    bad = [_strange(path, why) for path, why in found.strange]
    bad += beside.bad if beside else ()
    said = {file.path for file in beside.bad} if beside else set()
    for paths in found.outside.values() if said else ():
        paths[:] = [path for path in paths if path not in said]
    near.sort()
    results: dict[str, Article | BadFile] = {}
    for path, result in _read(near, _reader(root, beside, rules), rules.zone):
        results[path] = result
        if tick:
            tick(len(results), len(near))
    for path in near:
        result = results[path]
        if result.path in said:
            pass  # a section page that is wrong about its folder
        elif isinstance(result, Article):
            articles.append(result)
        else:
            bad.append(result)
    return Contents(
        articles=tuple(articles),
        outside={
            day: tuple(path if path.isprintable() else as_shown(path) for path in sorted(paths))
            for day, paths in found.outside.items()
            if paths
        },
        bad=tuple(sorted(bad, key=lambda file: file.path)),
        unsupported=tuple(map(as_shown, sorted(found.unsupported))),
    )


_Result = Article | BadFile


def _read(
    paths: list[str], read: Callable[[str], _Result], zone: ZoneInfo
) -> Iterator[tuple[str, _Result]]:
    """Yield what the files hold; a child reads some of them meanwhile.

    What is wrong with a file is not handed over: the parent reads it again.
    """
    theirs = paths[1::2][:_HANDED_OVER] if len(paths) >= _SHARED and may_fork() else []
    child = Child(lambda: [_packed(read(path), zone) for path in theirs]) if theirs else None
    shared = set(theirs)
    for path in paths:
        if path not in shared:
            yield path, read(path)
    known = child.answer() if child else None
    for path, values in zip(theirs, known or [None] * len(theirs), strict=True):
        yield path, unpacked(values, zone) if values else read(path)


def _reader(root: str, beside: "Beside | None", rules: ReadingRules) -> Callable[[str], _Result]:
    """Return what reads one file, with what other files say of it."""

    def read(path: str) -> _Result:
        raw = _raw(root, path)
        if isinstance(raw, BadFile):
            return raw
        return beside.article(raw, path, rules) if beside else parse_article(raw, path, rules)

    return read


def _packed(result: _Result, zone: ZoneInfo) -> Packed | None:
    return packed(result, zone) if isinstance(result, Article) else None


def _is_named(path: str, wanted: Collection[str]) -> bool:
    return bool(wanted) and not set(wanted).isdisjoint(names_of(path))


def _take_sample(found: Scan, days: Days, size: int) -> list[str]:
    """Move the files dated nearest to `days` out of `found.outside`; at most `size`."""
    sample: list[str] = []
    first, last = (date.fromisoformat(day) for day in days[:2])

    def distance(day: str) -> tuple[int, str]:
        try:
            on = date.fromisoformat(day)
        except ValueError:
            return 10**6, day  # `2026-02-30`: never near
        return max((first - on).days, (on - last).days), day

    for day in sorted(found.outside, key=distance) if size > 0 else ():
        room = size - len(sample)
        if room <= 0:
            break
        paths = sorted(found.outside[day])
        sample += paths[:room]
        found.outside[day] = paths[room:]
    return sample


def _beside(root: str, found: Scan, near: list[str], rules: ReadingRules) -> "Beside | None":
    """Return what other files say of the articles; None, and quickly so, where nothing does."""
    if not found.beside and rules.generator not in _WITH_SITE_FILES:
        return None
    from digest.articles.beside import read_beside  # noqa: PLC0415  most folders do not need it

    return read_beside(root, found, near, rules, lambda path: _raw(root, path))


def _raw(root: str, path: str) -> bytes | BadFile:
    raw = _read_file(f"{root}/{path}", root)
    return _strange(path, raw) if isinstance(raw, str) else raw


def _read_file(full: str, root: str) -> bytes | str:
    """Return the bytes of a regular file below `root`, or why it cannot be read."""
    try:
        file = _open(full, root)
    except OSError as error:
        return _why(error)
    if file is None:
        return LEADS_OUT
    try:
        if not S_ISREG(os.fstat(file).st_mode):
            return "is not a regular file"
        return _read_all(file)
    except OSError as error:
        return _why(error)
    finally:
        os.close(file)


def _open(full: str, root: str) -> int | None:
    """Open a file that may have become anything since the look; None: a link that leads out."""
    # O_NONBLOCK: a FIFO that took the file's place must not make us wait.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        return os.open(full, flags)
    except OSError as error:
        if error.errno != ELOOP:
            raise
    real = os.path.realpath(full)
    return os.open(real, flags) if is_inside(real, root) else None


def _read_all(file: int) -> bytes | str:
    parts, size = [], 0
    # Counted, not asked for: the file may grow meanwhile.
    while part := os.read(file, 1 << 20):
        size += len(part)
        if size > _MOST_BYTES:
            return _TOO_LARGE
        parts.append(part)
    return b"".join(parts)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "was deleted while the folder was read"
    return f"cannot be read ({error.strerror})"


_TOO_LARGE = f"is larger than {_MOST_BYTES // 1_000_000} MB"
_REMEDIES = {
    "was deleted while the folder was read": "Run the command again.",
    "is a folder, not a file": "Rename the folder: names that end like an article's mislead.",
    LEADS_OUT: "Put a copy of what it leads to into the folder.",
    _TOO_LARGE: "Move pictures and data out of the text into files of their own.",
}


def _strange(path: str, why: str) -> BadFile:
    shown = as_shown(path)
    remedy = _REMEDIES.get(why, "Make it a readable text file, or move it out of the folder.")
    return BadFile(shown, Problem(shown, why, remedy))
