"""Prints what became of every subscriber of an issue."""

from digest.cli.terminal import print_line
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.store.ahead import is_handed_over
from digest.store.balance import Balance
from digest.store.ledger import IssueRow
from digest.store.times import moment_of


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


def word_of(issue: IssueRow, balance: Balance | None = None) -> str:
    """Return the state of an issue in a word: a rehearsal is not "sent", nor what has not left."""
    if balance is not None and is_handed_over(issue, balance.standing):
        return "handed over"
    if issue.realm is Realm.REHEARSAL and issue.state is IssueState.SENT:
        return "rehearsed"
    return issue.state.value


def leaving(issue: IssueRow, balance: Balance) -> str:
    """Return when what was handed over ahead leaves, in words; "" for every other issue."""
    if issue.leaves_at is None or not is_handed_over(issue, balance.standing):
        return ""
    moment = moment_of(issue.leaves_at)
    return f"leaves {moment.astimezone():%a %d %b %Y %H:%M}"
