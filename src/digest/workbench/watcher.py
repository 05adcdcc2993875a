"""Files that change. The only importer of watchfiles.

Two watchers: all below the folders of articles, issue files and templates; and config.toml's
own folder without those below it, where stores, outboxes and previews may be written at any time.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from watchfiles import Change, DefaultFilter, awatch

from digest.workbench.bench import Bench

_Changes = set[tuple[Change, str]]
#: Milliseconds: a burst is one change, and nobody waits a second for it.
_DEBOUNCE: Final = 200
_STEP: Final = 40
#: Written by this program or by what stores and editors do beside a file.
_OURS: Final = (".db", ".db-wal", ".db-shm", ".db-journal", ".new", ".witness", ".lock", "~")
_FOLDERS: Final = frozenset({*DefaultFilter.ignore_dirs, "preview", "outbox", ".digest-cache"})


async def watch(bench: Bench, config_path: str) -> None:
    """Let the bench build whenever a file of the issue changes, for ever.

    Watches anew when folders come into being or config.toml names others.
    """
    folder = _folder_of(config_path)
    is_first = True
    while True:
        deep = _deep(bench, folder)
        stop = asyncio.Event()
        shallow = _look(bench, [folder], stop, is_deep=False)
        tasks = [
            asyncio.ensure_future(shallow),
            asyncio.ensure_future(_others(bench, folder, deep, stop)),
        ]
        if deep:
            tasks.append(asyncio.ensure_future(_look(bench, deep, stop, is_deep=True)))
        if not is_first:
            bench.want()  # what changed while nobody watched
        is_first = False
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.1)


def _folder_of(config_path: str) -> str:
    return str(Path(config_path).absolute().parent)


def _deep(bench: Bench, folder: str) -> list[str]:
    """Return the folders that are watched with all below; before there is an issue, a guess."""
    if bench.version:
        named = bench.version.watch[1:]
    else:
        named = [str(Path(folder, each)) for each in ("issues", "templates")]
    return [each for each in named if Path(each).is_dir()]


async def _others(bench: Bench, folder: str, deep: list[str], stop: asyncio.Event) -> None:
    """Return when other folders are to be watched."""
    count = -1
    while not stop.is_set():
        count = await bench.changed_since(count)
        if _deep(bench, folder) != deep:
            return
        if bench.is_closed:
            await stop.wait()


async def _look(bench: Bench, paths: list[str], stop: asyncio.Event, *, is_deep: bool) -> None:
    with suppress(FileNotFoundError):  # removed in between: looked for again
        async for changes in _changes(paths, stop, is_deep=is_deep):
            if any(not _is_own_edit(bench, path) for _, path in changes):
                bench.want()
            if not is_deep and _has_folder(changes):
                return  # issues/ or templates/ has come into being


def _has_folder(changes: _Changes) -> bool:
    return any(Path(path).is_dir() for _, path in changes)


def _changes(paths: list[str], stop: asyncio.Event, *, is_deep: bool) -> AsyncIterator[_Changes]:
    return awatch(
        *paths,
        watch_filter=_Keep(paths),
        debounce=_DEBOUNCE,
        step=_STEP,
        stop_event=stop,
        recursive=is_deep,
        raise_interrupt=False,
    )


class _Keep:
    """What is worth a build: not caches, versions of git, stores, previews."""

    def __init__(self, roots: Iterable[str]) -> None:
        # Symbolic links resolved or not: the kernel names what was watched.
        self._roots = sorted(roots, key=len, reverse=True)

    def __call__(self, change: Change, path: str) -> bool:
        """Say whether a change counts."""
        del change
        # Only what is below the watched folder: the site itself may lie in an `outbox/`.
        root = next((each for each in self._roots if path.startswith(each)), "")
        below = Path(path.removeprefix(root))
        return not path.endswith(_OURS) and _FOLDERS.isdisjoint(below.parts)


def _is_own_edit(bench: Bench, path: str) -> bool:
    """Say whether the page wrote this file itself: it has been built already."""
    if not path.endswith(".toml"):
        return False
    try:
        content = Path(path).read_bytes()
    except OSError:
        return False
    return bench.has_written(path, hashlib.sha256(content).hexdigest())
