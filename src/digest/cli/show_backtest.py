"""Prints what the last issues would have been under today's rules."""

from collections.abc import Sequence
from typing import Final

from digest.cli.terminal import (
    counted,
    print_bold,
    print_json,
    print_line,
    print_table,
    shown_path,
)
from digest.runs.backtest import Backtest, Share, carried_over, over_limit, stories_of
from digest.selection.selection import Chosen
from digest.selection.series import Fate, Turnout, candidates_of

#: Kinds that are listed; the others are summed up.
_LISTED: Final = 10
#: Characters of a lead story's title.
_TITLE: Final = 44


def show_backtest(found: Backtest, picture: str, *, as_json: bool) -> None:
    """Print it.

    Args:
        found: what the issues would have been.
        picture: the file that was drawn.
        as_json: for programs.
    """
    if as_json:
        print_json(_entry(found, picture))
        return
    first, last = found.turnouts[0].slot.moment, found.turnouts[-1].slot.moment
    print_bold(f"{found.newsletter}: {found.title}, {first:%d %b %Y} to {last:%d %b %Y}")
    print_line()
    print_table(
        ("slot", "stories", "of", "no room", "repeats", "late", "lead story"),
        [_row(one) for one in found.turnouts],
    )
    print_line()
    for what, shares in _kinds(found):
        _show_shares(what, shares)
    print_line(f"issues     {_sums(found)}")
    for one in found.skipped:
        print_line(f"skipped    {one.slot.name}: {one.reason}; they are left to the next issue")
    for warning in found.warnings:
        print_line(f"warning    {warning}")
    print_line(f"picture    {shown_path(picture)}")


def _row(one: Turnout) -> tuple[str, ...]:
    if one.selection is None:
        return (one.slot.name, "", "", "", "", "", f"no issue: {one.reason}")
    lead = one.selection.lead.article.title if one.selection.lead else ""
    short = lead if len(lead) <= _TITLE else f"{lead[: _TITLE - 1].rstrip()}…"
    said = short if one.fate is Fate.GOES else f"{one.fate.value}: {one.reason}"
    return (
        one.slot.name,
        str(len(stories_of(one))),
        f"{len(candidates_of(one.selection)):,}",
        f"{over_limit(one):,}",
        f"{len(one.repeats):,}",
        f"{carried_over(one):,}",
        said,
    )


def _kinds(found: Backtest) -> list[tuple[str, Sequence[Share]]]:
    """Return the kinds worth a table: those of which there are several."""
    kinds = (("category", found.categories), ("source", found.sources), ("author", found.authors))
    return [(what, shares) for what, shares in kinds if len(shares) > 1]


def _show_shares(what: str, shares: Sequence[Share]) -> None:
    stories = sum(one.stories for one in shares)
    candidates = sum(one.candidates for one in shares)
    listed, rest = shares[:_LISTED], shares[_LISTED:]
    if rest:
        more = Share(
            name=f"{len(rest)} more",
            stories=sum(one.stories for one in rest),
            candidates=sum(one.candidates for one in rest),
        )
        listed = (*listed, more)
    print_table(
        (what, "stories", "share", "candidates", "share"),
        [
            (
                one.name or "none",
                f"{one.stories:,}",
                _percent(one.stories, stories),
                f"{one.candidates:,}",
                _percent(one.candidates, candidates),
            )
            for one in listed
        ],
    )
    print_line()


def _sums(found: Backtest) -> str:
    stories = sum(len(stories_of(one)) for one in found.turnouts)
    repeats = sum(len(one.repeats) for one in found.turnouts)
    return (
        f"{counted(len(found.turnouts), 'slot')}, {counted(len(found.issues), 'issue')}, "
        f"{len(found.skipped)} skipped; {stories:,} stories, {repeats:,} repeats prevented"
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _entry(found: Backtest, picture: str) -> dict[str, object]:
    return {
        "newsletter": found.newsletter,
        "as_of": found.as_of.isoformat(timespec="seconds"),
        "slots": [_slot_entry(one) for one in found.turnouts],
        "categories": [_share_entry(one) for one in found.categories],
        "sources": [_share_entry(one) for one in found.sources],
        "authors": [_share_entry(one) for one in found.authors],
        "warnings": [str(warning) for warning in found.warnings],
        "picture": picture,
    }


def _share_entry(one: Share) -> dict[str, object]:
    return {"name": one.name, "stories": one.stories, "candidates": one.candidates}


def _slot_entry(one: Turnout) -> dict[str, object]:
    selection = one.selection
    return {
        "slot": one.slot.name,
        "moment": one.slot.moment.isoformat(),
        "window": {"start": one.window.start.isoformat(), "end": one.window.end.isoformat()},
        "fate": one.fate.value,
        "reason": one.reason,
        "number": one.number,
        "candidates": len(candidates_of(selection)) if selection else 0,
        "no_room": over_limit(one),
        "stories": [_story_entry(each) for each in stories_of(one)],
        "repeats": [{"path": each.path, "told_in": each.detail} for each in one.repeats],
    }


def _story_entry(one: Chosen) -> dict[str, object]:
    return {
        "path": one.article.path,
        "identity": one.article.identity,
        "title": one.article.title,
        "category": one.article.category,
        "carried_over": one.carried_over,
    }
