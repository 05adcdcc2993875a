"""What a folder says of all its articles: drafts, category, author, cover … Pure.

    _metadata.yml                  Quarto
    NAME.11tydata.json, NAME.json  Eleventy; NAME is the folder's. `.11tydata.js` is a program
    `cascade` in _index.md         Hugo, without a `_target`
    `defaults` in _config.yml      Jekyll, with their scopes; also `excerpt_separator`

An inner folder's word outdoes an outer one's, and the article's own front matter both (facts
§4.1). Dates are not taken from here: files are passed over by their own heads, and no two
articles have the same moment by rule. Nor is what belongs to one article alone: title, excerpt,
address, identity.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from digest.articles.article import BadFile
from digest.articles.containers import Container, decode, normal, parse_container
from digest.articles.fields import (
    AUTHOR,
    CATEGORY,
    COVER,
    COVER_ALT,
    EXPIRY,
    FURTHER,
    LANGUAGE,
    SEPARATOR,
    TAGS,
    Fields,
    text_of,
    truth_of,
)
from digest.articles.identity import as_shown
from digest.articles.publication import expires
from digest.articles.reading_error import ReadingError
from digest.articles.settings import Generator, ReadingRules
from digest.articles.strict_data import load_json
from digest.articles.strict_yaml import load_yaml
from digest.articles.visibility import FIELDS, visibility_of
from digest.articles.wishes import wishes_of
from digest.errors import Problem
from digest.record import Record, replace

#: A file of defaults is a screenful; a site's `_config.yml` has some kilobytes.
_MOST_BYTES = 262_144
#: Fields that can be the same for many articles.
_HONOURED = frozenset(
    {"newsletter", "digest", *FIELDS, *AUTHOR, *CATEGORY, *TAGS}
    | {*COVER, *COVER_ALT, *LANGUAGE, *EXPIRY, *SEPARATOR}
)
#: What may stand in a file that nobody can parse, and would keep its articles back.
_MAY_HIDE = re.compile(
    rb"(?i)draft|publish|unlisted|hidden|private|protected|password|status|visibility|headless"
    rb"|render|listed|permalink|build|exclude|expir|newsletter|digest"
)
_KINDS = {"post": "posts", "page": "pages", "draft": "drafts"}  # Jekyll 1 and 2


class Scope(Record, kw_only=True):
    """What holds for some articles unless they say otherwise."""

    #: How their paths begin, counted from the file's own folder; `*` stands for any text.
    start: str
    #: Fields by normal name.
    values: Mapping[str, object]
    #: Jekyll's type: `posts`, `pages`, `drafts` or a collection; empty: any.
    kind: str = ""
    #: Way from the file's folder down to the content folder, `blog/_posts/`; "" when it lies in
    #: the content folder or in one of its folders.
    below: str = ""

    def covers(self, path: str) -> bool:
        """Return whether it holds for the article at `path`, below the content folder."""
        whole = self.below + path
        if self.kind and self.kind != _kind_of(whole):
            return False
        if "*" in self.start:
            from fnmatch import fnmatchcase  # noqa: PLC0415  few sites have such a scope

            return fnmatchcase(whole, self.start + "*")
        return whole.startswith(self.start)


class Defaults(Record, kw_only=True):
    """What one file says of others."""

    #: The narrowest last.
    scopes: tuple[Scope, ...] = ()
    #: What is wrong with the file.
    bad: BadFile | None = None


def is_defaults(path: str, content: str, generator: Generator) -> bool:
    """Return whether a file is one of defaults, by its name and place.

    Args:
        path: below the content folder.
        content: name of the content folder, which Eleventy's files at its top bear.
        generator: `posts/posts.json` is any data unless Eleventy reads it.
    """
    folder, _, name = path.rpartition("/")
    own = folder.rpartition("/")[2] or content
    if name in {"_metadata.yml", "_metadata.yaml", f"{own}.11tydata.json"}:
        return True
    if name == f"{own}.json":
        return generator is Generator.ELEVENTY
    return generator is Generator.HUGO and name in {"_index.md", "_index.html", "_index.org"}


def parse_defaults(raw: bytes, path: str, rules: ReadingRules, *, below: str = "") -> Defaults:
    """Return what a file says of the articles of its folder. Never raises.

    A file that is broken and may keep articles back holds back all it speaks of: a leaked draft
    is worse than a late article.

    Args:
        raw: the whole file.
        path: below the content folder; `../_config.yml` above it.
        rules: how files become articles.
        below: way from the file's folder down to the content folder.
    """
    start = "" if below else path.rpartition("/")[0]
    start = f"{start}/" if start else ""
    text = ""
    try:
        text = decode(raw)
        scopes = tuple(
            replace(scope, start=start + scope.start, below=below)
            for scope in _scopes(raw, path.rpartition("/")[2])
        )
        for scope in scopes:
            _check(scope.values, rules)
    except ReadingError as error:
        line = error.line or (error.field and Container({}, "", text).line_of(error.field)) or 0
        where = f"{as_shown(path)}:{line}" if line else as_shown(path)
        what = as_shown(error.what).replace("the front matter", "the file")
        bad = BadFile(as_shown(path), Problem(where, what, error.remedy))
        return held_back(bad, start, below=below) if _MAY_HIDE.search(raw) else Defaults(bad=bad)
    return Defaults(scopes=scopes)


def held_back(bad: BadFile, start: str, *, below: str = "") -> Defaults:
    """Return what follows from a file that may keep its articles back and cannot be read."""
    what = f"{bad.problem.what}; its articles count as drafts until that is put right"
    scope = Scope(start=start, values={"draft": "true"}, below=below)
    return Defaults(scopes=(scope,), bad=BadFile(bad.path, bad.problem._replace(what=what)))


def defaults_of(scopes: Iterable[Scope], path: str) -> Mapping[str, object]:
    """Return what holds for the article at `path` unless it says otherwise.

    Args:
        scopes: the outermost folder's first.
        path: below the content folder.
    """
    values: Mapping[str, object] = {}
    for scope in reversed([scope for scope in scopes if scope.covers(path)]):
        values = Fields(values, scope.values).values
    return values


def _scopes(raw: bytes, name: str) -> Iterator[Scope]:
    if len(raw) > _MOST_BYTES:
        raise ReadingError(
            what=f"the file is larger than {_MOST_BYTES // 1024} KiB",
            remedy="Keep in it only what is said of whole folders.",
        )
    text = decode(raw)
    if name in {"_config.yml", "_config.yaml"}:
        yield from _of_jekyll(text)
    elif name.startswith("_index."):
        for values in _cascades(parse_container(raw, name[len("_index") :]).values):
            yield Scope(start="", values=_shared(values))
    elif name.endswith(".json"):
        yield Scope(start="", values=_shared(load_json(text)))
    else:
        yield Scope(start="", values=_shared(load_yaml(text)))


def _cascades(fields: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield what Hugo hands down to all pages below; what has a target is for some of them."""
    found = next((value for name, value in fields.items() if normal(name) == "cascade"), None)
    for cascade in found if isinstance(found, list) else [found]:
        if isinstance(cascade, Mapping):
            if not {"target", "_target"} & {str(name).casefold() for name in cascade}:
                yield cascade
        elif cascade is not None and cascade != "":
            raise ReadingError(
                what="cascade is no list of fields",
                remedy="Write one `name: value` per line below `cascade:`.",
                field="cascade",
            )


def _of_jekyll(text: str) -> Iterator[Scope]:
    """Yield the scopes of a `_config.yml`; the rest of it, written for others, is not parsed."""
    separator = _top(text, "excerpt_separator").get("excerpt_separator")
    if separator:
        yield Scope(start="", values={SEPARATOR[0]: separator})
    found = _top(text, "defaults").get("defaults")
    if found is not None and not isinstance(found, list):
        raise _no_defaults()
    scopes = [_scope(item) for item in found or ()]
    # The longer path is the more specific, then the one that names a type.
    yield from sorted(scopes, key=lambda scope: (len(scope.start), bool(scope.kind)))


def _scope(item: object) -> Scope:
    scope, values = (
        (item.get("scope") or {}, item.get("values") or {})
        if isinstance(item, Mapping)
        else (None, None)
    )
    if not isinstance(scope, Mapping) or not isinstance(values, Mapping):
        raise _no_defaults()
    kind = text_of(scope.get("type"))
    return Scope(
        start=text_of(scope.get("path")).removeprefix("./").lstrip("/"),
        kind=_KINDS.get(kind, kind),
        values=_shared(values),
    )


def _no_defaults() -> ReadingError:
    return ReadingError(
        what="defaults is no list of scopes and values",
        remedy="Write `- scope: {path: ...}` and below it `values: {name: value}`.",
        field="defaults",
    )


def _top(text: str, name: str) -> dict[str, object]:
    """Return the field `name` of a YAML file, without parsing any other."""
    found = re.search(rf"(?m)^{name}[ \t]*:.*\n?(?:(?!---)[ \t#-].*\n?|\n)*", text)
    return load_yaml(found[0], text.count("\n", 0, found.start()) + 1) if found else {}


def _shared(values: Mapping[str, object]) -> dict[str, object]:
    """Return, by normal name, the fields that may hold for several articles."""
    inner = [values[name] for name in values if normal(name) in FURTHER]
    shared: dict[str, object] = {}
    for fields in (values, *(found for found in inner if isinstance(found, Mapping))):
        for name, value in fields.items():
            if normal(name) in _HONOURED and _is_fixed(normal(name), value):
                shared.setdefault(normal(name), value)
    return shared


def _is_fixed(name: str, value: object) -> bool:
    """Return whether a value says something as it stands, of more than one article."""
    text = text_of(value)
    if "{{" in text or "{%" in text:  # Eleventy fills it in for each page
        return False
    if name == "published":  # as a date it belongs to one article
        return truth_of(value) is not None
    if name == "permalink":  # `false`, or a pattern
        return truth_of(value) is False or bool(re.search(r"^\w+\Z|(?:^|/):[a-z]", text))
    return True


def _check(values: Mapping[str, object], rules: ReadingRules) -> None:
    """Find mistakes here, where they were made, not in every article.

    Raises:
        ReadingError: a value that no article could have.
    """
    fields = Fields(values, {})
    visibility_of(fields, "x.md", Generator.PLAIN)
    wishes_of(fields)
    expires(fields, rules.zone)


def _kind_of(path: str) -> str:
    """Return Jekyll's type of a page: `posts`, `drafts`, `pages` or a collection's name."""
    folders = path.split("/")[:-1]
    for folder in ("_drafts", "_posts"):
        if folder in folders:
            return folder[1:]
    return folders[0][1:] if folders and folders[0].startswith("_") else "pages"
