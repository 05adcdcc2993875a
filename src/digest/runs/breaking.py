"""Builds the preview of a breaking story. Reads content, writes preview files."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from digest.articles.article import Article
from digest.articles.boilerplate import find_boilerplate
from digest.articles.excerpt import excerpt_of
from digest.articles.folder import begin_reading
from digest.config.settings import Config, cover_rules
from digest.errors import NotFoundError
from digest.issue.compose import Edition, compose_breaking
from digest.issue.issue import Issue, Kind
from digest.runs.choose import recognised
from digest.runs.find import below_content, find_articles
from digest.runs.gallery import Finding
from digest.runs.pictures import open_gallery
from digest.runs.preview import Preview, fill_line, import_rendering, render_and_write, utm_of
from digest.selection.eligible import Request, check_eligible
from digest.selection.rules import Rules
from digest.selection.selection import Reason
from digest.selection.window import Window

#: What recurs on the site is told from the articles of so many days.
_AROUND: Final = timedelta(days=14)
#: What never goes out, however urgent.
_NEVER: Final = frozenset(
    (
        Reason.DRAFT,
        Reason.UNLISTED,
        Reason.PRIVATE,
        Reason.NOT_AN_ARTICLE,
        Reason.FUTURE,
        Reason.EXPIRED,
        Reason.NO_LINK,
    )
)


def preview_breaking(
    config: Config, names: tuple[str, ...], now: datetime, out: str = ""
) -> Preview:
    """Build the breaking issue of the named articles and write its files.

    Raises:
        NotFoundError: an article does not exist, or readers could not open it.
        DigestError: see `render_and_write`.
    """
    issue = compose_named(config, names, now, where="--breaking")
    return render_and_write(config, issue, None, out, now)


def compose_named(  # noqa: PLR0913  what a caller may want besides, by name
    config: Config,
    names: tuple[str, ...],
    now: datetime,
    *,
    where: str,
    subject: str = "",
    findings: list[Finding] | None = None,
) -> Issue:
    """Return the breaking issue of the named articles; its slot is the first one of the day.

    Args:
        config: the publisher's settings.
        names: of the articles; the first is the lead story.
        now: the present moment, aware.
        where: who names them, for messages.
        subject: template instead of that in config.toml; "": none.
        findings: is told what became of the pictures, which are made then.

    Raises:
        NotFoundError: an article does not exist, or readers could not open it.
        DigestError: subject or preheader cannot be filled.
    """
    names = tuple(below_content(config, name) for name in names)
    rules, _ = recognised(config)
    reading = begin_reading(config.content.path, rules, (now - _AROUND, now))
    import_rendering()
    contents = reading.contents(names)
    articles = find_articles(config, contents, names, where=where)
    for article in articles:
        _check_public(article, now)
    boilerplate = find_boilerplate(contents.articles, config.content.boilerplate)
    told = [(article, excerpt_of(article, boilerplate)) for article in articles]
    edition = _edition(config, now)
    if subject:
        edition = replace(edition, subject=subject, where="--subject")
    gallery = open_gallery(
        config,
        articles,
        generator=rules.generator,
        command=f"digest images --breaking {articles[0].path}",
        make=findings is not None,
    )
    issue = compose_breaking(told, edition, cover_rules(config), fill_line(), gallery)
    if findings is not None:
        findings += gallery.findings
    return replace(issue, warnings=gallery.warnings())


def _check_public(article: Article, now: datetime) -> None:
    """Raise unless readers can open the article now."""
    window = Window(now - timedelta(seconds=1), now)
    left_out = check_eligible(article, Request(window=window, as_of=now), Rules())
    if left_out and left_out.reason in _NEVER:
        raise NotFoundError(
            f"readers cannot open it: {left_out}",
            where=article.path,
            remedy="Publish the article first; a breaking story links to it.",
        )


def _edition(config: Config, now: datetime) -> Edition:
    from digest.rendering.locales import issue_dates

    day = now.astimezone(ZoneInfo(config.site.timezone)).date()
    return Edition(
        kind=Kind.BREAKING,
        newsletter="breaking",
        title=config.breaking.title,
        site_name=config.site.name,
        # Without a ledger every breaking story is the first of its day.
        slot=f"{day:%Y-%m-%d}-1",
        dated=day,
        dates=issue_dates(day, None, config.site.language),
        language=config.site.language,
        template=config.breaking.template,
        subject=config.breaking.subject,
        preheader=config.breaking.preheader,
        where="config.toml, [breaking]",
        utm=utm_of(config.breaking.utm),
    )
