"""Where templates lie and how they are read: the publisher's folder first, then ours.

Touches the disk, and nothing outside the template folders: a name is checked before it becomes
a path, and a link that leads out of its folder is refused.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from digest.errors import RenderingError, did_you_mean

#: A page of HTML is 20 KB; a file this large is a mistake.
LIMIT_BYTES = 512 * 1024

_NAME = re.compile(r"(?:[a-z0-9_][a-z0-9_-]{0,63}/){0,3}[a-z0-9_][a-z0-9_.-]{0,63}\.j2")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """One template as it was read."""

    #: Name below a template folder: `weekly.html.j2`, `partials/card.html.j2`.
    name: str
    #: Where it was found.
    path: str
    source: str
    #: False: from the publisher's folder.
    ours: bool


@dataclass(frozen=True, slots=True)
class TemplateFolders:
    """Folders that are searched for each file in turn, so that one file may be replaced alone."""

    #: First found wins.
    folders: tuple[str, ...]
    #: The one whose templates are this program's own.
    packaged: str

    def read(self, name: str) -> TemplateFile:
        """Return the template called `name`.

        Raises:
            RenderingError: No folder has it, its name is none, or it cannot be read as text.
        """
        _check_name(name)
        for folder in self.folders:
            path = Path(folder, name)
            if path.exists() or path.is_symlink():
                source = _read(Path(folder), path)
                ours = folder == self.packaged
                return TemplateFile(name=name, path=str(path), source=source, ours=ours)
        places = " or ".join(self.folders) or "a templates folder"
        remedy = f"{did_you_mean(name, self.names())}Write it into {places}."
        what = "no template of this name"
        raise RenderingError(what, where=name, remedy=remedy)

    def names(self) -> tuple[str, ...]:
        """Return the name of every template of every folder, sorted."""
        return tuple(sorted({name for folder in self.folders for name in _names(folder)}))

    def is_overridden(self) -> bool:
        """Say whether any folder but ours holds a template at all."""
        return any(_names(folder) for folder in self.folders if folder != self.packaged)


def template_folders(config_folder: str) -> tuple[str, ...]:
    """Return the folders to search: `templates/` beside config.toml, then the packaged ones.

    Args:
        config_folder: The folder config.toml stands in; its `templates/` need not exist.
    """
    packaged = Path(packaged_folder())
    own = Path(config_folder, "templates").absolute()
    # The repository's own config.toml stands beside the packaged templates.
    if not own.is_dir() or own.resolve() == packaged.resolve():
        return (str(packaged),)
    return (str(own), str(packaged))


def packaged_folder() -> str:
    """Return the folder of the templates that travel with this program."""
    package = Path(__file__).resolve().parent.parent
    in_wheel = package / "_data" / "templates"
    # An editable install and a checkout have them at the repository's root.
    return str(in_wheel if in_wheel.is_dir() else package.parent.parent / "templates")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name:
        remedy = (
            "Names are lower-case letters, digits, - and _ in at most three folders, "
            "and end in .j2: partials/card.html.j2."
        )
        what = "not a template's name"
        raise RenderingError(what, where=repr(name[:200]), remedy=remedy)


def _read(folder: Path, path: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        what = "leads out of its templates folder"
        remedy = "Copy the file into the templates folder; links out of it are not followed."
        raise RenderingError(what, where=str(path), remedy=remedy)
    if not path.is_file():  # a FIFO would never end, a device is no template
        what, remedy = "is not a file", "Put a text file there."
        raise RenderingError(what, where=str(path), remedy=remedy)
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT_BYTES + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise RenderingError(what, where=str(path), remedy="Check its permissions.") from error
    if len(data) > LIMIT_BYTES:
        what = f"is larger than {LIMIT_BYTES // 1024} KB"
        raise RenderingError(what, where=str(path), remedy="Take data out of it, or split it.")
    return _decode(data, path)


def _decode(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{path}:{line}"
        what, remedy = "is not UTF-8", "Save the file as UTF-8."
        raise RenderingError(what, where=where, remedy=remedy) from error


def _names(folder: str) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in Path(folder).rglob("*.j2"))
    return [name for name in found if _NAME.fullmatch(name)]
