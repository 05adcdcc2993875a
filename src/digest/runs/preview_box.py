"""The box on top of an editors' preview: what they must know to approve, hold or edit. Pure."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from digest.config.newsletters import Newsletter, hand_over
from digest.config.operating import Approval
from digest.config.settings import Config
from digest.rendering.rendered import BUDGET
from digest.runs.notice_texts import moment, moment_of
from digest.runs.preflight import findings_of, remarks
from digest.selection.selection import Reason
from digest.store.ledger import ContentRow, IssueRow

_ANSWERS: Final = {
    Approval.NONE: "Nobody need approve it: it goes out then, unless somebody holds it.",
    Approval.REQUIRED: "It goes out only if somebody approves it: without an answer it is held, "
    "and nothing is sent.",
    Approval.SILENCE_SENDS: "Without an answer it goes out then. Hold it if it shall not.",
}
#: Reasons an editor expects: told as a number.
_EXPECTED: Final = frozenset(
    each.value for each in (Reason.OUTSIDE_WINDOW, Reason.ALREADY_SENT, Reason.CONSIDERED_BEFORE)
)
_MOST_REASONS: Final = 30
_MOST_CHANGES: Final = 20
_MOST_WARNINGS: Final = 20
_LONGEST_TITLE: Final = 100

_Manifest = Mapping[str, Any]


class Besides(NamedTuple):
    """What a preview tells besides the issue itself."""

    #: Manifest of the last preview, as JSON text; None: this is the first one.
    before: str | None = None
    #: Subscribers who would get it now; None: not counted.
    readers: int | None = None
    #: What the manifest does not say: stories that changed since.
    warnings: tuple[str, ...] = ()


def box_lines(
    config: Config,
    issue: IssueRow,
    content: ContentRow,
    besides: Besides,
) -> Iterator[str]:
    """Yield the lines of the box, in the form of `delivery/notice.py`.

    Args:
        config: the publisher's settings.
        issue: the frozen issue.
        content: its frozen mail.
        besides: what else is to be said.
    """
    manifest = _read(content.manifest)
    newsletter = config.newsletters.get(issue.newsletter)
    title = newsletter.title if newsletter else issue.newsletter
    yield f"# Preview of {title}, {issue.full_name}"
    yield "Readers have not got it."
    yield f"It goes out {moment(config, issue)}."
    yield from _answer(config, issue, newsletter)
    yield ""
    yield "# To answer, where digest runs"
    for word in ("approve", "hold", "edit"):
        yield f"  digest {word} {issue.full_name}"
    yield ""
    yield from _checks(content, manifest, besides)
    yield ""
    yield from _changes(None if besides.before is None else _read(besides.before), manifest)
    yield ""
    yield from _reasons(issue, manifest)


def _answer(config: Config, issue: IssueRow, newsletter: Newsletter | None) -> Iterator[str]:
    if newsletter is None:
        return
    yield _ANSWERS[newsletter.approval]
    if ahead := hand_over(newsletter):
        at = issue.slot_at - ahead // timedelta(milliseconds=1)
        yield (
            f"It is handed to the provider {moment_of(config, issue.newsletter, at)}; after that "
            f"only digest cancel {issue.full_name} stops it."
        )


def _checks(content: ContentRow, manifest: _Manifest, besides: Besides) -> Iterator[str]:
    size = len(content.html.encode())
    yield "# Checks"
    yield f"Subject: {content.subject}"
    stories = len(manifest.get("stories", ()))
    yield f"{stories:,} {'story' if stories == 1 else 'stories'}, {size:,} of {BUDGET:,} bytes."
    if (readers := besides.readers) is not None:
        yield f"It is for {readers:,} {'reader' if readers == 1 else 'readers'} as of now."
    said = (
        *map(str, manifest.get("warnings", ())),
        *remarks(findings_of(manifest.get("checks", ()))),
    )
    found = list(dict.fromkeys((*besides.warnings, *said)))
    if not found:
        yield "Nothing wrong was found."
        return
    yield from _listed(found, _MOST_WARNINGS)


def _changes(before: _Manifest | None, now: _Manifest) -> Iterator[str]:
    if before is None:
        yield "This is the first preview of this issue."
        return
    yield "# Since the last preview"
    found = list(_differences(before, now))
    if not found:
        yield "Nothing changed."
        return
    yield from _listed(found, _MOST_CHANGES)


def _differences(before: _Manifest, now: _Manifest) -> Iterator[str]:
    for part in ("subject", "preheader"):
        if before.get(part) != now.get(part):
            yield f"{part}: was {before.get(part) or '(empty)'}"
    old, new = _stories(before), _stories(now)
    yield from (f"added: {_title(new[each])}" for each in new if each not in old)
    yield from (f"removed: {_title(old[each])}" for each in old if each not in new)
    both = [each for each in new if each in old]
    rank = {each: place for place, each in enumerate(each for each in old if each in new)}
    for place, each in enumerate(both):
        was, now_at = old[each].get("place"), new[each].get("place")
        if was != now_at:
            yield f"moved from {was!s} to {now_at!s}: {_title(new[each])}"
        elif rank[each] != place:
            yield f"moved from place {rank[each] + 1} to {place + 1}: {_title(new[each])}"
        if old[each].get("fingerprint") != new[each].get("fingerprint"):
            yield f"text changed: {_title(new[each])}"
        if _title(old[each]) != _title(new[each]):
            yield f"title changed: {_title(new[each])}, was {_title(old[each])}"


def _stories(manifest: _Manifest) -> dict[str, _Manifest]:
    return {str(story.get("identity")): story for story in manifest.get("stories", ())}


def _reasons(issue: IssueRow, manifest: _Manifest) -> Iterator[str]:
    left_out = manifest.get("left_out", ())
    told = [entry for entry in left_out if entry.get("reason") not in _EXPECTED]
    expected = Counter(entry.get("reason") for entry in left_out if entry not in told)
    if not left_out:
        yield "No article was left out."
        return
    yield "# Left out"
    for entry in told[:_MOST_REASONS]:
        detail = f" ({entry['detail']})" if entry.get("detail") else ""
        yield f"- {_title(entry)}: {entry.get('reason')}{detail}"
    for reason, many in expected.items():
        yield f"- {many:,} {'article' if many == 1 else 'articles'}: {reason}"
    if len(told) > _MOST_REASONS:
        yield f"- and {len(told) - _MOST_REASONS:,} more:"
        yield f"  digest preview {issue.newsletter} --slot {issue.slot} --explain"


def _listed(entries: Sequence[str], most: int) -> Iterator[str]:
    yield from (f"- {entry}" for entry in entries[:most])
    if len(entries) > most:
        yield f"- and {len(entries) - most:,} more"


def _title(entry: _Manifest) -> str:
    title = str(entry.get("title") or entry.get("path") or "(no title)")
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _read(manifest: str) -> _Manifest:
    values = json.loads(manifest or "{}")
    return values if isinstance(values, dict) else {}
