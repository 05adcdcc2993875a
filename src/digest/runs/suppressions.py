"""Brings in whom SendGrid mails no more, and keeps the list of them. Reads there, never deletes.

Touches the store and the network.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from digest.config.environment import Environment
from digest.config.secrets import parse_keys
from digest.config.settings import Config
from digest.errors import ConfigError, DigestError, NotReadyError
from digest.feedback.events import Leave, Suppress
from digest.feedback.lists import (
    GROUP_SCOPE,
    LISTS,
    MOST_ROWS,
    PAGE,
    SCOPE,
    Page,
    Span,
    SuppressionList,
    begin_at,
    parse_group,
    parse_page,
)
from digest.store.database import Database, open_store
from digest.store.importing import any_erased, is_erased, lacks_key
from digest.store.leaving import find_subscriber, suppress, unsubscribe
from digest.store.suppressions import Suppressed, iterate_suppressed, read_mark, set_mark
from digest.store.times import in_ms
from digest.subscribers.address import Refused, parse_address

if TYPE_CHECKING:
    from digest.delivery.couriers.sendgrid_api import SendGridApi

Tick = Callable[[int], object]


@dataclass(slots=True, kw_only=True)
class Synced:
    """What one list brought."""

    name: str
    rows: int = 0
    #: Rows without an address that could be ours.
    unusable: int = 0
    #: What became of the addresses: see `Leavers.apply`.
    outcomes: Counter[str] = field(default_factory=Counter)


class Leavers:
    """Writes down who must not, or does not want to, be mailed any more.

    Args:
        database: the store.
        source: who says so: `sendgrid`, `events`.
        secrets: keys under which erased persons may stand.
        at: milliseconds since 1970.
    """

    def __init__(
        self, database: Database, source: str, secrets: tuple[bytes, ...], at: int
    ) -> None:
        self._database = database
        self._source = source
        self._secrets = secrets
        self._at = at

    def apply(self, address_key: str, effect: Suppress | Leave) -> str:
        """Write it down, in the open transaction; return what became of it.

        `changed`; `known`: it stood there already; `nobody`: who leaves is no subscriber;
        `erased`: the person asked to be forgotten, and stays so.
        """
        reader = find_subscriber(self._database, address_key)
        if reader is None and isinstance(effect, Leave):
            return "nobody"
        if reader is None and is_erased(self._database, address_key, self._secrets):
            return "erased"
        if isinstance(effect, Suppress):
            changed = suppress(
                self._database,
                address_key,
                effect.reason.value,
                source=self._source,
                detail=effect.detail,
                at=self._at,
            )
        else:
            assert reader is not None  # noqa: S101  the first question above
            changed = unsubscribe(
                self._database,
                reader.id,
                effect.newsletter,
                origin=f"provider:{self._source}",
                at=self._at,
            )
        return "changed" if changed else "known"


def erased_keys(database: Database, environment: Environment) -> tuple[bytes, ...]:
    """Return the keys by which erased persons are known; none while nobody is erased.

    Raises:
        NotReadyError: a key is missing: their addresses would be written down again.
    """
    if not any_erased(database):
        return ()
    secrets = tuple(key.secret for key in parse_keys(environment.secret))
    if lacks_key(database, secrets):
        raise NotReadyError(
            "lacks a key with which persons were erased: their addresses would be noted again",
            where="DIGEST_SECRET",
            remedy="Put the earlier key behind the present one: NEW:…,OLD:…",
        )
    return secrets


def sync_suppressions(
    config: Config,
    environment: Environment,
    now: datetime,
    *,
    since: datetime | None = None,
    tick: Tick = lambda _rows: None,
) -> list[Synced]:
    """Read SendGrid's lists from where the last reading ended; return what each brought.

    Args:
        config: the publisher's settings.
        environment: the key is in it.
        now: the present moment.
        since: read from here on, if that is further back.
        tick: told how many rows were read.

    Raises:
        NotReadyError: there is no key, it lacks a scope, or DIGEST_SECRET is missing.
        ConfigError: SendGrid does not know the unsubscribe group.
        DigestError: SendGrid does not answer; what was read until then is in the store.
        StoreError: the store cannot be written.
    """
    from digest.runs.couriers import sendgrid_api

    with (
        closing(open_store(config.store.path)) as database,
        closing(sendgrid_api(config, environment)) as api,
    ):
        leavers = Leavers(database, "sendgrid", erased_keys(database, environment), in_ms(now))
        reading = _Reading(database, api, leavers, tick)
        until = int(now.timestamp())
        found = []
        for which in LISTS:
            mark = read_mark(database, which.name)
            begin = begin_at(mark, None if since is None else int(since.timestamp()))
            found.append(reading.read_list(which, Span(min(begin, until), until)))
        if config.subscribers.group:
            found.append(reading.read_group(config.subscribers.group, config.path))
        return found


def list_suppressions(config: Config) -> Iterator[Suppressed]:
    """Yield every suppressed address.

    Raises:
        StoreError: there is no store, or it cannot be read.
    """
    with closing(open_store(config.store.path, create=False)) as database:
        yield from iterate_suppressed(database)


def add_suppression(config: Config, text: str, reason: str, *, user: str, now: datetime) -> bool:
    """Suppress an address on a person's word; return whether that changed anything.

    Raises:
        DigestError: it is no address.
        StoreError: the store cannot be written.
    """
    parsed = parse_address(text)
    if isinstance(parsed, Refused):
        raise DigestError(parsed.what, where="ADDRESS", remedy=parsed.remedy)
    with closing(open_store(config.store.path)) as database:
        return suppress(
            database, parsed.key, reason, source="person", detail=f"by {user}", at=in_ms(now)
        )


class _Reading:
    """One reading of SendGrid's lists."""

    def __init__(
        self, database: Database, api: "SendGridApi", leavers: Leavers, tick: Tick
    ) -> None:
        self._database = database
        self._api = api
        self._leavers = leavers
        self._tick = tick
        self._rows = 0

    def read_list(self, which: SuppressionList, whole: Span) -> Synced:
        """Read one list, the oldest entries first, and mark how far it was read.

        Offsets are stable only inside a span that has ended and is not too long: where more
        than `MOST_ROWS` follow, the span is divided (facts: SendGrid §3).
        """
        synced = Synced(name=which.name)
        spans = [whole]
        while spans:
            span = spans.pop()
            page = self._page(which, span, 0)
            halves = span.halves() if page.rows == PAGE else None
            if halves and self._page(which, span, MOST_ROWS).rows:
                spans += reversed(halves)
                continue
            offset = 0
            while page.rows:
                self._keep(page, synced)
                offset += page.rows
                page = self._page(which, span, offset) if page.rows == PAGE else Page((), 0)
            set_mark(self._database, which.name, span.end)
        return synced

    def read_group(self, group: int, config_path: str) -> Synced:
        """Read the unsubscribe group: a plain list, whole each time."""
        synced = Synced(name=f"group {group}")
        status, body = self._get(f"/v3/asm/groups/{group}/suppressions", {}, GROUP_SCOPE)
        if status == 404:
            raise ConfigError(
                f"SendGrid knows no unsubscribe group {group}",
                where=f"{config_path}, [subscribers] group",
                remedy="Take its number from SendGrid: Suppressions, Unsubscribe Groups.",
            )
        self._keep(_checked(parse_group(body), synced.name), synced)
        return synced

    def _page(self, which: SuppressionList, span: Span, offset: int) -> Page:
        query = {"start_time": span.start, "end_time": span.end, "limit": PAGE, "offset": offset}
        _, body = self._get(which.path, query, SCOPE)
        return _checked(parse_page(which, body), which.name)

    def _get(self, path: str, query: Mapping[str, str | int], scope: str) -> tuple[int, Any]:
        try:
            return self._api.get(path, query)
        except NotReadyError as error:
            raise NotReadyError(
                f"the key may not read {path}",
                where="SENDGRID_API_KEY",
                remedy=f"Give it the scope {scope}.",
            ) from error

    def _keep(self, page: Page, synced: Synced) -> None:
        with self._database.transaction():
            for entry in page.entries:
                what = (
                    self._leavers.apply(entry.address_key, entry.effect)
                    if entry.effect
                    else "counted"
                )
                synced.outcomes[what] += 1
        synced.rows += page.rows
        synced.unusable += page.rows - len(page.entries)
        self._rows += page.rows
        self._tick(self._rows)


def _checked(page: Page | None, name: str) -> Page:
    if page is None:
        raise DigestError(
            "the answer is no list",
            where=f"SendGrid, {name}",
            remedy="Run the command again later.",
        )
    return page
