"""Which site generator a folder belongs to, told from its files. Reads the disk.

Looked at are the folder and up to three above it, for the file each generator cannot do without;
after that, the front matter of a few articles. What was found is said in a sentence, for
`digest init` and `digest preview` to show: a wrong guess must be easy to see.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from digest.articles.permalinks import PATTERNS, pattern_of_colons
from digest.articles.settings import Generator

#: How far above the folder a site's root may lie: `src/content/blog` is three.
_PARENTS = 3
#: How much of a file is looked at; how many articles.
_HEAD_BYTES, _HEADS = 8_192, 12
_JS = ("js", "mjs", "cjs", "ts", "mts")


class _Sign(NamedTuple):
    """What shows a generator."""

    generator: Generator
    #: Names, any of which must be there.
    files: tuple[str, ...]
    #: Pattern that the found file must hold; "": any.
    holds: str = ""
    #: Folders, any of which must be there besides; none: that file is enough.
    folders: tuple[str, ...] = ()
    #: Where articles stand, first that exists.
    content: tuple[str, ...] = ()


# What stands before the first table of a config.toml: Hugo writes baseURL, Zola base_url, and
# ours has neither there.
_HUGO_TOP = r"(?im)\A(?:(?!^\[).*\n)*?(?:baseurl|title|languagecode|theme)\s*[=:]"
_ZOLA_TOP = r"(?m)\A(?:(?!^\[).*\n)*?base_url\s*="
_SIGNS = (
    _Sign(Generator.ZOLA, ("zola.toml", "config.toml"), _ZOLA_TOP, ("content",), ("content",)),
    _Sign(
        Generator.HUGO, ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"), content=("content",)
    ),
    _Sign(
        Generator.HUGO,
        ("config.toml", "config.yaml", "config.yml", "config/_default/hugo.toml"),
        _HUGO_TOP,
        ("content",),
        ("content",),
    ),
    _Sign(
        Generator.HEXO, ("_config.yml",), folders=("source/_posts",), content=("source/_posts",)
    ),
    _Sign(
        Generator.JEKYLL,
        ("_config.yml", "_config.yaml", "_config.toml"),
        folders=("_posts", "_drafts", "_layouts"),
        content=("_posts",),
    ),
    _Sign(
        Generator.ASTRO,
        tuple(f"astro.config.{end}" for end in _JS),
        content=("src/content/blog", "src/content/posts", "src/content", "src/pages"),
    ),
    _Sign(
        Generator.NEXT,
        tuple(f"next.config.{end}" for end in _JS),
        content=("_posts", "posts", "content/posts", "content/blog", "content", "src/posts"),
    ),
    _Sign(
        Generator.ELEVENTY,
        (".eleventy.js", *(f"eleventy.config.{end}" for end in _JS)),
        content=("src/posts", "posts", "content/blog", "content", "blog", "src"),
    ),
    _Sign(
        Generator.GATSBY,
        tuple(f"gatsby-config.{end}" for end in _JS),
        content=("content/blog", "content/posts", "content", "src/pages"),
    ),
    _Sign(
        Generator.DOCUSAURUS,
        tuple(f"docusaurus.config.{end}" for end in _JS),
        content=("blog",),
    ),
    _Sign(Generator.PELICAN, ("pelicanconf.py",), content=("content",)),
    _Sign(
        Generator.NIKOLA,
        ("conf.py",),
        r"(?m)^(?:BLOG_TITLE|POSTS)\s*=",
        content=("posts",),
    ),
    _Sign(Generator.MKDOCS, ("mkdocs.yml", "mkdocs.yaml"), content=("docs/blog/posts", "docs")),
    _Sign(Generator.QUARTO, ("_quarto.yml", "_quarto.yaml"), content=("posts", ".")),
)

#: What the head of an article shows: generator, what is said of it, patterns all of which hold.
_HEAD_SIGNS = (
    (Generator.NIKOLA, "`.. title:` lines", (r"\A(?:<!--\s*)?\.\. title:",)),
    (Generator.PELICAN, "`Title:` lines without a fence", (r"\ATitle: ", r"(?m)^Date: ")),
    (Generator.ZOLA, "TOML with [taxonomies]", (r"\A\+\+\+", r"(?m)^\[taxonomies\]")),
    (Generator.HUGO, "TOML front matter", (r"\A\+\+\+",)),
    (Generator.ASTRO, "pubDate and heroImage", (r"(?m)^pubDate:", r"(?m)^heroImage:")),
    (Generator.NEXT, "coverImage and excerpt", (r"(?m)^coverImage:", r"(?m)^excerpt:")),
)


class Recognition(NamedTuple):
    """What a folder turned out to be."""

    generator: Generator
    #: A sentence: "hugo.toml and content/ found in ../site".
    evidence: str
    #: Path of the folder that holds the articles.
    content: str
    #: For `[content] url`: the generator's default, fitted to the folder and the site's config.
    url_pattern: str


def recognise(folder: str) -> Recognition:
    """Return what `folder` is: a site's root, its content folder, or plain files.

    A folder that cannot be read is plain; whoever reads its articles says what is wrong with it.
    """
    root = Path(folder)
    for above in range(_PARENTS + 1):
        for sign in _SIGNS:
            found = _found(root, sign)
            if found:
                here = Path(folder) if above else None
                return _recognition(here, root, sign, found)
        if above and (root / ".git").exists():
            break  # what lies above is another project
        root /= os.pardir
    return _by_heads(folder)


def _found(root: Path, sign: _Sign) -> tuple[str, ...]:
    """Return the names that show `sign` in `root`; () when it does not show."""
    for name in sign.files:
        path = root / name
        if path.is_file() and (not sign.holds or re.search(sign.holds, _head(path))):
            if not sign.folders:
                return (name,)
            for folder in sign.folders:
                if (root / folder).is_dir():
                    return name, f"{folder}/"
    return ()


def _recognition(
    below: Path | None, root: Path, sign: _Sign, found: tuple[str, ...]
) -> Recognition:
    """Return what is recognised; `below` is the folder asked about where that is not `root`."""
    evidence = f"{' and '.join(found)} found"
    if below is not None:
        evidence += f" in {os.path.normpath(root)}"
    places = (root / place for place in sign.content)
    content = below or next((place for place in places if place.is_dir()), root)
    pattern = _own_pattern(root, sign.generator) or _fitted(content, root, sign)
    return Recognition(sign.generator, evidence, os.path.normpath(content), pattern)


def _own_pattern(root: Path, generator: Generator) -> str:
    """Return the pattern that the site's own configuration sets, where we understand it."""
    if generator not in {Generator.JEKYLL, Generator.HEXO}:
        return ""
    found = re.search(r"(?m)^permalink:[ \t]*[\"']?([^\s\"'#]+)", _head(root / "_config.yml"))
    return pattern_of_colons(found[1]) if found else ""


def _fitted(content: Path, root: Path, sign: _Sign) -> str:
    """Return the default pattern for articles that lie deeper than the generator counts from."""
    pattern = PATTERNS[sign.generator]
    if not pattern.startswith("{base}/{path}"):
        return pattern
    # Gatsby's starter and Eleventy count from the folder that is read; Hugo and Zola from
    # content/, Quarto from the root.
    counted_from = {
        Generator.HUGO: "content",
        Generator.ZOLA: "content",
        Generator.QUARTO: ".",
        Generator.ELEVENTY: "src" if (root / "src").is_dir() else ".",
    }.get(sign.generator)
    if counted_from is None:
        return pattern
    deeper = os.path.relpath(content, root / counted_from)
    if deeper.startswith(os.pardir) or deeper == os.curdir:
        return pattern
    return pattern.replace("{path}", f"{deeper.replace(os.sep, '/')}/{{path}}")


def _by_heads(folder: str) -> Recognition:
    """Return what the front matter of a few articles shows."""
    heads = list(_heads(folder))
    for generator, what, patterns in _HEAD_SIGNS:
        showing = sum(all(re.search(part, head) for part in patterns) for head in heads)
        if heads and 4 * showing >= len(heads):
            evidence = f"{what} found in {showing} of {len(heads)} articles looked at"
            return Recognition(generator, evidence, folder, PATTERNS[generator])
    evidence = "no site generator recognised: plain files with front matter"
    return Recognition(Generator.PLAIN, evidence, folder, PATTERNS[Generator.PLAIN])


def _heads(folder: str) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name for entry in entries if entry.name.endswith((".md", ".html", ".rst"))
            )
    except OSError:
        return
    # Spread over the folder: neighbours by name are often neighbours in kind.
    for name in names[:: max(1, len(names) // _HEADS)][:_HEADS]:
        yield _head(Path(folder, name))


def _head(path: Path) -> str:
    try:
        # O_NONBLOCK: a FIFO would keep us waiting for ever.
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        head = os.read(file, _HEAD_BYTES)
    except OSError:
        return ""
    finally:
        os.close(file)
    return head.decode("utf-8-sig", "replace").replace("\r\n", "\n")
