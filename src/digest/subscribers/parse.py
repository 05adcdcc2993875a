"""A file of subscribers, as text: its format found, its rows understood one by one. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import Final

from digest.subscribers.address import Refused, parse_address, split_mailbox
from digest.subscribers.columns import Columns, find_columns
from digest.subscribers.csv_rows import find_delimiter, iterate_rows
from digest.subscribers.json_rows import iterate_json_lines, iterate_json_list
from digest.subscribers.lines import Text, iterate_lines
from digest.subscribers.preferences import parse_preferences
from digest.subscribers.record import BadRow, ImportRules, Preferences, Record
from digest.subscribers.values import parse_moment, parse_name

#: Lines that show what a file is like.
_SAMPLE: Final = 20
#: Combinations of preferences that are remembered, so that they are understood once.
_REMEMBERED: Final = 10_000
#: Fields that are a reader's own, in the order they are handed on.
WHO: Final = ("email", "name", "first_name", "last_name", "subscribed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file of subscribers whose format is known."""

    #: "CSV", "JSON lines", "JSON list".
    format: str
    #: Titles of columns that are not read.
    unread: tuple[str, ...] = ()
    #: In the order of the file; read as they are asked for.
    rows: Iterator[Record | BadRow]


def parse_subscribers(text: Text, rules: ImportRules) -> Parsed | Refused:
    r"""Return the rows of a file, or why it is no file of subscribers.

    Args:
        text: the decoded file, line ends as `\n`; can be looked at once, from the start.
        rules: what the person who imports says of the whole file.
    """
    skipped = 0
    # Only a list may stand in one endless line: its first character is looked at alone.
    while (first := text.read(1)).isspace():
        skipped += first == "\n"
    if not first:
        return Refused("there is nothing in it", "Name a file with one reader a line.")
    understand = _Understanding(rules)
    if first == "[":
        rows = iterate_json_list(text, skipped + 1)
        return Parsed(format="JSON list", rows=map(understand.of_fields, rows))
    lines = iterate_lines(text, first, skipped + 1)
    if first == "{":
        found = iterate_json_lines(lines)
        return Parsed(format="JSON lines", rows=map(understand.of_fields, found))
    return _parse_csv(lines, understand)


def _parse_csv(lines: Iterator[tuple[int, str]], understand: "_Understanding") -> Parsed | Refused:
    head = list(islice(lines, _SAMPLE))
    delimiter = find_delimiter([line for _, line in head])
    if head and head[0][1].strip().strip('"').lower().startswith("sep="):
        head = head[1:]
    # As many rows as these lines surely hold; a quoted field may go over into later ones.
    rows = iterate_rows(chain(head, lines), delimiter)
    seen = list(islice(rows, max(1, len(head) // 2)))
    columns = find_columns([row[1] for row in seen if not isinstance(row, BadRow)])
    if columns is None:
        return Refused(
            "no column holds e-mail addresses",
            "Give the columns titles in the first line: email,name,frequency",
        )
    if columns.has_titles:
        first = next(at for at, row in enumerate(seen) if not isinstance(row, BadRow))
        seen = seen[:first] + seen[first + 1 :]
    return Parsed(
        format="CSV",
        unread=columns.unread,
        rows=understand.of_cells(chain(seen, rows), columns),
    )


class _Understanding:
    """Makes records of rows; remembers the preferences it has met."""

    def __init__(self, rules: ImportRules) -> None:
        self._rules = rules
        self._known: dict[tuple[str, ...], Preferences | Refused] = {}

    def of_fields(self, row: tuple[int, Mapping[str, str]] | BadRow) -> Record | BadRow:
        """Return the record of a row whose fields are named."""
        if isinstance(row, BadRow):
            return row
        line, texts = row
        others = tuple(name for name in texts if name not in WHO)
        wishes = self._preferences(others, tuple(texts[name] for name in others))
        return _record(line, [texts.get(field, "") for field in WHO], wishes)

    def of_cells(
        self, rows: Iterable[tuple[int, list[str]] | BadRow], columns: Columns
    ) -> Iterator[Record | BadRow]:
        """Yield the records of rows whose columns are known."""
        width = len(columns.fields)
        places = {field: place for place, field in enumerate(columns.fields) if field}
        others = tuple(field for field in places if field not in WHO)
        pick = _picker([places[field] for field in others])
        # A cell behind the last one is empty: that is where fields without a column are.
        who = _picker([places.get(field, width) for field in WHO])
        for row in rows:
            if isinstance(row, BadRow):
                yield row
                continue
            line, cells = row
            if len(cells) > width and any(cells[width:]):
                yield _too_wide(line, cells, width)
                continue
            cells += [""] * (width + 1 - len(cells))
            yield _record(line, who(cells), self._preferences(others, pick(cells)))

    def _preferences(
        self, fields: tuple[str, ...], texts: tuple[str, ...]
    ) -> Preferences | Refused:
        key = (*fields, *texts)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = parse_preferences(dict(zip(fields, texts, strict=True)), self._rules)
            self._known[key] = found
        return found


def _picker(places: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Return what takes the cells at `places` out of a row."""
    if len(places) < 2:  # `itemgetter` gives no tuple then
        return lambda cells: tuple([cells[place] for place in places])
    return itemgetter(*places)


def _record(line: int, who: Sequence[str], preferences: Preferences | Refused) -> Record | BadRow:
    text, name, first_name, last_name, moment = who
    address = parse_address(text)
    if isinstance(address, Refused):
        # `Anna Berg <anna@example.org>`, as mail programs write it.
        own_name, inner = split_mailbox(text)
        again = address if inner is text else parse_address(inner)
        if isinstance(again, Refused):
            return BadRow(line, address.what, address.remedy, _shown(who))
        address, name = again, name or own_name
    created = parse_moment(moment) if moment else None
    for part in (preferences, created):
        if isinstance(part, Refused):
            return BadRow(line, part.what, part.remedy, _shown(who))
    if not name and (first_name or last_name):
        name = f"{first_name} {last_name}"
    return Record(line, *address, parse_name(name), created, preferences)  # type: ignore[arg-type]  # refused ones have left


def _shown(who: Iterable[str]) -> str:
    return " | ".join(filter(None, who))[:200]


def _too_wide(line: int, cells: Sequence[str], width: int) -> BadRow:
    return BadRow(
        line,
        f"the row has {len(cells)} cells, the file {width} columns",
        "Put texts with a comma or semicolon into quotes.",
        _shown(cells),
    )
