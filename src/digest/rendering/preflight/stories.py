"""Rules about the stories of an issue: each once, in time, in its own words. Pure."""

from collections.abc import Callable, Iterator
from typing import Final

from digest.articles.boilerplate import Boilerplate
from digest.articles.furniture import without_furniture
from digest.articles.identity import normalised_url
from digest.rendering.preflight.finding import Fault, Rule, Severity
from digest.rendering.preflight.mail import Mail, Told

_NOTHING_RECURS: Final = Boilerplate()


def _repeated(mail: Mail) -> Iterator[Fault]:
    seen: set[str] = set()
    for key in (_identity, _url):
        for story, before in _pairs(mail, key):
            if story.anchor not in seen:
                seen.add(story.anchor)
                what = f'"{story.title[:60]}" is told twice: it is "{before.title[:60]}", too'
                yield Fault(what, mail.place_of(story))


def _pairs(mail: Mail, key: Callable[[Told], str]) -> Iterator[tuple[Told, Told]]:
    """Yield stories that share a key with one before, and that one."""
    first: dict[str, Told] = {}
    for story in mail.stories or ():
        if value := key(story):
            before = first.setdefault(value, story)
            if before is not story:
                yield story, before


def _identity(story: Told) -> str:
    return story.identity


def _url(story: Told) -> str:
    return normalised_url(story.url) if story.url else ""


def _excerpt(story: Told) -> str:
    return " ".join(story.excerpt.casefold().split())


def _future(mail: Mail) -> Iterator[Fault]:
    for story in mail.stories or ():
        if mail.dated and story.published_at and story.published_at > mail.dated:
            yield Fault(
                f'"{story.title[:60]}" is dated {story.published_at:%Y-%m-%d %H:%M}, after the '
                "issue goes out",
                mail.place_of(story),
            )


def _few(mail: Mail) -> Iterator[Fault]:
    if mail.stories is not None and len(mail.stories) < mail.least:
        place = mail.stories[0].place if mail.stories else None
        where = place or Told(anchor="", path="", title="the stories").place
        yield Fault(f"it has {len(mail.stories)} of at least {mail.least} articles", where)


def _same_excerpt(mail: Mail) -> Iterator[Fault]:
    for story, before in _pairs(mail, _excerpt):
        yield Fault(
            f'"{story.title[:60]}" has the excerpt of "{before.title[:60]}"',
            mail.place_of(story),
        )


def _furniture(mail: Mail) -> Iterator[Fault]:
    for story in mail.stories or ():
        if not story.excerpt:
            continue
        _, removed = without_furniture(story.excerpt, story.title, _NOTHING_RECURS)
        if removed:
            yield Fault(
                f'the excerpt of "{story.title[:60]}" holds what is not the story: {removed[0]}',
                mail.place_of(story),
            )


RULES: Final = (
    Rule(
        id="story.repeated",
        severity=Severity.ERROR,
        title="an article told twice in one issue",
        why="Readers see that nobody looked.",
        source="design, promise 3",
        remedy="Leave one out: exclude = […] in the issue file (digest edit).",
        look=_repeated,
    ),
    Rule(
        id="story.future",
        severity=Severity.ERROR,
        title="an article dated after the issue goes out",
        why="Its page may not be public yet: readers find nothing.",
        source="docs/articles.md, dates",
        remedy="Correct its date, or leave it out: exclude = […] in the issue file.",
        look=_future,
    ),
    Rule(
        id="story.few",
        severity=Severity.WARNING,
        title="fewer articles than `min_articles`",
        why="A letter of one or two stories disappoints who expects a week.",
        source="docs/choosing.md, min_articles and too_few",
        remedy="Publish more, or set min_articles under [newsletters.NAME].",
        look=_few,
    ),
    Rule(
        id="excerpt.repeated",
        severity=Severity.WARNING,
        title="one excerpt under two titles",
        why="It is a text about the site, not about the story.",
        source="content-and-features.md: excerpts of the real archive",
        remedy="Write a summary into the article, or a [blurb] into the issue file.",
        look=_same_excerpt,
    ),
    Rule(
        id="excerpt.furniture",
        severity=Severity.WARNING,
        title='an excerpt with what stands around an article: "Read more", credits, dates',
        why="It says nothing, and looks like a mistake.",
        source="docs/choosing.md, excerpts; content-and-features.md",
        remedy="Write a summary into the article, or a [blurb] into the issue file; what recurs "
        "goes into [content] boilerplate.",
        look=_furniture,
    ),
)
