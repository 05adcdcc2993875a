"""Where an article stands on the publisher's own site. Pure.

No generator writes an article's address into its file; each builds it from a pattern (facts
§4.7). A pattern here has these parts in braces:

    {base}        [site] base_url
    {path}        folders and name below the content folder, without suffix
    {slug}        `slug` of the front matter, else the name without its date
    {title}       the name without its date (Jekyll's `:title`)
    {section}     the first folder
    {categories}  the categories, as folders
    {year} {month} {day}
"""

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from digest.articles.dates import path_date, without_date
from digest.articles.fields import ADDRESS, CANONICAL, ORIGIN, SLUG, Fields, address_in, truth_of
from digest.articles.settings import Generator, LinkTo, ReadingRules
from digest.articles.titles import name_parts
from digest.articles.urls import encoded_part, host_of, joined, web_url

#: What stands where no pattern is set: the generators' own defaults.
PATTERNS = {
    Generator.AUTO: "{base}/{path}",
    Generator.PLAIN: "{base}/{path}",
    Generator.HUGO: "{base}/{path}/",
    Generator.JEKYLL: "{base}/{categories}/{year}/{month}/{day}/{title}.html",
    Generator.HEXO: "{base}/{year}/{month}/{day}/{title}/",
    Generator.ASTRO: "{base}/blog/{path}/",
    Generator.NEXT: "{base}/posts/{slug}",
    Generator.ELEVENTY: "{base}/{path}/",
    Generator.GATSBY: "{base}/{path}/",
    Generator.PELICAN: "{base}/{slug}.html",
    Generator.NIKOLA: "{base}/posts/{slug}/",
    Generator.MKDOCS: "{base}/blog/{year}/{month}/{day}/{slug}/",
    Generator.ZOLA: "{base}/{path}/",
    Generator.DOCUSAURUS: "{base}/blog/{path}",
    Generator.QUARTO: "{base}/{path}.html",
}
#: Parts that an article need not have.
_MAY_BE_EMPTY = frozenset({"categories", "section"})
#: The date at the start of a file's name is no part of the address.
_DROPS_DATE = frozenset(
    {Generator.JEKYLL, Generator.ZOLA, Generator.ELEVENTY, Generator.DOCUSAURUS}
)
#: The slug is made from the title, not from the file's name.
_SLUG_OF_TITLE = frozenset({Generator.PELICAN, Generator.MKDOCS})
#: File names may end in a language: `name.fr.md`.
_LANGUAGE_SUFFIX = frozenset({Generator.HUGO, Generator.ZOLA, Generator.NIKOLA, Generator.MKDOCS})
#: Jekyll's and Hexo's own placeholders → ours.
_COLONS = {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    "title": "{title}",
    "slug": "{title}",
    "name": "{title}",
    "basename": "{title}",
    "categories": "{categories}",
    "category": "{categories}",
}
_JEKYLL_STYLES = {
    "pretty": "/:categories/:year/:month/:day/:title/",
    "date": "/:categories/:year/:month/:day/:title.html",
    "none": "/:categories/:title.html",
}


class Page(NamedTuple):
    """What an address is built from."""

    #: Below the content folder.
    path: str
    title: str
    categories: tuple[str, ...]
    #: None: nothing dates the article.
    published_at: datetime | None


class Addresses(NamedTuple):
    """Where an article can be read; each an absolute http(s) URL or ""."""

    #: On the publisher's own site.
    site: str
    #: Where the story was taken from.
    origin: str
    #: What the front matter calls canonical.
    canonical: str

    def link(self, to: LinkTo) -> str:
        """Return where a reader's click goes."""
        if to is LinkTo.SOURCE:
            return self.origin or self.site
        return self.site or self.origin


def addresses_of(fields: Fields, page: Page, rules: ReadingRules) -> Addresses:
    """Return every address of an article."""
    canonical = web_url(fields.text(CANONICAL))
    elsewhere = canonical and host_of(canonical) != host_of(rules.base_url)
    origin = next((url for found in fields.all(ORIGIN) if (url := _address(found.value))), "")
    site = _written(fields, page, rules)
    if not site and canonical and not (elsewhere and rules.base_url):
        site = canonical
    if not origin and elsewhere and rules.base_url:
        origin = canonical
    return Addresses(site or from_pattern(fields, page, rules), origin, canonical)


def from_pattern(fields: Fields, page: Page, rules: ReadingRules) -> str:
    """Return the address that the site's pattern gives; "" without a base URL or a date."""
    return _filled(rules.url_pattern or PATTERNS[rules.generator], fields, page, rules)


def pattern_of_colons(permalink: str) -> str:
    """Return our pattern for a `permalink` of Jekyll or Hexo; "" if we lack a part of it."""
    permalink = _JEKYLL_STYLES.get(permalink, permalink)
    if any(name not in _COLONS for name in re.findall(r":([a-z_]+)", permalink)):
        return ""
    pattern = re.sub(r":([a-z_]+)", lambda found: _COLONS[found[1]], permalink)
    return "{base}/" + pattern.lstrip("/")


def file_language(path: str, generator: Generator) -> str:
    """Return the language in a file's name, `fr` of `name.fr.md`; or ""."""
    found = re.search(r"\.([a-z]{2}(?:-[A-Za-z]{2,4})?)\.[^./]+\Z", path)
    return found[1] if found and generator in _LANGUAGE_SUFFIX else ""


def slugified(text: str) -> str:
    """Return `text` as it stands in addresses: lower case, without accents, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[-\s_]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-")


def _address(value: object) -> str:
    # `source: Reuters` is a name; only what is an address on the web counts.
    return web_url(address_in(value))


def _written(fields: Fields, page: Page, rules: ReadingRules) -> str:
    """Return the address that the front matter itself names."""
    for found in fields.all(ADDRESS):
        text = address_in(found.value)
        if not text or truth_of(text) is not None:
            continue
        if text in _JEKYLL_STYLES or re.search(r"(?:^|/):[a-z]", text):
            pattern = pattern_of_colons(text)
            url = _filled(pattern, fields, page, rules) if pattern else ""
        elif text.startswith("//") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
            url = web_url(text)
        else:
            url = joined(rules.base_url, "", "/" + text.lstrip("/"))
        if url:
            return url
    return ""


def _filled(pattern: str, fields: Fields, page: Page, rules: ReadingRules) -> str:
    parts = {"base": rules.base_url, **_parts(fields, page, rules)}
    filled = []
    for number, text in enumerate(_pieces(pattern)):
        value = text if number % 2 == 0 else parts.get(text, "")
        if number % 2 and not value and text not in _MAY_BE_EMPTY:
            return ""
        filled.append(value if number % 2 == 0 or text == "base" else encoded_part(value))
    url = "".join(filled)
    # A part that is empty leaves two slashes behind.
    return web_url(re.sub(r"(?<!:)/{2,}", "/", url) if url.count("//") > 1 else url)


@lru_cache(maxsize=16)
def _pieces(pattern: str) -> tuple[str, ...]:
    """Return text and placeholder names in turns; text comes first and last."""
    return tuple(re.split(r"\{(\w+)\}", pattern))


def _parts(fields: Fields, page: Page, rules: ReadingRules) -> dict[str, str]:
    folders, stem = name_parts(page.path)
    generator = rules.generator
    if suffix := file_language(page.path, generator):
        stem = stem.removesuffix(f".{suffix}")
    undated = without_date(
        stem, short_years=generator is Generator.JEKYLL, clock=generator is Generator.HUGO
    )
    name = undated if generator in _DROPS_DATE else stem
    written = _without_climbing(fields.text(SLUG))
    slug = written or (slugified(page.title) if generator in _SLUG_OF_TITLE else "") or name
    folders = [folder for folder in folders if folder not in {"_posts", "_drafts"}]
    day = page.published_at
    return {
        "path": _path(folders, stem, written or name, generator),
        "slug": slug,
        "title": written or undated,
        "section": folders[0] if folders else "",
        "categories": "/".join(category.casefold() for category in page.categories),
        "year": f"{day.year:04}" if day else "",
        "month": f"{day.month:02}" if day else "",
        "day": f"{day.day:02}" if day else "",
    }


def _path(folders: list[str], stem: str, name: str, generator: Generator) -> str:
    if generator is Generator.DOCUSAURUS and (day := path_date(stem)):
        folders = [*folders, *f"{day:%Y/%m/%d}".split("/")]
    path = "/".join([*folders, name])
    if generator is Generator.HUGO:  # `disablePathToLower` is false, spaces become hyphens
        return path.lower().replace(" ", "-")
    return path


def _without_climbing(text: str) -> str:
    return "/".join(part for part in text.split("/") if part not in {"", ".", ".."})
