"""The picture an article brings along. Pure."""

import re
from typing import NamedTuple

from digest.articles.fields import COVER, COVER_ALT, Fields, address_in
from digest.articles.markup import plain_line
from digest.articles.settings import Generator, ReadingRules
from digest.articles.urls import joined

#: Where a picture is looked for in the body: below, it is no cover.
_TOP = 20_000
#: `<img …>`, or Markdown's `![alt](address "title")`
_PICTURE = (
    r"<(?i:img)\b(?P<tag>[^<>]*)>"
    r"|!\[(?P<alt>[^\[\]\n]{0,500})\]\(\s*<?(?P<address>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
)
_ATTRIBUTE = r"(?i)(?<![\w-])(src|alt|width|height)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"


class Cover(NamedTuple):
    """A picture and the words for it; either may be ""."""

    url: str = ""
    alt: str = ""


def own_cover(fields: Fields, body: str, page_url: str, rules: ReadingRules) -> Cover:
    """Return the cover of the front matter, else the first picture of the body.

    Args:
        fields: of the article.
        body: of the article.
        page_url: of the article on the publisher's site, which relative addresses belong to.
        rules: the site's base URL and generator.
    """
    for found in fields.all(COVER):
        if url := _resolved(address_in(found.value), page_url, rules):
            return Cover(url, plain_line(fields.text(COVER_ALT)))
    for picture in re.finditer(_PICTURE, body[:_TOP]):
        of_markdown = (picture["address"], picture["alt"])
        address, alt = _of_tag(picture["tag"]) if picture["tag"] else of_markdown
        if address and (url := _resolved(address, page_url, rules)):
            return Cover(url, plain_line(alt or ""))
    return Cover()


def _resolved(address: str, page_url: str, rules: ReadingRules) -> str:
    # Pelican's `{static}/images/x.png` and its older `|static|`
    address = re.sub(r"\A(?:\{(?:static|attach|filename)\}|\|static\|)/*", "/", address)
    if address[:2] in {"~/", "@/"}:
        return ""  # aliases of a bundler
    if rules.generator is Generator.ASTRO and re.match(r"\.{1,2}/", address):
        return ""  # Astro publishes such pictures under names that only its build knows
    return joined(rules.base_url, page_url, address)


def _of_tag(tag: str) -> tuple[str, str]:
    """Return address and alternative text; "" for what is too small to be looked at."""
    attributes = {
        name.lower(): double or single or bare
        for name, double, single, bare in re.findall(_ATTRIBUTE, tag)
    }
    if any(attributes.get(side, "") in {"0", "1", "0px", "1px"} for side in ("width", "height")):
        return "", ""  # counts readers
    address = attributes.get("src", "").replace("&amp;", "&")
    return address, attributes.get("alt", "")
