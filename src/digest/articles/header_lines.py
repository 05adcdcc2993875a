"""Front matter as plain lines at the top: Pelican, Nikola, reStructuredText, Org. Pure.

Such lines have no types: every value is text, except a field that is repeated, which is a list.
A field of the same name twice is how these formats write several authors, not a mistake.
"""

import re

from digest.articles.fences import MAX_FRONT, Splitter

#: Without one of these, lines with colons are the beginning of a text.
_TELLING = re.compile(r"(?i)^(?:title|date):", re.MULTILINE)


def split_lines(text: str) -> Splitter | None:
    """Return what takes `Name: value` lines apart (Pelican, MultiMarkdown), else None."""
    if not re.match(r"[A-Za-z][\w -]{0,40}:", text):
        return None
    front, body = _first_block(text)
    if not _TELLING.search(front):
        return None
    return lambda: (_fields(front, r"([A-Za-z][\w -]{0,40}?):(?:[ \t]+|$)(.*)"), body, front, 1)


def split_nikola(text: str) -> Splitter | None:
    """Return what takes `.. name: value` lines apart, also in an HTML comment, else None."""
    if not re.match(r"(?:<!--\s*)?\.\.[ \t]+[\w-]+:(?:[ \t]|$)", text):
        return None
    if text.startswith("<!--"):
        front, _, body = text[4 : MAX_FRONT + 4].partition("-->")
        body += text[MAX_FRONT + 4 :]
    else:
        front, body = _first_block(text)
    return lambda: (_fields(front, r"\.\.[ \t]+([\w-]+):(?:[ \t]+|$)(.*)"), body, front, 1)


def split_rest(text: str) -> Splitter | None:
    """Return what takes a title with a `:name: value` list below it apart, else None."""
    found = re.match(
        r"(?:([=\-~^\"'#*+`.:_])\1{2,}[ \t]*\n)?[ \t]*(\S[^\n]{0,1000})\n"
        r"([=\-~^\"'#*+`.:_])\3{2,}[ \t]*\n\s*",
        text,
    )
    start = found.end() if found else 0
    rest = text[start:]
    front, body = _first_block(rest) if rest.startswith(":") else ("", rest)
    fields = _fields(front, r":([A-Za-z][\w -]{0,40}):(?:[ \t]+|$)(.*)")
    if not (found or fields):
        return None
    title: dict[str, object] = {"title": found[2].strip()} if found else {}
    line = text.count("\n", 0, start) + 1
    return lambda: ({**title, **fields}, body if fields else rest, front, line)


def split_org(text: str) -> Splitter | None:
    """Return what takes `#+NAME: value` lines apart, else None."""
    found = re.match(r"(?:(?:#\+[^\n]*|#[ \t][^\n]*|:[^\n]*|[ \t]*)(?:\n|\Z))+", text[:MAX_FRONT])
    if not found or not text.startswith("#"):
        return None
    front = found[0]
    return lambda: (_org_fields(front), text[len(front) :], front, 1)


def _org_fields(front: str) -> dict[str, object]:
    fields = _fields(front, r"#\+([\w-]+(?:\[\])?):[ \t]*(.*)")
    for name, value in list(fields.items()):
        text = str(value)
        if name.endswith("[]"):  # Hugo: `#+tags[]: one two`
            fields[name[:-2]] = text.split()
        elif name.casefold() == "filetags":
            fields.setdefault("tags", [tag for tag in text.split(":") if tag.strip()])
        elif re.match(r"[<\[]\d{4}-", text):  # `<2025-07-21 Mon 10:00>`
            fields[name] = re.sub(r"\s[^\W\d]+\.?(?=[\s\]>])", "", text).strip("<>[]")
    return fields


def _first_block(text: str) -> tuple[str, str]:
    """Return the text up to the first empty line, and the rest."""
    end = re.compile(r"\n[ \t]*(?=\n)").search(text, 0, MAX_FRONT)
    if end is None:
        return text[:MAX_FRONT], text[MAX_FRONT:]
    return text[: end.start()], text[end.end() :]


def _fields(front: str, pattern: str) -> dict[str, object]:
    """Return the fields; lines that are indented continue the one before."""
    fields: dict[str, object] = {}
    name = ""
    for line in front.split("\n"):
        if name and line[:1] in {" ", "\t"} and line.strip():
            _add(fields, name, line.strip(), join=True)
        elif found := re.match(pattern, line):
            name = found[1]
            _add(fields, name, found[2].strip(), join=False)
        else:
            name = ""
    return fields


def _add(fields: dict[str, object], name: str, text: str, *, join: bool) -> None:
    before = fields.get(name)
    if before is None:
        fields[name] = text
    elif isinstance(before, list):
        if join:
            before[-1] = f"{before[-1]} {text}"
        else:
            before.append(text)
    else:
        fields[name] = f"{before} {text}".strip() if join else [before, text]
