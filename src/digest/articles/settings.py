"""What stage 1 needs to know to read a folder: plain values from config.toml. Pure."""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from digest.record import Record


class LinkTo(enum.Enum):
    """Where an article's link leads."""

    SITE = "site"  #: the article on the publisher's own site (base_url + url pattern)
    SOURCE = "source"  #: the front matter's `source`, where there is one; else the site


class Generator(enum.Enum):
    """Site generators whose conventions we know (facts §4)."""

    AUTO = "auto"  #: recognised from the folder
    PLAIN = "plain"  #: just files with front matter
    HUGO = "hugo"
    JEKYLL = "jekyll"
    HEXO = "hexo"
    ASTRO = "astro"
    NEXT = "next"
    ELEVENTY = "eleventy"
    GATSBY = "gatsby"
    PELICAN = "pelican"
    NIKOLA = "nikola"
    MKDOCS = "mkdocs"
    ZOLA = "zola"
    DOCUSAURUS = "docusaurus"
    QUARTO = "quarto"


#: What may stand in braces in `[content] url_pattern` (see `permalinks.py`).
PLACEHOLDERS: Final = (
    "base",
    "path",
    "slug",
    "title",
    "section",
    "categories",
    "year",
    "month",
    "day",
)


class ReadingRules(Record, kw_only=True):
    """How files become articles."""

    #: The publisher's zone: for dates without one.
    zone: ZoneInfo
    #: Absolute http(s) URL of the site without a trailing slash; or "".
    base_url: str = ""
    #: Never AUTO here: `generators.recognise` has decided.
    generator: Generator = Generator.PLAIN
    #: `{base}/posts/{slug}` and the like; empty: the generator's default (see `urls.py`).
    url_pattern: str = ""
    link: LinkTo = LinkTo.SITE


class CoverRules(Record, kw_only=True):
    """Which picture stands in for a missing cover."""

    #: Category, casefolded → absolute http(s) URL. Key "" serves every category.
    defaults: Mapping[str, str] = MappingProxyType({})
