"""The only place that asks the machine what time it is. Reads the clock."""

from datetime import UTC, datetime


def read_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(tz=UTC)  # noqa: TID251  this is the one place
