"""What a person decides about a frozen issue: approve it, hold it. Touches the store."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from digest.config.settings import Config
from digest.delivery.states import IssueState
from digest.errors import HeldError, NotFoundError
from digest.runs.changes import Change, changes_since
from digest.runs.claim import held
from digest.runs.issues import find_issue
from digest.runs.realms import realm_of
from digest.store.database import open_store
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Planning
from digest.store.restored import is_held_by_restore
from digest.store.times import in_ms

_OPEN = frozenset({IssueState.DRAFT, IssueState.APPROVED, IssueState.SENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person's word came to."""

    issue: IssueRow
    #: It stood so before.
    was_so: bool
    #: What became of its articles since it was frozen.
    changes: tuple[Change, ...] = ()


def approve(config: Config, name: str, who: str, now: datetime) -> Decided:
    """Let a frozen issue go out at its moment, or soon where that has passed.

    Raises:
        NotFoundError: there is no such issue.
        HeldError: it is not for a word of approval: begun, over, or held by a restore.
    """
    with closing(open_store(config.store.path, create=False)) as database:
        issue = find_issue(config, database, name, realm_of(config, config.delivery.courier))
        is_waiting = issue.state is IssueState.DRAFT or (
            issue.state is IssueState.HELD
            and issue.recipients_frozen_at is None
            and not is_held_by_restore(issue)
        )
        if issue.state is not IssueState.APPROVED and not is_waiting:
            raise _not_now(issue)
        content = Ledger(database).content(issue.id)
    moment = max(now.timestamp(), issue.slot_at / 1000)
    changes = tuple(
        changes_since(config, content.manifest, datetime.fromtimestamp(moment, now.tzinfo))
    )
    if issue.state is IssueState.APPROVED:
        return Decided(issue=issue, was_so=True, changes=changes)
    with closing(open_store(config.store.path, create=False)) as database:
        issue = Planning(database).approve(issue, who, in_ms(now))
    return Decided(issue=issue, was_so=False, changes=changes)


def hold(config: Config, name: str, who: str, why: str, now: datetime) -> Decided:
    """Let nothing more of an issue leave until somebody lets it go on.

    Raises:
        NotFoundError: there is no such issue.
        HeldError: it is over.
    """
    with closing(open_store(config.store.path, create=False)) as database:
        issue = find_issue(config, database, name, realm_of(config, config.delivery.courier))
        if issue.state is IssueState.HELD:
            return Decided(issue=issue, was_so=True)
        if issue.state not in _OPEN:
            raise HeldError(
                f"is {issue.state.value}: nothing of it waits",
                where=issue.name,
                remedy=f"See: digest show {issue.name}",
            )
        reason = f"held by {who}" + (f": {why}" if why else "")
        issue = Ledger(database).move(issue, IssueState.HELD, at=in_ms(now), reason=reason)
        Planning(database).decide(issue, "held", who, in_ms(now), why)
    return Decided(issue=issue, was_so=False)


def named_or_next(config: Config, name: str) -> str:
    """Return the name of an issue; for the name of a newsletter, that of its open frozen issue.

    Raises:
        NotFoundError: nothing of the newsletter waits.
    """
    if "/" in name or name not in config.newsletters:
        return name
    realm = realm_of(config, config.delivery.courier)
    with closing(open_store(config.store.path, create=False)) as database:
        rows = Planning(database).rows(realm, name, 2**62)
    waiting = [row for row in rows if row.state is not IssueState.SENDING]
    if not waiting:
        raise NotFoundError(
            "no issue of it waits for anybody",
            where=name,
            remedy="See what is planned: digest status",
        )
    return waiting[0].name


def _not_now(issue: IssueRow) -> HeldError:
    if issue.state is IssueState.HELD:
        return held(issue)
    remedy = f"See: digest show {issue.name}"
    if issue.state in {IssueState.SKIPPED, IssueState.MISSED}:
        remedy = f"To send it all the same: digest send {issue.newsletter} --slot {issue.slot}"
    return HeldError(
        f"is {issue.state.value}: it needs no approval", where=issue.name, remedy=remedy
    )
