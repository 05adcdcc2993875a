# ruff: noqa: PTH100, PTH111, PTH113, PTH118, PTH120  pathlib costs 7 ms, and every command loads this module
"""Finding and loading config.toml. Reads the disk."""

import os

from digest.config.document import read_document, shown_path
from digest.config.settings import Config
from digest.errors import NotFoundError
from digest.record import replace

_FILE = "config.toml"


def find_config(start: str, named: str | None) -> str:
    """Return the path of the config file.

    Args:
        start: folder the command runs in.
        named: file the user named; it wins, and need not exist.

    Raises:
        NotFoundError: none is named, and there is none in `start`.
    """
    if named:
        return named
    path = os.path.normpath(os.path.join(start, _FILE))
    if os.path.lexists(path):
        return path
    raise _no_config(path, _above(start))


def load_config(path: str) -> Config:
    """Return the checked config file.

    Args:
        path: as the user named it. Its folder is where relative paths in it begin.

    Raises:
        NotFoundError: there is no such file.
        ConfigError: the file is wrong; all mistakes at once.
    """
    folder = os.path.dirname(os.path.abspath(path)) if "\0" not in path else ""
    try:
        config = read_document(path, Config, given={"folder": folder, "path": path})
    except FileNotFoundError as error:
        raise _no_config(path, "") from error
    outbox, images = config.delivery.outbox, config.images
    return replace(
        config,
        content=replace(config.content, path=_absolute(folder, config.content.path)),
        images=replace(
            images,
            folder=images.folder and _absolute(folder, images.folder),
            cache=_absolute(folder, images.cache),
        ),
        store=replace(config.store, path=_absolute(folder, config.store.path)),
        delivery=replace(
            config.delivery, outbox=replace(outbox, path=_absolute(folder, outbox.path))
        ),
    )


def _absolute(folder: str, path: str) -> str:
    return os.path.normpath(os.path.join(folder, os.path.expanduser(path)))


def _no_config(path: str, above: str) -> NotFoundError:
    hint = f"There is one above: --config {above}. " if above else ""
    return NotFoundError(
        "there is no such file",
        where=shown_path(path),
        remedy=f"{hint}Write one that fits your folder of articles: digest init",
    )


def _above(start: str) -> str:
    """Return the nearest config.toml in a folder above `start`, or an empty string."""
    folder = os.path.abspath(start)
    while (parent := os.path.dirname(folder)) != folder:
        folder = parent
        if os.path.isfile(os.path.join(folder, _FILE)):
            return shown_path(os.path.relpath(os.path.join(folder, _FILE), start))
    return ""
