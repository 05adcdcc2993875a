"""What the pictures of one issue are: looked at, made, drawn, or passed over with a reason.

Reads the site's pictures; fetches and writes only what it is told to. Whatever a picture is, it
stops no issue: what is wrong is a warning, and the next best picture is shown.
"""

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from digest.articles.article import Article
from digest.config.images import Images
from digest.config.sending import OnOff
from digest.issue.pictures import Picture
from digest.rendering.images.assets import Asset, Assets, must_be_made, stem_of
from digest.rendering.images.cache import sha256
from digest.rendering.images.measure import Measured, measure
from digest.rendering.images.placeholder import VARIANTS, drawing_of
from digest.rendering.images.shape import Size, wrong_size
from digest.rendering.images.site_files import SiteFiles

_LONGEST_URL: Final = 150
#: Width and height of a drawing.
_ASPECT: Final = (16, 9)


class Deed(enum.Enum):
    """What became of a picture."""

    AS_IT_IS = "shown as it is"
    MADE = "made"
    READY = "made before"
    DRAWN = "drawn"
    WAITING = "not made yet"
    UNSEEN = "not looked at"
    BAD = "not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One picture, and what became of it."""

    article: Article
    #: As the article has it; "" for a drawing.
    url: str
    deed: Deed
    #: What the issue shows; None: not this one.
    picture: Picture | None = None
    #: The file in the folder, where there is one.
    asset: Asset | None = None
    #: Why it is not shown, a phrase.
    why: str = ""

    @property
    def warning(self) -> str:
        """Return a sentence about a picture that is not shown, with what to do."""
        url = self.url if len(self.url) <= _LONGEST_URL else f"{self.url[: _LONGEST_URL - 1]}…"
        return (
            f"{self.article.path}: the picture {url} is not shown: {self.why}. "
            "Put a JPEG or PNG in its place, or mend its address."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a gallery works with."""

    images: Images
    files: SiteFiles
    #: URL → content of what was fetched, or why there is none.
    fetched: Mapping[str, bytes | str]
    #: Widths in which the lead story's picture and the others are shown.
    widths: tuple[int, int]
    #: The site's colour, `#rrggbb`.
    accent: str
    #: Whether pictures are made that are not there.
    makes: bool
    #: What to run where they are not.
    command: str


class IssueGallery:
    """The gallery of one issue (see `issue.pictures.Gallery`)."""

    def __init__(self, workshop: Workshop) -> None:
        self._shop = workshop
        self._assets = Assets(workshop.images.folder, workshop.images.url)
        self._findings: dict[tuple[str, bool], Finding] = {}
        self._drawn: dict[str, Finding] = {}
        self._unwritable = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every picture that was asked for, in that order, and every drawing."""
        return (*self._findings.values(), *self._drawn.values())

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each picture that is not shown, and one for those not made."""
        bad = [found.warning for found in self._findings.values() if found.deed is Deed.BAD]
        waiting = [found for found in self.findings if found.deed is Deed.WAITING]
        if waiting:
            many = f"{len(waiting)} pictures are" if len(waiting) > 1 else "1 picture is"
            names = ", ".join(dict.fromkeys(found.article.path for found in waiting[:3]))
            more = ", …" if len(waiting) > 3 else ""
            bad.append(
                f"{many} not made for mails yet ({names}{more}): run {self._shop.command} and "
                "publish its folder."
            )
        if self._unwritable:
            bad.append(f"[images] folder cannot be written ({self._unwritable}).")
        return tuple(dict.fromkeys(bad))

    def seen(self, article: Article, url: str, *, lead: bool) -> Picture | None:
        """Return the picture behind an address; None: it cannot be shown."""
        key = (url, lead)
        if key not in self._findings:
            self._findings[key] = self._look(article, url, lead=lead)
        return self._findings[key].picture

    def drawn(self, article: Article, *, lead: bool) -> Picture | None:
        """Return the drawing for an article without a picture; None: there is none."""
        if self._shop.images.placeholders is OnOff.OFF or not self._shop.images.folder:
            return None
        category = article.categories[0] if article.categories else article.category
        first = hashlib.sha256(article.identity.encode(errors="replace")).digest()[0]
        width = self._most_width(lead=lead)
        size = Size(width, width * _ASPECT[1] // _ASPECT[0])
        for variant in range(first, first + VARIANTS):
            drawing = drawing_of(category, variant, self._shop.accent)
            if drawing.key in self._drawn:
                continue
            stem = stem_of(drawing.key, width)
            asset, deed = self._assets.find(stem), Deed.DRAWN
            if asset is None and self._shop.makes:
                from digest.rendering.images.pillow import draw

                made = draw(size, drawing)
                asset = self._write(stem, made.content, made.ending, made.size)
            if asset is None:
                deed = Deed.WAITING
            picture = self._picture(asset, drawing.key) if asset else None
            self._drawn[drawing.key] = Finding(
                article=article, url="", deed=deed, picture=picture, asset=asset
            )
            return picture
        return None

    def _look(self, article: Article, url: str, *, lead: bool) -> Finding:
        images = self._shop.images
        content = self._shop.files.content(article, url, images.max_bytes)
        if content is None:
            content = self._shop.fetched.get(url)
        if content is None:
            return Finding(article=article, url=url, deed=Deed.UNSEEN, picture=Picture(url))
        found = content if isinstance(content, str) else measure(content)
        if isinstance(found, str) or isinstance(content, str):
            return Finding(article=article, url=url, deed=Deed.BAD, why=str(found))
        if found.size and (wrong := wrong_size(found.size)):
            return Finding(article=article, url=url, deed=Deed.BAD, why=wrong)
        key = sha256(content)
        width, height = found.size or (None, None)
        plain = Finding(
            article=article,
            url=url,
            deed=Deed.AS_IT_IS,
            picture=Picture(url, key, width, height),
        )
        most = self._most_width(lead=lead)
        if not images.folder or not must_be_made(found, len(content), most):
            return plain
        return self._made(plain, content, found, stem_of(key, most), most)

    def _made(
        self, plain: Finding, content: bytes, found: Measured, stem: str, most: int
    ) -> Finding:
        key = plain.picture.key if plain.picture else ""
        article, url = plain.article, plain.url
        deed = Deed.READY
        asset = self._assets.find(stem)
        if asset is None and self._shop.makes:
            from digest.rendering.images.making import make_apart

            made = make_apart(content, found.kind, most)
            if isinstance(made, str):
                return Finding(article=article, url=url, deed=Deed.BAD, why=made)
            deed = Deed.MADE
            asset = self._write(stem, made.content, made.ending, made.size)
        if asset is None:
            return Finding(article=article, url=url, deed=Deed.WAITING, picture=plain.picture)
        return Finding(
            article=article,
            url=url,
            deed=deed,
            picture=self._picture(asset, key),
            asset=asset,
        )

    def _write(self, stem: str, content: bytes, ending: str, size: Size) -> Asset | None:
        try:
            return self._assets.write(stem, content, ending, size)
        except OSError as error:
            self._unwritable = error.strerror or type(error).__name__
            return None

    def _picture(self, asset: Asset, key: str) -> Picture:
        return Picture(self._assets.url(asset), key, asset.size.width, asset.size.height)

    def _most_width(self, *, lead: bool) -> int:
        return min(self._shop.images.width, 2 * self._shop.widths[0 if lead else 1])
