"""Opens the gallery of an issue as config.toml wants it. Fetches pictures where it says so."""

from collections.abc import Callable, Iterable
from datetime import datetime

from digest.articles.article import Article
from digest.articles.settings import Generator
from digest.config.images import Images, Prepare
from digest.config.sending import OnOff
from digest.config.settings import Config, cover_rules
from digest.issue.pictures import cover_urls
from digest.rendering.images.site_files import SiteFiles
from digest.runs.clock import read_now
from digest.runs.gallery import IssueGallery, Workshop

#: How pictures are fetched: settings, URLs, whether to ask again about what failed.
Fetcher = Callable[[Images, Iterable[str], bool], dict[str, bytes | str]]


def open_gallery(  # noqa: PLR0913  what an issue is, by name
    config: Config,
    articles: Iterable[Article],
    *,
    generator: Generator,
    cards: str = "left",
    command: str = "digest images",
    make: bool = False,
    fetcher: Fetcher | None = None,
) -> IssueGallery:
    """Return the gallery of an issue.

    Args:
        config: the publisher's settings.
        articles: in reading order, the lead story first.
        generator: of the site; AUTO: nobody knows.
        cards: where the stories have their picture, as in `Issue`.
        command: what makes this issue's pictures.
        make: make pictures, and ask again about those that failed: a person asked for it.
        fetcher: what fetches; None: `fetch_pictures`.
    """
    from digest.rendering.view import CARD_WIDTH, HERO_WIDTH

    images = config.images
    known = Generator.PLAIN if generator is Generator.AUTO else generator
    files = SiteFiles(config.site.base_url, config.content.path, known, config.folder)
    fetched: dict[str, bytes | str] = {}
    if images.fetch is OnOff.ON:
        rules = cover_rules(config)
        urls = [
            url
            for article in articles
            for url in cover_urls(article, rules)
            if not files.has(article, url)
        ]
        fetched = (fetcher or fetch_pictures)(images, urls, make)
    return IssueGallery(
        Workshop(
            images=images,
            files=files,
            fetched=fetched,
            widths=(HERO_WIDTH, CARD_WIDTH if cards == "left" else HERO_WIDTH),
            accent=config.site.colours.accent,
            makes=make or images.prepare is Prepare.ALWAYS,
            command=command,
        )
    )


def fetch_pictures(
    images: Images,
    urls: Iterable[str],
    again: bool,  # noqa: FBT001  a Fetcher's
    now: Callable[[], datetime] = read_now,
) -> dict[str, bytes | str]:
    """Return URL → content, or why there is none. Opens sockets, reads and writes the cache."""
    from digest.rendering.images.cache import Cache
    from digest.rendering.images.fetch import Limits, Network
    from digest.rendering.images.remote import Remote

    cache = Cache(images.cache)
    if again:
        cache.prune(now())
    limits = Limits(max_bytes=images.max_bytes, seconds=images.timeout_seconds)
    remote = Remote(cache=cache, limits=limits, network=Network(), now=now, retry=again)
    return dict(remote.contents(urls))
