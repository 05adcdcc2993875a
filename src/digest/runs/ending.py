"""How a send ends for whoever asked for it: done, or an error that says how to go on. Pure."""

from digest.delivery.handover import Ending
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.errors import DigestError, HeldError, UnfinishedError
from digest.runs.claim import held
from digest.runs.drive import Driven
from digest.store.ahead import is_handed_over


def ending(driven: Driven, where: str) -> DigestError | None:
    """Return the error that a send which did not come to its end ends with; None: it is done.

    Args:
        driven: what the send came to.
        where: name of the issue, as the person called it.
    """
    issue, run = driven.issue, driven.run
    planned = driven.standing.readers.get(BatchState.PLANNED, 0)
    if issue.state is IssueState.HELD:
        return held(issue, planned)
    if issue.state is IssueState.CANCELLED:
        return HeldError(
            "was cancelled while it was being sent",
            where=issue.name,
            remedy=f"What has left is sent. See: digest show {issue.name}",
        )
    if issue.state is IssueState.SENT or is_handed_over(issue, driven.standing):
        return None
    again = f"Go on: digest resume {issue.name}"
    if issue.realm is Realm.TEST:
        again = f"Make a new test: digest send {issue.newsletter} --to ADDRESS"
    match run.ending:
        case Ending.STOPPED:
            return UnfinishedError(
                f"stopped, {_readers(planned)} to go: {run.reason}",
                where=where,
                remedy=f"{run.remedy} {again}",
            )
        case Ending.IMPATIENT:
            return UnfinishedError(
                f"refused for now too often, {_readers(planned)} to go: {run.reason}",
                where=where,
                remedy=f"Wait a little. {again}",
            )
        case _:
            return UnfinishedError(
                f"stopped as you wished, {_readers(planned)} to go",
                where=where,
                remedy=f"Nothing is lost. {again}",
            )


def _readers(number: int) -> str:
    return f"{number:,} reader{'' if number == 1 else 's'}"
