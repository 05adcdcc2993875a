"""The title of an article: one line of plain text, never empty. Pure."""

import re

from digest.articles.dates import without_date
from digest.articles.fields import TITLE, Fields
from digest.articles.markup import plain_line

#: The longest title of the real archive has 162 characters.
_MAX_LENGTH = 300
#: What is looked at of a longer text; keeps every pattern's work bounded.
_LOOKED_AT = 2_000
#: Where a heading is looked for in the body.
_TOP = 20_000

#: Invisible characters that `plain_line` leaves, for excerpts need them: direction marks, and
#: joiners beside ASCII, where they join nothing and only make "pay‌pal" look like "paypal".
_INVISIBLE = (
    "[\u200e\u200f\u061c\u2028\u2029\ufff9-\ufffb]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)


def title_of(fields: Fields, body: str, path: str) -> str:
    """Return the front matter's title, else the body's first heading, else the file's name.

    Raises:
        ReadingError: `title` is a list or a mapping.
    """
    written = clean_title(fields.line(TITLE))
    return written or clean_title(_heading(body[:_TOP])) or _of_name(path)


def clean_title(text: str) -> str:
    """Return `text` as one plain line of at most 300 characters; "" when nothing is left."""
    line = plain_line(text[:_LOOKED_AT])
    if not line.isascii():
        line = " ".join(re.sub(_INVISIBLE, "", line).split())
    if len(line) > _MAX_LENGTH:
        line = line[: _MAX_LENGTH - 1].rpartition(" ")[0] or line[: _MAX_LENGTH - 1]
        line = line.rstrip(" ,;:-") + "…"
    # A title of nothing but joiners and marks would be invisible.
    return line if re.search(r"[^\W_]|[^\w\s\u200c\u200d\ufe0f]", line) else ""


def name_parts(path: str) -> tuple[list[str], str]:
    """Return the folders and the name an article goes by: a bundle's is its folder's."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    if stem.partition(".")[0].casefold() in {"index", "_index"} and folders:
        stem = folders.pop()
    return folders, stem


def _heading(top: str) -> str:
    """Return the text of the first heading of the first rank, code left out."""
    if "<h1" in top.lower():
        found = re.search(r"(?i)<h1\b[^<>]*>(.{1,500}?)</h1", top, re.DOTALL)
        if found:
            return found[1]
    # A "# comment" in a block of code is no heading.
    outside = re.sub(r"(?ms)^(```|~~~).*?(?:^\1|\Z)", "", top)
    found = re.search(r"(?m)^ {0,3}#[ \t]+([^\n]+)", outside)
    if found:
        return found[1].rstrip(" \t#")
    found = re.match(r"\s*(\S[^\n]{0,300})\n=+[ \t]*(?:\n|\Z)", outside)
    return found[1] if found else ""


def _of_name(path: str) -> str:
    stem = name_parts(path)[1]
    name = without_date(stem, short_years=True, clock=True)
    words = clean_title(re.sub(r"[-_\s]+", " ", name))
    return words[:1].upper() + words[1:] if words else "Untitled"
