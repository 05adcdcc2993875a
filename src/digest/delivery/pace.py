"""How fast batches may be handed over: in flight, per second, after refusals. Pure.

Times are seconds of a monotonic clock; chance is an argument. Requests in flight are halved by
every "too many requests" and grow by one for each round of accepted ones (as TCP does, RFC 5681
§3.1); so is the rate, where one is set. After a refusal without a time to wait the pause doubles
from one second to sixty, with jitter.

After an answer that proves nothing one request leaves at a time, until one is accepted: while
every answer is lost, as little as possible comes into doubt.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from digest.delivery.outcome import Accepted, Outcome, TryLater, Unknown

#: Unknown answers in a row after which nothing more leaves: so many batches are in doubt then,
#: and those that were on their way with the first of them.
BREAKER = 3
#: "Try later" in a row after which the run ends; with the pauses between, about ten minutes.
PATIENCE = 15
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


@dataclass(slots=True)
class Pace:
    """The pace of one run."""

    #: Requests on their way at the same time, at most.
    most: int
    #: Requests begun in a second, at most; 0: no limit.
    per_second: float
    #: A number in [0, 1), anew each time.
    chance: Callable[[], float]
    #: One request at a time until one is accepted: the last answers proved nothing.
    is_wary: bool = False
    _allowed: float = field(init=False)
    _rate: float = field(init=False)
    _next_at: float = 0.0
    _resume_at: float = 0.0
    _later_in_a_row: int = 0
    _unknown_in_a_row: int = 0

    def __post_init__(self) -> None:
        self._allowed = float(self.most)
        self._rate = float(self.per_second)

    @property
    def allowed(self) -> int:
        """Requests that may be on their way now."""
        return 1 if self.is_wary else int(self._allowed)

    @property
    def is_broken(self) -> bool:
        """Too many unknown answers in a row: nothing more may leave."""
        return self._unknown_in_a_row >= BREAKER

    @property
    def is_out_of_patience(self) -> bool:
        """Too many refusals in a row: the run ends, the batches stay planned."""
        return self._later_in_a_row >= PATIENCE

    def wait(self, now: float) -> float:
        """Return how many seconds to wait before the next request may begin; 0: go."""
        return max(0.0, self._resume_at - now, self._next_at - now)

    def begun(self, now: float) -> None:
        """Note that a request begins."""
        if self._rate:
            self._next_at = max(self._next_at, now) + 1 / self._rate

    def concluded(self, outcome: Outcome, now: float) -> None:
        """Note what came of a request."""
        if not isinstance(outcome, Unknown):
            self._unknown_in_a_row = 0
        match outcome:
            case Accepted():
                self.is_wary = False
                self._later_in_a_row = 0
                self._allowed = min(self.most, self._allowed + 1 / self._allowed)
                if self.per_second:
                    self._rate = min(self.per_second, self._rate + self.per_second / 100)
            case TryLater():
                self._slow_down(outcome, now)
            case Unknown():
                self._unknown_in_a_row += 1
                self.is_wary = True
            case _:
                self._later_in_a_row = 0

    def _slow_down(self, outcome: TryLater, now: float) -> None:
        if now < self._resume_at:
            # Of a request that was on its way when another one was refused: one refusal, not two.
            if outcome.wait is not None:
                self._resume_at = max(self._resume_at, now + outcome.wait.total_seconds())
            return
        self._later_in_a_row += 1
        self._allowed = max(1.0, self._allowed / 2)
        if self.per_second:
            self._rate = max(self.per_second / 64, self._rate / 2)
        pause = min(_LONGEST_PAUSE, 2.0 ** (self._later_in_a_row - 1))
        asked = outcome.wait.total_seconds() if outcome.wait is not None else 0.0
        # Between half and the whole: several senders must not come back together.
        own = max(_SHORTEST_PAUSE, pause * (0.5 + self.chance() / 2))
        self._resume_at = max(self._resume_at, now + max(asked, own))
