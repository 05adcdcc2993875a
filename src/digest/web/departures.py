"""Readers who leave, written into the store. Reads and writes the store; one thread.

What came in together is committed together: a commit waits for the disk, however many
unsubscribes are in it. A link that is not genuine is found out by reading alone, so that
nobody can keep `digest send` from writing by posting rubbish.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from digest.delivery.links import UNSUBSCRIBE, Claim, Key, is_genuine, parse_token
from digest.errors import StoreError
from digest.store.database import Database, now_ms, open_store
from digest.store.leaving import subscriber_address, unsubscribe

_log = logging.getLogger(__name__)


class Departure(NamedTuple):
    """One reader's wish to leave; who it is, only the token says."""

    token: str
    #: From all newsletters, not only the one the token names.
    everything: bool
    #: How it came, for the consent log: `endpoint:one-click`, `endpoint:page`.
    origin: str


class Departures:
    """Carries departures out. One thread uses it and closes it: the store opens in that."""

    def __init__(self, path: str, keys: Sequence[Key], now: Callable[[], datetime]) -> None:
        self._path = path
        self._keys = keys
        self._now = now
        self._database: Database | None = None
        self._file: tuple[int, int] | None = None
        self._is_failing = False

    def apply(self, departures: Sequence[Departure]) -> list[bool]:
        """Commit all `departures` whose token is genuine; return which ones are.

        When this has returned, a power cut cannot take it back.

        Raises:
            StoreError: none of them is carried out.
        """
        try:
            database = self._opened()
            with database.translated():
                claims = [self._genuine(database, each.token) for each in departures]
            # While the store fails, a forged link must fail, too, or it could be told apart.
            if self._is_failing or any(claims):
                self._commit(database, departures, claims)
        except StoreError as error:
            self._fail(error)
            raise
        if self._is_failing:
            self._is_failing = False
            _log.warning("the store can be written again", extra={"event": "store_works"})
        return [claim is not None for claim in claims]

    def close(self) -> None:
        """Close the store."""
        if self._database:
            self._database.close()
            self._database = None

    def _commit(
        self,
        database: Database,
        departures: Sequence[Departure],
        claims: Sequence[Claim | None],
    ) -> None:
        at = now_ms(self._now().timestamp())
        left: list[tuple[int, str]] = []
        with database.transaction():  # `unsubscribe` becomes a part of it
            for departure, claim in zip(departures, claims, strict=True):
                if claim is None:
                    continue
                newsletter = "" if departure.everything else claim.newsletter
                if unsubscribe(database, claim.reader, newsletter, origin=departure.origin, at=at):
                    left.append((claim.reader, newsletter))
        for reader, newsletter in left:
            extra = {"event": "left", "newsletter": newsletter}
            _log.info("reader %d left %s", reader, newsletter or "everything", extra=extra)

    def _genuine(self, database: Database, token: str) -> Claim | None:
        claim = parse_token(token)
        if claim is None:
            return None
        address = subscriber_address(database, claim.reader)
        # Signed in any case: how long it takes does not say whether there is such a reader.
        genuine = is_genuine(claim, UNSUBSCRIBE, address or "", self._keys)
        return claim if genuine and address else None

    def _opened(self) -> Database:
        """Return the open store; a new one after a copy has been put back in its place.

        The old file would take everything, and nobody would ever read it.
        """
        file = _identity(self._path)
        if self._database is None or file != self._file:
            self.close()
            self._database = open_store(self._path, create=False)
            self._file = file
        return self._database

    def _fail(self, error: StoreError) -> None:
        self.close()
        if not self._is_failing:
            self._is_failing = True
            what = error.problems[0].what
            _log.error("the store fails, readers are asked to try again: %s", what)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None  # opening it says why
    return found.st_dev, found.st_ino
