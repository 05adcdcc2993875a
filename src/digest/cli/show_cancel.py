"""Prints what cancelling an issue came to."""

from digest.cli.show_balance import show_balance
from digest.cli.terminal import print_line
from digest.delivery.states import BatchState
from digest.errors import HeldError
from digest.runs.cancel import Cancelled, Recall


def show_cancelled(cancelled: Cancelled) -> None:
    """Print where the issue stands, and what SendGrid does with what it has."""
    account = cancelled.account
    issue = account.issue
    print_line(f"{issue.name} is {issue.state.value}")
    minutes = int(cancelled.ahead.total_seconds() // 60)
    match cancelled.recall:
        case Recall.CERTAIN:
            print_line(
                f"SendGrid   has cancelled it {minutes} minutes before it was to leave: no reader "
                "gets it"
            )
            print_line(f"anew       digest send {issue.newsletter} --slot {issue.slot}")
        case Recall.LATE | Recall.UNSURE:
            print_line("SendGrid   has cancelled it, and some readers may get it all the same")
        case None:
            pass
    show_balance(account.balance)


def doubt_of(cancelled: Cancelled) -> HeldError | None:
    """Return why readers may get what was cancelled, or None."""
    issue = cancelled.account.issue
    readers = cancelled.account.balance.readers(BatchState.ACCEPTED, BatchState.UNKNOWN)
    match cancelled.recall:
        case Recall.LATE:
            return HeldError(
                "was cancelled at SendGrid less than ten minutes before it was to leave: it is "
                f"not certain that this stops it for its {readers:,} readers",
                where=issue.name,
                remedy="It counts as sent to them. See at SendGrid, or ask one of them.",
            )
        case Recall.UNSURE:
            return HeldError(
                "was cancelled at SendGrid in time, but something may have been handed over after "
                f"that: it is not certain that this stops it for all of its {readers:,} readers",
                where=issue.name,
                remedy="It counts as sent to them. See at SendGrid, or ask one of them.",
            )
        case Recall.CERTAIN | None:
            return None
