"""What a click means in an issue file: the new text, and what it must mean. Pure."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from digest.errors import DigestError
from digest.workbench.toml_text import (
    checked,
    insert_item,
    remove_item,
    remove_key,
    set_text,
    swap_items,
)

#: Keys of text at the top of the file.
TEXTS: Final = ("subject", "preheader", "intro")
#: Tables: article → text.
TABLES: Final = ("move", "blurb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One click."""

    #: `subject`, `preheader`, `intro`, `pin`, `unpin`, `earlier`, `later`, `exclude`, `allow`,
    #: `move`, `blurb`.
    kind: str
    #: Path of the article; "" for texts.
    path: str = ""
    #: Text, or title of a section; "" takes it away.
    value: str = ""


def edited(text: str, edit: Edit, names: Mapping[str, str], where: str) -> str:
    """Return the text of an issue file with an edit in it.

    Args:
        text: the file, valid TOML, line ends as on Unix.
        edit: what was clicked.
        names: as articles are named in the file → their paths.
        where: the file, for messages.

    Raises:
        DigestError: there is no such edit, or the file is written in a way that cannot be
            changed without risk.
    """
    change = _CHANGES.get(edit.kind)
    if change is None:
        raise DigestError(
            f"there is no edit {edit.kind!r}", where=where, remedy="Load the page again."
        )
    file = _File(text, names)
    change(file, edit)
    if file.wanted == tomllib.loads(text):
        return text
    if checked(text, file.text, file.wanted):
        return file.text
    raise DigestError(
        f"{edit.kind} cannot be written there without risk to what you wrote",
        where=where,
        remedy="Write it by hand; docs/configuration.md shows how. The page follows.",
    )


class _File:
    """A text on its way, and what it must mean in the end."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self.text = text
        self.wanted: dict[str, Any] = tomllib.loads(text)
        self._names = names

    def is_named(self, name: str, path: str) -> bool:
        return name == path or self._names.get(name) == path

    def places(self, key: str, path: str) -> list[int]:
        """Return where a list names an article."""
        return [
            place
            for place, name in enumerate(self.wanted.get(key, ()))
            if self.is_named(name, path)
        ]

    def take_out(self, key: str, path: str) -> None:
        for place in reversed(self.places(key, path)):
            self.text = remove_item(self.text, key, place)
            del self.wanted[key][place]

    def put_in(self, key: str, index: int, path: str) -> None:
        self.text = insert_item(self.text, key, index, path)
        self.wanted.setdefault(key, []).insert(index, path)

    def swap(self, key: str, first: int) -> None:
        self.text = swap_items(self.text, key, first)
        names = self.wanted[key]
        names[first], names[first + 1] = names[first + 1], names[first]

    def set_key(self, way: tuple[str, ...], value: str) -> None:
        self.text = set_text(self.text, way, value)
        table = self.wanted
        for part in way[:-1]:
            table = table.setdefault(part, {})
        table[way[-1]] = value

    def remove(self, way: tuple[str, ...]) -> None:
        self.text = remove_key(self.text, way)
        table = self.wanted
        for part in way[:-1]:
            table = table.get(part, {})
        table.pop(way[-1], None)


def _set_text(file: _File, edit: Edit) -> None:
    value = "\n".join(edit.value.splitlines()).strip()
    if not value:
        file.remove((edit.kind,))
        return
    # Several lines end with a line break, as people write them.
    file.set_key((edit.kind,), f"{value}\n" if "\n" in value else value)


def _pin(file: _File, edit: Edit) -> None:
    file.take_out("exclude", edit.path)
    if not file.places("pin", edit.path):
        file.put_in("pin", len(file.wanted.get("pin", ())), edit.path)


def _unpin(file: _File, edit: Edit) -> None:
    file.take_out("pin", edit.path)


def _earlier(file: _File, edit: Edit) -> None:
    places = file.places("pin", edit.path)
    if places and places[0]:
        file.swap("pin", places[0] - 1)


def _later(file: _File, edit: Edit) -> None:
    places = file.places("pin", edit.path)
    if places and places[0] + 1 < len(file.wanted["pin"]):
        file.swap("pin", places[0])


def _exclude(file: _File, edit: Edit) -> None:
    file.take_out("pin", edit.path)
    if not file.places("exclude", edit.path):
        file.put_in("exclude", len(file.wanted.get("exclude", ())), edit.path)


def _allow(file: _File, edit: Edit) -> None:
    file.take_out("exclude", edit.path)


def _set_row(file: _File, edit: Edit) -> None:
    """Set, or take away, what a table says of an article."""
    table = file.wanted.get(edit.kind, {})
    names = [name for name in table if file.is_named(name, edit.path)]
    value = " ".join(edit.value.split()) if edit.kind == "move" else edit.value.strip()
    value = "\n".join(value.splitlines())
    if value:
        file.set_key((edit.kind, names[0] if names else edit.path), value)
        return
    for name in names:
        file.remove((edit.kind, name))


_CHANGES: Final[Mapping[str, Callable[[_File, Edit], None]]] = {
    **dict.fromkeys(TEXTS, _set_text),
    **dict.fromkeys(TABLES, _set_row),
    "pin": _pin,
    "unpin": _unpin,
    "earlier": _earlier,
    "later": _later,
    "exclude": _exclude,
    "allow": _allow,
}
