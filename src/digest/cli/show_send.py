"""Prints what a send is about to do, and what it came to."""

from typing import TYPE_CHECKING

from digest.cli.show_balance import word_of
from digest.cli.terminal import counted, print_line, print_table, shown_path
from digest.config.sending import CourierName
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.runs.claim import Planned
from digest.runs.clock import read_now
from digest.runs.look import Outlook
from digest.runs.notice_texts import moment_of
from digest.store.balance import Balance
from digest.store.ledger import IssueRow
from digest.store.times import in_ms
from digest.store.watch import is_watched

if TYPE_CHECKING:
    from digest.config.settings import Config


def show_plan(planned: Planned, outlook: Outlook) -> None:
    """Print what will happen, and to how many."""
    print_line(f"issue      {planned.name}")
    if outlook.moment:
        late = f"  ({outlook.late.days} days ago)" if outlook.late else ""
        early = "  (planned; now it goes out at once)" if _is_early(planned) else ""
        print_line(f"slot       {outlook.moment:%a %d %b %Y %H:%M}{late}{early}")
    print_line(f"subject    {outlook.subject}")
    print_line(f"preheader  {outlook.preheader}")
    server = f" at {outlook.server} (DIGEST_SENDGRID_URL)" if outlook.server else ""
    print_line(f"courier    {planned.courier.value}{server}{_said(planned)}")
    if outlook.frozen_at:
        since = f"{outlook.frozen_at:%a %d %b %Y %H:%M}"
        print_line(f"frozen     {since}: what was changed since is not in it")
    print_line()
    rows = [(str(number), *story) for number, story in enumerate(outlook.stories, 1)]
    print_table(("", "section", "date", "title"), rows)
    print_line()
    print_line(f"size       {outlook.size_bytes:,} bytes")
    if planned.named:
        print_line(f"to         {', '.join(reader.address for reader in planned.named)}")
    else:
        print_line(f"readers    {outlook.readers:,}{_of(planned)}")
    for warning in outlook.warnings:
        print_line(f"warning    {warning}")


def _is_early(planned: Planned) -> bool:
    is_waiting = planned.issue is not None and planned.issue.state is IssueState.APPROVED
    return is_waiting and planned.issue.slot_at > in_ms(read_now())  # type: ignore[union-attr]  # see above


def show_waiting(config: "Config", issue: IssueRow) -> None:
    """Print when a frozen issue goes out, and what that needs."""
    when = moment_of(config, issue.newsletter, issue.slot_at)
    if issue.state is IssueState.DRAFT:
        print_line(f"due        {when}. Approve it: digest approve {issue.name}")
    elif issue.state is IssueState.HELD:
        print_line(f"held       {issue.reason}")
    elif issue.slot_at > in_ms(read_now()):
        print_line(f"goes out   {when}")
    else:
        print_line(f"goes out   as soon as the schedule looks: it was due {when}")
    if issue.state is IssueState.APPROVED and not is_watched(config.store.path):
        print_line("           No schedule runs here: digest schedule")


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


def _said(planned: Planned) -> str:
    if planned.realm is Realm.TEST:
        return " (a test: the slot is not used up)"
    if planned.realm is Realm.REAL:
        return ""
    if planned.courier is CourierName.OUTBOX:
        return " (a rehearsal: nothing reaches readers, the slot is not used up)"
    return " (a rehearsal, unless that server passes mail on: the slot is not used up)"


def _of(planned: Planned) -> str:
    readers = planned.readers
    if readers is None or not readers.excluded:
        return ""
    reasons = ", ".join(f"{many:,} {reason}" for reason, many in readers.excluded.items())
    return f" of {counted(readers.candidates, 'subscriber')} (not: {reasons})"
