"""Makes the dated edition out of a selection. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol

from digest.articles.article import Article
from digest.articles.excerpt import Excerpt
from digest.articles.settings import CoverRules
from digest.issue.header import fitting_title, safe_line
from digest.issue.issue import Cover, Issue, IssueSection, Kind, Story
from digest.issue.pictures import Gallery, pictures_of
from digest.selection.rank import source_of
from digest.selection.selection import Chosen, Selection
from digest.selection.window import Window

#: So many other versions are named beneath a story.
_MOST_ALSO: Final = 3

Variables = Mapping[str, object]


class FillLine(Protocol):
    """Fills a one-line template (see `rendering.environment.render_line`)."""

    def __call__(self, source: str, variables: Variables, where: str) -> str:
        """Return `source` filled with `variables`, safe as a mail header.

        Raises:
            DigestError: the template is wrong, or the line is not safe.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What an issue is told from outside: its newsletter, its slot, the editor's words."""

    kind: Kind = Kind.NEWSLETTER
    newsletter: str
    title: str
    site_name: str
    slot: str
    dated: date
    #: `date` ("17 August 2026") and `range` ("10-16 August 2026") in the language.
    dates: Mapping[str, str]
    number: int | None = None
    language: str = "en"
    template: str = "weekly"
    #: One-line templates.
    subject: str
    preheader: str
    #: Where the two stand, for messages: `config.toml, [newsletters.weekly]`.
    where: str
    #: Markdown.
    intro: str = ""
    #: Titles in "more stories"; at most.
    more: int = 8
    #: As in `Issue`.
    cards: str = "left"
    utm: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def compose(
    selection: Selection,
    edition: Edition,
    covers: CoverRules,
    fill: FillLine,
    gallery: Gallery | None = None,
) -> Issue:
    """Return the issue of a selection that holds at least one article.

    Pictures are what `gallery` says they are; without one, what the articles say.

    Raises:
        ValueError: nothing was chosen.
        DigestError: subject or preheader cannot be filled.
    """
    if selection.lead is None:
        msg = "an issue without articles cannot be composed"
        raise ValueError(msg)
    chosen = selection.chosen
    pictures = pictures_of([one.article for one in chosen], covers, gallery)
    sections = tuple(
        IssueSection(title=section.title, stories=_stories(section.chosen, pictures))
        for section in selection.sections
    )
    lead = _story(selection.lead, pictures)
    more = tuple(one.article for one in selection.runners_up[: edition.more])
    return _issue(edition, fill, lead, sections, more=more, window=selection.window)


def compose_breaking(
    articles: Sequence[tuple[Article, Excerpt]],
    edition: Edition,
    covers: CoverRules,
    fill: FillLine,
    gallery: Gallery | None = None,
) -> Issue:
    """Return the issue of one breaking story (or few); the first one is the lead story.

    Raises:
        ValueError: there is no article.
        DigestError: subject or preheader cannot be filled.
    """
    if not articles:
        msg = "a breaking issue needs a story"
        raise ValueError(msg)
    pictures = pictures_of([article for article, _ in articles], covers, gallery)
    stories = _stories(
        [Chosen(article=article, excerpt=excerpt) for article, excerpt in articles], pictures
    )
    rest = (IssueSection(title="", stories=stories[1:]),) if stories[1:] else ()
    return _issue(edition, fill, stories[0], rest)


def _issue(  # noqa: PLR0913  the parts of an issue, by name
    edition: Edition,
    fill: FillLine,
    lead: Story,
    sections: tuple[IssueSection, ...],
    *,
    more: tuple[Article, ...] = (),
    window: Window | None = None,
) -> Issue:
    stories = [lead, *(story for section in sections for story in section.stories)]
    variables = _variables(edition, stories)
    return Issue(
        kind=edition.kind,
        newsletter=edition.newsletter,
        title=edition.title,
        slot=edition.slot,
        number=edition.number,
        subject=fill(edition.subject, variables, f"{edition.where} subject"),
        preheader=fill(edition.preheader, variables, f"{edition.where} preheader"),
        intro=edition.intro,
        lead=lead,
        sections=sections,
        more=more,
        window=window,
        dated=edition.dated,
        language=edition.language,
        template=edition.template,
        cards=edition.cards,
        utm=edition.utm,
    )


def _variables(edition: Edition, stories: Sequence[Story]) -> Variables:
    """Return what subject and preheader may use (docs/configuration.md lists them)."""
    # A title that a header cannot hold must not stop the issue: it is made to fit here.
    told = [
        {
            "title": fitting_title(story.article.title),
            "category": safe_line(story.article.category),
        }
        for story in stories
    ]
    return {
        "site": {"name": edition.site_name},
        "newsletter": {"title": edition.title},
        "issue": {
            "slot": edition.slot,
            "number": edition.number,
            "date": edition.dates["date"],
            "dates": edition.dates["range"],
        },
        "lead": told[0],
        "stories": told,
        "count": len(told),
    }


def _stories(chosen: Sequence[Chosen], pictures: Mapping[str, Cover]) -> tuple[Story, ...]:
    return tuple(_story(one, pictures) for one in chosen)


def _story(chosen: Chosen, pictures: Mapping[str, Cover]) -> Story:
    return Story(
        article=chosen.article,
        excerpt=chosen.excerpt.text,
        cover=pictures.get(chosen.article.path),
        also=_from_elsewhere(chosen),
        told_before=bool(chosen.told_before),
    )


def _from_elsewhere(chosen: Chosen) -> tuple[Article, ...]:
    """Return one version for each further source: a copy of the same text adds nothing."""
    seen = {source_of(chosen.article)}
    found: list[Article] = []
    for article in chosen.also:
        if article.fingerprint != chosen.article.fingerprint and source_of(article) not in seen:
            seen.add(source_of(article))
            found.append(article)
    return tuple(found[:_MOST_ALSO])
