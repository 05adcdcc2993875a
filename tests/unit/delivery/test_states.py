"""Every move of an issue and of a batch: those that may be, and no other."""

from itertools import product

import pytest

from digest.delivery.states import (
    BatchState,
    IllegalMoveError,
    IssueState,
    check_batch_move,
    check_issue_move,
)

_BATCH_MOVES = {
    "planned → sending",
    "sending → accepted",
    "sending → refused",
    "sending → unknown",
    "sending → planned",
    "refused → planned",
    "refused → divided",
    "unknown → accepted",
    "unknown → planned",
}
_ISSUE_MOVES = {
    "draft → approved",
    "draft → skipped",
    "draft → missed",
    "draft → held",
    "draft → cancelled",
    "approved → sending",
    "approved → held",
    "approved → missed",
    "approved → skipped",
    "approved → cancelled",
    "sending → sent",
    "sending → held",
    "sending → cancelled",
    "skipped → approved",
    "missed → approved",
    "held → approved",
    "held → sending",
    "held → sent",
    "held → cancelled",
}


@pytest.mark.parametrize(("now", "to"), [*product(BatchState, BatchState)])
def test_a_batch_makes_the_moves_of_the_drawing_and_no_other(
    now: BatchState, to: BatchState
) -> None:
    if f"{now.value} → {to.value}" in _BATCH_MOVES:
        check_batch_move(now, to)
        return

    with pytest.raises(IllegalMoveError) as caught:
        check_batch_move(now, to)

    assert str(caught.value) == f"a batch that is {now.value} cannot become {to.value}"


@pytest.mark.parametrize(("now", "to"), [*product(IssueState, IssueState)])
def test_an_issue_makes_the_moves_of_the_drawing_and_no_other(
    now: IssueState, to: IssueState
) -> None:
    if f"{now.value} → {to.value}" in _ISSUE_MOVES:
        check_issue_move(now, to)
        return

    with pytest.raises(IllegalMoveError) as caught:
        check_issue_move(now, to)

    assert str(caught.value) == f"an issue that is {now.value} cannot become {to.value}"


def test_nothing_leaves_accepted_or_divided() -> None:
    """An accepted batch can never be handed over again."""
    for end in (BatchState.ACCEPTED, BatchState.DIVIDED):
        assert not [move for move in _BATCH_MOVES if move.startswith(f"{end.value} →")]
