"""Which picture stands beside which story: never the same one twice in an issue. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from digest.articles.article import Article
from digest.articles.settings import CoverRules
from digest.issue.issue import Cover

#: Query parameters that ask for another size of the same picture (image services' documents:
#: imgix and Unsplash w, h, fit, crop, auto, fm, q, dpr; Cloudinary and WordPress the others).
_SIZES: Final = frozenset(
    (
        *("auto", "crop", "dpr", "fit", "fm", "h", "ixid", "ixlib", "q", "w"),
        *("cache", "cb", "format", "height", "quality", "resize", "s", "size", "ssl", "strip"),
        *("v", "width"),
    )
)


def pictures_of(articles: Iterable[Article], rules: CoverRules) -> Mapping[str, Cover]:
    """Return path → cover, in reading order: own cover, else the category's default, else none.

    Alternative text comes from the front matter, else from the title; a default picture shows
    nothing of the story, so its text is the title too: with pictures off it stands for it.
    """
    shown: set[str] = set()
    covers: dict[str, Cover] = {}
    for article in articles:
        defaults = [rules.defaults.get(name.casefold(), "") for name in article.categories]
        for url in (article.cover_url, *defaults, rules.defaults.get("", "")):
            if url and (picture := picture_of(url)) not in shown:
                shown.add(picture)
                alt = article.cover_alt if url == article.cover_url else ""
                covers[article.path] = Cover(url=url, alt=alt or article.title)
                break
    return covers


def picture_of(url: str) -> str:
    """Return what is equal for all sizes of one picture: the URL without its size."""
    try:
        parts = urlsplit(url)
    except ValueError:  # not an address at all: then it is like no other
        return url
    query = urlencode(
        [(name, value) for name, value in parse_qsl(parts.query) if name not in _SIZES]
    )
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path}?{query}"
