"""How many messages an hour of news is told in. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from digest.store.notices import WaitingRow

#: What needs a person goes first.
_FIRST: Final = frozenset({"held", "missed", "unknown", "breaker", "stopped", "trouble", "clock"})
#: Notices a summary names.
_MOST_NAMED: Final = 50


def portions(
    rows: Sequence[WaitingRow], per_hour: int, told: int
) -> Iterator[Sequence[WaitingRow]]:
    """Yield what goes out now, message by message; the last may be a summary of the rest.

    What needs a person goes first, and one message of the hour is kept for that.

    Args:
        rows: what waits, oldest first.
        per_hour: messages in an hour.
        told: messages of the last hour.
    """
    urgent = [row for row in rows if row.kind in _FIRST]
    kept = 1 if per_hour > 1 else 0
    room = per_hour - told
    if room > kept:
        ordered = [*urgent, *(row for row in rows if row.kind not in _FIRST)]
        room -= 0 if urgent else kept
    else:
        ordered = urgent
    if room <= 0 or not ordered:
        return
    alone = len(ordered) if len(ordered) <= room else room - 1
    yield from ([row] for row in ordered[:alone])
    if rest := ordered[alone:]:
        yield rest


def content_of(rows: Sequence[WaitingRow]) -> tuple[str, str]:
    """Return subject and lines of one message."""
    if len(rows) == 1:
        return rows[0].subject, rows[0].body
    kinds = Counter(row.kind for row in rows)
    listed = ", ".join(f"{many} {kind}" for kind, many in kinds.items())
    lines = ["More happened than is told one by one:", ""]
    lines += [f"- {row.subject}" for row in rows[:_MOST_NAMED]]
    if len(rows) > _MOST_NAMED:
        lines.append(f"- and {len(rows) - _MOST_NAMED:,} more")
    return f"{len(rows):,} notices: {listed}", "\n".join([*lines, "", "  digest status"])
