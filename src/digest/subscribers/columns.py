"""Which column of a CSV file is what: from its titles, or from what stands in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from digest.subscribers.preferences import NAMES, field_of
from digest.subscribers.values import bare


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a file."""

    #: Field of each column; "" for those that are not read.
    fields: tuple[str, ...]
    #: Titles of the columns that are not read, as they stand in the file.
    unread: tuple[str, ...] = ()
    #: The first row holds the titles.
    has_titles: bool


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return which column is what; None when no column holds addresses.

    Args:
        rows: the first ones of the file.
    """
    first = rows[0] if rows else ()
    if not any("@" in cell for cell in first):
        fields = _by_title(first)
        if "email" in fields:
            unread = tuple(
                cell.strip()[:40] for cell, field in zip(first, fields, strict=True) if not field
            )
            return Columns(fields=fields, unread=tuple(filter(None, unread)), has_titles=True)
    return _by_content(rows)


def _by_title(titles: Sequence[str]) -> tuple[str, ...]:
    """Return the field of each title; of two for the same field the better known name counts."""
    fields = [field_of(title) for title in titles]
    for field in set(filter(None, fields)):
        places = [place for place, each in enumerate(fields) if each == field]
        best = min(places, key=lambda place: NAMES[field].index(bare(titles[place])))
        for place in places:
            if place != best:
                fields[place] = ""
    return tuple(fields)


def _by_content(rows: Sequence[Sequence[str]]) -> Columns | None:
    width = max(map(len, rows), default=0)
    found = [sum("@" in row[place] for row in rows if place < len(row)) for place in range(width)]
    if not any(found):
        return None
    fields = [""] * width
    fields[found.index(max(found))] = "email"
    # One other column is the name; with more nobody can tell.
    if width == 2:
        fields[fields.index("")] = "name"
    unread = tuple(f"column {place + 1}" for place, field in enumerate(fields) if not field)
    return Columns(fields=tuple(fields), unread=unread, has_titles=False)
