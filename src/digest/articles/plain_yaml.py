"""Front matter in the plain half of YAML → the same values as `strict_yaml`, sooner. Pure.

Most front matter is lines of `name: value`, quoted or plainly so, and lists of such values.
Reading these takes a few steps here, and spares the import of PyYAML and python-frontmatter: as
much time as reading a hundred articles. Whatever is not certainly understood in the same way by
YAML is left to `strict_yaml`: escapes, comments, nesting, text over several lines, and
everything that is wrong. A test compares the two over generated text and the real archive.
"""

import re
from typing import Final

#: What closes front matter, wherever it opens with a line of `---`.
CLOSING: Final = re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.MULTILINE)

# A quoted text, or one whose first character (a letter, a digit, whatever is no ASCII; a class
# of the others compiles sooner) means nothing to YAML. After a blank a `#` begins a comment;
# before a blank a colon makes a field.
_DOUBLE: Final = r'"(?:[^"\\\n]|\\["\\_])*+"'
_SINGLE: Final = r"'(?:[^'\n]|'')*+'"
_FIRST: Final = r"[^\x00-/:-@\[-`{-\x7f]"
_PLAIN: Final = rf"{_FIRST}(?:[^:#\n]|(?<! )#|(?<! ):(?=[^\s:#]))*+"
# In brackets a comma, a bracket or a brace ends a value.
_INNER: Final = rf"(?:{_DOUBLE}|{_SINGLE}|{_FIRST}[^:#,\[\]{{}}\n]*+)"
_FIELD: Final = re.compile(
    rf"([A-Za-z][A-Za-z0-9_-]{{0,99}}):(?: +(?:({_DOUBLE}|{_SINGLE}|{_PLAIN})"
    rf"|\[ *((?:{_INNER} *(?:, *(?!\])|(?=\])))*+)\]|([>|])-(?=\n )))? *(?:\n+|\Z)"
)
_ITEM: Final = re.compile(rf"( *)- +({_DOUBLE}|{_SINGLE}|{_PLAIN}) *(?:\n+|\Z)")
_PART: Final = re.compile(_INNER)
#: Lines of a text under `>-` or `|-`, indented alike and without blanks at their ends.
_LINES: Final = re.compile(
    r"( +)[^ \n](?:[^\n]*[^ \n])?(?:\n\1[^ \n](?:[^\n]*[^ \n])?)*+(?:\n+|\Z)"
)

#: What YAML 1.1 calls null where it is not quoted.
_NULLS: Final = frozenset({"null", "Null", "NULL"})


def load_plain(text: str) -> dict[str, object] | None:
    """Return the fields in `text`; None: it may hold more than the plain half of YAML.

    Args:
        text: what stands between the fences; may begin with empty lines.
    """
    # Characters that YAML forbids or takes for line ends are none that can be printed.
    if not text.replace("\n", "").isprintable():
        return None
    values: dict[str, object] = {}
    at = len(text) - len(text.lstrip("\n"))
    while at < len(text):
        field = _FIELD.match(text, at)
        if field is None or field[1] in values:
            return None
        name, at = field[1], field.end()
        if field[2] is not None:
            values[name] = _value(field[2])
        elif field[3] is not None:
            values[name] = [_value(part) for part in _PART.findall(field[3])]
        elif field[4] is not None:
            lines = _LINES.match(text, at)
            if lines is None:
                return None
            at = lines.end()
            values[name] = _joined(lines, " " if field[4] == ">" else "\n")
        else:
            items, at = _items(text, at)
            values[name] = items or None
    return values


def _items(text: str, at: int) -> tuple[list[object], int]:
    """Return the items of the list that begins at `at`, if one does, and where it ends."""
    items: list[object] = []
    indent = ""
    while item := _ITEM.match(text, at):
        if not items:
            indent = item[1]
        elif item[1] != indent:
            break  # no field either, so that all of it is left to YAML
        items.append(_value(item[2]))
        at = item.end()
    return items, at


def _joined(lines: re.Match[str], by: str) -> str:
    """Return the text that stands in `lines`, folded or as it is."""
    indent = lines[1]
    return lines[0].rstrip("\n").replace(f"\n{indent}", by).removeprefix(indent)


def _value(written: str) -> str | None:
    if written[0] == '"':
        inner = written[1:-1]
        return re.sub(r"\\(.)", _unescaped, inner) if "\\" in inner else inner
    if written[0] == "'":
        return written[1:-1].replace("''", "'")
    plain = written.rstrip(" ")
    return None if plain in _NULLS else plain


def _unescaped(found: re.Match[str]) -> str:
    return "\xa0" if found[1] == "_" else found[1]
