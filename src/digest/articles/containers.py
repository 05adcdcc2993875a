"""Bytes of a file → front matter and body, whichever of ten containers holds them. Pure.

    ---            YAML between fences; `---json`, `---toml`        fences.py
    +++            TOML between fences                              fences.py
    { … }          JSON object at the top                           fences.py
    ;;;            JSON in Hexo's fences, or its one fence          fences.py
    name: value    YAML ended by one `---` (Hexo)                   fences.py
    Name: value    lines ended by an empty one (Pelican)            header_lines.py
    .. name: value also in an HTML comment (Nikola)                 header_lines.py
    :name: value   below a title (reStructuredText)                 header_lines.py
    #+NAME: value  Org                                              header_lines.py
    <meta …>       with <title> in HTML                             html_head.py

Formats and who uses them: facts §4.1. Patterns are texts, not compiled ones: `re` compiles each
when it is first needed and keeps it, and most folders need few of them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from digest.articles.fences import Splitter, split_fenced, split_hexo
from digest.articles.header_lines import split_lines, split_nikola, split_org, split_rest
from digest.articles.html_head import looks_like_html, split_html
from digest.articles.reading_error import ReadingError


class Container(NamedTuple):
    """A file taken apart."""

    #: Field as written → value: text, None, list, mapping; TOML also bool, int, date, datetime.
    values: Mapping[str, object]
    body: str
    #: What held the fields, to find a field's line again.
    front: str = ""
    #: Line of the file on which `front` begins.
    first_line: int = 1

    def line_of(self, field: str) -> int:
        """Return the line of the file on which `field` stands; 0: not found."""
        wanted = normal(field.partition(".")[0])
        for number, line in enumerate(self.front.split("\n"), self.first_line):
            start = line[:200]
            found = re.match(r"\W*([\w -]*\w)", start)
            if found and normal(found[1]) == wanted:
                return number
            if "<" in start and wanted in normal(line[:2_000]):
                return number
        return 0


@lru_cache(maxsize=512)
def normal(field: str) -> str:
    """Return the name of a field as it is compared: `Cover-Image` and `coverImage` are one."""
    return field.casefold().replace("-", "").replace("_", "").strip()


def parse_container(raw: bytes, suffix: str) -> Container:
    """Take a file apart; no container at all gives no fields and the whole text as body.

    Args:
        raw: the whole file.
        suffix: of its name, lower case, with the dot.

    Raises:
        ReadingError: the file is no UTF-8 text, or its front matter is broken.
    """
    text = decode(raw)
    start = len(text) - len(text.lstrip())
    skipped = text.count("\n", 0, start)
    text = text[start:]
    parts = split_fenced(text) or _split_unfenced(text, suffix)
    if parts is None:
        return Container({}, text)
    try:
        values, body, front, line = parts()
    except ReadingError as error:
        error.line += skipped if error.line else 0
        raise
    return Container(values, body.strip("\n").rstrip(), front, line + skipped)


def decode(raw: bytes) -> str:
    r"""Return the text of a file: UTF-8, byte-order mark gone, lines ended by `\n`.

    Raises:
        ReadingError: another encoding, or a NUL: not a text file.
    """
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise ReadingError(what="the file is UTF-16", remedy="Save it as UTF-8.", line=1)
    if (at := raw.find(b"\0")) >= 0:
        raise ReadingError(
            what="the file holds a NUL byte, so it is not a text file",
            remedy="Save it as UTF-8 text, or move it out of the content folder.",
            line=raw.count(b"\n", 0, at) + 1,
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The BOM is cut off before positions are counted; it holds no line end.
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"the file is not UTF-8: byte 0x{error.object[error.start]:02x}"
        raise ReadingError(what=what, remedy="Save the file as UTF-8.", line=line) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _split_unfenced(text: str, suffix: str) -> Splitter | None:
    """Return what takes a file without an opening fence apart, or None: all body."""
    nikola = split_nikola(text)
    if nikola:
        return nikola
    if suffix in {".html", ".htm", ".xhtml"} or looks_like_html(text):
        return split_html(text)
    if suffix == ".org":
        return split_org(text)
    if suffix == ".rst":
        return split_rest(text)
    return split_hexo(text) or split_lines(text)
