"""What every duty of the schedule needs: settings, the moment, the store, somebody to tell."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digest.config.environment import Environment
from digest.config.sending import CourierName
from digest.config.settings import Config
from digest.delivery.notice import Notice
from digest.delivery.outcome import Outcome
from digest.delivery.realm import Realm
from digest.runs.agenda import Duty
from digest.runs.notices import tell
from digest.runs.realms import realm_of
from digest.store.database import Database, open_store
from digest.store.times import in_ms

#: Who decides when nobody does.
SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One round of doing what is due."""

    config: Config
    environment: Environment
    #: The moment that counts, aware.
    now: datetime
    #: Whether the round shall end, looked at between batches.
    is_stopped: Callable[[], bool] = lambda: False
    #: Told what came of how many readers.
    tick: Callable[[Outcome, int], object] = lambda _outcome, _readers: None

    @property
    def at(self) -> int:
        """The moment as the store writes it: milliseconds since 1970."""
        return in_ms(self.now)

    @property
    def courier(self) -> CourierName:
        """Who carries the mail."""
        return self.config.delivery.courier

    @property
    def realm(self) -> Realm:
        """Whether that reaches readers."""
        return realm_of(self.config, self.courier)

    def opened(self) -> AbstractContextManager[Database]:
        """Return the open store, closed at the end of a `with`.

        Raises:
            StoreError: see `open_store`.
        """
        return closing(open_store(self.config.store.path))

    def tell(self, database: Database, notice: Notice) -> None:
        """Write down what the publisher's people should know."""
        tell(database, self.config, self.environment, notice, self.at)


class Did(NamedTuple):
    """What was done, for the log."""

    #: `sent`, `frozen`, `held`, …
    event: str
    newsletter: str
    slot: str
    reason: str = ""
    articles: int | None = None
    readers: int | None = None
    #: It could not be done.
    is_trouble: bool = False

    @classmethod
    def of(cls, duty: Duty, event: str, reason: str = "", *, is_trouble: bool = False) -> "Did":
        """Return what was done about a duty."""
        return cls(event, duty.newsletter, duty.slot, reason, is_trouble=is_trouble)
