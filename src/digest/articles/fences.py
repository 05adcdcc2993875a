"""Front matter between fences: YAML, TOML, JSON. Pure; the only importer of python-frontmatter.

python-frontmatter finds and splits; what it lets pass in silence is an error here: a fence that
is never closed (it takes the file as one body without fields), and values that are no mapping
(it drops them). Loading is ours: `strict_yaml`, `strict_data`. Neither that library nor PyYAML
is imported before a file needs them: `plain_yaml` reads the usual kind of front matter.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from digest.articles.plain_yaml import CLOSING, load_plain
from digest.articles.reading_error import ReadingError
from digest.articles.strict_data import load_json, load_json_prefix, load_toml

if TYPE_CHECKING:
    from frontmatter.default_handlers import BaseHandler

#: The longest front matter of the real archive has 770 characters.
MAX_FRONT = 65_536

#: Values, body, text of the front matter, line of the text on which that begins.
Parts = tuple[dict[str, object], str, str, int]
#: Takes the text apart when called; that it can is known before.
Splitter = Callable[[], Parts]

_Load = Callable[[str, int], dict[str, object]]


class _Fence(NamedTuple):
    """What opens and closes front matter, and what stands between."""

    shown: str
    boundary: str
    load: _Load


def _load_hexo_json(text: str, first_line: int) -> dict[str, object]:
    # Hexo shows the fields without the braces around them.
    inner = text.strip()
    braces = not inner.startswith("{")
    return load_json(f"{{{text.rstrip().rstrip(',')}}}" if braces else text, first_line)


def _load_yaml(text: str, first_line: int) -> dict[str, object]:
    from digest.articles.strict_yaml import load_yaml  # noqa: PLC0415  PyYAML costs 15 ms

    return load_yaml(text, first_line)


# `...` also ends YAML in Jekyll and Pandoc.
_YAML = _Fence("---", CLOSING.pattern, _load_yaml)
_TOML = _Fence("+++", r"^\+{3,}[ \t]*$", load_toml)
_HEXO_JSON = _Fence(";;;", r"^;{3,}[ \t]*$", _load_hexo_json)
_AFTER_DASHES = {
    "yaml": _YAML,
    "yml": _YAML,
    "json": _Fence("---", r"^-{3,}(?:json)?[ \t]*$", load_json),
    "toml": _Fence("---", r"^-{3,}(?:toml)?[ \t]*$", load_toml),
}


def split_fenced(text: str) -> Splitter | None:
    """Return what takes `text` apart when it begins with a fence or a JSON object, else None."""
    if text.startswith("---"):
        return lambda: _split_dashes(text)
    if text.startswith("+++"):
        return lambda: _split(text, _TOML)
    if text.startswith(";;;"):
        return lambda: _split(text, _HEXO_JSON)
    if text.startswith("{") and re.match(r'\{\s*["}]', text):
        return lambda: _split_object(text)
    return None


def split_hexo(text: str) -> Splitter | None:
    """Return what takes `text` apart when fields without a fence above end with one below.

    An empty line before the fence makes it a rule across a text that begins otherwise.
    """
    head = text[:MAX_FRONT]
    if head.startswith('"') and re.search(r"(?m)^;{3,}[ \t]*$", head):
        return lambda: _split(";;;\n" + text, _HEXO_JSON, added=1)
    block = head.partition("\n\n")[0]
    fence = re.search(r"(?m)^-{3,}[ \t]*$", block)
    if fence and re.match(r"[A-Za-z][\w-]*:(?:[ \t]|$)", block):
        fields = re.findall(
            r"(?mi)^(?:title|date|layout|tags|categories):", block[: fence.start()]
        )
        # "Title: One\n---" alone is a heading of Markdown, underlined.
        if len(fields) > 1 or (fields and block[: fence.start()].count("\n") > 1):
            return lambda: _split("---\n" + text, _YAML, added=1)
    return None


def _split_dashes(text: str) -> Parts:
    if text.startswith("---\n") and (parts := _split_plain(text)):
        return parts
    opening = text.partition("\n")[0]
    language = opening.strip("- \t").lower()
    if not language:
        return _split(text, _YAML)
    fence = _AFTER_DASHES.get(language)
    if fence is None:
        raise ReadingError(
            what=f"front matter in {language[:40]!r} cannot be read",
            remedy="Write the fields in YAML between two lines of `---`.",
            line=1,
        )
    return _split("---" + text[len(opening) :], fence)


def _split_plain(text: str) -> Parts | None:
    """Split and load the usual kind of front matter; None: it may be of another kind."""
    closing = CLOSING.search(text, 4)
    if closing is None or closing.start() > MAX_FRONT:
        return None
    front = text[4 : closing.start()]
    values = load_plain(front)
    return None if values is None else (values, text[closing.end() :], front, 2)


def _split(text: str, fence: _Fence, *, added: int = 0) -> Parts:
    """Split at the fences and load what is between.

    Args:
        text: begins with the fence.
        fence: which one.
        added: lines put before the file's own.
    """
    handler = _handler(fence)
    try:
        front, body = handler.split(text)
    except ValueError as error:
        # "not enough values to unpack": there is no second fence.
        raise ReadingError(
            what=f"front matter opened with `{fence.shown}` is never closed",
            remedy=f"Put a line of `{fence.shown}` after the last field.",
            line=1,
        ) from error
    if len(front) > MAX_FRONT:
        raise _too_large()
    # The split leaves the line end of the opening fence at the start of the fields.
    front, line = front.removeprefix("\n"), 2 - added
    return fence.load(front, line), body, front, line


def _split_object(text: str) -> Parts:
    try:
        values, end = load_json_prefix(text[: MAX_FRONT + 1])
    except ReadingError as error:
        if len(text) > MAX_FRONT and "JSON: " in error.what:
            raise _too_large() from error
        raise
    return values, text[end:], text[:end], 1


def _too_large() -> ReadingError:
    return ReadingError(
        what=f"the front matter is larger than {MAX_FRONT // 1024} KiB",
        remedy="Move text into the body; check that the front matter is closed.",
        line=1,
    )


@cache
def _handler(fence: _Fence) -> "BaseHandler":
    # Its package costs 8 ms; folders of Org or HTML files never pay them.
    from frontmatter.default_handlers import BaseHandler  # noqa: PLC0415  see above

    return BaseHandler(re.compile(fence.boundary, re.MULTILINE), fence.shown, fence.shown)
