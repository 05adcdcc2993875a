"""Where an issue and a batch stand, and where they may go. Pure: the store does the writing.

    issue   draft ──► approved ──► sending ──► sent
              │          │          │  ▲
              │          │          ▼  │
              │          └────────► held ──► cancelled      (so may draft, approved, sending)
              └──────────┴► skipped, missed ──► approved    (by a person's word)

    batch   planned ──► sending ──► accepted
               ▲           ├──────► refused ──► divided     (413, a reader set aside: children)
               │           │           │
               ├───────────┼───────────┘                    (429, no connection, a person repaired)
               │           └──────► unknown ──► accepted    (evidence)
               └───────────────────────┘                    (a person's word: not accepted)

`sending` is written and committed before the request leaves. Whoever finds a batch in `sending`
that nobody is handing over finds an `unknown` one.
"""

import enum
from collections.abc import Mapping
from typing import Final


class IssueState(enum.Enum):
    """Values stand in the ledger: add, never rename."""

    DRAFT = "draft"
    APPROVED = "approved"  #: content frozen, may be sent
    SENDING = "sending"  #: recipients frozen, batches under way
    SENT = "sent"  #: every batch is accepted
    SKIPPED = "skipped"  #: too little content
    MISSED = "missed"  #: too late
    HELD = "held"  #: needs a person
    CANCELLED = "cancelled"  #: nothing more of it leaves


class BatchState(enum.Enum):
    """Values stand in the ledger: add, never rename."""

    PLANNED = "planned"  #: nothing has left, or what left was refused for certain
    SENDING = "sending"  #: journalled; the request may be on its way
    ACCEPTED = "accepted"  #: the courier took it; it may still bounce
    REFUSED = "refused"  #: refused for certain; nothing of it was taken
    UNKNOWN = "unknown"  #: left, and no clear answer came; never sent again without evidence
    DIVIDED = "divided"  #: refused, and its readers are in batches made of it


class IllegalMoveError(ValueError):
    """A state cannot follow another: a bug of ours, or a store that was changed by hand."""


_BATCH_MAY_BECOME: Final[Mapping[BatchState, frozenset[BatchState]]] = {
    BatchState.PLANNED: frozenset({BatchState.SENDING}),
    BatchState.SENDING: frozenset(
        {BatchState.ACCEPTED, BatchState.REFUSED, BatchState.UNKNOWN, BatchState.PLANNED}
    ),
    BatchState.ACCEPTED: frozenset(),
    BatchState.REFUSED: frozenset({BatchState.PLANNED, BatchState.DIVIDED}),
    BatchState.UNKNOWN: frozenset({BatchState.ACCEPTED, BatchState.PLANNED}),
    BatchState.DIVIDED: frozenset(),
}

_ISSUE_MAY_BECOME: Final[Mapping[IssueState, frozenset[IssueState]]] = {
    IssueState.DRAFT: frozenset(
        {IssueState.APPROVED, IssueState.SKIPPED, IssueState.MISSED, IssueState.HELD}
        | {IssueState.CANCELLED}
    ),
    IssueState.APPROVED: frozenset(
        {IssueState.SENDING, IssueState.HELD, IssueState.MISSED, IssueState.CANCELLED}
        | {IssueState.SKIPPED}
    ),
    IssueState.SENDING: frozenset({IssueState.SENT, IssueState.HELD, IssueState.CANCELLED}),
    IssueState.SENT: frozenset(),
    IssueState.SKIPPED: frozenset({IssueState.APPROVED}),
    IssueState.MISSED: frozenset({IssueState.APPROVED}),
    IssueState.HELD: frozenset(
        {IssueState.APPROVED, IssueState.SENDING, IssueState.SENT, IssueState.CANCELLED}
    ),
    IssueState.CANCELLED: frozenset(),
}


def check_batch_move(now: BatchState, to: BatchState) -> None:
    """Raise unless a batch may go from `now` to `to`.

    Raises:
        IllegalMoveError: it may not.
    """
    if to not in _BATCH_MAY_BECOME[now]:
        msg = f"a batch that is {now.value} cannot become {to.value}"
        raise IllegalMoveError(msg)


def check_issue_move(now: IssueState, to: IssueState) -> None:
    """Raise unless an issue may go from `now` to `to`.

    Raises:
        IllegalMoveError: it may not.
    """
    if to not in _ISSUE_MAY_BECOME[now]:
        msg = f"an issue that is {now.value} cannot become {to.value}"
        raise IllegalMoveError(msg)
