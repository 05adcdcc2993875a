"""A file of subscribers, as text: its format found, its rows understood one by one. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
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
_WHO: Final = ("email", "name", "first_name", "last_name", "subscribed_at")


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
    lines = ((number + skipped, line) for number, line in iterate_lines(_Resumed(first, text)))
    if first == "{":
        found = iterate_json_lines(lines)
        return Parsed(format="JSON lines", rows=map(understand.of_fields, found))
    return _parse_csv(lines, understand)


class _Resumed:
    """A text of which the first character was taken away, with it."""

    def __init__(self, first: str, rest: Text) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int, /) -> str:
        first, self._first = self._first, ""
        return first + self._rest.read(size - len(first))

    def readline(self, size: int, /) -> str:
        if not self._first:
            return self._rest.readline(size)
        first, self._first = self._first, ""
        return first + self._rest.readline(size - 1)


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
        others = tuple(name for name in texts if name not in _WHO)
        wishes = self._preferences(others, tuple(texts[name] for name in others))
        return _record(line, texts, wishes)

    def of_cells(
        self, rows: Iterable[tuple[int, list[str]] | BadRow], columns: Columns
    ) -> Iterator[Record | BadRow]:
        """Yield the records of rows whose columns are known."""
        width = len(columns.fields)
        places = {field: place for place, field in enumerate(columns.fields) if field}
        others = tuple(field for field in places if field not in _WHO)
        pick = _picker([places[field] for field in others])
        who = [(field, place) for field, place in places.items() if field in _WHO]
        for row in rows:
            if isinstance(row, BadRow):
                yield row
                continue
            line, cells = row
            if len(cells) != width:
                if len(cells) > width and any(cells[width:]):
                    yield BadRow(
                        line,
                        f"the row has {len(cells)} cells, the file {width} columns",
                        "Put texts with a comma or semicolon into quotes.",
                        " | ".join(cells)[:200],
                    )
                    continue
                cells += [""] * (width - len(cells))
            wishes = self._preferences(others, pick(cells))
            yield _record(line, {field: cells[place] for field, place in who}, wishes)

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
    return lambda cells: tuple([cells[place] for place in places])


def _record(
    line: int, texts: Mapping[str, str], preferences: Preferences | Refused
) -> Record | BadRow:
    text = texts.get("email", "")
    name = texts.get("name", "")
    address = parse_address(text)
    if isinstance(address, Refused):
        # `Anna Berg <anna@example.org>`, as mail programs write it.
        own_name, inner = split_mailbox(text)
        if inner is not text:
            again = parse_address(inner)
            address, name = (
                (address, name) if isinstance(again, Refused) else (again, name or own_name)
            )
    if isinstance(address, Refused):
        return BadRow(line, address.what, address.remedy, _shown(texts))
    if isinstance(preferences, Refused):
        return BadRow(line, preferences.what, preferences.remedy, _shown(texts))
    created = parse_moment(texts.get("subscribed_at", ""))
    if isinstance(created, Refused):
        return BadRow(line, created.what, created.remedy, _shown(texts))
    if not name and ("first_name" in texts or "last_name" in texts):
        name = f"{texts.get('first_name', '')} {texts.get('last_name', '')}"
    return Record(line, address.address, address.key, parse_name(name), created, preferences)


def _shown(texts: Mapping[str, str]) -> str:
    return " | ".join(filter(None, (texts.get(field, "") for field in _WHO)))[:200]
