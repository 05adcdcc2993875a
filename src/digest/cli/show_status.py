"""Prints how everything stands: one screen, of 80 columns or of as many as there are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from shutil import get_terminal_size
from typing import Final

from digest.cli.terminal import is_terminal, print_bold, print_json, print_line, shown_path
from digest.delivery.realm import Realm
from digest.runs.needs import span
from digest.runs.status import Past, Status
from digest.runs.upcoming import Stage, Upcoming

_WIDTH: Final = 80
_MARGIN: Final = 11
#: A moment further away has its year.
_FAR: Final = timedelta(days=300)
#: Nobody minds less.
_WORTH_TELLING: Final = timedelta(minutes=5)


def show_status(status: Status, *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        print_json(_entry(status))
        return
    print_line(f"{status.now:%a %d %b %Y %H:%M} {status.now.tzinfo}")
    print_line()
    if not status.needs:
        print_line("nothing needs you")
    for number, need in enumerate(status.needs):
        head = "needs you" if number == 0 else ""
        lines = list(_wrapped(f"{need.where}: {need.what}", " "))
        print_bold(f"{head:{_MARGIN}}{lines[0]}")
        for line in (*lines[1:], *_wrapped(need.remedy, ", ")):
            print_line(f"{'':{_MARGIN}}  {line}")
    print_line()
    now = status.now
    ahead = [(one.name, _moment(one.moment, now), _ahead(one, status)) for one in status.ahead]
    last = [(one.issue.full_name, _moment(one.moment, now), _past(one)) for one in status.last]
    widths = [max((len(row[at]) for row in (*ahead, *last)), default=0) for at in (0, 1)]
    for what, rows in (("next", ahead), ("last", last)):
        for number, (name, moment, said) in enumerate(rows):
            line = f"{name:{widths[0]}}  {moment:{widths[1]}}  {said}"
            print_line(f"{what if number == 0 else '':{_MARGIN}}{_short(line)}")
    if status.ahead or status.last:
        print_line()
    print_line(f"schedule   {_watch(status)}")
    print_line(f"store      {_store(status)}")
    rehearsal = ": nothing real goes out" if status.is_rehearsal else ""
    print_line(f"courier    {status.courier}{rehearsal}")


def _ahead(one: Upcoming, status: Status) -> str:  # noqa: PLR0911  one a stage
    """Return where a slot ahead stands, in a few words."""
    until = _moment(one.until, status.now) if one.until else ""
    match one.stage:
        case Stage.OPEN:
            return f"open until {until}"
        case Stage.DUE:
            return "is frozen with the next look" if status.watch.is_running else "to be frozen"
        case Stage.ASKED:
            return "frozen, waits for approval"
        case Stage.SILENT:
            return f"frozen, leaves unless held by {until}"
        case Stage.APPROVED:
            return "frozen, leaves by itself"
        case Stage.HANDED_OVER:
            return "handed over, leaves by itself"
        case Stage.BY_HAND:
            return f"by hand: digest send {one.newsletter}"
        case Stage.FREE:
            return f"no issue: {one.reason}"
        case Stage.PAUSED:
            return f"paused {one.reason} until {until or 'somebody ends it'}"
        case _:
            return _because(one.stage.value, one.reason)


def _past(one: Past) -> str:
    """Return how an issue ended, in a few words."""
    issue, stage = one.issue, one.stage
    word = "rehearsed" if stage is Stage.SENT and issue.realm is Realm.REHEARSAL else stage.value
    counts = ""
    if issue.recipients_frozen_at is not None:
        of = f" of {one.recipients:,}" if one.accepted != one.recipients else ""
        sent = f"{one.accepted:,}{of}"
        counts = f" to {sent}" if stage is Stage.SENT else f", {sent} sent"
    late = f", {span(one.late)} late" if one.late >= _WORTH_TELLING and stage is Stage.SENT else ""
    return _because(f"{word}{counts}{late}", issue.reason)


def _because(what: str, reason: str) -> str:
    """Return both, without saying a word twice: `cancelled by a person`."""
    if reason.startswith(what):
        return reason
    return f"{what}: {reason}" if reason else what


def _watch(status: Status) -> str:
    watch = status.watch
    ago = f"{span(status.now - watch.looked_at)} ago" if watch.looked_at else ""
    if watch.is_running:
        return f"runs{f', looked {ago}' if ago else ''}"
    if ago:
        return f"no service runs; last run {ago}"
    if watch.is_wanted:
        return "nobody looks at the clock yet; what does: digest schedule"
    return "no newsletter has one"


def _store(status: Status) -> str:
    store = status.store
    path = shown_path(store.path)
    if not store.is_there:
        return f"{path} is not there yet; the first command that needs it makes it"
    version = f", version {store.version}" if store.version is not None else ""
    return f"{path}, {store.size_bytes / 1e6:,.1f} MB{version}"


def _moment(moment: datetime, now: datetime) -> str:
    """Return a moment as briefly as it is clear: `today 18:00`, `Mon 24 Aug 09:00`."""
    zone = "" if str(moment.tzinfo) == str(now.tzinfo) else f" {moment:%Z}"
    if moment.date() == now.astimezone(moment.tzinfo).date():
        return f"today {moment:%H:%M}{zone}"
    year = "" if abs(moment - now) < _FAR else f" {moment:%Y}"
    return f"{moment:%a %d %b}{year} {moment:%H:%M}{zone}"


def _short(line: str) -> str:
    """Return a line that fits beside the margin of a terminal; elsewhere nothing is lost."""
    room = max(_WIDTH, get_terminal_size().columns) - _MARGIN
    is_fine = len(line) <= room or not is_terminal()
    return line if is_fine else f"{line[: room - 1].rstrip()}…"


def _wrapped(text: str, between: str) -> Iterator[str]:
    """Yield lines that fit, broken at blanks, or at the commas between commands."""
    room, line = _WIDTH - _MARGIN - 2, ""
    for part in text.split(between):
        longer = f"{line}{between}{part}" if line else part
        if line and len(longer) > room:
            yield f"{line}{between.rstrip()}"
            longer = part
        line = longer
    yield line


def _entry(status: Status) -> dict[str, object]:
    return {
        "now": status.now.isoformat(timespec="seconds"),
        "needs": [need._asdict() for need in status.needs],
        "next": [
            {
                "issue": one.name,
                "moment": one.moment.isoformat(),
                "stage": one.stage.value,
                "until": one.until.isoformat() if one.until else None,
                "reason": one.reason,
            }
            for one in status.ahead
        ],
        "last": [
            {
                "issue": one.issue.full_name,
                "realm": one.issue.realm.value,
                "moment": one.moment.isoformat(),
                "stage": one.stage.value,
                "reason": one.issue.reason,
                "recipients": one.recipients,
                "accepted": one.accepted,
                "late_seconds": int(one.late.total_seconds()),
            }
            for one in status.last
        ],
        "schedule": {
            "running": status.watch.is_running,
            "looked_at": _iso(status.watch.looked_at),
            "wanted": status.watch.is_wanted,
        },
        "store": {
            "path": status.store.path,
            "there": status.store.is_there,
            "bytes": status.store.size_bytes,
            "version": status.store.version,
        },
        "courier": status.courier,
        "rehearsal": status.is_rehearsal,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
