"""Prints issues, attempts and readers of the ledger."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.cli.show_balance import leaving, show_balance, word_of
from digest.cli.terminal import is_terminal, print_json, print_line, print_table
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState, IssueState
from digest.store.ahead import is_handed_over
from digest.store.balance import MOST_ATTEMPTS
from digest.store.times import moment_of

if TYPE_CHECKING:
    from digest.config.settings import Config
    from digest.runs.issues import Account, Listed
    from digest.store.balance import Balance, MailRow
    from digest.store.ledger import IssueRow

_OPEN = (IssueState.APPROVED, IssueState.SENDING)


def show_issues(config: "Config", rows: Sequence["Listed"], *, as_json: bool) -> None:
    """Print a line for every issue."""
    if as_json:
        print_json([_issue_entry(*row) for row in rows])
        return
    _say_rehearsing(config)
    if not rows:
        print_line("no issue yet; see what would be sent: digest send --dry-run")
        return
    print_table(
        ("issue", "realm", "state", "courier", "begun", "recipients", "accepted", "unknown", ""),
        [
            (
                issue.full_name,
                issue.realm.value,
                _state(issue, balance, is_interrupted=is_interrupted),
                issue.courier,
                _when(issue.created_at),
                f"{balance.recipients:,}",
                f"{balance.readers(BatchState.ACCEPTED):,}",
                f"{balance.readers(BatchState.UNKNOWN):,}",
                _go_on(issue) if is_interrupted else issue.reason or leaving(issue, balance),
            )
            for issue, balance, is_interrupted in rows
        ],
    )


def show_account(account: "Account", *, as_json: bool) -> None:
    """Print everything known of one issue."""
    issue, balance = account.issue, account.balance
    if as_json:
        print_json(_account_entry(account))
        return
    print_line(f"issue      {issue.full_name}  ({issue.realm.value})")
    reason = _go_on(issue) if account.is_interrupted else issue.reason or leaving(issue, balance)
    state = _state(issue, balance, is_interrupted=account.is_interrupted)
    print_line(f"state      {state}{f': {reason}' if reason else ''}")
    if account.subject:
        print_line(f"subject    {account.subject}")
    print_line(f"courier    {issue.courier}")
    print_line(f"slot       {_when(issue.slot_at)}")
    print_line(f"begun      {_when(issue.created_at)}")
    if issue.leaves_at:
        print_line(f"leaves     {_when(issue.leaves_at)} (SendGrid keeps it until then)")
    if issue.finished_at:
        print_line(f"finished   {_when(issue.finished_at)}")
    if account.sha256:
        print_line(f"content    sha256 {account.sha256}")
    tried, accepted = account.tried
    print_line(f"attempts   {tried:,}, {accepted:,} accepted")
    print_line()
    show_balance(balance)
    _show_attempts(account)
    for one in account.decisions:
        detail = f": {one.detail}" if one.detail else ""
        print_line(f"decided    {one.kind} by {one.who}{detail}, {_when(one.at)}")
    for proof in account.evidence:
        print_line(
            f"evidence   batch {proof.batch} {proof.verdict}, by {proof.source} "
            f"({proof.detail}), {_when(proof.at)}"
        )


def watch_account(config: "Config", name: str) -> None:
    """Show one line about an issue every second, until nobody sends it any more."""
    from digest.runs.issues import show_issue

    while (
        account := show_issue(config, name)
    ).issue.state in _OPEN and not account.is_interrupted:
        balance = account.balance
        counts = "  ".join(
            f"{balance.readers(state):,} {state.value}"
            for state in BatchState
            if balance.readers(state)
        )
        end = "\x1b[K\r" if is_terminal() else "\n"
        sys.stdout.write(f"{name} {account.issue.state.value}  {counts}{end}")
        sys.stdout.flush()
        time.sleep(1)


def show_mail(address: str, state: str, mail: Sequence["MailRow"], *, as_json: bool) -> None:
    """Print what one reader got."""
    if as_json:
        entries = [
            {"issue": row.issue, "realm": row.realm, "fate": row.fate, "at": _iso(row.at)}
            for row in mail
        ]
        print_json({"address": address, "state": state, "mail": entries})
        return
    print_line(f"{address} is {state}")
    if not mail:
        print_line("was among the recipients of no issue")
        return
    print_table(
        ("issue", "realm", "what came of it", "last try"),
        [(row.issue, row.realm, row.fate, _when(row.at)) for row in mail],
    )


def _show_attempts(account: "Account") -> None:
    if not account.attempts:
        return
    print_line()
    print_table(
        ("batch", "begun", "took", "readers", "outcome", "token", "answer"),
        [
            (
                str(one.batch),
                _when(one.started_at),
                "" if one.ended_at is None else f"{(one.ended_at - one.started_at) / 1000:.1f} s",
                f"{one.readers:,}",
                one.outcome or "on its way",
                one.token,
                one.detail or one.message_id,
            )
            for one in account.attempts
        ],
    )
    standing = account.balance.standing
    of = standing.count(BatchState.UNKNOWN, BatchState.REFUSED, BatchState.SENDING)
    if len(account.attempts) == MOST_ATTEMPTS < of:
        print_line(
            f"{MOST_ATTEMPTS} of {of:,}; all: digest show {account.issue.full_name} --attempts"
        )


def _state(issue: "IssueRow", balance: "Balance", *, is_interrupted: bool) -> str:
    return "interrupted" if is_interrupted else word_of(issue, balance)


def _go_on(issue: "IssueRow") -> str:
    """Return how an interrupted issue goes on."""
    return "a test: make a new one" if issue.realm is Realm.TEST else f"digest resume {issue.name}"


def _say_rehearsing(config: "Config") -> None:
    from digest.runs.realms import realm_of

    courier = config.delivery.courier
    if realm_of(config, courier) is Realm.REHEARSAL:
        print_line(f"courier    {courier.value}: nothing real goes out")


def _account_entry(account: "Account") -> dict[str, object]:
    return {
        **_issue_entry(account.issue, account.balance, account.is_interrupted),
        "subject": account.subject,
        "sha256": account.sha256,
        "decisions": [one._asdict() | {"at": _iso(one.at)} for one in account.decisions],
        "attempts": [
            {
                "batch": one.batch,
                "token": one.token,
                "begun": _iso(one.started_at),
                "ended": _iso(one.ended_at),
                "readers": one.readers,
                "outcome": one.outcome,
                "detail": one.detail,
                "message_id": one.message_id,
            }
            for one in account.attempts
        ],
        "evidence": [
            {
                "batch": one.batch,
                "verdict": one.verdict,
                "source": one.source,
                "detail": one.detail,
                "at": _iso(one.at),
            }
            for one in account.evidence
        ],
    }


def _issue_entry(
    issue: "IssueRow",
    balance: "Balance",
    is_interrupted: bool,
) -> dict[str, object]:
    return {
        "issue": issue.full_name,
        "realm": issue.realm.value,
        "state": issue.state.value,
        "reason": issue.reason,
        "interrupted": is_interrupted,
        "number": issue.number,
        "courier": issue.courier,
        "slot_at": _iso(issue.slot_at),
        "begun": _iso(issue.created_at),
        "finished": _iso(issue.finished_at),
        "leaves": _iso(issue.leaves_at),
        "handed_over": is_handed_over(issue, balance.standing),
        "called_back": _iso(issue.called_back_at),
        "candidates": balance.candidates,
        "recipients": balance.recipients,
        "excluded": dict(balance.excluded),
        "set_aside": dict(balance.set_aside),
        "readers": {state.value: balance.readers(state) for state in BatchState},
        "is_even": balance.is_even,
    }


def _when(at_ms: int | None) -> str:
    return "" if at_ms is None else f"{moment_of(at_ms).astimezone():%Y-%m-%d %H:%M:%S}"


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else moment_of(at_ms).isoformat()
