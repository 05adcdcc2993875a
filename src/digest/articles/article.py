"""One article as every later stage sees it: checked data. Pure."""

import enum
from datetime import datetime

from digest.errors import Problem
from digest.record import Record


class Visibility(enum.Enum):
    """Whether readers of the site can see an article, apart from its dates (facts §4.4)."""

    PUBLIC = "public"
    DRAFT = "draft"  #: `draft: true`, `published: false`, `status: draft`, a `_drafts` folder
    UNLISTED = "unlisted"  #: `unlisted: true`, `headless`, `hidden`, `build.list: never`
    PRIVATE = "private"  #: `status: private`, `visibility: members`, a password
    NOT_AN_ARTICLE = "not an article"  #: section pages (`_index.md`), `_`-files, Jekyll undated


class BodyFormat(enum.Enum):
    """How the body of an article is written."""

    MARKDOWN = "markdown"
    HTML = "html"
    TEXT = "text"  #: reStructuredText and Org: read as plain paragraphs


class Wishes(Record, kw_only=True):
    """What an article's own front matter asks of the newsletter (`digest:`, `newsletter:`)."""

    #: False: `newsletter: false` or `digest: {include: false}`.
    include: bool = True
    #: Place among the pinned, 1 first; None: not pinned.
    pin: int | None = None
    #: Title of the section it wants to stand in; empty: by category and tags.
    section: str = ""
    #: Text used instead of the excerpt; plain text, one paragraph.
    blurb: str = ""


class Article(Record, kw_only=True):
    """An article of the publisher, dated, titled and addressed.

    Raises:
        ValueError: `published_at` or `expires_at` is naive, or `title` is empty. That is a
            bug of the caller: the reader attaches the publisher's zone to every date.
    """

    #: Path below the content folder, `/` between parts. Unique; named in every message.
    path: str
    #: One line of plain text (entities decoded, markup gone), never empty.
    title: str
    #: When readers could first see it. Aware, in the publisher's zone.
    published_at: datetime
    #: False: the front matter names a day only; `published_at` is that day's midnight.
    has_time: bool = False
    #: When it stops being public; aware. None: never.
    expires_at: datetime | None = None
    visibility: Visibility = Visibility.PUBLIC
    #: As written, without empty ones; the first is the main category.
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    #: Where the reader's click goes: absolute http(s) URL, after `[content] link`. May be
    #: empty when neither a URL of the site nor of the source can be built.
    url: str
    #: The front matter's `source`/`link`/`external_url`: where the story was taken from; or "".
    origin_url: str = ""
    #: Excerpt of the front matter as written, entities decoded, not yet cleaned; or "".
    summary: str = ""
    #: Everything after the front matter.
    body: str = ""
    body_format: BodyFormat = BodyFormat.MARKDOWN
    #: What ends the excerpt in this body, as the front matter names it (Jekyll, Cobalt; may be
    #: white space alone); or "": only the separators that everybody knows do.
    excerpt_separator: str = ""
    #: The article's own cover: absolute http(s) URL; or "" (see `covers.py`).
    cover_url: str = ""
    #: Alternative text from the front matter; empty: the title serves.
    cover_alt: str = ""
    #: BCP 47 language tag of the article, or "" for the site's.
    language: str = ""
    wishes: Wishes = Wishes()
    #: Stable name of the story that survives edits (see `identity.py`).
    identity: str
    #: Hash of the body's words (see `identity.py`): equal for byte-identical copies.
    fingerprint: str
    #: Words in the body.
    words: int = 0

    def __post_init__(self) -> None:
        for name in ("published_at", "expires_at"):
            moment = getattr(self, name)
            if moment is not None and moment.utcoffset() is None:
                msg = f"{self.path}: {name} is naive: {moment!r}"
                raise ValueError(msg)
        if not self.title:
            msg = f"{self.path}: an article needs a title"
            raise ValueError(msg)

    @property
    def is_dated(self) -> bool:
        """Whether anything dates it; what nothing does stands at the epoch (`read.py`)."""
        return self.has_time or self.published_at.timestamp() != 0

    @property
    def category(self) -> str:
        """The main category, or an empty string."""
        return self.categories[0] if self.categories else ""


class BadFile(Record):
    """A file that should be an article and is not: reported, never fatal."""

    #: Path below the content folder; lone surrogates and control characters escaped.
    path: str
    problem: Problem
