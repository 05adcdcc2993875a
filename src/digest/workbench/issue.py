"""The issue asked for, as JSON values the page shows. Reads content, store, issue file, templates.

Runs in the worker: what it imports and needs never weighs on the server.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from digest.config.issue_file import IssueFile, issue_file_path, read_issue_file
from digest.config.load import load_config
from digest.config.matching import match_articles
from digest.config.settings import Config
from digest.errors import DigestError
from digest.rendering.rendered import BUDGET, RenderedIssue
from digest.runs.choose import Ask, Choice, Occasion, choose, find_occasion
from digest.runs.frozen import frozen_built
from digest.runs.manifest import selection_entry
from digest.runs.preview import compose_choice, import_rendering, preview_parts, render_parts
from digest.selection.slot import period_of, slots_between
from digest.workbench.inbox import inbox_lines
from digest.workbench.variants import CLIP

_BEFORE: Final = 6
_AFTER: Final = 8
#: Files that are wrong: the page names so many and counts the rest.
_MOST_BAD: Final = 50

_Json = dict[str, Any]


def build_issue(config_path: str, ask: Ask, now: datetime) -> _Json:
    """Return what the page shows of the issue asked for, and its mail.

    Returns:
        `issue`: for the page; `mail`: `html`, `text`, `eml` in base64, or None without articles;
        `watch`: folders whose files decide what it is.

    Raises:
        DigestError: config.toml, issue file or templates are wrong, or there is no such issue.
    """
    config = load_config(config_path)
    occasion = find_occasion(config, ask, now)
    named = Ask(newsletter=occasion.name, slot=occasion.slot.name)
    frozen = None if ask.as_of or ask.categories else frozen_built(config, named, now)
    shown = _frozen(config, frozen) if frozen else _open(config, ask, now)
    about = {
        "newsletter": occasion.name,
        "slot": occasion.slot.name,
        "newsletters": _newsletters(config),
        "slots": _slots(occasion, now),
        "as_of": ask.as_of,
        "sections": [section.title for section in occasion.newsletter.sections],
        "moment": f"{occasion.slot.moment:%a %d %b %Y %H:%M}",
        "sender": [config.sender.name or config.site.name, config.sender.email],
    }
    shown["issue"] = about | shown["issue"]
    return shown | {"watch": watched(config)}


def watched(config: Config) -> list[str]:
    """Return the folders whose files decide what an issue is, config.toml's own first."""
    return [
        config.folder,
        config.content.path,
        *(str(Path(config.folder, name)) for name in ("issues", "templates")),
    ]


def file_state(path: str) -> tuple[bytes | None, str]:
    """Return the bytes of an issue file and their hash; None and "" where there is no file.

    Raises:
        DigestError: it cannot be read.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        raise DigestError(
            f"cannot be read ({error.strerror})", where=path, remedy="Make it a file you may read."
        ) from error
    return content, hashlib.sha256(content).hexdigest()


def _open(config: Config, ask: Ask, now: datetime) -> _Json:
    choice = choose(config, ask, now, meanwhile=import_rendering)
    occasion = choice.occasion
    notes = [problem._asdict() for problem in choice.warnings]
    bad = [file.problem._asdict() for file in islice(choice.contents.bad, _MOST_BAD)]
    shown: _Json = {
        "frozen": None,
        "notes": notes,
        "bad": bad,
        "bad_count": len(choice.contents.bad),
        "file": _issue_file(config, choice),
        "so_far": occasion.so_far,
    }
    if choice.selection.lead is None:
        return {"issue": shown | _told(selection_entry(choice)), "mail": None}
    issue = compose_choice(config, choice)
    moment = occasion.slot.moment
    rendered, manifest, parts = render_parts(config, issue, choice, moment)
    few = choice.selection.too_few
    if few:
        least = occasion.newsletter.min_articles
        what = f"fewer than {least} articles: {few.value} this issue"
        notes.append({"where": "config.toml, min_articles", "what": what, "remedy": ""})
    notes += [{"where": "the mail", "what": each, "remedy": ""} for each in rendered.warnings]
    about = (occasion.name, occasion.slot.name, moment)
    return _shown(config, about, rendered, manifest, parts, shown)


def _frozen(config: Config, built: Any) -> _Json:  # noqa: ANN401  Built, whose module is heavy
    manifest = json.loads(built.manifest)
    rendered = RenderedIssue(
        subject=built.subject,
        preheader=built.preheader,
        html=built.html,
        text=built.text,
        size_bytes=len(built.html.encode()),
    )
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=built.slot_at)
    name = f"{built.newsletter}/{built.slot}"
    parts = preview_parts(config, name, rendered, moment)
    path = issue_file_path(config.folder, built.newsletter, built.slot)
    decided = IssueFile(path=path)
    with suppress(DigestError):  # what stands in it now is not in the frozen mail anyway
        decided = read_issue_file(path)
    shown: _Json = {
        "frozen": {"name": name, "hint": f"digest edit {name}"},
        "notes": [],
        "bad": [],
        "bad_count": 0,
        "file": _decided(decided, path) | {"names": {}},
        "so_far": False,
    }
    return _shown(config, (built.newsletter, built.slot, moment), rendered, manifest, parts, shown)


def _shown(  # noqa: PLR0913, PLR0917  what an issue is made of
    config: Config,
    about: tuple[str, str, datetime],
    rendered: RenderedIssue,
    manifest: Mapping[str, Any],
    parts: Mapping[str, bytes],
    shown: _Json,
) -> _Json:
    html = parts["issue.html"].decode()
    return {
        "issue": shown
        | _told(manifest)
        | {
            "subject": rendered.subject,
            "preheader": rendered.preheader,
            "language": manifest.get("language", ""),
            "inbox": inbox_lines(rendered.subject, rendered.preheader),
            "size": {
                "html": rendered.size_bytes,
                "text": len(rendered.text.encode()),
                "budget": BUDGET,
                "clip": CLIP,
                "steps": list(rendered.steps),
            },
            "checks": _checks(config, about, rendered, manifest),
        },
        "mail": {
            "html": html,
            "text": parts["issue.txt"].decode(),
            "eml": base64.b64encode(parts["issue.eml"]).decode(),
        },
    }


def _checks(
    config: Config,
    about: tuple[str, str, datetime],
    rendered: RenderedIssue,
    manifest: Mapping[str, Any],
) -> list[_Json]:
    from digest.rendering.preflight import Mail, check  # noqa: PLC0415  imported when it is run
    from digest.runs.preflight import known  # noqa: PLC0415

    mail = Mail.of_rendered(rendered, manifest, **known(config, *about))
    return [finding.as_json() for finding in check(mail)]


def _told(manifest: Mapping[str, Any]) -> _Json:
    """Return the articles of an issue, and all others with the reason."""
    more = set(manifest.get("more", ()))
    return {
        "title": manifest["title"],
        "stories": list(manifest["stories"]),
        "left_out": [{**one, "more": one["path"] in more} for one in manifest["left_out"]],
        "outside": sum(len(paths) for paths in manifest["outside"].values()),
        "window": manifest["window"],
    }


def _issue_file(config: Config, choice: Choice) -> _Json:
    occasion = choice.occasion
    path = issue_file_path(config.folder, occasion.name, occasion.slot.name)
    decided = choice.issue_file
    names = {*decided.pin, *decided.exclude, *decided.move, *decided.blurb}
    return _decided(decided, path) | {"names": dict(_paths(names, choice))}


def _decided(decided: IssueFile, path: str) -> _Json:
    content, digest = file_state(path)
    return {
        "path": decided.path,
        "exists": content is not None,
        "base": digest,
        "subject": decided.subject,
        "preheader": decided.preheader,
        "intro": decided.intro,
        "pin": list(decided.pin),
        "exclude": list(decided.exclude),
        "move": dict(decided.move),
        "blurb": dict(decided.blurb),
    }


def _paths(names: Iterable[str], choice: Choice) -> Iterator[tuple[str, str]]:
    """Yield name → path of the articles an editor named in their own way."""
    for name in names:
        decisions, _ = match_articles(IssueFile(pin=(name,)), choice.contents.articles, ())
        if decisions.pin:
            yield name, decisions.pin[0]


def _newsletters(config: Config) -> list[list[str]]:
    return [[name, newsletter.title] for name, newsletter in config.newsletters.items()]


def _slots(occasion: Occasion, now: datetime) -> list[str]:
    """Return the slots around the one shown and around now, the latest first."""
    timetable = occasion.timetable
    reach = period_of(timetable) * _BEFORE
    names = {occasion.slot.name: occasion.slot.moment}
    for centre in (occasion.slot.moment, now):
        around = slots_between(timetable, centre - reach, centre + reach * 2)
        names |= {slot.name: slot.moment for slot in islice(around, _BEFORE + _AFTER)}
    return sorted(names, key=lambda name: names[name].timestamp(), reverse=True)
