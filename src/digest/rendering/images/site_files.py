"""The file behind the address of a cover, where it is one of the site's own. Reads the disk.

Read are only the folder of the articles and the folders that site generators publish as they
stand. A link that leads out of them is not followed, and neither is `..`: whoever writes an
article cannot show what else is on this machine.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from digest.articles.article import Article
from digest.articles.settings import Generator

#: A folder of the site, and what its files' addresses begin with.
Place = tuple[Path, str]

#: How far above the articles the root of a site may lie: `src/content/blog` is three.
_PARENTS: Final = 3
_ANYWHERE: Final = (
    ("static", ""),
    ("public", ""),
    ("assets", "assets/"),
    ("images", "images/"),
    ("img", "img/"),
    ("media", "media/"),
    ("uploads", "uploads/"),
)
#: Generator → folders it publishes, below the root, with what is put before their names.
_PUBLISHED: Final[Mapping[Generator, tuple[tuple[str, str], ...]]] = {
    Generator.HUGO: (("static", ""), ("assets", "")),
    Generator.HEXO: (("source", ""),),
    Generator.ASTRO: (("public", ""),),
    Generator.NEXT: (("public", ""),),
    Generator.GATSBY: (("static", ""),),
    Generator.NIKOLA: (("files", ""), ("images", "images/")),
    Generator.MKDOCS: (("docs", ""),),
    Generator.ZOLA: (("static", ""),),
    Generator.DOCUSAURUS: (("static", ""),),
}


class SiteFiles:
    """The folders of one site that pictures may be read from."""

    def __init__(self, base_url: str, content: str, generator: Generator, config: str) -> None:
        """Find the folders.

        Args:
            base_url: of the site.
            content: folder of the articles.
            generator: that makes the site; PLAIN: nobody knows which.
            config: folder of config.toml: nothing above it belongs to the site.
        """
        self._base = urlsplit(base_url)
        self._content = Path(content)
        self._places = tuple(_places(Path(content), generator, Path(config)))

    def has(self, article: Article, url: str) -> bool:
        """Return whether a cover's address is that of a file of the site."""
        return self.content(article, url, 0) is not None

    def content(self, article: Article, url: str, most_bytes: int) -> bytes | str | None:
        """Return what is in the file behind a cover's address.

        Returns:
            None: it is no file of the site. Or a phrase that says why it cannot be used.
        """
        for folder, name in self._candidates(article, url):
            handle = _opened(folder, name)
            if handle is None:
                continue
            with os.fdopen(handle, "rb") as file:
                try:
                    content = file.read(most_bytes + 1)
                except OSError as error:
                    return f"the file cannot be read ({error.strerror})"
            if len(content) > most_bytes:
                return f"the file has more than {most_bytes:,} bytes"
            return content
        return None

    def _candidates(self, article: Article, url: str) -> Iterator[tuple[Path, str]]:
        """Yield folders, and names below them, that may be the file."""
        path = self._path_below_site(url)
        if path is None:
            return
        yield from (
            (folder, path.removeprefix(before))
            for folder, before in self._places
            if path.startswith(before)
        )
        # A picture beside its article, published in the folder of the article's page.
        page = self._path_below_site(article.url)
        beside = page.rpartition("/")[0] + "/" if page is not None else ""
        if page is not None and path.startswith(beside.removeprefix("/")):
            name = path.removeprefix(beside)
            yield self._content, os.path.normpath(os.path.join(article.path, os.pardir, name))  # noqa: PTH118  of the article's own spelling
            stem = os.path.splitext(article.path)[0]  # noqa: PTH122  of the article's own spelling
            yield self._content, f"{stem}/{name}"

    def _path_below_site(self, url: str) -> str | None:
        """Return the path of an address below the site's, without its first slash."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        base = self._base.path.rstrip("/") + "/"
        if parts.netloc.lower() != self._base.netloc.lower() or not parts.path.startswith(base):
            return None
        return unquote(parts.path.removeprefix(base))


def _places(content: Path, generator: Generator, config: Path) -> Iterator[Place]:
    published = _PUBLISHED.get(generator, _ANYWHERE)
    yield content, ""
    for root in _roots(content, generator, config):
        found = [(root / name, before) for name, before in published if (root / name).is_dir()]
        yield from found
        # Above the root of a site lies what is not its own.
        if found and root != content and generator in _PUBLISHED:
            return


def _roots(content: Path, generator: Generator, config: Path) -> Iterator[Path]:
    """Yield the folders that may be the root of the site, nearest first."""
    above: list[Path] = []
    for root in (content, *content.parents[:_PARENTS]):
        above.append(root)
        if root == config or (root / ".git").exists():
            yield from above
            return
    # Without an end to be seen, only a site that was recognised reaches further than its content.
    yield from above if generator is not Generator.PLAIN else above[:1]


def _opened(folder: Path, name: str) -> int | None:
    """Return the open file `name` below `folder`; None: there is none that may be read."""
    parts = name.split("/")
    if "\0" in name or any(part in {"", ".", ".."} for part in parts):
        return None
    try:
        root = folder.resolve(strict=True)
        real = root.joinpath(*parts).resolve(strict=True)
        inner = real.relative_to(root).parts
    except (OSError, ValueError, RuntimeError):
        return None
    return _walked(root, inner) if inner else None


def _walked(root: Path, inner: tuple[str, ...]) -> int | None:
    """Return the open regular file; a link that was put in its way meanwhile is not followed."""
    folder = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW
    handles: list[int] = []
    try:
        handles.append(os.open(root, folder))
        handles.extend(os.open(part, folder, dir_fd=handles[-1]) for part in inner[:-1])
        # O_NONBLOCK: a FIFO would keep us waiting for ever.
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.open(inner[-1], flags, dir_fd=handles[-1])
    except OSError:
        return None
    finally:
        for handle in handles:
            os.close(handle)
    if stat.S_ISREG(os.fstat(file).st_mode):
        return file
    os.close(file)
    return None
