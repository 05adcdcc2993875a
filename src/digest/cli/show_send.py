"""Prints what a send is about to do, and what it came to."""

from typing import TYPE_CHECKING

from digest.cli.show_balance import word_of
from digest.cli.terminal import counted, print_line, print_table, shown_path
from digest.config.sending import CourierName
from digest.delivery.handover import Ending
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.errors import DigestError, HeldError, UnfinishedError
from digest.runs.claim import Planned, held
from digest.runs.drive import Driven
from digest.store.balance import Balance

if TYPE_CHECKING:
    from digest.config.settings import Config

_REALMS = {
    Realm.REAL: "",
    Realm.REHEARSAL: "a rehearsal: nothing reaches readers, the slot is not used up",
    Realm.TEST: "a test: the slot is not used up",
}


def show_plan(planned: Planned) -> None:
    """Print what will happen, and to how many."""
    built = planned.built
    print_line(f"issue      {planned.name}")
    if built:
        print_line(f"subject    {built.subject}")
        print_line(f"preheader  {built.preheader}")
    print_line(f"courier    {planned.courier.value}{_said(planned.realm)}")
    if built:
        print_line()
        rows = [(str(number), *story) for number, story in enumerate(built.stories, 1)]
        print_table(("", "section", "title"), rows)
        print_line()
        print_line(f"size       {len(built.html.encode()):,} bytes")
    if planned.named:
        print_line(f"to         {', '.join(reader.address for reader in planned.named)}")
    if planned.readers:
        print_line(f"readers    {planned.readers.recipients:,}{_of(planned)}")
    for warning in planned.warnings:
        print_line(f"warning    {warning}")


def show_sent_already(config: "Config", planned: Planned, balance: Balance) -> None:
    """Print that there is nothing to do."""
    assert planned.issue is not None  # noqa: S101  it is sent
    accepted = counted(balance.readers(BatchState.ACCEPTED), "reader")
    print_line(f"{planned.name} is {word_of(planned.issue)} already, to {accepted}")
    print_line(f"see        digest show {planned.name}")
    show_outbox(config, planned)


def show_outbox(config: "Config", planned: Planned) -> None:
    """Print where the files of the courier `outbox` are."""
    if planned.courier is CourierName.OUTBOX:
        print_line(f"open       {shown_path(config.delivery.outbox.path, planned.name)}")


def ending(driven: Driven, where: str) -> DigestError | None:
    """Return how a send that did not come to its end ends the command; None: it is done."""
    issue, run = driven.issue, driven.run
    if issue.state is IssueState.HELD:
        return held(issue)
    if issue.state is IssueState.CANCELLED:
        return HeldError(
            "was cancelled while it was being sent",
            where=issue.name,
            remedy=f"What has left is sent. See: digest show {issue.name}",
        )
    if issue.state is IssueState.SENT:
        return None
    planned = driven.standing.readers.get(BatchState.PLANNED, 0)
    again = f"Go on: digest resume {issue.name}"
    match run.ending:
        case Ending.STOPPED:
            return UnfinishedError(
                f"stopped, {counted(planned, 'reader')} to go: {run.reason}",
                where=where,
                remedy=f"{run.remedy} {again}",
            )
        case Ending.IMPATIENT:
            return UnfinishedError(
                f"refused for now too often, {counted(planned, 'reader')} to go: {run.reason}",
                where=where,
                remedy=f"Wait a little. {again}",
            )
        case _:
            return UnfinishedError(
                f"stopped as you wished, {counted(planned, 'reader')} to go",
                where=where,
                remedy=f"Nothing is lost. {again}",
            )


def _said(realm: Realm) -> str:
    return f" ({_REALMS[realm]})" if _REALMS[realm] else ""


def _of(planned: Planned) -> str:
    readers = planned.readers
    if readers is None or not readers.excluded:
        return ""
    reasons = ", ".join(f"{many:,} {reason}" for reason, many in readers.excluded.items())
    return f" of {counted(readers.candidates, 'subscriber')} (not: {reasons})"
