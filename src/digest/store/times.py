"""Moments as the store writes them: whole milliseconds since 1970, UTC. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def in_ms(moment: datetime) -> int:
    """Return an aware moment in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def moment_of(at_ms: int) -> datetime:
    """Return the moment of the store, aware, in UTC."""
    return _EPOCH + timedelta(milliseconds=at_ms)
