"""The line inboxes show behind the subject: as long as they have room for. Pure."""

from collections.abc import Iterable
from typing import Final

from digest.issue.issue import Issue

# Inboxes show 85 to 130 characters after the subject (email-html.md §3, *Preheader*).
_LEAST: Final = 85
_MOST: Final = 130
_LOOSE: Final = " ·,;:\u2013-"


def make_preheader(issue: Issue, dates: str) -> str:
    """Return the preheader of `issue`, filled up with what else is inside.

    A short one is followed in the inbox by whatever the mail begins with: dates, alternative
    texts, addresses. So the next titles follow instead, then the beginnings of the stories, and
    at last the newsletter's name and dates; a long one is cut after a word.

    Args:
        issue: Its subject is in the inbox already: what it says is not said again.
        dates: The span of its content in words.
    """
    line = issue.preheader.strip()
    if not line and issue.lead:
        line = issue.lead.excerpt.strip()
    for further in _further(issue, dates):
        if len(line) >= _LEAST:
            break
        words = " ".join(further.split())
        if words and words not in line and words not in issue.subject:
            line = f"{line} · {words}" if line else words
    return cut(line, _MOST)


def cut(text: str, most: int) -> str:
    """Return at most `most` characters of `text`, ended after a word."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    at = kept.rfind(" ")
    # Chinese has no blanks, and one very long word would leave next to nothing.
    return (kept[:at] if at > most // 2 else kept).rstrip(_LOOSE) + "…"


def _further(issue: Issue, dates: str) -> Iterable[str]:
    yield from (story.article.title for story in issue.stories)
    yield from (article.title for article in issue.more)
    yield from (story.excerpt for story in issue.stories)
    yield f"{issue.title}, {dates}"
