"""What is told of each thing that happens: what it is, and what to do. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from digest.config.settings import Config
from digest.delivery.notice import Notice
from digest.delivery.outcome import Stop
from digest.delivery.pace import BREAKER
from digest.delivery.realm import Realm
from digest.delivery.states import BatchState
from digest.errors import DigestError
from digest.runs.claim import held
from digest.store.balance import Balance
from digest.store.ledger import IssueRow


def notice_sent(  # noqa: PLR0913  what is told of it, by name
    config: Config,
    issue: IssueRow,
    balance: Balance,
    *,
    size: int = 0,
    subject: str = "",
    late: timedelta = timedelta(),
    link: str = "",
) -> Notice:
    """Return that an issue was handed over whole.

    Args:
        config: the publisher's settings.
        issue: as it stands.
        balance: of the issue.
        size: bytes of its HTML; 0: not told.
        subject: of the issue; "": not told.
        late: behind its slot.
        link: where it is to be seen; or "".
    """
    accepted = balance.readers(BatchState.ACCEPTED)
    word = "rehearsed" if issue.realm is Realm.REHEARSAL else "sent"
    lines = [f"{issue.full_name} was {word}: {_readers(accepted)}."]
    if subject:
        lines.append(f"Subject: {subject}")
    if late >= timedelta(minutes=1):
        lines.append(f"It went out {worded(late)} late: it was due {moment(config, issue)}.")
    if size:
        lines.append(f"Its HTML part has {size:,} bytes.")
    lines += ["", *_counts(balance)]
    if not balance.is_even:
        lines += ["", "The sum is not right, which is damage. Look at the store:"]
        lines.append("  digest store check")
    lines += ["", f"  digest show {issue.full_name}"]
    late_too = f", {worded(late)} late" if late >= timedelta(minutes=1) else ""
    return Notice(
        key=_key("sent", issue),
        kind="sent",
        issue_id=issue.id,
        subject=f"{word}: {issue.full_name} to {_readers(accepted)}{late_too}",
        lines=tuple(lines),
        link=link,
    )


def notice_skipped(config: Config, issue: IssueRow) -> Notice:
    """Return that a slot passed with too little content."""
    articles = (
        "Its articles are not told later."
        if issue.drops_articles
        else "Its articles stay: the next issue may tell them."
    )
    return _told(
        "skipped",
        issue,
        f"{issue.full_name}, due {moment(config, issue)}, was skipped: {_reason(issue)}.",
        f"Nothing was sent. {articles}",
        "",
        "See why, and send it all the same if you want to:",
        f"  digest preview {issue.newsletter} --slot {issue.slot} --explain",
        f"  digest send {issue.newsletter} --slot {issue.slot}",
    )


def notice_missed(config: Config, issue: IssueRow) -> Notice:
    """Return that a slot came too late."""
    return _told(
        "missed",
        issue,
        f"{issue.full_name}, due {moment(config, issue)}, was missed: {_reason(issue)}.",
        "Nothing was sent, and nothing will be by itself. Its articles stay: the next issue may "
        "tell them.",
        "",
        "To send it all the same:",
        f"  digest send {issue.newsletter} --slot {issue.slot}",
    )


def notice_held(config: Config, issue: IssueRow, remedy: str = "") -> Notice:
    """Return that an issue waits for a person.

    Args:
        config: the publisher's settings.
        issue: as it stands, with its reason.
        remedy: what to do; "": what `digest send` would say.
    """
    return _told(
        "held",
        issue,
        f"{issue.full_name}, due {moment(config, issue)}, is held: {_reason(issue)}.",
        "It waits for a person; nothing more of it leaves before. The next slot is not blocked.",
        "",
        remedy or held(issue).problems[0].remedy,
        again=issue.reason,
    )


def notice_unknown(issue: IssueRow, balance: Balance) -> Notice:
    """Return that it is not known what became of some batches."""
    batches = balance.standing.count(BatchState.UNKNOWN)
    readers = balance.readers(BatchState.UNKNOWN)
    what = f"{batches:,} {'batch' if batches == 1 else 'batches'} with {_readers(readers)}"
    return _told(
        "unknown",
        issue,
        f"{issue.full_name}: no clear answer came for {what}.",
        "They may have been sent, so they are not sent again without evidence.",
        "",
        "Look for evidence, then decide:",
        f"  digest resolve {issue.full_name}",
        f"  digest show {issue.full_name}",
        again=what,
    )


def notice_breaker(issue: IssueRow, balance: Balance) -> Notice:
    """Return that sending stopped because too many answers in a row proved nothing."""
    left = balance.readers(BatchState.PLANNED)
    return _told(
        "breaker",
        issue,
        f"{issue.full_name}: sending stopped after {BREAKER} unclear answers in a row.",
        f"{_readers(left)} were not tried; the others may or may not have it.",
        "",
        "See whether your provider has trouble. Then look for evidence, and send what is left:",
        f"  digest resolve {issue.full_name}",
        f"  digest resume {issue.full_name}",
        again=f"{left}",
        subject=f"sending stopped: {issue.full_name}",
    )


def notice_stopped(issue: IssueRow, stop: Stop, left: int) -> Notice:
    """Return that the provider refuses us: credits, key, account.

    Args:
        issue: what could not be sent.
        stop: what the provider said, and what to do.
        left: readers who do not have it yet.
    """
    return _told(
        "stopped",
        issue,
        f"{issue.full_name}: {stop.reason}.",
        f"{_readers(left)} do not have it yet. Nobody gets it twice when it goes on.",
        "",
        stop.remedy,
        again=stop.reason,
        subject=f"cannot send: {issue.full_name}: {stop.reason}",
    )


def notice_suppressions(issue: IssueRow, many: int) -> Notice:
    """Return that uncommonly many addresses were suppressed since an issue began."""
    return _told(
        "suppressions",
        issue,
        f"{many:,} addresses were suppressed since {issue.full_name} was begun: they bounced, or "
        "their readers complained.",
        "Many at once hurt what providers think of your domain: an old list, an imported one, or "
        "a subject readers did not expect.",
        "",
        "See how they came:",
        "  digest suppressions list",
        subject=f"{many:,} addresses suppressed since {issue.full_name}",
    )


def notice_trouble(name: str, error: Exception | str, *, issue_id: int | None = None) -> Notice:
    """Return that something could not be done.

    Args:
        name: what was to be done, `weekly/2026-W34`; with the same trouble it is told once.
        error: what went wrong; its remedy is told with it.
        issue_id: number of the issue, if it has one.
    """
    lines = list(_trouble(error))
    return Notice(
        key=f"trouble {name} {lines[0]}",
        kind="trouble",
        issue_id=issue_id,
        subject=f"trouble: {name}: {lines[0]}",
        lines=(f"{name}: this went wrong:", "", *lines),
    )


def notice_clock(now: datetime, last: datetime) -> Notice:
    """Return that the clock of this machine is behind what the store has seen.

    Args:
        now: what the clock says; aware.
        last: the latest moment the store knows; aware.
    """
    shown, seen = (f"{each.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" for each in (now, last))
    return Notice(
        key=f"clock {seen}",
        kind="clock",
        subject=f"the clock jumped back by {worded(last - now)}",
        lines=(
            f"The clock of this machine says {shown}; the store has seen {seen} already.",
            "Nothing new is begun until the clock is right: a slot could be sent at a wrong time.",
            "",
            "Set the clock, and see that it is kept right (NTP):",
            "  timedatectl status",
        ),
    )


def moment(config: Config, issue: IssueRow) -> str:
    """Return when an issue is due, as the publisher's clock says it."""
    return moment_of(config, issue.newsletter, issue.slot_at)


def moment_of(config: Config, newsletter: str, at: int) -> str:
    """Return a moment in milliseconds as the clock of a newsletter says it."""
    own = config.newsletters.get(newsletter)
    zone = ZoneInfo((own.timezone if own else "") or config.site.timezone)
    return f"{datetime.fromtimestamp(at / 1000, zone):%a %d %b %Y %H:%M} {zone.key}"


def worded(span: timedelta) -> str:
    """Return a span in words: `3 hours 5 minutes`."""
    minutes = max(0, round(span.total_seconds() / 60))
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [f"{many} {name}{'s' if many != 1 else ''}" for many, name in parts if many]
    return " ".join(said[:2]) or "less than a minute"


def _told(kind: str, issue: IssueRow, *lines: str, again: str = "", subject: str = "") -> Notice:
    return Notice(
        key=_key(kind, issue, again),
        kind=kind,
        issue_id=issue.id,
        subject=subject or f"{kind}: {issue.full_name}",
        lines=lines,
    )


def _key(kind: str, issue: IssueRow, again: str = "") -> str:
    """Return what makes a notice one; `again`: what makes it another one of the same issue."""
    # The number: a slot may be cancelled and made anew, and rehearsed before it is sent.
    return f"{kind} {issue.full_name} {issue.id}{f': {again}' if again else ''}"


def _counts(balance: Balance) -> Iterator[str]:
    if balance.candidates is None:
        return
    yield f"- {balance.counted}: {balance.candidates:,}"
    for reason, many in balance.excluded.items():
        yield f"- not for, {reason}: {many:,}"
    yield f"- recipients: {balance.recipients:,}"
    for reason, many in balance.set_aside.items():
        yield f"- not to, {reason}: {many:,}"
    for state in BatchState:
        if state is not BatchState.DIVIDED and (many := balance.readers(state)):
            yield f"- {state.value}: {many:,}"


def _trouble(error: Exception | str) -> Iterator[str]:
    if isinstance(error, DigestError):
        for problem in error.problems:
            yield f"{problem.where}: {problem.what}"
            yield problem.remedy
    elif isinstance(error, Exception):
        # Its text may hold anything, and its kind tells a programmer where to look.
        yield f"{type(error).__name__}, which is a bug of ours"
        yield "Look into the log, and please tell us."
    else:
        yield from error.splitlines() or [""]


def _reason(issue: IssueRow) -> str:
    return issue.reason.rstrip(".") or "no reason was written down"


def _readers(many: int) -> str:
    return f"{many:,} {'reader' if many == 1 else 'readers'}"
