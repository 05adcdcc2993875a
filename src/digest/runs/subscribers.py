"""Readers come in, are looked at, leave and are forgotten: the order of it, and its errors."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from digest.config.secrets import parse_keys
from digest.config.settings import Config
from digest.errors import DigestError, NotFoundError, NotReadyError
from digest.runs.subscriber_files import Rejected, opened, write_rows
from digest.store import erasing, leaving, listing
from digest.store.database import Database, now_ms, open_store
from digest.store.importing import Import, Tally, any_erased, import_records, lacks_key
from digest.subscribers.address import Address, Refused, parse_address
from digest.subscribers.export import TITLES, export_row
from digest.subscribers.parse import parse_subscribers
from digest.subscribers.preferences import parse_preferences
from digest.subscribers.record import ImportRules, Record, Subscriber
from digest.subscribers.states import State
from digest.subscribers.values import parse_name

#: Where readers come from, for those who have none.
FIRST_STEP = (
    'Bring them in: digest subscribers import FILE --consent "What they agreed to" --status active'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who does something, when, and with which secret."""

    #: User of the machine.
    user: str
    now: datetime
    #: Value of DIGEST_SECRET; "" if it is not set.
    secret: str

    @property
    def at(self) -> int:
        """Return the moment as the store writes it."""
        return now_ms(self.now.timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    format: str
    #: Titles of columns that were not read.
    unread: tuple[str, ...]
    tally: Tally
    #: File with the bad rows; "" if there were none.
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAsk:
    """What is to be imported, and how."""

    #: "-" is standard input.
    file: str
    #: The words readers agreed to.
    consent: str
    status: State
    #: File for the bad rows; "": beside the file.
    report: str = ""


def import_file(
    config: Config, ask: ImportAsk, person: Person, tick: Callable[[int, int], None]
) -> Imported:
    """Bring the subscribers of a file in; bad rows go into a report and stop nothing.

    Raises:
        NotFoundError: there is no such file.
        DigestError: it is no file of subscribers, or the report cannot be written.
        NotReadyError: somebody was erased, and the secret to know them by is not there.
        StoreError: see `open_store`; what was read until then is in the store.
    """
    rules = ImportRules(ask.status, known_newsletters(config))
    with (
        opened(ask.file) as file,
        closing(open_store(config.store.path)) as database,
        Rejected(ask.report or _report_beside(ask.file)) as rejected,
    ):
        parsed = parse_subscribers(file.text, rules)
        if isinstance(parsed, Refused):
            raise DigestError(parsed.what, where=file.shown, remedy=parsed.remedy)
        about = Import(
            origin=f"import:{file.shown}",
            consent=ask.consent,
            at=person.at,
            secrets=_secrets(database, person),
            refuse=rejected.add,
            tick=lambda: tick(file.read_bytes(), file.size),
        )
        tally = import_records(database, parsed.rows, about)
        return Imported(
            format=parsed.format, unread=parsed.unread, tally=tally, report=rejected.written
        )


def add(
    config: Config, text: str, wishes: dict[str, str], ask: ImportAsk, person: Person
) -> tuple[Tally, Subscriber | None]:
    """Add one subscriber; return what became of it, and who is there now.

    Args:
        config: the publisher's settings.
        text: the address.
        wishes: fields of `subscribers.preferences` → texts; also `name`.
        ask: its file is not looked at.
        person: who does it.

    Raises:
        DigestError: the address or a wish is wrong.
        NotReadyError, StoreError: as for `import_file`.
    """
    address = _address(text)
    rules = ImportRules(ask.status, known_newsletters(config))
    preferences = parse_preferences(wishes, rules)
    if isinstance(preferences, Refused):
        raise DigestError(preferences.what, where="the options", remedy=preferences.remedy)
    name = parse_name(wishes.get("name", ""))
    record = Record(1, address.address, address.key, name, None, preferences)
    with closing(open_store(config.store.path)) as database:
        about = Import(
            origin=f"command:{person.user}",
            consent=ask.consent,
            at=person.at,
            secrets=_secrets(database, person),
        )
        tally = import_records(database, [record], about)
        return tally, leaving.find_subscriber(database, address.key)


def remove(config: Config, text: str, person: Person) -> bool:
    """Delete a subscriber; return whether their address is suppressed now.

    Raises:
        NotFoundError: there is no such subscriber.
        DigestError, StoreError: as for `add`.
    """
    address = _address(text)
    with closing(open_store(config.store.path, create=False)) as database:
        was_there, is_barred = erasing.remove(
            database, address.key, origin=f"command:{person.user}", at=person.at
        )
    if not was_there:
        raise _nobody()
    return is_barred


def unsubscribe(config: Config, text: str, newsletter: str, person: Person) -> bool:
    """Take a reader off a newsletter, "" for all; return whether that changed anything.

    Raises:
        NotFoundError: there is no such subscriber, or no such newsletter.
        DigestError, StoreError: as for `add`.
    """
    address = _address(text)
    known = known_newsletters(config)
    if newsletter and newsletter not in known:
        raise NotFoundError(
            f"there is no newsletter {newsletter!r}",
            where="--newsletter",
            remedy=f"Known are {', '.join(sorted(known))}.",
        )
    with closing(open_store(config.store.path, create=False)) as database:
        found = leaving.find_subscriber(database, address.key)
        if found is None:
            raise _nobody()
        origin = f"command:{person.user}"
        return leaving.unsubscribe(database, found.id, newsletter, origin=origin, at=person.at)


def iterate(config: Config, state: str, most: int | None) -> Iterator[Subscriber]:
    """Yield subscribers in the order they came; `state` "" is any.

    Raises:
        StoreError: there is no store, or as for `open_store`.
    """
    with closing(open_store(config.store.path, create=False)) as database:
        yield from listing.iterate_subscribers(database, state=state, most=most)


def count(config: Config, state: str) -> int:
    """Return how many subscribers are in a state; "" is any."""
    with closing(open_store(config.store.path, create=False)) as database:
        return listing.count_subscribers(database, state)


def stats(config: Config) -> listing.Stats:
    """Return how many there are of what."""
    with closing(open_store(config.store.path, create=False)) as database:
        return listing.read_stats(database)


def export(config: Config, file: str, state: str, *, raw: bool) -> int:
    """Write subscribers to a CSV file, "-" for standard output; return how many.

    Raises:
        DigestError: the file is there already, or cannot be written.
        StoreError: as for `iterate`.
    """
    rows = (export_row(each, raw=raw) for each in iterate(config, state, None))
    return write_rows(file, TITLES, rows)


def erase(config: Config, text: str, person: Person) -> bool:
    """Forget a person; return whether they were a subscriber.

    Raises:
        NotReadyError: DIGEST_SECRET is not set.
        DigestError, StoreError: as for `add`.
    """
    address = _address(text)
    secret = parse_keys(person.secret)[0].secret
    with closing(open_store(config.store.path)) as database:
        return erasing.erase(
            database, address.key, secret, origin=f"command:{person.user}", at=person.at
        )


def known_newsletters(config: Config) -> frozenset[str]:
    """Return the names readers may ask for or leave."""
    return frozenset({*config.newsletters, "breaking"})


def _secrets(database: Database, person: Person) -> tuple[bytes, ...]:
    """Return the keys by which erased persons are known; none while nobody is erased."""
    if not any_erased(database):
        return ()
    secrets = tuple(key.secret for key in parse_keys(person.secret))
    if lacks_key(database, secrets):
        raise NotReadyError(
            "lacks a key with which persons were erased: they would be brought back",
            where="DIGEST_SECRET",
            remedy="Put the earlier key behind the present one: NEW:…,OLD:…",
        )
    return secrets


def _address(text: str) -> Address:
    found = parse_address(text)
    if isinstance(found, Refused):
        raise DigestError(found.what, where="ADDRESS", remedy=found.remedy)
    return found


def _nobody() -> NotFoundError:
    return NotFoundError(
        "there is no subscriber with this address",
        where="ADDRESS",
        remedy="See who is there: digest subscribers list. So that an address is never mailed, "
        "whoever has it: digest suppressions add ADDRESS --reason manual",
    )


def _report_beside(file: str) -> str:
    return "subscribers.rejected.csv" if file == "-" else f"{file}.rejected.csv"
