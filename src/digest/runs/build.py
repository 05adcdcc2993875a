"""An issue built for sending, as plain values: made in a child process, see `apart.py`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from digest.config.settings import Config
from digest.errors import NotReadyError
from digest.issue.issue import Issue
from digest.runs.choose import Ask, Choice, Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A built issue as the ledger will freeze it."""

    newsletter: str
    slot: str
    #: Title of the newsletter as readers know it.
    title: str
    #: Milliseconds since 1970.
    slot_at: int
    window_start: int | None
    window_end: int | None
    number: int | None
    subject: str
    preheader: str
    html: str
    text: str
    #: `issue.json`.
    manifest: str
    #: BCP 47 tag of the issue's language.
    language: str
    #: Identity, fingerprint and role of what it tells or looked at (`store.ledger.Told`).
    articles: list[tuple[str, str, str]]
    #: Section and title of each story, in reading order.
    stories: list[tuple[str, str]]
    #: Casefolded categories of the lead story.
    categories: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: What preflight found, as JSON values (`runs.preflight.findings_of`).
    checks: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Built":
        """Return what `asdict` made, after its way through JSON."""
        articles = [(identity, body, role) for identity, body, role in values["articles"]]
        stories = [(section, title) for section, title in values["stories"]]
        return cls(**{**values, "articles": articles, "stories": stories})


def build_newsletter(
    config: Config, ask: Ask, now: datetime, tick: Tick | None = None
) -> dict[str, object]:
    """Return the `Built` issue of a slot as JSON values.

    Raises:
        NotReadyError: it has too few articles, and `too_few` does not say `send`.
        DigestError: see `choose`, `compose_choice` and `render`.
    """
    from digest.runs.choose import choose
    from digest.runs.preview import import_rendering
    from digest.selection.rules import TooFew

    choice = choose(config, ask, now, meanwhile=import_rendering, tick=tick)
    if choice.selection.lead is None or choice.selection.too_few not in {None, TooFew.SEND}:
        raise _too_few(choice)
    return asdict(_built_of(config, choice))


def build_scheduled(config: Config, ask: Ask, now: datetime) -> dict[str, object]:
    """Return what becomes of a slot, as JSON values.

    Returns:
        `built`: the issue, and `few`: why a person must decide about it, or ""; or `skipped`: why
        there is none.

    Raises:
        DigestError: see `choose`, `compose_choice` and `render`.
    """
    from digest.runs.choose import choose
    from digest.runs.preview import import_rendering
    from digest.selection.rules import TooFew

    choice = choose(config, ask, now, meanwhile=import_rendering)
    selection = choice.selection
    few = "" if selection.too_few in {None, TooFew.SEND} and selection.lead else _few(choice)
    if selection.lead is None or selection.too_few is TooFew.SKIP:
        window = choice.occasion.window
        return {
            "skipped": few,
            "window_start": int(window.start.timestamp() * 1000),
            "window_end": int(window.end.timestamp() * 1000),
        }
    return {"built": asdict(_built_of(config, choice)), "few": few}


def build_breaking(
    config: Config, names: tuple[str, ...], now: datetime, subject: str
) -> dict[str, object]:
    """Return the `Built` issue of the named stories as JSON values; its slot is only a guess.

    Raises:
        NotFoundError: an article does not exist, or readers could not open it.
        DigestError: see `compose_named` and `render`.
    """
    from digest.runs.breaking import compose_named
    from digest.runs.preview import render

    issue = compose_named(config, names, now, where="digest breaking", subject=subject)
    built = _built(issue, render(config, issue), None, int(now.timestamp() * 1000))
    return asdict(_checked(config, built))


def _built_of(config: Config, choice: Choice) -> Built:
    from digest.runs.preview import compose_choice, render

    issue = compose_choice(config, choice)
    moment = int(choice.occasion.slot.moment.timestamp() * 1000)
    return _checked(config, _built(issue, render(config, issue), choice, moment))


def _checked(config: Config, built: Built) -> Built:
    """Return an issue with what preflight finds in it, in its manifest, too."""
    from digest.runs.preflight import preflight

    checks = [finding.as_json() for finding in preflight(config, built)]
    manifest = json.dumps({**json.loads(built.manifest), "checks": checks})
    return replace(built, checks=checks, manifest=manifest)


def _built(issue: Issue, rendered: Any, choice: Choice | None, slot_at: int) -> Built:  # noqa: ANN401  RenderedIssue, whose import is heavy
    from digest.runs.manifest import manifest_of

    manifest = manifest_of(issue, rendered, choice, {})
    places = [("lead story", issue.lead)] if issue.lead else []
    places += [(section.title, story) for section in issue.sections for story in section.stories]
    warnings = [*rendered.warnings, *(str(each) for each in choice.warnings)] if choice else []
    lead = issue.stories[0].article
    return Built(
        newsletter=issue.newsletter,
        slot=issue.slot,
        title=issue.title,
        slot_at=slot_at,
        window_start=int(issue.window.start.timestamp() * 1000) if issue.window else None,
        window_end=int(issue.window.end.timestamp() * 1000) if issue.window else None,
        number=issue.number,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=rendered.html,
        text=rendered.text,
        manifest=json.dumps(manifest),
        language=issue.language,
        articles=_told(issue, choice),
        stories=[(section, story.article.title) for section, story in places],
        categories=[category.casefold() for category in lead.categories],
        warnings=warnings,
    )


def _told(issue: Issue, choice: Choice | None) -> list[tuple[str, str, str]]:
    chosen = [story.article for story in issue.stories]
    told = [(article.identity, article.fingerprint, "sent") for article in chosen]
    if choice is None:
        return told
    versions = [other for one in choice.selection.chosen for other in one.also]
    told += [(article.identity, article.fingerprint, "version") for article in versions]
    told += [
        (one.article.identity, one.article.fingerprint, "considered")
        for one in choice.selection.left_out
        if one.article is not None and one.is_considered
    ]
    return told


def _few(choice: Choice) -> str:
    least = choice.occasion.newsletter.min_articles
    return f"{len(choice.selection.chosen)} of at least {least} articles"


def _too_few(choice: Choice) -> NotReadyError:
    occasion = choice.occasion
    name = f"{occasion.name}/{occasion.slot.name}"
    return NotReadyError(
        f"it has {_few(choice)}",
        where=name,
        remedy=f"See why: digest preview {occasion.name} --slot {occasion.slot.name} --explain. "
        f"To send it all the same, set min_articles or too_few under "
        f"[newsletters.{occasion.name}] in config.toml.",
    )
