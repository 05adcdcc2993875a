"""An editor's decisions for one issue: the file is opened, checked, and the issue made anew."""

import os
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from typing import NamedTuple

from digest.config.environment import Environment
from digest.config.issue_file import issue_file_path, read_issue_file
from digest.config.settings import Config
from digest.config.timetables import timetable_of
from digest.delivery.states import IssueState
from digest.errors import DigestError, HeldError
from digest.runs.choose import find_newsletter
from digest.runs.duty import ask
from digest.runs.freeze import build_for, freeze_again
from digest.runs.realms import realm_of
from digest.runs.shift import Shift
from digest.selection.slot import next_slot, slot_named
from digest.store.database import open_store
from digest.store.ledger import IssueRow, Ledger

_FRESH = frozenset({IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD})
_EMPTY = """\
# What you decide for {name}. Remove the # in front of what you need; docs/configuration.md, "One
# issue", explains it. Articles are named by path, file name or address.

# subject = ""
# preheader = ""

# Words above the stories, in Markdown.
# intro = \"\"\"
# \"\"\"

# Articles that stand first, in this order; articles that stay out.
# pin = ["news/lighthouse.md"]
# exclude = ["news/tides.md"]

# [move]
# "news/lighthouse.md" = "Culture & Life"

# [blurb]
# "news/lighthouse.md" = "Words instead of its excerpt."
"""


class Edited(NamedTuple):
    """What editing came to."""

    #: `weekly/2026-W34`, and the file.
    name: str
    path: str
    is_changed: bool
    #: The issue as it was made anew; None: it was not frozen yet.
    issue: IssueRow | None
    #: Why it was not made anew; or "".
    reason: str = ""
    warnings: tuple[str, ...] = ()


def edit(  # noqa: PLR0913  what a caller must bring, by name
    config: Config,
    environment: Environment,
    name: str,
    now: datetime,
    *,
    who: str,
    open_editor: Callable[[str], object] | None,
) -> Edited:
    """Let a person edit the issue file, then make a frozen issue anew; editors are asked again.

    Args:
        config: the publisher's settings.
        environment: as for a send.
        name: `weekly/2026-W34`; or a newsletter, for its next slot.
        now: the present moment.
        who: the person.
        open_editor: opens the file and returns when it is closed; None: only made anew.

    Raises:
        NotFoundError: there is no such newsletter or slot.
        ConfigError: the file is wrong; it stays as it was written, and the issue as it was.
        HeldError: the issue is being sent, or is over.
        DigestError: the issue cannot be made anew; the one before stands.
    """
    newsletter, slot = _slot(config, name, now)
    path = issue_file_path(config.folder, newsletter, slot)
    frozen = _frozen(config, newsletter, slot)
    was = _read(path)
    if open_editor:
        _write_empty(path, f"{newsletter}/{slot}")
        try:
            open_editor(path)
        finally:
            if was is None and _read(path) == _empty(f"{newsletter}/{slot}"):
                os.remove(path)
    read_issue_file(path)
    is_changed = _read(path) != was
    edited = Edited(f"{newsletter}/{slot}", path, is_changed, None)
    if frozen is None or (open_editor and not is_changed):
        return edited
    return _made_anew(Shift(config=config, environment=environment, now=now), frozen, who, edited)


def _made_anew(shift: Shift, issue: IssueRow, who: str, edited: Edited) -> Edited:
    answer = build_for(shift.config, issue.newsletter, issue.slot, shift.now)
    with closing(open_store(shift.config.store.path, create=False)) as database:
        before = Ledger(database).content(issue.id).manifest
        made = freeze_again(shift, database, issue, answer, who)
        if made.issue is None:
            return edited._replace(reason=f"it would have {made.reason}: the one before stands")
        if shift.config.newsletters[issue.newsletter].editors:
            ask(shift, database, made.issue, before)
    return edited._replace(issue=made.issue, reason=made.reason, warnings=made.warnings)


def _slot(config: Config, name: str, now: datetime) -> tuple[str, str]:
    newsletter, _, slot = name.partition("/")
    newsletter, _ = find_newsletter(config.newsletters, newsletter)
    timetable = timetable_of(config, newsletter)
    found = slot_named(timetable, slot) if slot else next_slot(timetable, now)
    return newsletter, found.name


def _frozen(config: Config, newsletter: str, slot: str) -> IssueRow | None:
    """Return the frozen issue of a slot that may still be changed; None: there is none.

    Raises:
        HeldError: it has begun to leave, or is over.
    """
    if not os.path.exists(config.store.path):
        return None
    realm = realm_of(config, config.delivery.courier)
    with closing(open_store(config.store.path, create=False)) as database:
        ledger = Ledger(database)
        issue = ledger.of_slot(realm, newsletter, slot)
        if issue is None or ledger.find_content(issue.id) is None:
            return None
    if issue.state in _FRESH and issue.recipients_frozen_at is None:
        return issue
    raise HeldError(
        f"is {issue.state.value}: what it says cannot be changed any more",
        where=issue.name,
        remedy=f"See it: digest preview {issue.newsletter} --slot {issue.slot}",
    )


def _read(path: str) -> bytes | None:
    with suppress(FileNotFoundError, IsADirectoryError), open(path, "rb") as file:
        return file.read()
    return None


def _empty(name: str) -> bytes:
    return _EMPTY.format(name=name).encode()


def _write_empty(path: str, name: str) -> None:
    if os.path.lexists(path):
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            file.write(_empty(name))
    except OSError as error:
        raise DigestError(
            f"cannot be written ({error.strerror})",
            where=path,
            remedy="Give yourself the right to write this folder.",
        ) from error
