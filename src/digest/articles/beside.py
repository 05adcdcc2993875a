"""Files beside articles that say something of them, found and put to use. Reads the disk.

    x.meta, x.11tydata.json     fields of the article x.md (Nikola's two-file form, Eleventy)
    defaults of folders         defaults.py
    authors.yml, .authors.yml   author_names.py

They are found by the walk through the content folder (`scan.py`); above it only what a site
cannot do without is looked for. Where there are none, which is usual, nothing is done.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from digest.articles.article import Article, BadFile
from digest.articles.author_names import FILES, parse_authors, with_names
from digest.articles.containers import parse_container
from digest.articles.defaults import Scope, defaults_of, held_back, is_defaults, parse_defaults
from digest.articles.fields import Fields
from digest.articles.identity import as_shown
from digest.articles.read import parse_article
from digest.articles.reading_error import ReadingError
from digest.articles.scan import Scan
from digest.articles.settings import Generator, ReadingRules
from digest.errors import Problem

#: How far above the content folder a site's root may lie (as in `generators.py`).
_PARENTS = 3
#: Generator → files looked for in the content folder and above it, up to the site's root.
_ABOVE = {
    Generator.JEKYLL: ("_config.yml", "_config.yaml"),
    Generator.HUGO: ("_index.md", "_index.html", "_index.org"),
    Generator.MKDOCS: (".authors.yml", "authors.yml"),
    Generator.DOCUSAURUS: ("authors.yml",),
}
#: Ends of the names of files that belong to one article.
_OF_ONE = (".meta", ".11tydata.json")

#: Returns what a file holds, by its path from the content folder, or why it cannot be read.
Read = Callable[[str], bytes | BadFile]


class Beside(NamedTuple):
    """What stands beside the articles of a folder."""

    #: The outermost folder's first.
    scopes: tuple[Scope, ...]
    #: Beginning of paths → key → author's name; the outermost folder's first.
    authors: tuple[tuple[str, Mapping[str, str]], ...]
    #: Path without suffix → the file that holds fields of that article.
    fields: Mapping[str, str]
    bad: tuple[BadFile, ...]
    read: Read

    def article(self, raw: bytes, path: str, rules: ReadingRules) -> Article | BadFile:
        """Return the article in `raw` with all that is said of it elsewhere."""
        defaults = defaults_of(self.scopes, path)
        own = self.fields.get(path.rpartition(".")[0])
        found = (
            self._of_two(raw, path, (own, defaults), rules)
            if own
            else parse_article(raw, path, rules, defaults=defaults)
        )
        if isinstance(found, Article) and found.authors:
            for start, names in reversed(self.authors):
                found = with_names(found, names) if path.startswith(start) else found
        return found

    def _of_two(
        self, raw: bytes, path: str, more: tuple[str, Mapping[str, object]], rules: ReadingRules
    ) -> Article | BadFile:
        """Return an article whose fields stand in a file of their own, after which come others."""
        own, defaults = more
        fields = self.read(own)
        if isinstance(fields, BadFile):
            return BadFile(as_shown(path), fields.problem)
        try:
            values = parse_container(fields, own[own.rindex(".") :]).values
        except ReadingError as error:
            where = f"{as_shown(own)}:{error.line}" if error.line else as_shown(own)
            problem = Problem(where, as_shown(error.what), error.remedy)
            return BadFile(as_shown(path), problem)
        said = parse_article(raw, path, rules, defaults=Fields(values, defaults).values)
        if isinstance(said, Article):
            return said
        # The mistake is most likely in the fields; read alone, they tell its line.
        alone = parse_article(fields, own, rules)
        return BadFile(said.path, alone.problem) if isinstance(alone, BadFile) else said


def read_beside(
    root: str, found: Scan, near: Collection[str], rules: ReadingRules, read: Read
) -> Beside | None:
    """Return what stands beside the articles that are read; None: nothing.

    Args:
        root: real path of the content folder.
        found: what the walk through it has shown.
        near: paths of the articles that are read.
        rules: how files become articles.
        read: opens a file.
    """
    content, generator = os.path.basename(root), rules.generator  # noqa: PTH119  a string's part
    defaults = [path for path in found.beside if is_defaults(path, content, generator)]
    fields = {
        path.removesuffix(end): path
        for path in found.beside
        for end in _OF_ONE
        if path.endswith(end) and path not in defaults
    }
    authors = [path for path in found.beside if _name(path) in FILES]
    if generator is Generator.HUGO:
        every = (near, *found.outside.values())
        defaults += [path for paths in every for path in paths if _is_section(path)]
    above = list(_above(root, generator))[::-1]
    if not (defaults or fields or authors or above):
        return None
    files = [(path, below, "") for path, below in above]
    folders = set(_folders(near))
    for path in sorted((*defaults, *authors), key=_order):
        start = path[: len(path) - len(_name(path))]
        if start in folders:
            files.append((path, "", start))
    return _read_files(files, fields, rules, read)


def _read_files(
    files: Iterable[tuple[str, str, str]],
    fields: Mapping[str, str],
    rules: ReadingRules,
    read: Read,
) -> Beside:
    """Read files: path, way down to the content folder, beginning of the paths it is about."""
    scopes: list[Scope] = []
    authors: list[tuple[str, Mapping[str, str]]] = []
    bad: list[BadFile] = []
    for path, below, start in files:
        raw = read(path)
        if _name(path) in FILES:
            names = raw if isinstance(raw, BadFile) else parse_authors(raw, path)
            if isinstance(names, BadFile):
                bad.append(names)
            else:
                authors.append((start, names))
            continue
        said = (
            held_back(raw, start)
            if isinstance(raw, BadFile)
            else parse_defaults(raw, path, rules, below=below)
        )
        scopes += said.scopes
        bad += [said.bad] if said.bad else []
    return Beside(tuple(scopes), tuple(authors), fields, tuple(bad), read)


def _above(root: str, generator: Generator) -> Iterator[tuple[str, str]]:
    """Yield files of the site, the nearest first: path, and the way down to the content folder."""
    names = _ABOVE.get(generator, ())
    is_jekyll = generator is Generator.JEKYLL
    if generator is Generator.HUGO and "content" not in root.split("/")[-1 - _PARENTS :]:
        return
    folder, up, below = root, "", ""
    for _ in range(_PARENTS + 1 if names else 0):
        for name in names:
            # What lies in the content folder itself the walk has found, but for this.
            if (up or is_jekyll) and os.path.lexists(f"{folder}/{name}"):
                yield up + name, below
                if is_jekyll:
                    return
        if _is_top(folder, generator, climbed=bool(up)):
            return
        folder, name = os.path.split(folder)
        up, below = f"{up}../", f"{name}/{below}"


def _is_top(folder: str, generator: Generator, *, climbed: bool) -> bool:
    """Return whether what lies above `folder` is another project, or says nothing of articles."""
    if generator is Generator.HUGO and os.path.basename(folder) == "content":  # noqa: PTH119
        return True
    if climbed and generator in {Generator.MKDOCS, Generator.DOCUSAURUS}:
        return True  # the blog's root is the folder of posts, or the one above
    return os.path.lexists(f"{folder}/.git")


def _is_section(path: str) -> bool:
    return _name(path) in _ABOVE[Generator.HUGO]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _order(path: str) -> tuple[int, bool]:
    """Order outer before inner, and Eleventy's plain name before the longer one."""
    return path.count("/"), path.endswith(".11tydata.json")


def _folders(paths: Iterable[str]) -> Iterator[str]:
    """Yield the folders that hold `paths`, and those above them: `""`, `a/`, `a/b/`."""
    yield ""
    for folder in {path.rpartition("/")[0] for path in paths}:
        parts = folder.split("/") if folder else []
        for number in range(1, len(parts) + 1):
            yield "/".join(parts[:number]) + "/"
