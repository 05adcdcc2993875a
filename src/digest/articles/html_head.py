"""Front matter in the head of an HTML page: `<meta>` and `<title>`. Pure."""

import re

from digest.articles.fences import MAX_FRONT, Parts, Splitter


def looks_like_html(text: str) -> bool:
    """Return whether `text` is a whole page rather than Markdown that begins with a tag."""
    return bool(re.match(r"(?i)<(?:!doctype\s+html|\?xml|html|head)\b", text))


def split_html(text: str) -> Splitter:
    """Return what takes a page apart into its head's fields and its body."""
    return lambda: _split(text)


def _split(text: str) -> Parts:
    # `[^<>]` never runs across another tag, so a page of "<" costs one pass.
    start = re.search(r"(?i)<body\b[^<>]*>", text)
    head = text[: min(start.start() if start else len(text), MAX_FRONT)]
    if start:
        ends = [found.start() for found in re.finditer(r"(?i)</body\s*>", text)]
        body = text[start.end() : ends[-1] if ends else len(text)]
    else:
        closed = re.search(r"(?i)</head\s*>", text)
        body = text[closed.end() :] if closed else text
    return _fields(head), body, head, 1


def _fields(head: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for tag in re.findall(r"(?i)<meta\b((?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*+)>", head):
        attributes = {
            name.lower(): double or single or bare
            for name, double, single, bare in re.findall(
                r"(?<![\w:.-])([A-Za-z][\w:.-]*+)\s*+=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
                tag,
            )
        }
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        if name and "content" in attributes:
            _add(fields, name.strip(), _decoded(attributes["content"]))
    title = re.search(r"(?i)<title\b[^<>]*>([^<]*)</title", head)
    if title and not any(name.casefold() == "title" for name in fields):
        fields["title"] = title[1].strip()
    language = re.search(r"(?i)<html\b[^<>]*\slang\s*=\s*[\"']?([\w-]+)", head)
    if language:
        fields.setdefault("lang", language[1])
    return fields


def _add(fields: dict[str, object], name: str, value: str) -> None:
    """Collect repeated names in a list: one `<meta>` for each author or tag."""
    before = fields.get(name)
    if before is None:
        fields[name] = value
    elif isinstance(before, list):
        before.append(value)
    else:
        fields[name] = [before, value]


def _decoded(value: str) -> str:
    if "&" not in value:
        return value
    import html  # noqa: PLC0415  its table of entities costs 3 ms

    return html.unescape(value)
