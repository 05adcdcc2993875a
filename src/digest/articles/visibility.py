"""Whether readers of the site can see an article, apart from its dates. Pure.

The rules of all generators hold for all (facts §4.4): an article that any of them would keep
back must not leak by mail. What depends on now (`publishDate`, `expiryDate`) is judged later,
from the article's dates.
"""

import re
from collections.abc import Mapping

from digest.articles.article import Visibility
from digest.articles.fields import Fields, text_of, truth_of
from digest.articles.settings import Generator

#: Every field that can keep an article back.
FIELDS = (
    "draft",
    "published",
    "status",
    "visibility",
    "password",
    "private",
    "protected",
    "unlisted",
    "hidden",
    "headless",
    "eleventyexcludefromcollections",
    "render",
    "permalink",
    "listed",
    "build",
)
_STATUSES = {
    "draft": Visibility.DRAFT,
    "pending": Visibility.DRAFT,
    "future": Visibility.DRAFT,
    "scheduled": Visibility.DRAFT,
    "auto-draft": Visibility.DRAFT,
    "inherit": Visibility.DRAFT,
    "trash": Visibility.DRAFT,
    "skip": Visibility.DRAFT,  # Pelican
    "hidden": Visibility.UNLISTED,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.PRIVATE,
}
_VISIBILITIES = {
    "": Visibility.PUBLIC,
    "public": Visibility.PUBLIC,
    "true": Visibility.PUBLIC,
    "visible": Visibility.PUBLIC,
    "draft": Visibility.DRAFT,
    "hidden": Visibility.UNLISTED,
    "unlisted": Visibility.UNLISTED,
    # Whatever else: Ghost's members, paid, tiers, filter
}
#: Underscore folders that hold articles (Jekyll, Hexo); all others hold layouts and data.
_ARTICLE_FOLDERS = frozenset({"_posts", "_drafts"})
#: Underscore folders of every generator that never hold articles.
_OTHER_FOLDERS = frozenset({"_includes", "_layouts", "_data", "_site", "_sass"})
_HIDING_UNDERSCORE = frozenset(
    {Generator.DOCUSAURUS, Generator.ASTRO, Generator.NEXT, Generator.ELEVENTY, Generator.GATSBY}
)
#: Files about a repository, where nothing dates them.
_ABOUT = frozenset(
    {"readme", "license", "contributing", "changelog", "code_of_conduct", "security"}
)


def visibility_of(fields: Fields, path: str, generator: Generator) -> Visibility:
    """Return how public an article is: the first rule that keeps it back.

    Raises:
        ReadingError: a yes-or-no field says neither.
    """
    if not is_article(path, generator):
        return Visibility.NOT_AN_ARTICLE
    if fields.lacks(FIELDS):  # nearly all articles
        return Visibility.DRAFT if _in_drafts(path) else Visibility.PUBLIC
    return _by_fields(fields, path)


def is_article(path: str, generator: Generator) -> bool:
    """Return whether a file of this name and place is an article at all."""
    *folders, name = path.split("/")
    if name.startswith("_") or not _OTHER_FOLDERS.isdisjoint(folders):
        return False
    hidden = [folder for folder in folders if folder[:1] == "_" and folder not in _ARTICLE_FOLDERS]
    if generator in _HIDING_UNDERSCORE and hidden:
        return False
    if generator is Generator.JEKYLL and "_drafts" not in folders:
        # Below `_posts` (which may be the content folder itself) Jekyll reads dated names only;
        # an underscore folder besides is a collection, dated by its front matter.
        in_posts = "_posts" in folders or not hidden
        return not in_posts or bool(re.match(r"\d{2,4}-\d{1,2}-\d{1,2}-.", name))
    return True


def is_about_repository(path: str) -> bool:
    """Return whether the name is one of `README.md` and its kind."""
    return path.rpartition("/")[2].partition(".")[0].casefold() in _ABOUT


def _by_fields(fields: Fields, path: str) -> Visibility:
    if fields.first(("password",)) or _says(fields, "private", "protected"):
        return Visibility.PRIVATE
    named = fields.text(("visibility",)).casefold()
    by_name = _VISIBILITIES.get(named, Visibility.PRIVATE)
    by_status = _STATUSES.get(fields.text(("status",)).casefold(), Visibility.PUBLIC)
    if Visibility.PRIVATE in {by_name, by_status}:
        return Visibility.PRIVATE
    if _is_draft(fields, path) or Visibility.DRAFT in {by_name, by_status}:
        return Visibility.DRAFT
    if _is_unlisted(fields) or Visibility.UNLISTED in {by_name, by_status}:
        return Visibility.UNLISTED
    return Visibility.PUBLIC


def _is_draft(fields: Fields, path: str) -> bool:
    found = fields.first(("published",))
    return (
        _says(fields, "draft")
        or (found is not None and truth_of(found.value) is False)
        or _in_drafts(path)
    )


def _in_drafts(path: str) -> bool:
    return "_drafts" in path.split("/")[:-1]


def _is_unlisted(fields: Fields) -> bool:
    if _says(fields, "unlisted", "hidden", "headless", "eleventyexcludefromcollections"):
        return True
    # Zola's `render = false`, Eleventy's `permalink: false`: there is no page to link to.
    if any(_says_no(fields, name) for name in ("render", "permalink", "listed")):
        return True
    build = fields.first(("build",))  # Hugo; `_build` until 0.145
    if build is None or not isinstance(build.value, Mapping):
        return False
    options = {text_of(build.value.get(name)).casefold() for name in ("list", "render")}
    return not options.isdisjoint({"never", "false", "local", "link"})


def _says(fields: Fields, *names: str) -> bool:
    return any(fields.truth(name) for name in names)


def _says_no(fields: Fields, name: str) -> bool:
    found = fields.first((name,))
    return found is not None and truth_of(found.value) is False
