"""Articles an editor named in an issue file → articles that exist. Pure."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from digest.articles.article import Article
from digest.articles.identity import names_of
from digest.config.issue_file import IssueFile
from digest.config.mistake import key_name, shown
from digest.errors import Problem, did_you_mean
from digest.selection.decisions import Decisions


def match_articles(
    issue_file: IssueFile, articles: Iterable[Article], section_titles: Iterable[str]
) -> tuple[Decisions, tuple[Problem, ...]]:
    """Return the editor's decisions, and a warning for each that names nothing.

    An article may be named by its path, its path without suffix, its identity, its URL, its
    file name, or its file name without suffix; the first of these that fits anything counts.

    Args:
        issue_file: what the editor wrote.
        articles: every article that could be meant.
        section_titles: titles of the newsletter's sections.
    """
    if not (issue_file.pin or issue_file.exclude or issue_file.move or issue_file.blurb):
        return Decisions(), ()
    matcher = _Matcher(issue_file.path, articles)
    pin = tuple(dict.fromkeys(matcher.paths(issue_file.pin, "pin").values()))
    exclude = frozenset(matcher.paths(issue_file.exclude, "exclude").values())
    decisions = Decisions(
        pin=tuple(path for path in pin if path not in exclude),
        exclude=exclude,
        move=matcher.sections(issue_file.move, tuple(section_titles)),
        blurb=matcher.keyed(issue_file.blurb, "blurb"),
    )
    matcher.warn_of_contradictions(pin, exclude)
    return decisions, tuple(matcher.warnings)


class _Matcher:
    """One pass over one issue file; collects the warnings."""

    def __init__(self, file: str, articles: Iterable[Article]) -> None:
        self._file = file
        self._articles = tuple(articles)
        self._indexes: dict[Callable[[Article], str], dict[str, list[str]]] = {}
        self.warnings: list[Problem] = []

    def paths(self, names: Iterable[str], key: str) -> dict[str, str]:
        """Return name → path of the articles that exist."""
        found: dict[str, str] = {}
        for name in names:
            paths = self._find(name)
            if len(paths) == 1:
                found[name] = paths[0]
            elif paths:
                self._warn_ambiguous(name, paths, key)
            else:
                self._warn_unknown(name, key)
        return found

    def keyed(self, wishes: Mapping[str, str], key: str) -> dict[str, str]:
        """Return path → text of the articles that exist."""
        paths = self.paths(wishes, key)
        keyed: dict[str, str] = {}
        for name, path in paths.items():
            if path in keyed:
                what = f"{shown(name)} is an article that is named above too: {path}"
                self._warn(key, what, "Name it once; the first counts.")
            keyed.setdefault(path, wishes[name])
        return keyed

    def sections(self, wishes: Mapping[str, str], titles: tuple[str, ...]) -> dict[str, str]:
        """Return path → section of the articles and sections that exist."""
        known = {title.casefold(): title for title in titles}
        moved: dict[str, str] = {}
        for path, wanted in self.keyed(wishes, "move").items():
            title = known.get(wanted.strip().casefold())
            if title is None:
                remedy = f"{did_you_mean(wanted, titles)}{_listed(titles)}"
                self._warn("move", f"there is no section {shown(wanted)}", remedy)
            else:
                moved[path] = title
        return moved

    def warn_of_contradictions(self, pin: Iterable[str], exclude: frozenset[str]) -> None:
        """Warn of articles that are pinned and excluded: they stay out."""
        for path in pin:
            if path in exclude:
                what = f"{path} is pinned and excluded, and stays out"
                self._warn("pin", what, "Remove it from pin or from exclude.")

    def _find(self, name: str) -> list[str]:
        wanted = _plain(name)
        for read in _WAYS:
            paths = self._index(read).get(wanted)
            if paths:
                return paths
        return []

    def _index(self, read: Callable[[Article], str]) -> dict[str, list[str]]:
        if read not in self._indexes:
            index = self._indexes[read] = {}
            for article in self._articles:
                index.setdefault(_plain(read(article)), []).append(article.path)
            index.pop("", None)
        return self._indexes[read]

    def _warn_unknown(self, name: str, key: str) -> None:
        # Against file names too: "storm-barier.md" means news/storm-barrier.md.
        read = _path if "/" in name else _file_name
        known = [read(article) for article in self._articles]
        remedy = f"{did_you_mean(name, known)}Name it as `digest articles` lists it."
        self._warn(key, f"there is no article {shown(name)}", remedy)

    def _warn_ambiguous(self, name: str, paths: list[str], key: str) -> None:
        some = ", ".join(sorted(paths)[:3]) + (", …" if len(paths) > 3 else "")
        what = f"{shown(name)} names {len(paths)} articles: {some}"
        self._warn(key, what, "Name the one you mean by its path.")

    def _warn(self, key: str, what: str, remedy: str) -> None:
        self.warnings.append(Problem(f"{self._file}, {key_name(key)}", what, remedy))


def _path(article: Article) -> str:
    return article.path


def _path_without_suffix(article: Article) -> str:
    return names_of(article.path)[1]


def _identity(article: Article) -> str:
    return article.identity


def _url(article: Article) -> str:
    return article.url


def _file_name(article: Article) -> str:
    return names_of(article.path)[2]


def _file_name_without_suffix(article: Article) -> str:
    return names_of(article.path)[3]


#: The most exact first: a name that is a path never means another article's file name.
_WAYS: Final = (
    _path,
    _path_without_suffix,
    _identity,
    _url,
    _file_name,
    _file_name_without_suffix,
)


def _plain(name: str) -> str:
    # macOS hands out decomposed names (é as e and accent), keyboards type composed ones.
    return unicodedata.normalize("NFC", name.strip()).removeprefix("./").strip("/")


def _listed(titles: tuple[str, ...]) -> str:
    return f"There are {', '.join(map(repr, titles))}." if titles else "There are no sections."
