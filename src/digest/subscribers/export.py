"""Subscribers as rows of a CSV file, which our own import reads back without loss. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

from digest.subscribers.csv_rows import guard
from digest.subscribers.record import Subscriber

TITLES: Final = (
    "email", "name", "status", "reason", "language", "frequency", "categories", "newsletters",
    "newsletters_left", "subscribed_at",
)  # fmt: skip
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def export_row(subscriber: Subscriber, *, raw: bool = False) -> list[str]:
    """Return the cells of a subscriber, in the order of `TITLES`.

    Args:
        subscriber: as the store has them.
        raw: do not keep spreadsheets from taking a cell for a formula.
    """
    cells = [
        subscriber.address,
        subscriber.name,
        subscriber.state,
        subscriber.reason,
        subscriber.language,
        subscriber.frequency,
        _joined(subscriber.categories),
        _joined(subscriber.newsletters),
        _joined(subscriber.newsletters_left),
        show_moment(subscriber.created_at),
    ]
    return cells if raw else list(map(guard, cells))


def entries(lines: str) -> list[str]:
    r"""Return the entries of a list as the store keeps it: `"\nweekly\n"`."""
    return lines.split("\n")[1:-1]


def show_moment(at: int) -> str:
    """Return milliseconds since 1970 as `2026-08-17T09:00:00.000+00:00`."""
    return (_EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds")


def _joined(lines: str) -> str:
    names = entries(lines)
    # A single entry with a comma in it needs a mark after which commas are none.
    is_one = len(names) == 1 and not set(names[0]) & {",", ";"}
    return names[0] if is_one else "".join(f"{name}|" for name in names)
