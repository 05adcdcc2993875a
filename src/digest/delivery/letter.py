"""The frozen mail of an issue as couriers get it, the same for every reader. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from digest.delivery.way import Way


class Reader(NamedTuple):
    """One subscriber a batch is for. A tuple, because there are a million of them."""

    #: Number in the store; the only thing about a reader that a provider keeps for long.
    id: int
    #: ASCII but for the local part: `jörg@xn--bcher-kva.example`.
    address: str
    #: As readers write it; may be "".
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Where a reader's way out leads."""

    way: Way
    #: `https://letters.example.org/u/`, before the reader's token; "" for other ways.
    url: str = ""
    #: Address that takes unsubscribe mails; "" if none.
    mailto: str = ""
    #: SendGrid's unsubscribe group; 0 for other ways.
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail for many readers; its tags (`rendering/reader_links.py`) are not filled yet.

    Without a way out it is for the publisher's own people, who subscribed to nothing: it has no
    list headers, no tags, and nothing that ties it to an issue of the ledger. A letter out of
    the ledger always has one.
    """

    #: `weekly/2026-W34`; of a notice `notices/12-held`.
    issue: str
    #: Key in config.toml, or `breaking`: what an unsubscribe link is for; or `notices`.
    newsletter: str
    #: Header-safe.
    subject: str
    html: str
    text: str
    #: Header-safe; may be "".
    sender_name: str
    #: ASCII address.
    sender_email: str
    #: ASCII address; or "".
    reply_to: str
    #: Newsletter's title as readers know it, for `List-Id`.
    title: str
    #: `weekly.harbour-courier.example`: RFC 2919 §2, without angle brackets.
    list_id: str
    #: None: a mail to the publisher's own people.
    unsubscribe: Unsubscribe | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One try to hand over one batch."""

    #: Number of the batch in the ledger.
    batch: int
    #: 128 random bits, 32 hexadecimal digits; journalled before anything leaves.
    token: str
    #: At least one.
    readers: tuple[Reader, ...]
