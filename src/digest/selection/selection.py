"""What was chosen, and why every other article was not. Pure."""

import enum
from collections.abc import Mapping
from typing import NamedTuple

from digest.articles.article import Article
from digest.articles.excerpt import Excerpt
from digest.record import Record
from digest.selection.rules import TooFew
from digest.selection.window import Window


class Reason(enum.Enum):
    """Why an article is not in the issue. Values stand in manifests: add, never rename."""

    OUTSIDE_WINDOW = "outside window"
    DRAFT = "draft"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    NOT_AN_ARTICLE = "not an article"
    FUTURE = "dated in the future"
    EXPIRED = "expired"
    EXCLUDED_BY_EDITOR = "excluded by the issue file"
    EXCLUDED_BY_ARTICLE = "excluded by its front matter"
    ALREADY_SENT = "already sent"
    CONSIDERED_BEFORE = "considered by an earlier issue"
    NOT_ASKED_FOR = "not in the categories asked for"
    CATEGORY_NOT_SENT = "category not sent"
    NO_LINK = "no link"
    TOO_SHORT = "too short"
    SAME_BODY = "same body"
    SAME_STORY = "same story"
    OVER_SECTION_LIMIT = "over the section's limit"
    OVER_ISSUE_LIMIT = "over the issue's limit"
    BAD_FILE = "bad file"
    UNSUPPORTED = "format not supported"


#: An article left out for one of these has not been considered: it may become public, or be
#: repaired, and then it comes late.
_NOT_CONSIDERED = frozenset(
    (
        Reason.OUTSIDE_WINDOW,
        Reason.DRAFT,
        Reason.UNLISTED,
        Reason.PRIVATE,
        Reason.NOT_AN_ARTICLE,
        Reason.FUTURE,
        Reason.NO_LINK,
        Reason.BAD_FILE,
        Reason.UNSUPPORTED,
    )
)
#: What would have been chosen if there had been room, or no better version of the story.
_COMPETED = frozenset(
    (
        Reason.SAME_BODY,
        Reason.SAME_STORY,
        Reason.OVER_SECTION_LIMIT,
        Reason.OVER_ISSUE_LIMIT,
    )
)


class Part(NamedTuple):
    """One part of a score, as `--explain` shows it."""

    #: "own cover", "recency", …
    name: str
    points: float


class LeftOut(Record):
    """An article that is not in the issue, and why."""

    #: Path below the content folder.
    path: str
    reason: Reason
    #: Completes the reason: the path of the better version, the issue it was sent in, …; or "".
    detail: str = ""
    #: None for files that are no article.
    article: Article | None = None
    #: Of those over a limit: what they would have been picked by.
    score: tuple[Part, ...] = ()

    @property
    def points(self) -> float:
        """The sum of the score's parts."""
        return sum(part.points for part in self.score)

    @property
    def is_considered(self) -> bool:
        """Whether the issue has looked at it: then it does not come late in another."""
        return self.article is not None and self.reason not in _NOT_CONSIDERED

    @property
    def has_competed(self) -> bool:
        """Whether only others kept it out: better versions, or better stories."""
        return self.reason in _COMPETED

    def __str__(self) -> str:
        return f"{self.reason.value} ({self.detail})" if self.detail else self.reason.value


class Chosen(Record, kw_only=True):
    """An article that is in the issue."""

    article: Article
    excerpt: Excerpt
    #: Empty where the order is not `ranked`.
    score: tuple[Part, ...] = ()
    #: Other versions of the story, best first.
    also: tuple[Article, ...] = ()
    #: Pinned by the issue file or by its own front matter.
    pinned: bool = False
    #: Dated before the window, and new to this newsletter.
    carried_over: bool = False
    #: Breaking issue that told it before, `breaking/2026-08-12-1`; or "".
    told_before: str = ""

    @property
    def points(self) -> float:
        """The sum of the score's parts."""
        return sum(part.points for part in self.score)


class SelectedSection(Record):
    """The articles of one section, in order; never empty."""

    title: str
    chosen: tuple[Chosen, ...]


class Selection(Record, kw_only=True):
    """What an issue will hold, and a reason for everything else."""

    window: Window
    #: The first article of the issue; None when nothing was chosen.
    lead: Chosen | None
    #: Without the lead story; empty sections are left out.
    sections: tuple[SelectedSection, ...]
    #: By path. Together with the chosen and `outside`: every file of the folder.
    left_out: tuple[LeftOut, ...]
    #: What did not fit, best first: candidates for "more stories".
    runners_up: tuple[Chosen, ...]
    #: Day seen in the head → paths of files not read whole: all "outside window".
    outside: Mapping[str, tuple[str, ...]]
    #: What becomes of the issue when it holds fewer than `min_articles`; None: enough.
    too_few: TooFew | None

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """Every chosen article in reading order."""
        first = (self.lead,) if self.lead else ()
        return first + tuple(one for section in self.sections for one in section.chosen)
