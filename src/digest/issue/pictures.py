"""Which picture stands beside which story: never the same one twice in an issue. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol
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


class Picture(NamedTuple):
    """A picture that may be shown."""

    #: Absolute http(s) URL.
    url: str
    #: Equal for equal pictures; "": told by the address alone.
    key: str = ""
    #: Pixels, as it is seen; None: not measured.
    width: int | None = None
    height: int | None = None


class Gallery(Protocol):
    """Knows pictures: their sizes, which are broken, what stands in for none."""

    def seen(self, article: Article, url: str, *, lead: bool) -> Picture | None:
        """Return the picture behind an address; None: it cannot be shown.

        Args:
            article: whose story it stands beside.
            url: absolute http(s) URL.
            lead: it is shown large.
        """
        ...

    def drawn(self, article: Article, *, lead: bool) -> Picture | None:
        """Return a picture drawn for an article without one; None: nothing is drawn."""
        ...


class AsTheyStand:
    """The gallery that looks at nothing: every picture is believed."""

    def seen(self, article: Article, url: str, *, lead: bool) -> Picture | None:  # noqa: ARG002  a gallery's
        """Return the address as it is."""
        return Picture(url)

    def drawn(self, article: Article, *, lead: bool) -> Picture | None:  # noqa: ARG002  a gallery's
        """Return None."""
        return None


def pictures_of(
    articles: Iterable[Article], rules: CoverRules, gallery: Gallery | None = None
) -> Mapping[str, Cover]:
    """Return path → cover, in reading order: own cover, category's default, drawing, or none.

    Alternative text comes from the front matter, else from the title; a default picture shows
    nothing of the story, so its text is the title too: with pictures off it stands for it.

    Args:
        articles: in reading order, the lead story first.
        rules: the categories' defaults.
        gallery: what pictures are asked of; None: all are believed.
    """
    gallery = gallery or AsTheyStand()
    shown: set[str] = set()
    covers: dict[str, Cover] = {}
    for position, article in enumerate(articles):
        lead = position == 0
        for url, picture in _candidates(article, rules, gallery, shown, lead=lead):
            shown |= {picture_of(url), picture_of(picture.url), picture.key} - {""}
            alt = article.cover_alt if url == article.cover_url else ""
            covers[article.path] = Cover(
                url=picture.url,
                alt=alt or article.title,
                width=picture.width,
                height=picture.height,
            )
            break
    return covers


def _candidates(
    article: Article, rules: CoverRules, gallery: Gallery, shown: set[str], *, lead: bool
) -> Iterator[tuple[str, Picture]]:
    """Yield address and picture of what may stand beside an article, best first, none twice."""
    for url in cover_urls(article, rules):
        if picture_of(url) in shown:
            continue
        picture = gallery.seen(article, url, lead=lead)
        if picture and picture.key not in shown:
            yield url, picture
    if drawing := gallery.drawn(article, lead=lead):
        yield drawing.url, drawing


def cover_urls(article: Article, rules: CoverRules) -> list[str]:
    """Return the addresses an article's picture may have, best first."""
    defaults = [rules.defaults.get(name.casefold(), "") for name in article.categories]
    urls = (article.cover_url, *defaults, rules.defaults.get("", ""))
    return list(dict.fromkeys(url for url in urls if url))


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
