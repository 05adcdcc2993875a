"""A subscriber, in the store and as one row of a file. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from digest.subscribers.states import State


class Subscriber(NamedTuple):
    """A row of the table `subscriber`; store/sql/0001_first.sql says what each column means."""

    id: int
    address: str
    address_key: str
    name: str
    state: str
    reason: str
    frequency: str
    categories: str
    newsletters: str
    newsletters_left: str
    language: str
    created_at: int
    changed_at: int


class Preferences(NamedTuple):
    """What a row says besides who it is; shared by many rows."""

    state: State
    #: Of a suppressed one; or "".
    reason: str
    #: "daily", "weekly", "monthly"; "" is any.
    frequency: str
    #: Lists as the store keeps them: "" or "\nweekly\nsport\n".
    categories: str
    newsletters: str
    newsletters_left: str
    #: BCP 47 tag, or "".
    language: str


class Record(NamedTuple):
    """One subscriber of a file. A tuple, because there are a million of them."""

    #: Where it begins in the file, from 1.
    line: int
    address: str
    #: What makes two spellings one address.
    key: str
    #: Without control characters; may be "".
    name: str
    #: When they came, milliseconds since 1970; None: now.
    created_at: int | None
    preferences: Preferences


class BadRow(NamedTuple):
    """A row that could not be taken."""

    line: int
    what: str
    remedy: str
    #: The row, as far as it is fit to be shown.
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImportRules:
    """What the person who imports says of the whole file."""

    #: PENDING or ACTIVE: what those are who have not left.
    status: State
    #: Names of newsletters a row may ask for.
    newsletters: frozenset[str]
