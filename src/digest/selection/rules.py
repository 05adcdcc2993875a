"""What a newsletter wants of its issues: plain values from config.toml. Pure."""

import enum
from datetime import time, timedelta

from digest.record import Record


class WindowKind(enum.Enum):
    """How the window of an issue is found."""

    WEEK = "week"  #: the last full week before the slot
    DAYS = "days"  #: the last N days before the slot
    SINCE_LAST = "since last issue"  #: from the end of the last issue's window to the slot


class Order(enum.Enum):
    """Which articles come first."""

    RANKED = "ranked"  #: by the explained score of `rank.py`
    NEWEST = "newest"
    OLDEST = "oldest"


class TooFew(enum.Enum):
    """What becomes of an issue with fewer than `min_articles`."""

    SKIP = "skip"
    HOLD = "hold"
    SEND = "send"


class WindowRule(Record, kw_only=True):
    """Where the window of a slot lies, in the publisher's zone."""

    kind: WindowKind = WindowKind.WEEK
    #: Length for `DAYS`; also the first issue's length for `SINCE_LAST`.
    days: int = 7
    #: Monday is 0: the day on which a week of content begins.
    starts_on: int = 0
    #: Wall-clock time at which that day of the window begins.
    starts_at: time = time(0)
    #: How long before the window an article may be dated and still be carried over.
    grace: timedelta = timedelta(days=7)


class SectionRule(Record, kw_only=True):
    """A titled group of articles, filled from categories or tags."""

    title: str
    #: Casefolded; empty together with `tags`: takes what no other section took.
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    #: Most articles here; None: only the issue's own limit.
    limit: int | None = None


class Rules(Record, kw_only=True):
    """How an issue of one newsletter is chosen."""

    window: WindowRule = WindowRule()
    #: In the order of the mail. Empty: one untitled section that takes everything.
    sections: tuple[SectionRule, ...] = ()
    min_articles: int = 3
    max_articles: int = 10
    #: Shorter bodies are "too short".
    min_words: int = 30
    order: Order = Order.RANKED
    too_few: TooFew = TooFew.SKIP
