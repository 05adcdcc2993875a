"""Prints what became of every subscriber of an issue."""

from digest.cli.terminal import print_line
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.store.balance import Balance
from digest.store.ledger import IssueRow


def show_balance(balance: Balance) -> None:
    """Print what became of every subscriber; the lines add up."""
    if balance.candidates is None:
        print_line("readers    not counted yet")
        return
    rows = [(balance.counted, balance.candidates)]
    rows += [(f"  not for: {reason}", -many) for reason, many in balance.excluded.items()]
    rows.append(("recipients", balance.recipients))
    rows += [(f"  not to: {reason}", -many) for reason, many in balance.set_aside.items()]
    for state in (
        BatchState.ACCEPTED,
        BatchState.UNKNOWN,
        BatchState.REFUSED,
        BatchState.SENDING,
        BatchState.PLANNED,
    ):
        if many := balance.readers(state):
            rows.append((state.value, many))
    width = max(len(name) for name, _ in rows)
    for name, many in rows:
        print_line(f"{name:<{width}}  {many:>12,}")
    if not balance.is_even:
        print_line("warning    the sum is not right: digest store check")


def word_of(issue: IssueRow) -> str:
    """Return the state of an issue in a word: a rehearsal is not "sent"."""
    if issue.realm is Realm.REHEARSAL and issue.state is IssueState.SENT:
        return "rehearsed"
    return issue.state.value
