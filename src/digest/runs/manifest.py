"""`issue.json`: everything that is known of one issue, for scripts and for later. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from digest.articles.article import Article
from digest.issue.issue import Issue, Kind, Story
from digest.rendering.rendered import RenderedIssue
from digest.runs.choose import Choice
from digest.selection.selection import Chosen, LeftOut, Selection

#: Raised when a key changes its meaning; new keys do not raise it.
FORMAT: Final = 1

_Json = dict[str, object]


def manifest_of(
    issue: Issue, rendered: RenderedIssue, choice: Choice | None, files: Mapping[str, bytes]
) -> _Json:
    """Return the manifest of an issue as JSON values.

    Args:
        issue: what was composed.
        rendered: what was rendered of it.
        choice: how its articles were chosen; None for a breaking story.
        files: name → contents of the files that are written beside it.
    """
    return {
        "format": FORMAT,
        "newsletter": issue.newsletter,
        "kind": issue.kind.value,
        "slot": issue.slot,
        "number": issue.number,
        "title": issue.title,
        "subject": rendered.subject,
        "preheader": rendered.preheader,
        "language": issue.language,
        "template": issue.template,
        "window": _window(choice),
        "so_far": choice.occasion.so_far if choice else False,
        "size": {
            "html_bytes": rendered.size_bytes,
            "text_bytes": len(rendered.text.encode()),
            "steps": list(rendered.steps),
        },
        # Of the mail before the reader's own links are in it: the same for every reader.
        "sha256": {
            "html": _sha256(rendered.html.encode()),
            "text": _sha256(rendered.text.encode()),
        },
        # Of the files as they were written.
        "files": {name: _sha256(content) for name, content in files.items()},
        "warnings": [*rendered.warnings, *(str(each) for each in choice.warnings)]
        if choice
        else list(rendered.warnings),
        **articles_of(issue, choice),
    }


def articles_of(issue: Issue, choice: Choice | None) -> _Json:
    """Return the chosen articles, and the reason of every other one."""
    selection = choice.selection if choice else None
    chosen = {one.article.path: one for one in selection.chosen} if selection else {}
    places = [("lead story", issue.lead)] if issue.lead else []
    places += [(section.title, story) for section in issue.sections for story in section.stories]
    return {
        "stories": [
            _story(story, place, chosen.get(story.article.path)) for place, story in places
        ],
        "more": [article.path for article in issue.more],
        "left_out": [left_out_entry(one) for one in selection.left_out] if selection else [],
        "outside": _outside(selection),
    }


def selection_entry(choice: Choice) -> _Json:
    """Return a choice as JSON values, for an issue that was not composed."""
    selection, occasion = choice.selection, choice.occasion
    return {
        "format": FORMAT,
        "newsletter": occasion.name,
        "kind": Kind.NEWSLETTER.value,
        "slot": occasion.slot.name,
        "title": occasion.newsletter.title,
        "window": _window(choice),
        "so_far": occasion.so_far,
        "warnings": [str(each) for each in choice.warnings],
        "stories": [],
        "left_out": [left_out_entry(one) for one in selection.left_out],
        "outside": _outside(selection),
    }


def left_out_entry(left_out: LeftOut) -> _Json:
    """Return a reason as JSON values."""
    entry: _Json = {"path": left_out.path, "reason": left_out.reason.value}
    if left_out.detail:
        entry["detail"] = left_out.detail
    if left_out.article:
        entry |= _article(left_out.article)
    if left_out.score:
        entry["points"] = round(left_out.points, 2)
        entry["score"] = {part.name: part.points for part in left_out.score}
    return entry


def _story(story: Story, place: str, chosen: Chosen | None) -> _Json:
    entry = {
        "path": story.article.path,
        "place": place,
        **_article(story.article),
        "url": story.article.url,
        "excerpt": story.excerpt,
        "cover": story.cover.url if story.cover else None,
        "also": [article.path for article in story.also],
    }
    if chosen:
        entry["excerpt_from"] = chosen.excerpt.origin.value
        entry["excerpt_cleaned_of"] = list(chosen.excerpt.cleaned)
        entry["pinned"] = chosen.pinned
        entry["carried_over"] = chosen.carried_over
        entry["points"] = round(chosen.points, 2)
        entry["score"] = {part.name: part.points for part in chosen.score}
        entry["versions"] = [article.path for article in chosen.also]
    return entry


def _article(article: Article) -> _Json:
    return {
        "title": article.title,
        "published_at": article.published_at.isoformat(),
        "category": article.category,
        "identity": article.identity,
        "fingerprint": article.fingerprint,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _window(choice: Choice | None) -> Mapping[str, str] | None:
    if choice is None:
        return None
    window = choice.occasion.window
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


def _outside(selection: Selection | None) -> Mapping[str, Iterable[str]]:
    """Day → files that were not read whole because everything in their heads is that old."""
    return (
        {day: list(paths) for day, paths in sorted(selection.outside.items())} if selection else {}
    )
