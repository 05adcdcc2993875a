"""The next issue of each newsletter: whether it can be made. Starts a process for each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.config.settings import Config
from digest.errors import NotReadyError
from digest.record import replace
from digest.rendering.rendered import BUDGET
from digest.runs.apart import run_apart
from digest.runs.build import Built, build_newsletter
from digest.runs.choose import Ask
from digest.runs.doctor.finding import Case, Finding, Step, ok, warning, wrong
from digest.runs.letters import content_problems
from digest.runs.preflight import findings_of, remarks
from digest.selection.rules import TooFew
from digest.store.times import moment_of

_ARTICLES: Final = "issue.articles"
_MAIL: Final = "issue.mail"
_HAPPENS: Final = {
    TooFew.SKIP: "the issue would be skipped",
    TooFew.HOLD: "the issue would wait for a person",
    TooFew.SEND: "it would be sent all the same",
}
#: Warnings of a mail that are told; `digest preview` tells all.
_TOLD: Final = 3


def _issues(case: Case) -> Iterator[Finding]:
    for name in case.config.newsletters:
        yield from _next_issue(case, name)


def _next_issue(case: Case, name: str) -> Iterator[Finding]:
    built = _built(case.config, name, case.now)
    yield _count(case, name, built)
    # Early in its window an issue is empty; whether the templates are sound, the last can show.
    shown = built or _built(case.config, name, case.now - timedelta(days=7))
    if shown:
        yield _mail(name, shown)
        return
    yield warning(
        _MAIL,
        "no article in two weeks: nothing to try the templates on",
        f"`digest preview {name}` says which week has some, and how to see it.",
        about=name,
    )


def _built(config: Config, name: str, now: datetime) -> Built | None:
    """Return the issue as it would be if a single article were enough; None: there is none."""
    newsletter = replace(config.newsletters[name], too_few=TooFew.SEND)
    lenient = replace(config, newsletters={**config.newsletters, name: newsletter})
    try:
        return Built.of(run_apart(lambda: build_newsletter(lenient, Ask(newsletter=name), now)))
    except NotReadyError:
        return None


def _count(case: Case, name: str, built: Built | None) -> Finding:
    newsletter = case.config.newsletters[name]
    many = len(built.stories) if built else 0
    found, until = f"{many} article{'s' * (many != 1)}", ""
    if built:
        zone = ZoneInfo(newsletter.timezone or case.config.site.timezone)
        end = moment_of(built.window_end or 0).astimezone(zone)
        if end > case.now:
            found, until = f"{found} so far", f" until {end:%a %d %b %H:%M}"
        found = f"{built.slot}: {found}"
    if many >= newsletter.min_articles:
        return ok(_ARTICLES, found, about=name)
    happens = _HAPPENS[newsletter.too_few] if many else "without one there is no issue"
    return warning(
        _ARTICLES,
        f"{found} of at least {newsletter.min_articles}; {happens}",
        f"Publish more{until}, or set min_articles or too_few under [newsletters.{name}]. Why "
        f"others are not in: digest preview {name} --explain",
        about=name,
    )


def _mail(name: str, built: Built) -> Finding:
    size = len(built.html.encode())
    found = f"{built.slot}: {size:,} of at most {BUDGET:,} bytes"
    if problems := list(content_problems(built)):
        said = "; ".join(one.what for one in problems)
        return wrong(_MAIL, f"{built.slot}: {said}", problems[0].remedy, about=name)
    # How many articles there are is a check of its own.
    checks = [one for one in findings_of(built.checks) if one.rule != "story.few"]
    warnings = [*built.warnings, *remarks(checks)]
    if not warnings:
        return ok(_MAIL, found, about=name)
    more = len(warnings) - _TOLD
    said = "; ".join(one.partition("\n")[0] for one in warnings[:_TOLD])
    return warning(
        _MAIL,
        f"{found}; {said}{f' (and {more} more)' if more > 0 else ''}",
        f"Look at it: digest preview {name} --open, and digest check {name}",
        about=name,
    )


STEPS: Final[tuple[Step, ...]] = (Step(checks=(_ARTICLES, _MAIL), run=_issues),)
