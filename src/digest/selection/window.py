"""Half-open spans of publication dates, right across daylight saving. Pure."""

from datetime import datetime

from digest.record import Record


class Window(Record):
    """The span `[start, end)` an issue draws from.

    Raises:
        ValueError: a bound is naive, or the span is empty.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            msg = "a window needs aware bounds"
            raise ValueError(msg)
        if self.start.timestamp() >= self.end.timestamp():
            msg = f"a window ends after it starts: {self.start} … {self.end}"
            raise ValueError(msg)

    def __contains__(self, moment: datetime) -> bool:
        # By instant: comparing two times of one zone would compare wall clocks.
        return self.start.timestamp() <= moment.timestamp() < self.end.timestamp()
