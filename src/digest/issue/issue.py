"""One edition as stage 4 renders it: nothing is decided after this. Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from digest.articles.article import Article
from digest.selection.window import Window


class Kind(enum.Enum):
    """Why an issue exists."""

    NEWSLETTER = "newsletter"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The picture of a story."""

    #: Absolute http(s) URL.
    url: str
    #: Alternative text, never empty.
    alt: str
    #: Pixels of the picture as it is seen, turned upright; None: nobody has measured it.
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as it stands in the issue."""

    article: Article
    #: Clean plain text, cut at a sentence end near 200 characters; may be "".
    excerpt: str
    cover: Cover | None = None
    #: The same story from elsewhere, best first.
    also: tuple[Article, ...] = ()
    #: Readers had it as breaking news.
    told_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSection:
    """A titled group of stories; never empty."""

    #: May be "" for the only section of a newsletter without sections.
    title: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One dated edition of a newsletter, or a breaking story."""

    kind: Kind = Kind.NEWSLETTER
    #: Key in config.toml: `weekly`; `breaking` for breaking stories.
    newsletter: str
    #: The newsletter's title as readers know it.
    title: str
    #: Name of the slot without the newsletter: `2026-W34`.
    slot: str
    #: Sent issues + 1; None without a ledger.
    number: int | None = None
    #: Header-safe, one line.
    subject: str
    #: Header-safe, one line; may be "".
    preheader: str = ""
    #: The editor's words in Markdown; may be "".
    intro: str = ""
    lead: Story | None
    sections: tuple[IssueSection, ...] = ()
    #: Titles of what did not fit, best first.
    more: tuple[Article, ...] = ()
    #: Span of the content; None for a breaking story.
    window: Window | None = None
    #: Local day of the slot.
    dated: date
    #: BCP 47 tag of the newsletter's language.
    language: str = "en"
    #: Name of the template: `weekly`, `breaking`.
    template: str = "weekly"
    #: Where a section's stories have their picture: "left", "top", or "none".
    cards: str = "left"
    #: Parameters of links to articles: `source` → `{newsletter}`, …; empty: none.
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: Sentences for the editor about its pictures.
    warnings: tuple[str, ...] = ()

    @property
    def stories(self) -> tuple[Story, ...]:
        """Every story in reading order, the lead story first."""
        first = (self.lead,) if self.lead else ()
        return first + tuple(story for section in self.sections for story in section.stories)
