"""Says of one article whether an issue may hold it, or why not. Pure."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from digest.articles.article import Article, Visibility
from digest.record import Record
from digest.selection.decisions import Decisions
from digest.selection.rules import Rules, SectionRule
from digest.selection.selection import LeftOut, Reason
from digest.selection.window import Window


class Memory(Record, kw_only=True):
    """What earlier issues did; it comes from the ledger. Without one: nothing was ever sent."""

    #: Identity of an article → issue it was sent in, `weekly/2026-W33`.
    sent: Mapping[str, str] = MappingProxyType({})
    #: Fingerprint of a body → issue it was sent in: a renamed file is not new.
    sent_bodies: Mapping[str, str] = MappingProxyType({})
    #: Identities that an earlier issue of this newsletter chose or left out. None: there is no
    #: ledger, and nothing is carried over.
    considered: frozenset[str] | None = None
    #: Where the articles of the slots before begin that were skipped or missed; None: there were
    #: none. They come late however long ago that is.
    left_over_from: datetime | None = None
    #: Nothing dated before comes late: the end of a pause whose articles were dropped.
    dropped_until: datetime | None = None
    #: Identity → breaking issue, of stories that are told again and marked as told before.
    told_before: Mapping[str, str] = MappingProxyType({})


class Request(Record, kw_only=True):
    """Which issue is asked for."""

    window: Window
    #: The moment the issue is judged at: what is dated later is not public yet.
    as_of: datetime
    decisions: Decisions = Decisions()
    memory: Memory = Memory()
    #: Casefolded categories; empty: all.
    only: frozenset[str] = frozenset()


_HIDDEN: Final = {
    Visibility.DRAFT: Reason.DRAFT,
    Visibility.UNLISTED: Reason.UNLISTED,
    Visibility.PRIVATE: Reason.PRIVATE,
    Visibility.NOT_AN_ARTICLE: Reason.NOT_AN_ARTICLE,
}


def check_eligible(article: Article, request: Request, rules: Rules) -> LeftOut | None:
    """Return why `article` cannot be in the issue, whatever else there is; None: it may be.

    What is not public, what was sent before and what an editor excludes stays out always. An
    editor's pin beats the rest: window, front matter, categories and length.
    """
    reason = _never(article, request)
    if reason is None and article.path not in request.decisions.pin:
        reason = _not_this_time(article, request, rules)
    return LeftOut(article.path, *reason, article) if reason else None


def is_carried_over(article: Article, request: Request) -> bool:
    """Return whether an eligible article is late: dated before the window, and not pinned."""
    return (
        request.memory.considered is not None
        and article.path not in request.decisions.pin
        and article.published_at.timestamp() < request.window.start.timestamp()
    )


def section_of(article: Article, rules: Rules, decisions: Decisions) -> SectionRule | None:
    """Return the section an article stands in; None: its category is not sent.

    An editor's move comes first, then the article's own wish, then the first section that names
    its category or one of its tags, then the section that takes the rest.
    """
    wanted = (decisions.move.get(article.path, ""), article.wishes.section)
    for title in wanted:
        for section in rules.sections:
            if title and section.title.casefold() == title.casefold():
                return section
    names = {name.casefold() for name in article.categories}
    tags = {tag.casefold() for tag in article.tags}
    rest = None
    for section in rules.sections:
        if names & set(section.categories) or tags & set(section.tags):
            return section
        if not section.categories and not section.tags:
            rest = section
    return rest if rules.sections else SectionRule(title="")


_Why = tuple[Reason, str] | None


def _never(article: Article, request: Request) -> _Why:  # noqa: PLR0911  one a rule
    now = request.as_of.timestamp()
    sent = request.memory.sent.get(article.identity)
    if not sent and article.fingerprint:  # "": no body, and no two of these are copies
        sent = request.memory.sent_bodies.get(article.fingerprint)
    if article.visibility in _HIDDEN:
        return _HIDDEN[article.visibility], ""
    # Seen from a past issue everything later is future; what counts then is its window.
    if article.published_at.timestamp() > now and (
        article.published_at in request.window or article.path in request.decisions.pin
    ):
        return Reason.FUTURE, f"{article.published_at:%Y-%m-%d %H:%M}"
    if article.expires_at is not None and article.expires_at.timestamp() <= now:
        return Reason.EXPIRED, f"{article.expires_at:%Y-%m-%d %H:%M}"
    if article.path in request.decisions.exclude:
        return Reason.EXCLUDED_BY_EDITOR, ""
    if sent:
        return Reason.ALREADY_SENT, sent
    if not article.url:
        return Reason.NO_LINK, "set [site] base_url, or a url in its front matter"
    return None


def _not_this_time(article: Article, request: Request, rules: Rules) -> _Why:
    if why := _outside(article, request, rules):
        return why
    if not article.wishes.include:
        return Reason.EXCLUDED_BY_ARTICLE, ""
    names = {name.casefold() for name in article.categories}
    if request.only and not names & request.only:
        return Reason.NOT_ASKED_FOR, article.category or "none"
    if article.words < rules.min_words:
        return Reason.TOO_SHORT, f"{article.words} of {rules.min_words} words"
    if section_of(article, rules, request.decisions) is None:
        return Reason.CATEGORY_NOT_SENT, article.category or "none"
    return None


def late_from(window: Window, memory: Memory, rules: Rules) -> datetime:
    """Return the date of the oldest article that may come late."""
    earliest = window.start - rules.window.grace
    if memory.left_over_from and memory.left_over_from.timestamp() < earliest.timestamp():
        earliest = memory.left_over_from
    if memory.dropped_until and memory.dropped_until.timestamp() > earliest.timestamp():
        earliest = memory.dropped_until
    return earliest


def _outside(article: Article, request: Request, rules: Rules) -> _Why:
    window, considered = request.window, request.memory.considered
    if article.published_at in window:
        return None
    day = f"{article.published_at:%Y-%m-%d}"
    published = article.published_at.timestamp()
    earliest = late_from(window, request.memory, rules).timestamp()
    if considered is None or not earliest <= published < window.start.timestamp():
        return Reason.OUTSIDE_WINDOW, day
    if article.identity in considered:
        return Reason.CONSIDERED_BEFORE, day
    return None
