"""YAML front matter → plain text values, nothing guessed and nothing referenced. Pure.

The only importer of PyYAML. It is used as a parser of events, not as a loader: a loader turns
`No` into False, `12:30:45` into 45045 and `2026-02-30` into a ValueError (facts §4.9), and it
follows anchors, which is how a few lines grow into gigabytes. Reading events is also twice as
fast, cannot recurse, and knows the line of everything.
"""

from typing import Any

import yaml

from digest.articles.reading_error import ReadingError
from digest.articles.strict_data import MAX_DEPTH

# libyaml where PyYAML was built with it (ten times faster); the same events either way.
_Parser: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What YAML 1.1 calls null; every other scalar stays the text that was written.
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

#: Tags that say what a value already is: YAML's own types, as text all the same.
_PLAIN_TAGS = frozenset(
    {None, "!"}
    | {
        f"tag:yaml.org,2002:{kind}"
        for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
    }
)

_QUOTES = "Put the value in quotes"
#: Part of PyYAML's message → what a writer does about it.
_REMEDIES = (
    (
        "mapping values are not allowed",
        f"{_QUOTES}: a colon and a space inside it look like YAML.",
    ),
    ("tab character", "Indent with spaces, not with a tab."),
    (r"'\t' that cannot start", "Indent with spaces, not with a tab."),
    ("cannot start any token", f"{_QUOTES}: its first character means something to YAML."),
    ("unexpected end of stream", "Close the quote or bracket that opens here."),
    ("could not find expected ':'", "Write `name: value`; continue long text on indented lines."),
    ("expected ',' or", "Close the bracket, or put the whole value in quotes."),
    ("did not find expected key", f"{_QUOTES}, or indent this line like the one above."),
    ("expected <block end>", f"{_QUOTES}, or indent this line like the one above."),
)
_ANY_REMEDY = f"{_QUOTES}, or look for a missing quote, bracket or colon just above."


def load_yaml(text: str, first_line: int = 1) -> dict[str, object]:
    """Return the mapping in `text`: strings, None, lists and mappings of these.

    Args:
        text: what stands between the fences; at most some 64 KiB.
        first_line: line of the file on which `text` begins.

    Raises:
        ReadingError: not YAML, no mapping, an anchor, alias or foreign tag, a field twice, or
            nested more than `MAX_DEPTH` deep.
    """
    try:
        parser = _Parser(text)
        try:
            root = _Reading(first_line).root(parser)
        finally:
            parser.dispose()  # breaks a reference cycle
    except yaml.YAMLError as error:
        raise _explained(error, text, first_line) from error
    if root is None:
        return {}
    if not isinstance(root, dict):
        raise ReadingError(
            what="the front matter is no list of fields",
            remedy="Write one `name: value` per line.",
            line=first_line,
        )
    return root


class _Reading:
    """One pass over the events of one document."""

    __slots__ = ("_first_line", "_key", "_open", "_root")

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._root: object = None
        # Open collections, each with the key that waits for its value where it is a mapping.
        self._open: list[dict[str, object] | list[object]] = []
        self._key: list[str | None] = []

    def root(self, parser: yaml.CSafeLoader | yaml.SafeLoader) -> object:
        """Return the document's value."""
        documents = 0
        while True:
            # The stubs forget what a parser gives; its classes tell, and are compared by `is`.
            event: Any = parser.get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._start(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._open.pop()
                self._key.pop()
            elif kind is yaml.AliasEvent:
                raise self._error(event, f"alias *{event.anchor}", "Write the value out in full.")
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise self._error(event, "a second document", "Keep one block of fields.")
            elif kind is yaml.StreamEndEvent:
                return self._root

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._check(event)
        waits = self._open and isinstance(self._open[-1], dict) and self._key[-1] is None
        if not waits and event.implicit[0] and event.value in _NULLS:
            self._place(event, None)
        else:
            self._place(event, event.value)

    def _start(
        self, event: yaml.CollectionStartEvent, value: dict[str, object] | list[object]
    ) -> None:
        self._check(event)
        if len(self._open) == MAX_DEPTH:
            what = f"values nested more than {MAX_DEPTH} deep"
            raise self._error(event, what, "Write the value flat.")
        self._place(event, value)
        self._open.append(value)
        self._key.append(None)

    def _place(self, event: yaml.NodeEvent, value: object) -> None:
        if not self._open:
            self._root = value
            return
        parent = self._open[-1]
        if isinstance(parent, list):
            parent.append(value)
        elif (key := self._key[-1]) is not None:
            parent[key] = value
            self._key[-1] = None
        elif not isinstance(value, str) or not value:
            raise self._error(event, "a field whose name is no text", "Write `name: value`.")
        elif value in parent:
            raise self._error(event, f"field {value!r} twice", "Keep one of the two.")
        else:
            self._key[-1] = value

    def _check(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            raise self._error(
                event, f"anchor &{event.anchor}", "Write the value out, or quote it."
            )
        if event.tag not in _PLAIN_TAGS:
            raise self._error(event, f"tag {event.tag}", "Remove the tag, or quote the value.")

    def _error(self, event: yaml.Event, what: str, remedy: str) -> ReadingError:
        line = self._first_line + (event.start_mark.line if event.start_mark else 0)
        return ReadingError(what=f"the front matter has {what}", remedy=remedy, line=line)


def _explained(error: yaml.YAMLError, text: str, first_line: int) -> ReadingError:
    if isinstance(error, yaml.reader.ReaderError):
        # libyaml counts bytes, PyYAML characters: exact for ASCII, near enough otherwise.
        ahead = text.encode()[: error.position] if isinstance(error.position, int) else b""
        return ReadingError(
            what="the front matter has a character that YAML forbids",
            remedy="Delete the invisible control character on this line.",
            line=first_line + ahead.count(b"\n"),
        )
    problem = str(getattr(error, "problem", None) or "not YAML")
    context = str(getattr(error, "context", None) or "")
    # A quote that is never closed is found at the end, but the writer forgot it at the start.
    mark = getattr(error, "problem_mark", None)
    if "quoted scalar" in context:
        mark = getattr(error, "context_mark", None) or mark
    remedy = next((remedy for part, remedy in _REMEDIES if part in problem), _ANY_REMEDY)
    line = first_line + (mark.line if mark is not None else 0)
    return ReadingError(what=f"the front matter is not YAML: {problem}", remedy=remedy, line=line)
