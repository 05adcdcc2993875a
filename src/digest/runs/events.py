"""Imports files of Event Webhook events: proofs of acceptance, and readers who leave.

Touches the disk and the store. The same events again, in any order, lead to the same store.
"""

import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.errors import DigestError, NotFoundError, StoreError
from digest.feedback.event_text import MOST_BYTES, Found, TooLargeError, split_events
from digest.feedback.events import Bad, Event, Ours, Suppress, parse_event
from digest.runs.clock import read_now
from digest.runs.settle import settle
from digest.runs.subscribers import known_newsletters
from digest.runs.suppressions import Leavers, erased_keys
from digest.store.ahead import set_left
from digest.store.database import Database, open_store
from digest.store.driver import drive as lock
from digest.store.evidence import (
    Doubled,
    Known,
    Moved,
    Proof,
    apply_evidence,
    doubled_batches,
    find_attempt,
    prove_accepted,
)
from digest.store.journal import StoreJournal
from digest.store.ledger import IssueRow, Ledger
from digest.store.times import in_ms

_INPUT: Final = "-"
#: Events written in one transaction.
_PIECE: Final = 1000
#: Bad events that are named; all are counted.
_NAMED: Final = 20
#: What happens to a mail only after SendGrid has let it leave.
_LEFT: Final = frozenset({"delivered", "deferred", "bounce", "open", "click", "spamreport"})
#: Tokens held in memory; a file of invented ones must not fill it.
_REMEMBERED: Final = 100_000


@dataclass(slots=True, kw_only=True)
class Imported:
    """What the events of all files came to."""

    events: int = 0
    #: Events that belong to an attempt of this store.
    known: int = 0
    #: Events that carry a token this store does not know: of another store, or invented.
    unknown: int = 0
    #: Attempts whose answer had not come, and that are proven accepted now.
    proven: int = 0
    #: Batches that were in doubt and are accepted now.
    cleared: list[int] = field(default_factory=list)
    #: Batches that were to be sent again, and had arrived before.
    stopped: list[int] = field(default_factory=list)
    #: Reason, or `unsubscribed` → readers newly taken out.
    left: Counter[str] = field(default_factory=Counter)
    #: Values that are no events: how many, and the first of them as place and fault.
    bad: int = 0
    named: list[tuple[str, str]] = field(default_factory=list)
    #: Issues that batches of were cleared or stopped in, as they stand now.
    issues: list[IssueRow] = field(default_factory=list)
    #: Issue and batch of readers who have got it twice, or may have.
    doubled: list[tuple[str, Doubled]] = field(default_factory=list)


def import_events(
    config: Config,
    environment: Environment,
    files: Sequence[str],
    now: datetime,
    tick: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Import files of events; `-` is standard input.

    Raises:
        NotFoundError: there is no such file.
        DigestError: a file cannot be read or held; what was read until then is in the store.
        NotReadyError: somebody was erased, and the secret to know them by is not there.
        StoreError: there is no store, or it cannot be written.
    """
    for file in files:
        if file != _INPUT and not os.path.exists(file):
            raise NotFoundError(
                "there is no such file", where=file, remedy="Name a file as seen from here."
            )
    with closing(open_store(config.store.path, create=False)) as database:
        ours = Ours(newsletters=known_newsletters(config), group=config.subscribers.group)
        leavers = Leavers(database, "events", erased_keys(database, environment), in_ms(now))
        taking = _Taking(database, ours, leavers, in_ms(now))
        for file in files:
            taking.take(_shown(file), _found_in(file, tick))
        return taking.ended()


class _Taking:
    """One import under way."""

    def __init__(self, database: Database, ours: Ours, leavers: Leavers, at: int) -> None:
        self._database = database
        self._ours = ours
        self._leavers = leavers
        self._at = at
        self._tally = Imported()
        self._attempts: dict[str, Known | None] = {}
        self._proven: set[int] = set()
        self._issues: set[int] = set()
        self._moved: set[int] = set()
        #: Issues of which something has left for certain.
        self._left: set[int] = set()

    def take(self, shown: str, found: Iterator[Found]) -> None:
        """Write down what the events of one file say."""
        while piece := list(islice(found, _PIECE)):
            with self._database.transaction():
                for each in piece:
                    self._take_one(shown, each)

    def ended(self) -> Imported:
        """Let issues follow their batches; return what it all came to."""
        for number in sorted(self._issues):
            self._settle(number)
        for number in sorted(self._issues):
            name = Ledger(self._database).issue(number).name
            self._tally.doubled += [
                (name, doubled) for doubled in doubled_batches(self._database, number)
            ]
        return self._tally

    def _take_one(self, shown: str, found: Found) -> None:
        value = found.value
        event = value if isinstance(value, Bad) else parse_event(value, self._ours)
        if isinstance(event, Bad):
            self._tally.bad += 1
            if len(self._tally.named) < _NAMED:
                self._tally.named.append((f"{shown}, {found.place}", event.what))
            return
        self._tally.events += 1
        if event.token:
            self._prove(event)
        if event.effect is not None:
            what = self._leavers.apply(event.address_key, event.effect)
            if what == "changed":
                by = event.effect
                name = by.reason.value if isinstance(by, Suppress) else "unsubscribed"
                self._tally.left[name] += 1

    def _prove(self, event: Event) -> None:
        attempt = self._attempt(event.token)
        if attempt is None:
            self._tally.unknown += 1
            return
        self._tally.known += 1
        if event.kind in _LEFT and attempt.issue not in self._left:
            self._contradict(attempt.issue)
        # Its answer said so, or another event has.
        if attempt.outcome == "accepted" or attempt.id in self._proven:
            return
        self._proven.add(attempt.id)
        self._issues.add(attempt.issue)
        moved = prove_accepted(self._database, attempt, Proof("event", event.kind, self._at))
        self._tally.proven += moved.is_new
        self._tally.cleared += moved.cleared
        self._tally.stopped += moved.stopped
        if moved.cleared or moved.stopped:
            self._moved.add(attempt.issue)

    def _contradict(self, issue: int) -> None:
        """Let an issue that counts as called back count as left: readers have it."""
        self._left.add(issue)
        if set_left(self._database, issue):
            self._issues.add(issue)
            self._moved.add(issue)

    def _attempt(self, token: str) -> Known | None:
        if token not in self._attempts:
            if len(self._attempts) >= _REMEMBERED:
                self._attempts.clear()
            self._attempts[token] = find_attempt(self._database, token)
        return self._attempts[token]

    def _settle(self, number: int) -> None:
        """Let what an ended sender left behind, and the issue, follow the proofs."""
        ledger = Ledger(self._database)
        issue = ledger.issue(number)
        try:
            with lock(self._database.path, issue.id, issue.name):
                issue = ledger.issue(number)
                journal = StoreJournal(self._database, issue)
                journal.recover(read_now())
                moved = apply_evidence(self._database, number)
                issue = settle(ledger, journal, issue, self._at)
        except StoreError:
            moved = Moved(is_new=False)  # whoever sends it settles it in the end
        self._tally.cleared += moved.cleared
        self._tally.stopped += moved.stopped
        if number in self._moved or moved.cleared or moved.stopped:
            self._tally.issues.append(issue)


def _found_in(file: str, tick: Callable[[int, int], None]) -> Iterator[Found]:
    shown = _shown(file)
    try:
        with _opened(file) as stream:
            size = os.fstat(stream.fileno()).st_size
            yield from split_events(_lines(stream, size, tick))
    except TooLargeError as error:
        raise DigestError(
            f"holds more than {MOST_BYTES // 2**20} MiB in one piece",
            where=f"{shown}, line {error.args[0]}",
            remedy="Write one event on each line: jq -c '.[]' FILE",
        ) from error
    except OSError as error:
        raise DigestError(
            f"cannot be read ({error.strerror})", where=shown, remedy="Name a file you may read."
        ) from error


def _lines(
    stream: io.BufferedReader, size: int, tick: Callable[[int, int], None]
) -> Iterator[bytes]:
    done = 0
    while line := stream.readline(MOST_BYTES + 1):
        done += len(line)
        tick(done, max(done, size))  # a pipe has no size
        yield line


def _opened(file: str) -> io.BufferedReader:
    if file != _INPUT:
        return open(file, "rb")
    # Its own object over the same descriptor: closing it leaves sys.stdin whole.
    return io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))


def _shown(file: str) -> str:
    return "standard input" if file == _INPUT else file
