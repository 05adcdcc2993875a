"""Makes the issue of a slot and writes it into the ledger. Touches the store."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from digest.config.operating import Approval
from digest.config.settings import Config
from digest.delivery.realm import Realm
from digest.delivery.states import IssueState
from digest.runs.agenda import Duty
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_scheduled
from digest.runs.choose import Ask
from digest.runs.claim import Planned, claimed, new_issue
from digest.runs.limits import EVERYBODY, newsletter_audience
from digest.runs.preflight import findings_of, reason_to_hold
from digest.runs.send import plan_built
from digest.runs.shift import SCHEDULE, Shift
from digest.store.database import Database
from digest.store.ledger import IssueRow, Ledger
from digest.store.planning import Blank, Planning
from digest.store.restored import check_witness
from digest.store.witness import Witness


class Made(NamedTuple):
    """What became of a slot."""

    #: The issue as it stands; None: the slot is skipped.
    issue: IssueRow | None
    #: Why it is skipped or held; or "".
    reason: str = ""
    warnings: tuple[str, ...] = ()
    articles: int = 0
    #: This command made it, and no other one was quicker.
    is_new: bool = True


def build_for(config: Config, newsletter: str, slot: str, now: datetime) -> Mapping[str, Any]:
    """Return what `build_scheduled` says of a slot; in a child, so no store may be open.

    Raises:
        DigestError: it cannot be built.
    """
    ask = Ask(newsletter=newsletter, slot=slot)
    return run_apart(lambda: build_scheduled(config, ask, now))


def freeze(shift: Shift, database: Database, duty: Duty, answer: Mapping[str, Any]) -> Made:
    """Claim the issue of a slot that `build_for` has built.

    Raises:
        NotReadyError: something is missing without which no mail may leave.
        StoreError: the store cannot be written.
    """
    if "skipped" in answer:
        blank = Blank(
            realm=shift.realm,
            newsletter=duty.newsletter,
            slot=duty.slot,
            state=IssueState.SKIPPED,
            reason=str(answer["skipped"]),
            courier=shift.courier.value,
            slot_at=duty.moment,
            window_start=answer["window_start"],
            window_end=answer["window_end"],
        )
        is_new = Planning(database).add_blank(blank, shift.at)
        return Made(None, blank.reason, is_new=is_new)
    planned = _planned(shift, answer)
    if shift.realm is Realm.REAL:
        check_witness(database, Witness(shift.config.store.path), shift.now)
    issue = claimed(shift.config, database, planned, shift.now, makes_room=False)
    planning = Planning(database)
    is_new = not planning.decisions(issue) and issue.created_at == shift.at
    if is_new:
        planning.decide(issue, "frozen", SCHEDULE, shift.at, issue.reason)
    return _made(issue, planned, is_new=is_new)


def freeze_again(
    shift: Shift, database: Database, issue: IssueRow, answer: Mapping[str, Any], who: str
) -> Made:
    """Let what `build_for` built take the place of a frozen issue of which nothing has left.

    With too few articles the one before stands; else it stands aside.

    Raises:
        StoreError: another command changed it meanwhile, or sends it.
        NotReadyError: see `freeze`.
    """
    if "skipped" in answer:
        return Made(None, str(answer["skipped"]))
    planned = _planned(shift, answer)
    new = new_issue(shift.config, planned, planned.built) if planned.built else None
    assert new is not None  # noqa: S101  it was built just now
    # When it goes out does not change with what it says.
    made = Ledger(database).replace(issue, replace(new, slot_at=issue.slot_at), shift.at)
    Planning(database).decide(made, "edited", who, shift.at)
    return _made(made, planned, is_new=True)


def _made(issue: IssueRow, planned: Planned, *, is_new: bool) -> Made:
    articles = len(planned.built.stories) if planned.built else 0
    return Made(issue, issue.reason, planned.warnings, articles, is_new=is_new)


def _planned(shift: Shift, answer: Mapping[str, Any]) -> Planned:
    built = Built.of(answer["built"])
    audience = newsletter_audience(shift.config, built.newsletter, EVERYBODY)
    way = (shift.courier, shift.realm)
    planned = plan_built(shift.config, shift.environment, built, way, audience, force=True)
    # Nobody looks on: what a person would be asked with --force, waits for one.
    reasons = (str(answer["few"]), reason_to_hold(findings_of(built.checks)))
    if reason := "; ".join(filter(None, reasons)):
        return replace(planned, state=IssueState.HELD, reason=reason)
    approval = shift.config.newsletters[built.newsletter].approval
    is_asked = approval is not Approval.NONE
    return replace(planned, state=IssueState.DRAFT if is_asked else IssueState.APPROVED)
