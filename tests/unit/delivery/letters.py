"""Letters, readers and hand-overs: a test names only the fields it is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from digest.delivery.letter import Handover, Letter, Reader, Unsubscribe
from digest.delivery.links import UNSUBSCRIBE, Key, signer
from digest.delivery.way import Way
from digest.rendering.reader_links import NAME_TAG, TAGS

NOW = datetime(2026, 8, 17, 6, 0, tzinfo=UTC)
ATTEMPT = "0123456789abcdef0123456789abcdef"
KEY = Key("k1", b"a key of the tests, long enough.")
SIGN = signer(KEY, UNSUBSCRIBE, "weekly")

HTML = f'<html><body><p>News.</p><p><a href="{TAGS.unsubscribe}">Unsubscribe</a></p></body></html>'
TEXT = f"News.\n\nUnsubscribe: {TAGS.unsubscribe}\n"
#: Parts that call readers by their name.
NAMED_HTML = f"<p>Dear {NAME_TAG}!</p>{HTML}"
NAMED_TEXT = f"Dear {NAME_TAG}!\n\n{TEXT}"

ENDPOINT = Unsubscribe(
    way=Way.ENDPOINT, url="https://letters.courier.example/u/", mailto="leave@courier.example"
)
MAILTO = Unsubscribe(way=Way.MAILTO, mailto="leave@courier.example")
GROUP = Unsubscribe(way=Way.SENDGRID_GROUP, group=77)

_LETTER = Letter(
    issue="weekly/2026-W33",
    newsletter="weekly",
    subject="The week at the harbour",
    html=HTML,
    text=TEXT,
    sender_name="Harbour Courier",
    sender_email="news@courier.example",
    reply_to="desk@courier.example",
    title="Harbour Weekly",
    list_id="weekly.courier.example",
    unsubscribe=ENDPOINT,
)


def make_letter(**fields: Any) -> Letter:
    """Return a sound letter with some fields changed."""
    return replace(_LETTER, **fields)


def make_handover(*readers: Reader, batch: int = 12, token: str = ATTEMPT) -> Handover:
    """Return a hand-over of the readers, by default of two."""
    return Handover(batch=batch, token=token, readers=readers or make_readers(2))


def make_readers(count: int) -> tuple[Reader, ...]:
    """Return readers 1 to `count`."""
    return tuple(
        Reader(number, f"reader{number}@mail.example", f"Reader {number}")
        for number in range(1, count + 1)
    )


def named(*names: str) -> tuple[Reader, ...]:
    """Return one reader for each name."""
    return tuple(
        reader._replace(name=name)
        for reader, name in zip(make_readers(len(names)), names, strict=True)
    )


def tokens(readers: Iterable[Reader]) -> list[str]:
    """Return the readers' unsubscribe tokens."""
    return [SIGN(reader.id, reader.address) for reader in readers]
