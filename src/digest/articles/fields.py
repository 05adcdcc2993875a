"""Front-matter fields under all the names that site generators give them. Pure.

The names, in the order in which they are asked for, are those of facts §4.2; comparing ignores
case, `-` and `_`. A name with a dot is a field of a mapping (`cover.image`). What is not found at
the top is looked for below `params` (Hugo), `extra` and `taxonomies` (Zola).

A list where one text should be gives its first text, for that is what the writer sees on the
site; only a title and a date must be what they are, since guessing there would be seen by
readers.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from digest.articles.containers import normal
from digest.articles.reading_error import ReadingError

TITLE = ("title", "linktitle", "og:title")
DATE = (
    "date",
    "publishdate",
    "pubdate",
    "published",
    "date.created",
    "publisheddate",
    "created",
    "createdat",
    "publishedat",
    "datepublished",
    "article:publishedtime",
)
EXPIRY = ("expirydate", "unpublishdate", "expires", "expirationdate")
SUMMARY = (
    "excerpt",
    "summary",
    "description",
    "subtitle",
    "dek",
    "deck",
    "teaser",
    "og:description",
)
#: Text of the body that ends its excerpt (Jekyll, Cobalt).
SEPARATOR = ("excerptseparator",)
COVER = (
    "coverimage",
    "cover",
    "image",
    "images",
    "heroimage",
    "ogimage",
    "featuredimage",
    "featureimage",
    "thumbnail",
    "banner",
    "header",
    "og:image",
)
COVER_ALT = (
    "coveralt",
    "coverimagealt",
    "imagealt",
    "cover.alt",
    "coverimage.alt",
    "image.alt",
    "heroimagealt",
    "heroimage.alt",
    "featuredimagealt",
    "featureimagealt",
    "og:image:alt",
)
AUTHOR = ("author", "authors", "article:author")
CATEGORY = ("category", "categories", "article:section")
TAGS = ("tags", "tag", "keywords", "article:tag")
ORIGIN = ("source", "link", "externalurl", "sourceurl", "originalurl")
CANONICAL = ("canonicalurl", "canonical", "og:url")
ADDRESS = ("url", "permalink", "path")
SLUG = ("slug",)
IDENTITY = ("id", "guid", "uuid")
LANGUAGE = ("lang", "language", "locale", "og:locale")

#: Name → all names of the same thing, any of which keeps a default for it out. A text for a
#: picture goes with its picture.
_SAME = {
    **dict.fromkeys(COVER_ALT, (*COVER_ALT, *COVER)),
    **{
        name: names
        for names in (SUMMARY, COVER, AUTHOR, CATEGORY, TAGS, LANGUAGE, EXPIRY)
        for name in names
    },
}

#: Names that hold exactly one category or author, so that a comma in it is only a comma.
_SINGULAR = frozenset({"category", "author", "article:section", "article:author"})
#: Where a mapping keeps the text it stands for: an author's name, a tag's label.
_LABELS = ("name", "label", "title", "term", "value", "slug", "key")
#: Mappings that hold further fields.
FURTHER = ("params", "extra", "taxonomies")

_TRUE = frozenset({"true", "yes", "on", "y", "1", "t"})
_FALSE = frozenset({"false", "no", "off", "n", "0", "f"})


class Found(NamedTuple):
    """A field that is not empty."""

    #: As asked for, so for messages; its line is found all the same.
    name: str
    value: object


class Fields:
    """The fields of one file, by normal name; after them those of its folder."""

    __slots__ = ("_further", "_values")

    def __init__(self, values: Mapping[str, object], defaults: Mapping[str, object]) -> None:
        self._values = _normalised(values)
        self._further = self._mappings()
        if defaults:
            self._complete(_normalised(defaults))

    @property
    def values(self) -> Mapping[str, object]:
        """Every field by normal name, those of the folder among them."""
        return self._values

    def all(self, names: tuple[str, ...]) -> Iterator[Found]:
        """Yield what stands under `names`, in their order, without empty ones."""
        for name in names:
            value = self._values.get(name)
            if value is None and (self._further or "." in name):
                value = self._inner(name)
            if value is not None and value not in ("", [], {}):
                yield Found(name, value)

    def first(self, names: tuple[str, ...]) -> Found | None:
        """Return the first of `names` that is not empty."""
        return None if self.lacks(names) else next(self.all(names), None)

    def lacks(self, names: tuple[str, ...]) -> bool:
        """Return whether none of `names` can be there: most are absent from most files."""
        return not self._further and self._values.keys().isdisjoint(_outer(names))

    def text(self, names: tuple[str, ...]) -> str:
        """Return the first text under `names`, space around it gone; else ""."""
        if self.lacks(names):
            return ""
        return next((text for found in self.all(names) if (text := text_of(found.value))), "")

    def line(self, names: tuple[str, ...]) -> str:
        """Return what must be one text.

        Raises:
            ReadingError: it is a list or a mapping.
        """
        for found in self.all(names):
            if isinstance(found.value, (list, Mapping)):
                kind = "list" if isinstance(found.value, list) else "mapping"
                raise ReadingError(
                    what=f"{found.name} is a {kind}, not one text",
                    remedy=f"Write {found.name} on one line; quote it if it has brackets.",
                    field=found.name,
                )
            if text := text_of(found.value):
                return text
        return ""

    def truth(self, name: str) -> bool | None:
        """Return what a yes-or-no field says; None: it is not there.

        Raises:
            ReadingError: it says neither. Guessing could publish a draft.
        """
        found = self.first((name,))
        if found is None:
            return None
        answer = truth_of(found.value)
        if answer is None:
            raise ReadingError(
                what=f"{name} is neither true nor false: {text_of(found.value)[:60]!r}",
                remedy=f"Write `{name}: true` or `{name}: false`.",
                field=name,
            )
        return answer

    def _mappings(self) -> list[dict[str, object]]:
        return [
            _normalised(inner)
            for name in FURTHER
            if isinstance(inner := self._values.get(name), Mapping)
        ]

    def _complete(self, defaults: Mapping[str, object]) -> None:
        """Add what the file says under none of a thing's names: `authors` outdoes `author`."""
        own = set(self._values)
        for name, value in defaults.items():
            same = _SAME.get(name, (name,))
            if own.isdisjoint(same) and all(self._inner(alias) is None for alias in same):
                self._values[name] = value
        self._further = self._mappings()

    def _inner(self, name: str) -> object:
        outer, dot, inner = name.partition(".")
        if dot:
            value = self._values.get(outer)
            return _normalised(value).get(inner) if isinstance(value, Mapping) else None
        return next((further[name] for further in self._further if name in further), None)


def listed(found: Found | None, *, by_space: bool = False) -> tuple[str, ...]:
    """Return the texts of a list field, without empty and repeated ones, in their order.

    Args:
        found: a list (nested: Hexo's hierarchies), a mapping of these, or one text, which is
            split at semicolons, else at commas.
        by_space: split a text without either at spaces (Jekyll's plural fields).
    """
    if found is None:
        return ()
    if isinstance(found.value, str):
        single = found.name in _SINGULAR
        parts = _split(found.value, single=single, by_space=by_space and not single)
    else:
        parts = list(_texts(found.value, 0))
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def text_of(value: object) -> str:
    """Return the text of a value: of a list its first, of a mapping none."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, date, time)):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value if (text := text_of(item))), "")
    return ""


def truth_of(value: object) -> bool | None:
    """Return what `true`, `No`, `"off"`, 1 … say; None: neither true nor false."""
    text = text_of(value).casefold() if not isinstance(value, list) else ""
    return True if text in _TRUE else False if text in _FALSE else None


def address_in(value: object) -> str:
    """Return the address in a text, a list (its first) or a mapping (`url`, `src`, `image` …)."""
    if isinstance(value, list):
        return next((address for item in value if (address := address_in(item))), "")
    if isinstance(value, Mapping):
        inner = _normalised(value)
        for name in ("image", "url", "src", "path", "href", "file", "teaser"):
            if isinstance(inner.get(name), str):
                return text_of(inner[name])
        return ""
    return text_of(value) if isinstance(value, str) else ""


@lru_cache(maxsize=256)
def _outer(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in names)


def _normalised(values: Mapping[str, object]) -> dict[str, object]:
    normalised: dict[str, object] = {}
    for name, value in values.items():
        normalised.setdefault(normal(name), value)
    return normalised


def _split(text: str, *, single: bool, by_space: bool) -> list[str]:
    if ";" in text:
        return text.split(";")
    if "," in text and not single:
        return text.split(",")
    return text.split() if by_space else [text]


def _texts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)
    elif isinstance(value, Mapping):
        inner = _normalised(value)
        label = next((name for name in _LABELS if text_of(inner.get(name))), None)
        if label:
            yield text_of(inner[label])
        elif depth == 0:  # `authors: {jane: {name: Jane}}`
            for name, item in value.items():
                yield next(_texts(item, 1), "") if isinstance(item, Mapping) else name
    else:
        yield text_of(value)
