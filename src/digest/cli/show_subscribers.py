"""What commands about readers print."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from digest.cli.terminal import counted, print_line, print_table
from digest.errors import DigestError
from digest.runs.subscribers import FIRST_STEP
from digest.subscribers.export import entries, show_moment

if TYPE_CHECKING:
    from digest.runs.subscribers import Imported
    from digest.store.importing import Tally
    from digest.store.listing import Stats
    from digest.subscribers.record import Subscriber

_NOBODY = f"no subscribers yet\n  {FIRST_STEP}"
_STATES = ("active", "pending", "unsubscribed", "suppressed")


def show_added(tally: "Tally", found: "Subscriber | None") -> None:
    """Say what became of one reader who was to be added.

    Raises:
        DigestError: they have left, and were not added.
    """
    if found is None:
        raise DigestError(
            "this person asked to be forgotten, and is not added",
            where="ADDRESS",
            remedy="Nothing is to be done: whoever is erased is never mailed.",
        )
    if tally.added:
        print_line(f"added, {found.state}")
    elif tally.confirmed:
        print_line("confirmed: was pending and is active now")
    elif tally.already_there:
        print_line(f"is there already, {found.state}; nothing was changed")
    else:
        why = f" ({found.reason})" if found.reason else ""
        raise DigestError(
            f"this address is {found.state}{why}, and stays so",
            where="ADDRESS",
            remedy="Nothing is to be done: who has left is never brought back by adding them.",
        )


def show_import(done: "Imported") -> None:
    """Print what became of every row."""
    tally = done.tally
    print_line(f"{counted(tally.rows, 'row')} of {done.format}")
    for number, what in (
        (tally.added, "added"),
        (tally.confirmed, "confirmed: were pending"),
        (tally.already_there, "already there"),
        (tally.merged, "merged: the same address as a row before"),
        (tally.unsubscribed, "unsubscribed, and stay so"),
        (tally.suppressed, "suppressed, and stay so"),
        (tally.erased, "not imported: asked to be forgotten"),
        (tally.bad, f"bad, see {done.report}"),
    ):
        if number:
            print_line(f"  {number:>11,}  {what}")
    if done.unread:
        print_line(f"columns not read: {', '.join(done.unread)}")
    if not tally.changed:
        print_line("nothing was changed")


def show_list(found: Sequence["Subscriber"], total: int, *, is_empty: bool, as_json: bool) -> None:
    """Print readers as a table or as JSON.

    Args:
        found: those to print.
        total: how many there are in this state.
        is_empty: nobody is there in any state.
        as_json: print JSON.
    """
    if as_json:
        print(json.dumps([_values(each) for each in found], ensure_ascii=False, indent=2))
        return
    if not found:
        print_line(_NOBODY if is_empty else "none is in this state")
        return
    rows = [
        (
            each.address,
            each.name,
            f"{each.state} ({each.reason})" if each.reason else each.state,
            ", ".join(_wishes(each)),
            show_moment(each.created_at)[:10],
        )
        for each in found
    ]
    print_table(("address", "name", "state", "wants", "since"), rows)
    if total > len(found):
        print_line(f"{len(found):,} of {total:,}; more: --limit {total}")
    else:
        print_line(counted(total, "subscriber"))


def show_export(written: int, file: str) -> None:
    """Say how many were written; nothing when they went to standard output."""
    if file == "-":
        return
    print_line(f"{counted(written, 'subscriber')} in {file}")
    if not written:
        print_line(f"  {FIRST_STEP}")


def show_stats(stats: "Stats", *, as_json: bool) -> None:
    """Print how many there are of what."""
    if as_json:
        values = {
            "subscribers": sum(stats.states.values()),
            "states": {state: stats.states.get(state, 0) for state in _STATES},
            "suppressions": dict(stats.suppressions),
            "left": dict(stats.left),
            "erased": stats.erased,
        }
        print(json.dumps(values, indent=2))
        return
    if not stats.states:
        print_line(_NOBODY)
    _show_numbers("subscribers", ((state, stats.states.get(state, 0)) for state in _STATES))
    _show_numbers("suppressed addresses", stats.suppressions.items())
    _show_numbers("left one newsletter", stats.left.items())
    _show_numbers("", (("asked to be forgotten", stats.erased),))


def _show_numbers(title: str, numbers: Iterable[tuple[str, int]]) -> None:
    rows = [(what, number) for what, number in numbers if number]
    if rows and title:
        print_line(f"{sum(number for _, number in rows):>11,}  {title}")
    for what, number in rows:
        print_line(f"{number:>11,}  {'  ' if title else ''}{what}")


def _wishes(each: "Subscriber") -> list[str]:
    wishes = [each.frequency, each.language, *entries(each.newsletters), *entries(each.categories)]
    return [*filter(None, wishes), *(f"not {name}" for name in entries(each.newsletters_left))]


def _values(each: "Subscriber") -> dict[str, object]:
    return {
        "id": each.id,
        "email": each.address,
        "name": each.name,
        "status": each.state,
        "reason": each.reason,
        "language": each.language,
        "frequency": each.frequency,
        "categories": entries(each.categories),
        "newsletters": entries(each.newsletters),
        "newsletters_left": entries(each.newsletters_left),
        "subscribed_at": show_moment(each.created_at),
    }
