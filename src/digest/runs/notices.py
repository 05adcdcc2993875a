"""Tells the publisher's own people what happened: written down first, then carried.

A notice goes by several ways, each on its own: `webhook`, and for each address `operators` or
`editors` with a few digits of the address's hash, so that the store holds none. A way that fails
is tried again after 1, 2, 4 … minutes, at last every 6 hours, and given up after two days.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from digest.config.environment import Environment
from digest.config.settings import Config
from digest.delivery.notice import Notice, chat_message, html_of, masked, subject_of, text_of
from digest.errors import DigestError
from digest.runs.notice_mail import Fate, carry_mail, staff_letter
from digest.runs.notice_portions import content_of, portions
from digest.store.database import Database, open_store
from digest.store.ledger import Ledger
from digest.store.notices import (
    BUNDLED,
    NewNotice,
    WaitingRow,
    add_notice,
    due_notices,
    put_off,
    set_given_up,
    set_later,
    set_told,
    take,
    told_since,
)
from digest.store.times import in_ms

#: Kind of a notice that shows editors a frozen issue.
PREVIEW: Final = "preview"
WEBHOOK: Final = "webhook"

_MINUTE: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_GIVEN_UP_AFTER: Final = timedelta(days=2)
#: Not before so many tries, about four hours: the machine may have slept for the two days.
_LEAST_TRIES: Final = 9
#: Whoever carries a notice has it alone for so long.
_LEASE: Final = timedelta(minutes=5)
#: Ways that may fail in one round: each may take half a minute, and the schedule waits for it.
_MOST_FAILURES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a round of telling came to."""

    #: Messages that went out; a summary is one.
    messages: int = 0
    #: What went wrong, one line each, without addresses and secrets.
    failures: tuple[str, ...] = ()


def tell(
    database: Database, config: Config, environment: Environment, notice: Notice, at: int
) -> bool:
    """Write a notice down for everybody who is to know; return whether it is new.

    Inside the transaction that is open, if one is. It leaves with `deliver_notices`.

    Args:
        database: the store.
        config: says who is told.
        environment: says whether there is a webhook.
        notice: what to tell; of kind `PREVIEW` it goes to the editors of its newsletter.
        at: milliseconds since 1970.

    Raises:
        StoreError: see `Database.transaction`.
    """
    ways = _ways(config, environment, notice)
    new = NewNotice(
        key=_storable(masked(notice.key)),
        kind=notice.kind,
        issue_id=notice.issue_id,
        subject=_storable(masked(notice.subject)),
        body=_storable(masked(notice.body)),
    )
    return add_notice(database, new, ways, at)


def deliver_notices(config: Config, environment: Environment, now: datetime) -> Delivered:
    """Carry what waits to be told; never raises for what the world does.

    With nothing to tell it reads once and writes nothing. May take a minute when somebody does
    not answer.

    Args:
        config: says who is told, and how much.
        environment: keys, and the webhook.
        now: aware.
    """
    if not os.path.exists(config.store.path):
        return Delivered()
    try:
        database = open_store(config.store.path, create=False)
        try:
            return _Round(database, config, environment, now).run()
        finally:
            database.close()
    except DigestError as error:  # the store is locked, full, damaged
        problem = error.problems[0]
        return Delivered(failures=(f"{problem.where}: {problem.what}",))


class _Round:
    """One look at what waits."""

    def __init__(
        self, database: Database, config: Config, environment: Environment, now: datetime
    ) -> None:
        self._database = database
        self._config = config
        self._environment = environment
        self._now = now
        self._messages = 0
        self._failures: list[str] = []

    def run(self) -> Delivered:
        rows = due_notices(self._database, in_ms(self._now))
        if rows:
            told = told_since(self._database, in_ms(self._now - timedelta(hours=1)))
            by_way: dict[str, list[WaitingRow]] = defaultdict(list)
            for row in rows:
                by_way[row.way].append(row)
            people = _people(self._config)
            for way, waiting in by_way.items():
                if len(self._failures) < _MOST_FAILURES:
                    self._serve(way, waiting, told.get(way, 0), people)
        return Delivered(messages=self._messages, failures=tuple(self._failures))

    def _serve(
        self, way: str, rows: list[WaitingRow], told: int, people: Mapping[str, tuple[int, str]]
    ) -> None:
        if way == WEBHOOK and not self._environment.webhook_url:
            self._close(rows, "DIGEST_WEBHOOK_URL is not set", is_final=False)
            return
        if way != WEBHOOK and way not in people:
            self._close(rows, "the address is not in config.toml any more", is_final=True)
            return
        for message in self._messages_of(rows, told):
            if not self._carry(way, message, people):
                return

    def _messages_of(self, rows: list[WaitingRow], told: int) -> Iterator[Sequence[WaitingRow]]:
        previews = [row for row in rows if row.kind == PREVIEW]
        # Asked about the same issue twice, an editor answers the last question.
        last = {row.issue_id: row for row in previews}
        for row in previews:
            if row is not last[row.issue_id]:
                set_told(self._database, row, in_ms(self._now), "a newer one followed")
        yield from ([row] for row in last.values())
        yield from portions(
            [row for row in rows if row.kind != PREVIEW],
            self._config.notices.per_hour,
            told,
        )

    def _carry(
        self, way: str, rows: Sequence[WaitingRow], people: Mapping[str, tuple[int, str]]
    ) -> bool:
        """Carry one message; return whether the way is open."""
        until = in_ms(self._now + _LEASE)
        mine = [row for row in rows if take(self._database, row, until)]
        if not mine:
            return True
        fate = self._fate(way, mine, people)
        match fate.state:
            case "told":
                self._messages += 1
                for row, detail in zip(mine, ("", *[BUNDLED] * (len(mine) - 1)), strict=True):
                    set_told(self._database, row, in_ms(self._now), detail)
                return True
            case "never":
                self._note(way, fate.detail, "it is not tried again")
                for row in mine:
                    set_given_up(self._database, row, in_ms(self._now), fate.detail)
                return True
            case "later":
                self._postpone(way, mine, fate)
                return False

    def _fate(
        self, way: str, rows: Sequence[WaitingRow], people: Mapping[str, tuple[int, str]]
    ) -> Fate:
        config, site = self._config, self._config.site.name
        (first, *_), (subject, body) = rows, content_of(rows)
        if way == WEBHOOK:
            from digest.runs.post import post

            message = chat_message(subject, body, site)
            wrong = post(self._environment.webhook_url, message, "application/json")
            return Fate("later", wrong) if wrong else Fate("told")
        name = f"{first.id}-{first.kind if len(rows) == 1 else 'summary'}"
        if first.kind == PREVIEW:
            from digest.runs.editors import preview_mail

            content = first.issue_id and Ledger(self._database).find_content(first.issue_id)
            if not content:
                return Fate("never", "the issue has no frozen mail")
            letter = preview_mail(config, content, name, subject, body)
            return carry_mail(config, self._environment, letter, *people[way])
        letter = staff_letter(
            config,
            name,
            subject_of(subject, site),
            html_of(subject, body),
            text_of(body),
        )
        return carry_mail(config, self._environment, letter, *people[way])

    def _postpone(self, way: str, rows: Sequence[WaitingRow], fate: Fate) -> None:
        tries = 1 + max(row.tries for row in rows)
        wait = max(fate.wait, min(_MINUTE * 2 ** min(tries - 1, 20), _LONGEST_WAIT))
        until = in_ms(self._now + wait)
        for row in rows:
            if _is_old(row, self._now) and row.tries + 1 >= _LEAST_TRIES:
                set_given_up(self._database, row, in_ms(self._now), masked(fate.detail))
            else:
                set_later(self._database, row, until, masked(fate.detail))
        put_off(self._database, way, until)
        self._note(way, fate.detail, f"it is tried again in {int(wait.total_seconds()) // 60} min")

    def _close(self, rows: Sequence[WaitingRow], why: str, *, is_final: bool = True) -> None:
        """Give up what cannot be told; what is not final only when it is old."""
        for row in rows:
            if is_final or _is_old(row, self._now):
                set_given_up(self._database, row, in_ms(self._now), why)

    def _note(self, way: str, detail: str, then: str) -> None:
        self._failures.append(f"{way.partition(' ')[0]}: {masked(detail)}; {then}")


def _ways(config: Config, environment: Environment, notice: Notice) -> list[str]:
    if notice.kind == PREVIEW:
        newsletter = config.newsletters.get(notice.newsletter)
        return [_way("editors", address) for address in newsletter.editors] if newsletter else []
    ways = [_way("operators", address) for address in config.notices.email]
    return [*ways, WEBHOOK] if environment.webhook_url else ways


def _people(config: Config) -> dict[str, tuple[int, str]]:
    """Return way → number and address of whoever it leads to."""
    editors = [address for each in config.newsletters.values() for address in each.editors]
    groups = {"operators": config.notices.email, "editors": tuple(dict.fromkeys(editors))}
    return {
        _way(group, address): (number, address)
        for group, addresses in groups.items()
        for number, address in enumerate(addresses, 1)
    }


def _way(group: str, address: str) -> str:
    return f"{group} {hashlib.sha256(address.casefold().encode()).hexdigest()[:12]}"


def _storable(text: str) -> str:
    """Return text that SQLite takes: it knows no half of a character."""
    return text.encode("utf-8", "replace").decode()


def _is_old(row: WaitingRow, now: datetime) -> bool:
    return row.at <= in_ms(now - _GIVEN_UP_AFTER)
