"""Prints the slots ahead, and what each would hold today."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from digest.cli.terminal import print_bold, print_json, print_line, print_table
from digest.runs.plan import NewsletterPlan, Plan, Planned
from digest.runs.upcoming import Stage
from digest.selection.rules import TooFew
from digest.selection.selection import Selection
from digest.selection.series import Fate, Turnout, candidates_of
from digest.selection.window import Window

_STAGES: Final = {
    Stage.ASKED: "frozen, waits for approval",
    Stage.SILENT: "frozen, leaves unless held",
    Stage.APPROVED: "frozen",
    Stage.DUE: "to be frozen now",
}


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        print_json(_entry(plan))
        return
    for number, newsletter in enumerate(plan.newsletters):
        if number:
            print_line()
        _show_newsletter(newsletter, plan)
    if plan.breaking:
        print_line()
        for one in plan.breaking:
            print_line(f"breaking   {one.name}, {one.moment:%a %d %b %Y %H:%M}: {one.stage.value}")
    for warning in plan.warnings:
        print_line(f"warning    {warning}")


def _show_newsletter(newsletter: NewsletterPlan, plan: Plan) -> None:
    by_hand = "" if newsletter.has_schedule else f", by hand: digest send {newsletter.name}"
    print_bold(f"{newsletter.name}: {newsletter.title} ({newsletter.zone.key}{by_hand})")
    print_line()
    if newsletter.slots:
        print_table(
            ("slot", "goes out", "content", "frozen", "articles", ""),
            [
                (
                    one.at.slot,
                    _moment(one.at.moment, plan.now),
                    _window(one.window),
                    _short(one.freezes_at, one.at.moment) if one.freezes_at else "",
                    _articles(one) if one.turnout is None or _has_begun(one, plan.now) else "",
                    "; ".join(_notes(one, plan.now)),
                )
                for one in newsletter.slots
            ],
        )
    else:
        print_line(f"no slot until {plan.until:%a %d %b %Y}")
    for remark in newsletter.remarks:
        print_line(f"windows    {remark}")


def _articles(one: Planned) -> str:
    if one.frozen_stories is not None and one.at.issue and one.turnout is None:
        return f"{one.frozen_stories}"
    selection = one.turnout.selection if one.turnout else None
    if selection is None:
        return ""
    return f"{len(selection.chosen)} of {len(candidates_of(selection)):,}"


def _notes(one: Planned, now: datetime) -> list[str]:
    """Return what else there is to know about a slot."""
    notes = []
    at, turnout = one.at, one.turnout
    match at.stage:
        case Stage.FREE:
            notes.append(f"no issue: {at.reason}")
        case Stage.PAUSED:
            until = f"{at.until:%a %d %b %H:%M}" if at.until else "somebody ends it"
            notes.append(f"paused {at.reason} until {until}")
        case Stage.OPEN | Stage.BY_HAND:
            pass
        case _:
            said = _STAGES.get(at.stage, at.stage.value)
            notes.append(f"{said}: {at.reason}" if at.reason else said)
    if turnout and _has_begun(one, now):
        notes += _so_far(turnout, is_open=now.timestamp() < one.window.end.timestamp())
    late = _carried_over(turnout)
    if late:
        notes.append(f"{late} carried over")
    if one.hands_over_at:
        notes.append(f"handed over {_short(one.hands_over_at, at.moment)}")
    if one.clocks_move:
        notes.append(f"the clocks go {_moved(one.clocks_move)} before it")
    return notes


def _so_far(turnout: Turnout, *, is_open: bool) -> Iterator[str]:
    """Yield what a slot would come to if it stayed as it is."""
    so_far = " so far" if is_open else ""
    if turnout.fate in {Fate.SKIPPED, Fate.HELD}:
        yield f"too few{so_far}: {turnout.fate.value}"
    elif turnout.selection and turnout.selection.too_few is TooFew.SEND:
        yield f"too few{so_far}: goes out all the same"
    elif is_open:
        yield "so far"


def _has_begun(one: Planned, now: datetime) -> bool:
    """Return whether there may be anything in the window of a slot."""
    selection = one.turnout.selection if one.turnout else None
    is_ahead = now.timestamp() < one.window.start.timestamp()
    return selection is not None and not (is_ahead and not selection.chosen)


def _carried_over(turnout: Turnout | None) -> int:
    selection = turnout.selection if turnout else None
    return sum(one.carried_over for one in selection.chosen) if selection else 0


def _moved(span: timedelta) -> str:
    minutes = abs(int(span.total_seconds())) // 60
    much = f"{minutes // 60} hour{'' if minutes == 60 else 's'}" if minutes % 60 == 0 else (
        f"{minutes} minutes"
    )  # fmt: skip
    return f"{much} {'forward' if span > timedelta() else 'back'}"


def _window(window: Window) -> str:
    """Return the days of a window; with times where they do not begin at midnight."""
    if (window.start.hour, window.start.minute) == (window.end.hour, window.end.minute) == (0, 0):
        last = window.end - timedelta(seconds=1)
        first = (
            f"{window.start:%d}" if window.start.month == last.month else (f"{window.start:%d %b}")
        )
        return f"{first} to {last:%d %b}"
    return f"{window.start:%d %b %H:%M} to {window.end:%d %b %H:%M}"


def _moment(moment: datetime, now: datetime) -> str:
    year = "" if moment.year == now.year else f" {moment:%Y}"
    return f"{moment:%a %d %b}{year} {moment:%H:%M}"


def _short(moment: datetime, slot: datetime) -> str:
    """Return a moment shortly before a slot."""
    return f"{moment:%H:%M}" if moment.date() == slot.date() else f"{moment:%a %H:%M}"


def _entry(plan: Plan) -> dict[str, object]:
    return {
        "now": plan.now.isoformat(timespec="seconds"),
        "until": plan.until.isoformat(timespec="seconds"),
        "newsletters": [
            {
                "name": newsletter.name,
                "title": newsletter.title,
                "timezone": newsletter.zone.key,
                "scheduled": newsletter.has_schedule,
                "slots": [_slot_entry(one) for one in newsletter.slots],
                "remarks": list(newsletter.remarks),
            }
            for newsletter in plan.newsletters
        ],
        "breaking": [
            {
                "issue": one.name,
                "moment": one.moment.isoformat(),
                "stage": one.stage.value,
            }
            for one in plan.breaking
        ],
        "warnings": [str(warning) for warning in plan.warnings],
    }


def _slot_entry(one: Planned) -> dict[str, object]:
    turnout = one.turnout
    selection = turnout.selection if turnout else None
    return {
        "slot": one.at.slot,
        "moment": one.at.moment.isoformat(),
        "stage": one.at.stage.value,
        "reason": one.at.reason,
        "window": {"start": one.window.start.isoformat(), "end": one.window.end.isoformat()},
        "freezes_at": one.freezes_at.isoformat() if one.freezes_at else None,
        "hands_over_at": one.hands_over_at.isoformat() if one.hands_over_at else None,
        "clocks_move_minutes": int(one.clocks_move.total_seconds()) // 60,
        "frozen_stories": one.frozen_stories,
        "today": _selection_entry(turnout, selection) if turnout and selection else None,
    }


def _selection_entry(turnout: Turnout, selection: Selection) -> dict[str, object]:
    return {
        "fate": turnout.fate.value,
        "reason": turnout.reason,
        "candidates": len(candidates_of(selection)),
        "stories": [one.article.path for one in selection.chosen],
        "lead": selection.lead.article.title if selection.lead else None,
        "carried_over": _carried_over(turnout),
    }
