"""Reads the publisher's folder: which files, and what is in them. Reads the disk.

What a file says is decided in `read.py`; this module finds it, opens it without ever waiting
(no FIFO, no device, no link that leads out), and brings back every file either as an article or
with what is wrong with it.
"""

import os
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from errno import ELOOP
from stat import S_ISREG
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digest.articles.article import Article, BadFile
from digest.articles.contents import Contents
from digest.articles.head import Days
from digest.articles.identity import as_shown, names_of
from digest.articles.read import parse_article
from digest.articles.scan import LEADS_OUT, Scan, begin_scan, is_inside
from digest.articles.settings import Generator, ReadingRules
from digest.errors import NotFoundError, Problem

if TYPE_CHECKING:
    from digest.articles.beside import Beside

#: Longest article that is read; the longest real one has 0.1 MB.
_MOST_BYTES = 5_000_000
#: A day written in one zone is the day before or after in another; where the zones may be more
#: than 24 hours apart (UTC-12 to UTC+14), it is two days.
_MARGIN, _WIDE_MARGIN = timedelta(days=1), timedelta(days=2)
_FAR_FROM_UTC = timedelta(hours=10)
#: Generators with files about articles that the walk does not note by their names.
_WITH_SITE_FILES = frozenset(
    {Generator.JEKYLL, Generator.HUGO, Generator.MKDOCS, Generator.DOCUSAURUS}
)
#: So many articles show what recurs (`boilerplate.py`); a fuller window needs no more.
_SAMPLE = 100


def begin_reading(
    folder: str, rules: ReadingRules, span: tuple[datetime, datetime] | None
) -> "Reading":
    """Start to read `folder` beside the caller's own work (see `begin_scan`).

    Args:
        folder: path of the content folder.
        rules: how files become articles.
        span: first moment and end of what is asked for; None: every file is read whole.

    Raises:
        NotFoundError: there is no such folder, or it cannot be listed.
    """
    try:
        os.close(os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except OSError as error:
        raise _no_folder(folder, error) from error
    days = None
    if span:
        start, end = (_local(moment, rules.zone) for moment in span)
        days = _days((start, end))
    return Reading(folder, rules, days, begin_scan(folder, days))


class Reading:
    """A folder that is being read."""

    def __init__(
        self, folder: str, rules: ReadingRules, days: Days | None, scanned: Callable[[], Scan]
    ) -> None:
        self._folder = folder
        self._rules = rules
        self._days = days
        self._scanned = scanned

    def contents(
        self, wanted: Collection[str] = (), tick: Callable[[int, int], object] | None = None
    ) -> Contents:
        """Wait for the look at the heads, read what it asks for, and return everything.

        Args:
            wanted: names (path, file name, with or without suffix) that are read whole
                wherever they are dated: what an editor pins, or a breaking story.
            tick: told how many files of how many have been read, after each.

        Raises:
            NotFoundError: the folder has gone meanwhile.
        """
        try:
            found = self._scanned()
        except OSError as error:
            raise _no_folder(self._folder, error) from error
        near = list(found.near)
        for paths in found.outside.values():
            for path in [path for path in paths if _is_named(path, wanted)]:
                paths.remove(path)
                near.append(path)
        if self._days:
            near += _take_sample(found, self._days, _SAMPLE - len(near))
        root = os.path.realpath(self._folder)
        beside = _beside(root, found, near, self._rules)
        articles: list[Article] = []
        bad = [_strange(path, why) for path, why in found.strange]
        bad += beside.bad if beside else ()
        said = {file.path for file in beside.bad} if beside else set()
        for paths in found.outside.values() if said else ():
            paths[:] = [path for path in paths if path not in said]
        for number, result in enumerate(self._read(root, sorted(near), beside), 1):
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
                day: tuple(
                    path if path.isprintable() else as_shown(path) for path in sorted(paths)
                )
                for day, paths in found.outside.items()
                if paths
            },
            bad=tuple(sorted(bad, key=lambda file: file.path)),
            unsupported=tuple(map(as_shown, sorted(found.unsupported))),
        )

    def _read(
        self, root: str, paths: list[str], beside: "Beside | None"
    ) -> Iterator[Article | BadFile]:
        for path in paths:
            raw = _raw(root, path)
            if isinstance(raw, BadFile):
                yield raw
            elif beside:
                yield beside.article(raw, path, self._rules)
            else:
                yield parse_article(raw, path, self._rules)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # at the two ends of time
        return moment


def _days(span: tuple[datetime, datetime]) -> Days:
    """Return the days a file may name that is published within the half-open span.

    Args:
        span: in the publisher's zone.
    """
    start, end = span[0], span[1] - timedelta(microseconds=1)
    far = any(abs(moment.utcoffset() or timedelta()) > _FAR_FROM_UTC for moment in span)
    margin = _WIDE_MARGIN if far else _MARGIN
    first, last = start.date(), end.date()
    # At the two ends of time there is no day before and after.
    before = first - min(margin, first - date.min)
    after = last + min(margin, date.max - last)
    return first.isoformat(), last.isoformat(), before.isoformat(), after.isoformat()


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


def _no_folder(folder: str, error: OSError) -> NotFoundError:
    return NotFoundError(
        f"the content folder cannot be read ({error.strerror})",
        where=folder,
        remedy="Set [content] path in config.toml to the folder that holds your articles.",
    )


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
