"""Where a sender can die: points before and after everything that reaches disk or network.

The code under test has no hook for this; it is wrapped from outside, in the process that dies.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from digest.delivery.couriers import transport
from digest.delivery.couriers.scheduled import ScheduledSends
from digest.delivery.couriers.sendgrid import SendGridCourier
from digest.store import journal, ledger, recipients, restored
from digest.store.database import Database
from digest.store.witness import Witness


class Points:
    """Counts the points a process passes, and ends it at one of them."""

    def __init__(self, fatal: int) -> None:
        """Count.

        Args:
            fatal: number of the point to die at, from 1; 0: none.
        """
        self._fatal = fatal
        self._lock = threading.Lock()
        #: Names of the points passed.
        self.passed: list[str] = []

    def pass_(self, name: str) -> None:
        """Note a point; die there if it is the fatal one."""
        with self._lock:
            self.passed.append(name)
            if len(self.passed) == self._fatal:
                # Nothing of Python runs any more: no `finally`, no rollback, no flush.
                os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Wrap the code; for good, because the process is only for this."""
        self._wrap_transactions()
        for owner, name in (
            (journal.StoreJournal, "begin"),
            (journal.StoreJournal, "conclude"),
            (journal.StoreJournal, "recover"),
            (journal.StoreJournal, "note_left"),
            (ledger.Ledger, "claim"),
            (ledger.Ledger, "move"),
            (Witness, "begin"),
            (Witness, "note"),
            (SendGridCourier, "carry"),
            (ScheduledSends, "make_batch"),
            (ScheduledSends, "cancel"),
            (transport.Transport, "_connect"),
            (transport._Line, "send"),
            (transport._Line, "receive"),
        ):
            self._wrap(owner, name)
        self._wrap_each_batch()

    def _wrap(self, owner: Any, name: str) -> None:
        inner = getattr(owner, name)
        where = f"{owner.__name__}.{name}"

        def wrapped(*args: Any, **more: Any) -> Any:
            self.pass_(f"before {where}")
            result = inner(*args, **more)
            self.pass_(f"after {where}")
            return result

        setattr(owner, name, wrapped)

    def _wrap_transactions(self) -> None:
        inner = Database.transaction

        @contextmanager
        def transaction(database: Database) -> Iterator[Any]:
            self.pass_("before BEGIN")
            with inner(database) as connection:
                self.pass_("after BEGIN")
                yield connection
                self.pass_("before COMMIT")
            self.pass_("after COMMIT")

        setattr(Database, "transaction", transaction)  # noqa: B010  it is wrapped, not replaced

    def _wrap_each_batch(self) -> None:
        inner: Callable[..., Any] = recipients.batch_row

        def batch_row(*args: Any) -> Any:
            self.pass_("freezing a batch")
            return inner(*args)

        setattr(recipients, "batch_row", batch_row)  # noqa: B010  as above


#: Modules a point may be in, imported before the process forks.
MODULES = (journal, ledger, recipients, restored, transport)
