"""The bytes of one file → an article, or what is wrong with the file. Pure.

    bytes ─ containers ─ fields ─┬─ publication, visibility, wishes ─┬─ Article
                                 ├─ titles, permalinks, covers       │
                                 └─ identity                         └─ BadFile

Nothing here raises for any bytes: `ReadingError`s of the parts end as a `BadFile`.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from digest.articles.article import Article, BadFile, BodyFormat, Visibility
from digest.articles.containers import Container, parse_container
from digest.articles.covers import own_cover
from digest.articles.dates import Moment
from digest.articles.fields import (
    AUTHOR,
    CATEGORY,
    LANGUAGE,
    SEPARATOR,
    SUMMARY,
    TAGS,
    Fields,
    listed,
)
from digest.articles.identity import as_shown, fingerprint_of, identity_of
from digest.articles.permalinks import Page, addresses_of, file_language
from digest.articles.publication import expires, published, undated
from digest.articles.reading_error import ReadingError
from digest.articles.settings import Generator, ReadingRules
from digest.articles.titles import title_of
from digest.articles.visibility import is_about_repository, visibility_of
from digest.articles.wishes import wishes_of
from digest.errors import Problem

_NO_DEFAULTS: Mapping[str, object] = MappingProxyType({})
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_TEXT_SUFFIXES = frozenset({".rst", ".org"})
#: Tags that begin a block, which no paragraph of Markdown does.
_BLOCK = (
    r"(?i)\s*<(?:p|div|h[1-6]|figure|section|article|main|header|ul|ol|table|blockquote|aside|nav"
    r"|img|picture|video|iframe)\b"
)
#: Scripts whose words are not set apart by spaces: Thai to Khmer, kana, ideographs.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)


def parse_article(
    raw: bytes,
    path: str,
    rules: ReadingRules,
    *,
    defaults: Mapping[str, object] = _NO_DEFAULTS,
) -> Article | BadFile:
    """Return the article in `raw`, or what keeps the file from being one. Never raises.

    An article that nothing dates is a bad file, unless readers cannot see it anyway (a draft, a
    section page, `newsletter: false`): then it is dated 1970, outside of every window.

    Args:
        raw: the whole file.
        path: below the content folder, `/` between the parts.
        rules: how files become articles.
        defaults: fields of the folder or of a file beside, for what the file itself leaves out.
    """
    container = Container({}, "")
    try:
        container = parse_container(raw, _suffix(path))
        return _article(container, Fields(container.values, defaults), path, rules)
    except ReadingError as error:
        line = error.line or (container.line_of(error.field) if error.field else 0)
        shown = as_shown(path)
        where = f"{shown}:{line}" if line else shown
        return BadFile(shown, Problem(where, as_shown(error.what), error.remedy))


def _article(container: Container, fields: Fields, path: str, rules: ReadingRules) -> Article:
    body = container.body
    visibility = visibility_of(fields, path, rules.generator)
    wishes = wishes_of(fields)
    moment = published(fields, path, rules)
    if moment is None and is_about_repository(path):
        visibility = Visibility.NOT_AN_ARTICLE
    if moment is None and visibility is Visibility.PUBLIC and wishes.include:
        raise undated(fields)
    expiry = expires(fields, rules.zone)
    title = title_of(fields, body, path)
    categories = categories_of(fields, path, rules.generator)
    page = Page(path, title, categories, moment.at if moment else None)
    addresses = addresses_of(fields, page, rules)
    cover = own_cover(fields, body, addresses.site, rules)
    at, has_time = moment or Moment(datetime.fromtimestamp(0, rules.zone), has_time=False)
    return Article(
        path=as_shown(path),
        title=title,
        published_at=at,
        has_time=has_time,
        expires_at=expiry.at if expiry else None,
        visibility=visibility,
        categories=categories,
        tags=listed(fields.first(TAGS), by_space=rules.generator is Generator.JEKYLL),
        authors=listed(fields.first(AUTHOR)),
        url=addresses.link(rules.link),
        origin_url=addresses.origin,
        summary=_decoded(fields.text(SUMMARY)),
        body=body,
        body_format=body_format(body, path),
        excerpt_separator=_separator(fields),
        cover_url=cover.url,
        cover_alt=cover.alt,
        language=_language(fields, path, rules.generator),
        wishes=wishes,
        identity=identity_of(fields, addresses, path),
        fingerprint=fingerprint_of(body),
        words=count_words(body),
    )


def categories_of(fields: Fields, path: str, generator: Generator) -> tuple[str, ...]:
    """Return the categories, else the folders that Pelican and Jekyll take for one."""
    categories = listed(fields.first(CATEGORY), by_space=generator is Generator.JEKYLL)
    folders = path.split("/")[:-1]
    if categories or not folders:
        return categories
    if generator is Generator.PELICAN:  # USE_FOLDER_AS_CATEGORY
        return (folders[-1],)
    if generator is Generator.JEKYLL and "_posts" in folders:
        return tuple(folders[: folders.index("_posts")])
    return ()


def body_format(body: str, path: str) -> BodyFormat:
    """Return how a body is written: by the file's name, and by what a Markdown file holds."""
    suffix = _suffix(path)
    if suffix in _TEXT_SUFFIXES:
        return BodyFormat.TEXT
    if suffix in _HTML_SUFFIXES or _is_html(body):
        return BodyFormat.HTML
    return BodyFormat.MARKDOWN


def count_words(body: str) -> int:
    """Return how many words a reader reads; two characters of an unspaced script count as one."""
    seen = re.sub(r"<[/!?A-Za-z][^<>]*>", " ", body) if "<" in body else body
    words = len(seen.split())
    # Each such character takes two bytes more than ASCII: few bytes more are only quotes.
    if seen.isascii() or 10 * (len(seen.encode("utf-8", "replace")) - len(seen)) < len(seen):
        return words
    return words + len(re.findall(_UNSPACED, seen)) // 2


def _is_html(body: str) -> bool:
    """Return whether most blocks of a Markdown file are HTML, beginning with the first."""
    if not re.match(_BLOCK, body):
        return False
    blocks = [block for block in re.split(r"\n\s*\n", body[:20_000]) if block.strip()]
    html = [block for block in blocks if block.lstrip().startswith("<")]
    return 2 * len(html) > len(blocks)


def _suffix(path: str) -> str:
    dot, suffix = path.rpartition("/")[2].rpartition(".")[1:]
    return dot + suffix.lower() if dot else ""


def _decoded(text: str) -> str:
    """Return `text` with its entities decoded, twice escaped ones too."""
    if "&" not in text:
        return text
    from html import unescape  # noqa: PLC0415  its table of entities costs 3 ms

    return unescape(unescape(text))


def _separator(fields: Fields) -> str:
    found = fields.first(SEPARATOR)
    # As written: `"\n\n"` is how Jekyll says "the first paragraph".
    return found.value if found and isinstance(found.value, str) else ""


def _language(fields: Fields, path: str, generator: Generator) -> str:
    tag = fields.text(LANGUAGE).replace("_", "-") or file_language(path, generator)
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", tag) else ""
