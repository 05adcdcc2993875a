"""SendGrid's suppression lists: where they are, what stands in them, which spans to ask. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from digest.feedback.events import Leave, Suppress, one_line
from digest.subscribers.address import Refused, parse_address
from digest.subscribers.states import Reason

#: SendGrid's most (facts: SendGrid §3).
PAGE: Final = 500
#: Rows of a span that are read page by page; a span with more is divided.
MOST_ROWS: Final = 10_000
#: How far a reading goes back behind the last one: entries may come late, and clocks differ.
OVERLAP: Final = timedelta(hours=24)
#: Scopes of the key that let it read the lists, and the unsubscribe group.
SCOPE: Final = "suppression.read (at SendGrid: Suppressions, read)"
GROUP_SCOPE: Final = "asm.groups.read (at SendGrid: Unsubscribe Groups, read)"


@dataclass(frozen=True, slots=True)
class SuppressionList:
    """One of the account's lists."""

    #: As its path and its mark name it.
    name: str
    #: Why its addresses are suppressed; None: they are not.
    reason: Reason | None = None
    #: Whether its readers have left everything.
    leaves: bool = False

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"/v3/suppression/{self.name}"


#: In this order: the strongest reason first, should the reading break off.
LISTS: Final = (
    SuppressionList("spam_reports", Reason.COMPLAINT),
    SuppressionList("unsubscribes", leaves=True),
    SuppressionList("bounces", Reason.BOUNCE),
    SuppressionList("invalid_emails", Reason.INVALID),
    # Blocks are for now: SendGrid itself goes on mailing these (facts: SendGrid §2.9).
    SuppressionList("blocks"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a list."""

    address_key: str
    #: What becomes of the reader; None: nothing.
    effect: Suppress | Leave | None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    entries: tuple[Entry, ...]
    #: Rows there were, with those that are no address.
    rows: int


@dataclass(frozen=True, slots=True)
class Span:
    """Whole Unix seconds, both ends within: as SendGrid takes them."""

    start: int
    end: int

    def halves(self) -> "tuple[Span, Span] | None":
        """Return the earlier and the later half; None: it is one second."""
        if self.start >= self.end:
            return None
        middle = (self.start + self.end) // 2
        return Span(self.start, middle), Span(middle + 1, self.end)


def parse_page(which: SuppressionList, body: Any) -> Page | None:  # noqa: ANN401  what JSON holds
    """Return the entries of a page; None: it is no page."""
    if not isinstance(body, list):
        return None
    found = []
    for row in body:
        parsed = _address_key(row.get("email")) if isinstance(row, dict) else ""
        if parsed:
            found.append(Entry(parsed, _effect(which, row)))
    return Page(tuple(found), len(body))


def parse_group(body: Any) -> Page | None:  # noqa: ANN401  what JSON may hold
    """Return the entries of an unsubscribe group, a plain list; None: it is none."""
    if not isinstance(body, list):
        return None
    keys: Sequence[str] = [_address_key(row) for row in body]
    return Page(tuple(Entry(key, Leave("")) for key in keys if key), len(body))


def begin_at(mark: int | None, since: int | None) -> int:
    """Return from which second on a list is read.

    Args:
        mark: until when it was read; None: never.
        since: what a person wishes; it may go further back, and never leaves a gap.
    """
    if mark is None:
        return since or 0
    resumed = max(0, mark - int(OVERLAP.total_seconds()))
    return resumed if since is None else min(since, resumed)


def _effect(which: SuppressionList, row: dict[str, Any]) -> Suppress | Leave | None:
    if which.reason is not None:
        return Suppress(which.reason, one_line(row.get("reason")) or which.name)
    return Leave("") if which.leaves else None


def _address_key(text: object) -> str:
    parsed = parse_address(text) if isinstance(text, str) else None
    return "" if parsed is None or isinstance(parsed, Refused) else parsed.key
