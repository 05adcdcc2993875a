"""Prints a preview: the issue as a table, sizes, what is wrong, what to open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from digest.articles.article import Visibility
from digest.cli.terminal import counted, print_json, print_line, print_table, shown_path
from digest.errors import NotFoundError, did_you_mean
from digest.rendering.rendered import BUDGET
from digest.runs.choose import Choice, issue_holding
from digest.runs.manifest import selection_entry
from digest.runs.preview import Preview
from digest.selection.selection import Chosen, LeftOut, Reason

if TYPE_CHECKING:
    from digest.runs.frozen import FrozenPreview


def show_preview(choice: Choice, preview: Preview, *, as_json: bool, explain: bool) -> None:
    """Print what the issue holds."""
    if as_json:
        print_json(preview.manifest)
        return
    selection = choice.selection
    print_line(f"{preview.issue.title}  {preview.issue.newsletter}/{preview.issue.slot}")
    _print_facts(preview)
    print_line(f"content    {_span(choice)}")
    print_line()
    titles = {
        one.article.path: section.title for section in selection.sections for one in section.chosen
    }
    print_table(
        ("", "section", "date", "category", "title"),
        [
            (
                str(number),
                titles.get(one.article.path, "lead story"),
                f"{one.article.published_at:%d %b}",
                one.article.category,
                one.article.title,
            )
            for number, one in enumerate(selection.chosen, 1)
        ],
    )
    if explain:
        print_line()
        explain_choice(choice)
    print_line()
    print_line(f"articles   {_counts(choice)}")
    _print_recognition(choice)
    if selection.too_few:
        least = choice.occasion.newsletter.min_articles
        print_line(f"too few    fewer than {least} articles: {selection.too_few.value} this issue")
    _print_bad(choice)
    for warning in (*map(str, choice.warnings), *preview.rendered.warnings):
        print_line(f"warning    {warning}")
    print_line(
        f"open       {shown_path(preview.files['issue.html'])}  (.txt .eml .json beside it)"
    )


def show_breaking(preview: Preview, *, as_json: bool) -> None:
    """Print what a breaking issue holds."""
    if as_json:
        print_json(preview.manifest)
        return
    print_line(f"{preview.issue.title}  {preview.issue.newsletter}/{preview.issue.slot}")
    _print_facts(preview)
    for story in preview.issue.stories:
        print_line(f"story      {story.article.title}  ({story.article.path})")
    for warning in preview.rendered.warnings:
        print_line(f"warning    {warning}")
    print_line(
        f"open       {shown_path(preview.files['issue.html'])}  (.txt .eml .json beside it)"
    )


def show_frozen(frozen: "FrozenPreview", *, as_json: bool, explain: bool) -> None:
    """Print what an issue holds that stands in the ledger."""
    manifest = frozen.manifest
    if as_json:
        print_json(manifest)
        return
    issue = frozen.issue
    print_line(f"{manifest['title']}  {issue.name}")
    print_line(f"frozen     as it is {issue.state.value}; see digest show {issue.name}")
    print_line(f"subject    {frozen.subject}")
    print_line(f"preheader  {manifest['preheader']}")
    print_line()
    rows = [
        (
            str(number),
            story["place"],
            story["published_at"][:10],
            story["category"],
            story["title"],
        )
        for number, story in enumerate(manifest["stories"], 1)
    ]
    print_table(("", "section", "date", "category", "title"), rows)
    if explain:
        print_line()
        left_out = [
            (
                one["path"],
                f"{one['reason']} ({one['detail']})" if "detail" in one else one["reason"],
            )
            for one in manifest["left_out"]
        ]
        print_table(("not in the issue", "why"), left_out)
    print_line()
    _print_open(frozen.files)


def _bracketed(detail: str | None) -> tuple[str, ...]:
    return (f"({detail})",) if detail else ()


def show_nothing(choice: Choice, *, as_json: bool, explain: bool) -> None:
    """Print what there is to say of an issue without articles."""
    if as_json:
        print_json(selection_entry(choice))
    else:
        if explain:
            explain_choice(choice)
        _print_bad(choice)


def no_article(choice: Choice, now: datetime, categories: Sequence[str] = ()) -> NotFoundError:
    """Return the error that says where articles are, when the window has none.

    Args:
        choice: how there came to be none.
        now: the present moment, aware.
        categories: those that were asked for.
    """
    occasion = choice.occasion
    there = _categories_there(choice)
    if categories and there:
        guess = did_you_mean(categories[0].casefold(), [name.casefold() for name in there])
        remedy = f"{guess}Those days have: {', '.join(there)}."
    else:
        remedy = _where_articles_are(choice, now)
    return NotFoundError(
        f"no article for {_span(choice)} ({_counts(choice)})",
        where=f"{occasion.name}/{occasion.slot.name}",
        remedy=remedy,
    )


def explain_choice(choice: Choice) -> None:
    """Print every part of every score, and every reason."""
    for number, one in enumerate(choice.selection.chosen, 1):
        print_line(f"{number:>3}  {one.article.title}")
        print_line(f"     {one.article.path}")
        print_line(f"     {score_line(one)}")
        for other in one.also:
            print_line(f"     also: {other.title} ({other.path})")
    print_line()
    print_table(
        ("not in the issue", "why"),
        [
            (one.path, f"{one}, {one.points:.2f} points" if one.score else str(one))
            for one in choice.selection.left_out
        ],
    )
    outside = sum(map(len, choice.selection.outside.values()))
    if outside:
        files = counted(outside, "file")
        print_line(f"and {files} dated far outside the window (all in issue.json)")


def score_line(one: Chosen) -> str:
    """Return the score of a chosen article in one line."""
    notes = f"excerpt from {one.excerpt.origin.value}"
    if one.excerpt.cleaned:
        notes += f", cleaned of {', '.join(one.excerpt.cleaned)}"
    if one.pinned:
        notes += ", pinned"
    if one.carried_over:
        notes += ", carried over"
    return f"{parts_line(one)}; {notes}" if one.score else notes


def parts_line(one: Chosen | LeftOut) -> str:
    """Return the points of an article and what they are made of."""
    parts = ", ".join(f"{part.name} {part.points:+.2f}" for part in one.score)
    return f"{one.points:.2f} points: {parts}"


def _print_open(files: Mapping[str, str]) -> None:
    path = shown_path(files["issue.html"])
    print_line(f"open       {path}  (.txt .eml .json beside it)")


def _print_facts(preview: Preview) -> None:
    size = preview.rendered.size_bytes
    print_line(f"subject    {preview.rendered.subject}")
    print_line(f"preheader  {preview.rendered.preheader}")
    text = len(preview.rendered.text.encode())
    print_line(
        f"size       {size:,} bytes, {100 * size // BUDGET} % of {BUDGET:,}; text {text:,} bytes"
    )


def _print_bad(choice: Choice) -> None:
    bad = choice.contents.bad
    if bad:
        more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        problem = bad[0].problem
        print_line(f"bad files  {problem.where}: {problem.what}{more}; see digest articles --bad")


def _print_recognition(choice: Choice) -> None:
    found = choice.recognition
    if found:
        print_line(f"made by    {found.generator.value}: {found.evidence}")


def _counts(choice: Choice) -> str:
    """Return how many files there are and what became of them; the sum is the folder."""
    selection = choice.selection
    reasons = Counter(one.reason for one in selection.left_out)
    outside = sum(map(len, selection.outside.values()))
    reasons[Reason.OUTSIDE_WINDOW] += outside
    total = len(selection.chosen) + sum(reasons.values())
    parts = [f"{len(selection.chosen):,} chosen"]
    parts += [f"{reasons[reason]:,} {reason.value}" for reason in Reason if reasons[reason]]
    return f"{counted(total, 'file')}: {', '.join(parts)}"


def _span(choice: Choice) -> str:
    window, zone = choice.occasion.window, choice.occasion.zone
    last = window.end - timedelta(seconds=1)
    until = " (so far)" if choice.occasion.so_far else ""
    return f"{window.start:%a %d %b %Y %H:%M} to {last:%a %d %b %Y %H:%M} {zone.key}{until}"


def _categories_there(choice: Choice) -> list[str]:
    """Return the categories that articles of the window have and nobody asked for."""
    left_out = [
        one.article
        for one in choice.selection.left_out
        if one.reason is Reason.NOT_ASKED_FOR and one.article
    ]
    return sorted({article.category for article in left_out if article.category})


def _where_articles_are(choice: Choice, now: datetime) -> str:
    """Return what to do when the window is empty: see the newest week that is not."""
    zone = choice.occasion.zone
    latest = f"{max(now, choice.occasion.as_of).astimezone(zone):%Y-%m-%d}"
    days = sorted(choice.selection.outside)
    days += [
        f"{article.published_at:%Y-%m-%d}"
        for article in choice.contents.articles
        if article.visibility is Visibility.PUBLIC
    ]
    if not days:
        return "The folder holds no article that readers can see. digest articles lists them."
    past = [day for day in days if day <= latest]
    which, day = ("newest", max(past)) if past else ("first", min(days))
    try:
        noon = datetime.combine(date.fromisoformat(day), time(12), zone)
    except ValueError:  # `2026-02-30` in a head that nobody has read whole
        return f"The {which} article is dated {day}. digest articles lists them."
    issue = f"digest preview {choice.occasion.name} {issue_holding(choice.occasion, noon)}"
    return f"The {which} article is dated {day}. See its issue: {issue}"
