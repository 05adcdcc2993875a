"""The bar of a send on the terminal: how many readers, how fast, what came of them, how long."""

import sys
import time
from collections import Counter

from digest.delivery.outcome import Accepted, Divide, Outcome, SetAside, TryLater, Unknown

_WIDTH = 24
_EVERY_SECONDS = 0.1


class SendProgress:
    """Shows how a send goes on; calling it says what came of a batch. Silent unwatched."""

    def __init__(self, recipients: int) -> None:
        self._recipients = recipients
        self._started = time.monotonic()
        self._drawn_at = 0.0
        self._watched = sys.stderr.isatty()
        self.readers: Counter[str] = Counter()

    def __call__(self, outcome: Outcome, readers: int) -> None:
        """Say what came of a batch of so many readers."""
        self.readers[_word(outcome)] += readers
        now = time.monotonic()
        if self._watched and now - self._drawn_at >= _EVERY_SECONDS:
            self._drawn_at = now
            self._draw(f"\r{self._line(now)}\x1b[K")

    def end(self) -> None:
        """Take the bar away."""
        if self._drawn_at:
            self._draw("\r\x1b[K")

    def _draw(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            # The terminal is gone; that must not end what is being sent.
            self._watched, self._drawn_at = False, 0.0

    def _line(self, now: float) -> str:
        done = self.readers["accepted"] + self.readers["unknown"]
        share = min(1.0, done / max(1, self._recipients))
        seconds = max(now - self._started, 0.001)
        rate = self.readers["accepted"] / seconds
        seconds_left = int((self._recipients - done) / rate) if rate else 0
        left = f"{seconds_left // 60:02}:{seconds_left % 60:02} left" if rate else "waiting"
        bar = "█" * int(_WIDTH * share)
        others = "".join(
            f"  {self.readers[word]:,} {word}"
            for word in ("unknown", "refused", "to try later")
            if self.readers[word]
        )
        return (
            f"sending {bar:<{_WIDTH}} {done:,} of {self._recipients:,}  {rate:,.0f}/s{others}"
            f"  {left}"
        )


def _word(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return "accepted"
        case Unknown():
            return "unknown"
        case TryLater():
            return "to try later"
        case SetAside() | Divide():
            return "in other batches"  # their readers come again, but for those set aside
        case _:
            return "refused"
