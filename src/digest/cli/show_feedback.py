"""Prints what became of batches in doubt, what events said, and who is suppressed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from digest.cli.terminal import counted, print_line, print_table
from digest.delivery.states import BatchState, IssueState
from digest.errors import DigestError, HeldError
from digest.runs.read_back import NOT_FOUND
from digest.store.times import moment_of

if TYPE_CHECKING:
    from digest.runs.events import Imported
    from digest.runs.resolve import Looked, Resolved
    from digest.runs.suppressions import Synced
    from digest.store.evidence import Doubled
    from digest.store.suppressions import Suppressed


def show_resolved(done: "Resolved", *, as_json: bool) -> None:
    """Print what became of every batch that had been in doubt."""
    issue = done.issue
    if as_json:
        print(json.dumps(_resolved_entry(done), indent=1))
        return
    for note in done.notes:
        print_line(f"warning    {note}")
    if done.looked:
        print_table(
            ("batch", "readers", "begun", "is", "because", "look again"),
            [
                (
                    str(one.batch),
                    f"{one.readers:,}",
                    f"{one.begun_at.astimezone():%Y-%m-%d %H:%M:%S}",
                    one.state.value,
                    one.said,
                    f"{one.again_at.astimezone():%Y-%m-%d %H:%M}" if one.again_at else "",
                )
                for one in done.looked
            ],
        )
    elif not done.is_restored:
        print_line(f"nothing of {issue.name} is in doubt")
    for batch in done.stopped:
        print_line(f"batch {batch} had arrived: it is not sent again")
    if done.is_restored:
        _show_forgotten(done)
    else:
        reason = f": {issue.reason}" if issue.reason else ""
        print_line(f"{issue.name} is {issue.state.value}{reason}")
    _show_doubled((issue.name, each) for each in done.doubled)
    if _has_more(done):
        print_line(f"go on      digest resume {issue.name}")


def still_held(done: "Resolved") -> DigestError | None:
    """Return how the command ends while something is not known, or has gone wrong."""
    issue = done.issue
    if done.doubled:
        return _twice((issue.name, each) for each in done.doubled)
    if done.is_restored:
        return _restored(done)
    if not done.in_doubt:
        return None
    readers = counted(sum(each.readers for each in done.in_doubt), "reader")
    later = [each.again_at for each in done.in_doubt if each.again_at]
    look = f"Look again at {min(later).astimezone():%Y-%m-%d %H:%M}, or i" if later else "I"
    return HeldError(
        f"what became of {_batches(len(done.in_doubt))} with {readers} is not known",
        where=issue.name,
        remedy=f"{look}mport events: digest events import FILE. If you know that readers did not "
        f"get it: digest resolve {issue.name} --not-accepted BATCH",
    )


def show_imported(done: "Imported", *, as_json: bool) -> None:
    """Print what the events said."""
    if as_json:
        print(json.dumps(_imported_entry(done), indent=1))
        return
    print_line(counted(done.events, "event"))
    for number, what in (
        (done.known, "of attempts in the ledger"),
        (done.unknown, "of attempts the ledger does not know; nothing was made of them"),
        (done.bad, "bad"),
    ):
        if number:
            print_line(f"  {number:>11,}  {what}")
    for where, what in done.named:
        print_line(f"bad        {where}: {what}")
    print_line(f"proven     {counted(done.proven, 'attempt')}")
    if done.cleared:
        print_line(f"accepted   batch {_listed(done.cleared)}: nobody knew before")
    if done.stopped:
        print_line(f"accepted   batch {_listed(done.stopped)}: not sent again, it had arrived")
    for issue in done.issues:
        reason = f": {issue.reason}" if issue.reason else ""
        print_line(f"issue      {issue.name} is {issue.state.value}{reason}")
    for reason, readers in sorted(done.left.items()):
        print_line(f"{reason:<12} {readers:,}")
    _show_doubled(done.doubled)


def bad_import(done: "Imported") -> DigestError | None:
    """Return how an import ends that found a reader mailed twice, or no event at all."""
    if done.doubled:
        return _twice(done.doubled)
    if done.bad and not done.events:
        return DigestError(
            "there is no event in it",
            where=done.named[0][0].partition(", line")[0],
            remedy="Give a file of Event Webhook events: JSON, an event or an array on each line.",
        )
    return None


def show_synced(done: Sequence["Synced"], *, as_json: bool) -> None:
    """Print what each of SendGrid's lists brought."""
    if as_json:
        entries = [
            {
                "list": each.name,
                "rows": each.rows,
                "unusable": each.unusable,
                "outcomes": dict(each.outcomes),
            }
            for each in done
        ]
        print(json.dumps(entries, indent=1))
        return
    print_table(
        ("list", "rows read", "new", "known", "no subscriber", "forgotten", "unusable", ""),
        [
            (
                each.name,
                f"{each.rows:,}",
                *(f"{each.outcomes[what]:,}" for what in ("changed", "known", "nobody", "erased")),
                f"{each.unusable:,}",
                "counted only: for now" if each.name == "blocks" else "",
            )
            for each in done
        ],
    )


def show_suppressed(rows: Iterable["Suppressed"], *, as_json: bool) -> None:
    """Print the suppressed addresses."""
    if as_json:
        entries = [
            {**asdict(row), "at": moment_of(row.at).isoformat(), "address": row.address_key}
            for row in rows
        ]
        for entry in entries:
            del entry["address_key"]
        print(json.dumps(entries, indent=1, ensure_ascii=False))
        return
    found = [
        (
            row.address_key,
            row.reason,
            row.source,
            f"{moment_of(row.at).astimezone():%Y-%m-%d %H:%M}",
            row.detail,
        )
        for row in rows
    ]
    if not found:
        print_line("no address is suppressed")
        return
    print_table(("address", "reason", "said by", "since", ""), found)


def _show_doubled(doubled: Iterable[tuple[str, "Doubled"]]) -> None:
    for name, each in doubled:
        print_line(f"ALARM      {name}: {_said_twice(each)}")


def _said_twice(each: "Doubled") -> str:
    have = "have got it twice" if each.is_certain else "may have got it twice"
    return f"readers of batch {each.batch} {have} ({counted(each.readers, 'reader')})"


def _twice(doubled: Iterable[tuple[str, "Doubled"]]) -> HeldError:
    every = list(doubled)
    return HeldError(
        "; ".join(_said_twice(each) for _, each in every),
        where=every[0][0],
        remedy="It was sent again on a person's word, and proof came late. It cannot be called "
        f"back; see who said so: digest show {every[0][0]}",
    )


def _show_forgotten(done: "Resolved") -> None:
    print_line("the store was put back from an older copy: what was sent since is not in it")
    for mail in done.forgotten:
        print_line(
            f"proof      reader {mail.reader} has it: SendGrid's log, mail {mail.message_id}"
        )
    if not done.forgotten and not done.notes:
        print_line(f"no mail of it was {NOT_FOUND.removeprefix('not ')}")


def _restored(done: "Resolved") -> HeldError:
    name = done.issue.name
    if done.forgotten:
        return HeldError(
            "readers have it: it was sent, and this store has forgotten that",
            where=name,
            remedy=f"Let nothing more of it leave: digest cancel {name}",
        )
    return HeldError(
        "nobody can know from this store whether readers have it",
        where=name,
        remedy="Ask a reader, or look in your provider's log. If they have it: "
        f"digest cancel {name}. If not: digest resume {name} --accept-restore",
    )


def _has_more(done: "Resolved") -> bool:
    if done.issue.state is not IssueState.HELD or done.is_restored:
        return False
    return any(each.state is BatchState.PLANNED for each in done.looked) or not done.in_doubt


def _resolved_entry(done: "Resolved") -> dict[str, object]:
    return {
        "issue": done.issue.name,
        "state": done.issue.state.value,
        "reason": done.issue.reason,
        "batches": [_looked_entry(one) for one in done.looked],
        "in_doubt": [one.batch for one in done.in_doubt],
        "stopped": list(done.stopped),
        "doubled": [asdict(one) for one in done.doubled],
        "forgotten": {"mails": [asdict(one) for one in done.forgotten]}
        if done.is_restored
        else None,
        "notes": list(done.notes),
    }


def _looked_entry(one: "Looked") -> dict[str, object]:
    return {
        "batch": one.batch,
        "readers": one.readers,
        "begun": one.begun_at.isoformat(),
        "attempt": one.token,
        "state": one.state.value,
        "because": one.said,
        "not_found": one.said == NOT_FOUND,
        "look_again": one.again_at.isoformat() if one.again_at else None,
    }


def _imported_entry(done: "Imported") -> dict[str, object]:
    return {
        "events": done.events,
        "known": done.known,
        "unknown": done.unknown,
        "bad": done.bad,
        "bad_places": [{"where": where, "what": what} for where, what in done.named],
        "proven": done.proven,
        "cleared": done.cleared,
        "stopped": done.stopped,
        "left": dict(done.left),
        "issues": [{"issue": each.name, "state": each.state.value} for each in done.issues],
        "doubled": [{"issue": name, **asdict(each)} for name, each in done.doubled],
    }


def _batches(number: int) -> str:
    return f"{number:,} {'batch' if number == 1 else 'batches'}"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
