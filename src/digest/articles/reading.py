"""Reads the files that a look at the folder asks for. Reads the disk.

What a file says is decided in `read.py`; this module opens it without ever waiting (no FIFO, no
device, no link that leads out), and brings back every file either as an article or with what is
wrong with it.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from errno import ELOOP
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

from digest.articles.article import Article, BadFile
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
#: Articles that each child reads ahead, and bytes of them; a week of a large site has as many.
_AHEAD, _AHEAD_BYTES = 400, 10_000_000
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
    ahead = {} if beside else found.read
    for number, result in enumerate(_read(root, sorted(near), beside or ahead, rules), 1):
        if result.path in said:
            pass  # a section page that is wrong about its folder
        elif isinstance(result, Article):
            articles.append(result)
        else:
            bad.append(result)
        if tick:
            tick(number, len(near))
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


def read_ahead(root: str, found: Scan, rules: ReadingRules) -> None:
    """Read files that lie near in the child that found them, for its parent.

    Not where other files say something of the articles, and not those that are wrong: the
    parent reads these itself. Nor more than a few hundred: they are handed over in one piece.
    """
    if found.beside or rules.generator in _WITH_SITE_FILES:
        return
    room = _AHEAD_BYTES
    for path in found.near[:_AHEAD]:
        raw = _raw(root, path)
        if isinstance(raw, BadFile):
            continue
        room -= len(raw)
        if room < 0:
            break
        article = parse_article(raw, path, rules)
        if isinstance(article, Article) and (values := packed(article, rules.zone)):
            found.read[path] = values


def _read(
    root: str,
    paths: list[str],
    known: "Beside | Mapping[str, Packed]",
    rules: ReadingRules,
) -> Iterator[Article | BadFile]:
    """Yield what the files hold.

    Args:
        root: real path of the folder.
        paths: which files.
        known: what other files say of the articles; else the articles that have been read.
        rules: how files become articles.
    """
    for path in paths:
        if isinstance(known, Mapping) and path in known:
            yield unpacked(known[path], rules.zone)
            continue
        raw = _raw(root, path)
        if isinstance(raw, BadFile):
            yield raw
        elif isinstance(known, Mapping):
            yield parse_article(raw, path, rules)
        else:
            yield known.article(raw, path, rules)


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
